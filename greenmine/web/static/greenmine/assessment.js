// The working page of an assessment: every item saves itself, says so, and keeps what was typed when the line is gone.
// Without this file every item has a button that saves it; nothing here decides anything.
(function () {
  "use strict";
  var english = document.documentElement.lang === "en";
  var WORDS = {
    saving: english ? "Saving…" : "正在保存…",
    saved: english ? "Saved " : "已保存 ",
    score: english ? "Not saved yet: type the score" : "未保存：请填写得分",
    reason: english ? "Not saved yet: say why it does not apply" : "未保存：请填写不适用的理由",
    unsaved: english ? "Not saved yet" : "未保存",
    offline: english ? "Not saved: no connection. What you typed is kept on this page and sent again by itself." : "未保存：网络中断。您填写的内容已保留在本页，将自动重试。",
    busy: english ? "Not saved: the server is busy. What you typed is kept and sent again by itself." : "未保存：服务器繁忙。您填写的内容已保留，将自动重试。",
    away: english ? "Not saved: you are signed out. Sign in again in another window; what you typed is kept and sent then." : "未保存：登录已过期。请在新窗口重新登录，本页内容已保留，将自动重试。",
    kept: english ? "Kept from before, sending again…" : "已恢复上次未保存的内容，正在重新保存…",
  };
  var WAITS = [3000, 8000, 20000, 45000];
  var QUIET = 900;
  var forms = {};

  function all(selector, inside) { return Array.prototype.slice.call((inside || document).querySelectorAll(selector)); }
  function keyOf(form) { return "assessment:" + form.getAttribute("action"); }
  function drafted(form) {
    var pairs = [];
    new FormData(form).forEach(function (value, name) { if (typeof value === "string") { pairs.push([name, value]); } });
    return pairs;
  }
  function keep(form) { try { sessionStorage.setItem(keyOf(form), JSON.stringify(drafted(form))); } catch (full) { /* the page itself still holds it */ } }
  function forget(form) { try { sessionStorage.removeItem(keyOf(form)); } catch (none) { /* nothing was kept */ } }
  function say(form, words, tone) {
    var place = form.querySelector("[data-status]");
    place.textContent = words;
    place.className = "save-status" + (tone ? " text-" + tone : "");
    place.dataset.tone = tone || "quiet";
  }
  function clock() { var now = new Date(); return ("0" + now.getHours()).slice(-2) + ":" + ("0" + now.getMinutes()).slice(-2) + ":" + ("0" + now.getSeconds()).slice(-2); }
  function chosen(form, name) { var found = form.querySelector("[name='" + name + "']:checked"); return found ? found.value : ""; }
  function show(form) {
    var claim = chosen(form, "claim");
    all("[data-when]", form).forEach(function (part) { part.hidden = part.dataset.when.split(" ").indexOf(claim) < 0; });
  }
  // A choice that asks for more (a score, a reason) is sent once that is there, not refused for what is about to be typed.
  function awaited(form) {
    var claim = chosen(form, "claim");
    var field = claim === "typed" ? form.elements.score : claim === "na" ? form.elements.reason : null;
    return field && field.value.trim() === "" ? field : null;
  }
  function put(place, html) { if (place && html !== undefined) { place.innerHTML = html; if (window.htmx) { window.htmx.process(place); } } }

  // How many hints still want something: counted on the page, because a save knows only those of its own item.
  function count() {
    var place = document.querySelector("[data-flags]");
    if (!place) { return; }
    var number = all(".flag-list li[data-open]").length;
    place.hidden = number === 0;
    place.querySelector("[data-flag-count]").textContent = number;
  }

  function save(form) {
    var self = forms[keyOf(form)];
    window.clearTimeout(self.timer);
    if (self.running) { self.again = true; return; }
    self.running = true; self.again = false; self.dirty = false;
    keep(form);
    say(form, WORDS.saving);
    var body = new URLSearchParams(drafted(form));
    fetch(form.getAttribute("action"), { method: "POST", body: body, credentials: "same-origin", headers: { "X-Autosave": "1", "Accept": "application/json" } })
      .then(function (answer) {
        var kind = answer.headers.get("Content-Type") || "";
        if (answer.redirected || (answer.ok && kind.indexOf("json") < 0)) { throw { words: WORDS.away }; }
        if (kind.indexOf("json") < 0) { throw { words: answer.status >= 500 ? WORDS.busy : WORDS.away }; }
        return answer.json();
      })
      .then(function (told) { self.tries = 0; self.running = false; arrived(form, self, told); })
      .catch(function (problem) {
        self.running = false; self.dirty = true;
        say(form, (problem && problem.words) || WORDS.offline, "danger");
        var wait = WAITS[Math.min(self.tries, WAITS.length - 1)];
        self.tries += 1;
        self.timer = window.setTimeout(function () { save(form); }, wait);
      });
  }

  function arrived(form, self, told) {
    var conflict = form.querySelector("[data-conflict]");
    if (told.outcome === "saved") {
      form.elements.seen.value = told.version;
      put(conflict, "");
      put(document.getElementById(form.dataset.result), told.item);
      put(document.getElementById("assessment-summary"), told.summary);
      var article = form.closest("article[data-stop]");
      if (article && told.tone) { article.className = article.className.replace(/item-(failed|open|answered|aside)/, told.tone); }
      count();
      if (self.again || self.dirty) { say(form, WORDS.unsaved, "warning"); save(form); return; }
      forget(form);
      say(form, WORDS.saved + clock(), "success");
    } else if (told.outcome === "overtaken") {
      self.dirty = true; self.theirs = told.theirs; self.version = told.version;
      say(form, WORDS.unsaved, "danger");
      put(conflict, told.conflict);
      conflict.querySelector("button").focus();
    } else {
      self.dirty = true;
      say(form, told.sentence, "danger");
      if (self.again) { save(form); }
    }
  }

  function choose(form, whose) {
    var self = forms[keyOf(form)];
    form.elements.seen.value = self.version;
    if (whose === "theirs") {
      fill(form, self.theirs);
      put(form.querySelector("[data-conflict]"), "");
      forget(form); self.dirty = false;
      say(form, WORDS.saved + clock(), "success");
      return;
    }
    save(form);
  }
  function fill(form, pairs) {
    Object.keys(pairs).forEach(function (name) {
      all("[name='" + name + "']", form).forEach(function (field) {
        if (field.type === "radio") { field.checked = field.value === pairs[name]; } else if (name !== "csrfmiddlewaretoken") { field.value = pairs[name]; }
      });
    });
    show(form);
  }
  function restore(form) {
    var stored = null;
    try { stored = JSON.parse(sessionStorage.getItem(keyOf(form)) || "null"); } catch (broken) { return; }
    if (!stored) { return; }
    var pairs = {};
    stored.forEach(function (pair) { pairs[pair[0]] = pair[1]; });
    fill(form, pairs);
    say(form, WORDS.kept, "warning");
    save(form);
  }

  // Only the items one wants to see: those still open, with hints, or failing. An item being worked on does not vanish.
  function filter(button) {
    var wanted = button.dataset.filter;
    all("[data-filter]").forEach(function (other) { other.classList.toggle("active", other === button); other.setAttribute("aria-pressed", other === button); });
    all("article[data-stop]").forEach(function (item) {
      var fits = !wanted || (wanted === "flagged" ? item.querySelector(".flag-list li[data-open]") : item.classList.contains(wanted));
      item.hidden = !fits;
    });
  }

  function typing(target) { return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === "INPUT" && !/^(radio|checkbox|button|submit)$/.test(target.type)); }
  function step(by) {
    var items = all("article[data-stop]").filter(function (item) { return !item.hidden; });
    var here = document.activeElement && document.activeElement.closest ? document.activeElement.closest("article[data-stop]") : null;
    var index = here ? items.indexOf(here) + by : by > 0 ? 0 : items.length - 1;
    var next = items[Math.max(0, Math.min(items.length - 1, index))];
    if (!next) { return; }
    if (next.closest("details")) { next.closest("details").open = true; }
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
  }

  document.addEventListener("DOMContentLoaded", function () {
    all("form[data-autosave]").forEach(function (form) {
      forms[keyOf(form)] = { running: false, again: false, dirty: false, tries: 0, timer: 0, theirs: null, version: "" };
      all("[data-plain]", form).forEach(function (button) { button.hidden = true; });
      show(form);
      form.addEventListener("input", function (event) {
        var self = forms[keyOf(form)];
        self.dirty = true;
        if (event.target.name === "score" && event.target.value !== "") { fill(form, { claim: "typed" }); }
        show(form);
        keep(form);
        if (!form.querySelector("[data-conflict]").hasChildNodes()) { say(form, WORDS.unsaved, "warning"); }
        window.clearTimeout(self.timer);
        if (event.target.type === "radio" && awaited(form)) { say(form, awaited(form).name === "score" ? WORDS.score : WORDS.reason, "warning"); return; }
        if (self.running) { self.again = true; return; }
        self.timer = window.setTimeout(function () { save(form); }, event.target.type === "radio" ? 0 : QUIET);
      });
      form.addEventListener("focusout", function (event) {
        var self = forms[keyOf(form)];
        if (awaited(form) && form.contains(event.relatedTarget)) { return; }
        if (self.dirty && !self.running && !self.tries && !form.querySelector("[data-conflict]").hasChildNodes()) { save(form); }
      });
      form.addEventListener("submit", function (event) { event.preventDefault(); save(form); });
      form.addEventListener("click", function (event) {
        var button = event.target.closest("[data-choose]");
        if (button) { event.preventDefault(); choose(form, button.dataset.choose); }
      });
      restore(form);
    });
    all("[data-filters]").forEach(function (group) {
      group.hidden = false;
      group.addEventListener("click", function (event) { if (event.target.dataset.filter !== undefined) { filter(event.target); } });
    });
    window.addEventListener("online", function () {
      all("form[data-autosave]").forEach(function (form) { if (forms[keyOf(form)].tries) { save(form); } });
    });
    window.addEventListener("beforeunload", function (event) {
      var waiting = Object.keys(forms).some(function (key) { return forms[key].dirty || forms[key].running; });
      if (waiting) { event.preventDefault(); event.returnValue = ""; }
    });
    document.addEventListener("keydown", function (event) {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) { return; }
      if (event.key === "j") { event.preventDefault(); step(1); }
      if (event.key === "k") { event.preventDefault(); step(-1); }
      var here = event.target.closest ? event.target.closest("article[data-stop]") : null;
      if (here && /^[1-9]$/.test(event.key)) {
        var radio = all("[data-choice]", here)[Number(event.key) - 1];
        if (radio && !radio.disabled) { event.preventDefault(); radio.click(); }
      }
    });
  });
})();
