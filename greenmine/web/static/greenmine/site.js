// The page of a site visit: findings, notes and photographs are kept on the phone at once and sent when there is signal.
// Each photograph is hashed where it is taken; a position the phone does not give is recorded as absent, never invented.
(function () {
  "use strict";
  var english = document.documentElement.lang === "en";
  function say(zh, en) { return english ? en : zh; }
  var root = document.getElementById("site");
  if (!root) { return; }
  var PACK = root.dataset.pack, PERSON = Number(root.dataset.person);
  var store = window.SiteStore, sync = window.SiteSync;
  var pack = null, rows = [], photographs = {}, running = false, pending = 0, reached = true;
  var POSITION = { enableHighAccuracy: true, timeout: 20000, maximumAge: 30000 };
  var WHY = { 1: "denied", 2: "unavailable", 3: "timeout" };

  function part(name, inside) { return (inside || root).querySelector("[data-role='" + name + "']"); }
  function all(selector, inside) { return Array.prototype.slice.call((inside || root).querySelectorAll(selector)); }
  function card(item) { return document.getElementById("item-" + item); }
  function make(tag, words, classes) {
    var made = document.createElement(tag);
    if (words !== undefined) { made.textContent = words; }
    if (classes) { made.className = classes; }
    return made;
  }
  function message(words, tone, link) {
    var place = part("message");
    place.className = "alert alert-" + (tone || "info");
    place.textContent = words + " ";
    place.hidden = !words;
    if (link) { var made = make("a", link.words, "alert-link"); made.href = link.href; place.appendChild(made); }
  }
  function newId() {
    var b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
    var hex = Array.prototype.map.call(b, function (one) { return ("0" + one.toString(16)).slice(-2); }).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }
  function device() {
    var kept = localStorage.getItem("greenmine-device");
    if (!kept) { kept = newId(); localStorage.setItem("greenmine-device", kept); }
    return kept;
  }
  function hexOf(buffer) {
    return Array.prototype.map.call(new Uint8Array(buffer), function (one) { return ("0" + one.toString(16)).slice(-2); }).join("");
  }

  // ---- installing ----
  function install() {
    message(say("正在下载到本机…", "Loading onto this device…"));
    part("install").disabled = true;
    return navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope })
      .then(function () { return navigator.serviceWorker.ready; })
      .then(function () { return caches.open("greenmine-site-pages"); })
      .then(function (kept) { return kept.addAll([root.dataset.scope, location.pathname].map(function (path) { return new Request(path, { credentials: "same-origin" }); })); })
      .then(fetchPack)
      .then(function (told) {
        if (!told.ok) { throw told; }
        if (navigator.storage && navigator.storage.persist) { navigator.storage.persist(); }
        pack.installed_at = new Date().toISOString();
        return store.put("packs", pack);
      })
      .then(function () { message(say("已下载到本机，没有信号也可以打开本页。", "On this device now: this page opens without signal."), "success"); draw(); })
      .catch(function (problem) { trouble(problem && problem.why ? problem : { why: "offline" }); })
      .finally(function () { part("install").disabled = false; });
  }
  function fetchPack() {
    return sync.pack(root.dataset.packUrl).then(function (told) {
      reached = told.why !== "offline";
      if (told.ok) {
        var before = pack;
        pack = told.body;
        pack.pack = PACK;
        pack.drift_ms = told.drift;
        pack.installed_at = before ? before.installed_at : null;
        return store.put("packs", pack).then(function () { return told; });
      }
      return told;
    });
  }
  function trouble(told) {
    if (told.why === "offline") { message(say("没有信号。记录都在本机，有信号后再同步。", "No signal. Everything is kept on this device and sent later."), "warning"); }
    else if (told.why === "signed_out") { message(say("登录已过期，记录都在本机。请重新登录后再同步：", "You are signed out; everything is kept on this device. Sign in and send again:"), "warning", { words: say("重新登录", "Sign in"), href: root.dataset.login }); }
    else if (told.why === "refused") { message((english ? told.en : told.zh) + say("记录都在本机，可以导出为文件。", " Everything is kept on this device and can be saved as a file."), "danger"); }
    else { message(say("服务器暂时不能接收，记录都在本机，请稍后再同步。", "The server cannot take it at the moment; everything is kept on this device."), "warning"); }
  }

  // ---- recording ----
  function nextSequence() { return rows.reduce(function (most, row) { return Math.max(most, row.sequence); }, pack ? pack.top : 0) + 1; }
  function operation(kind, item, payload) {
    return {
      op: newId(), pack: PACK, author: PERSON, sequence: nextSequence(), device_time: new Date().toISOString(),
      drift_ms: pack && pack.drift_ms !== undefined ? pack.drift_ms : null, kind: kind, item: item, payload: payload, state: "queued",
    };
  }
  function keep(made) {
    rows.push(made);
    return store.put("operations", made).then(function () { draw(); soon(); });
  }
  function checked(form, name) { var found = form.querySelector("[name='" + name + "']:checked"); return found ? found.value : ""; }
  function finding(form) {
    var state = checked(form, "claim"), score = null, met = null;
    if (state === "scored") {
      var given = form.querySelector("[name='score'][type='number']");
      var said = given ? given.value : checked(form, "score");
      if (checked(form, "met")) { met = checked(form, "met") === "yes"; }
      if (said !== "") { score = Math.round(Number(said) * (given ? 100 : 1)); }
      if (score === null && met === null) { return null; }
    } else if (state !== "not_applicable") { return null; }
    return { state: state, score: score, met: met, comment: form.elements.comment.value.trim(), reason: form.elements.reason ? form.elements.reason.value.trim() : "" };
  }
  function saveFinding(form) {
    var said = finding(form), problem = part("form-problem", form);
    problem.textContent = !said ? say("请先选择结论。", "Choose a result first.") : said.state === "not_applicable" && !said.reason ? say("请说明不适用的理由。", "Say why it does not apply.") : "";
    if (problem.textContent) { return; }
    keep(operation("finding", form.dataset.item, said)).then(function () { dropDraft(form); });
  }
  function saveNote(form) {
    var words = form.elements.text.value.trim();
    if (!words) { return; }
    keep(operation("note", form.dataset.item, { text: words })).then(function () { form.reset(); dropDraft(form); });
  }
  function position() {
    return new Promise(function (done) {
      if (!navigator.geolocation) { done({ no_position: "unsupported" }); return; }
      navigator.geolocation.getCurrentPosition(function (found) {
        done({ latitude: found.coords.latitude, longitude: found.coords.longitude, accuracy_m: found.coords.accuracy, at: found.timestamp });
      }, function (problem) { done({ no_position: WHY[problem.code] || "unknown" }); }, POSITION);
    });
  }
  // The picture is on the phone's own storage before anything else is waited for.
  function capture(input) {
    var item = input.dataset.item, place = part("place", card(item)).value.trim();
    Array.prototype.slice.call(input.files).forEach(function (file) {
      var made = operation("capture", item, { name: file.name || "photo.jpg", size: file.size, place: place });
      var taken = Date.now();
      pending += 1;
      rows.push(made);
      made.state = "unfinished";
      file.arrayBuffer().then(function (bytes) {
        var photograph = { op: made.op, pack: PACK, name: made.payload.name, blob: new Blob([bytes], { type: file.type }), state: "queued" };
        photographs[made.op] = photograph;
        return store.putCapture(made, photograph).then(function () { return Promise.all([crypto.subtle.digest("SHA-256", bytes), position(), thumbnail(photograph.blob)]); });
      }).then(function (found) {
        photographs[made.op].thumbnail = found[2];
        return finish(made, photographs[made.op], hexOf(found[0]), found[1], taken);
      }).catch(function (problem) {
        message(say("照片没有存下，请重拍：", "The photograph was not kept, take it again: ") + problem, "danger");
      }).finally(function () { pending -= 1; draw(); soon(); });
    });
    input.value = "";
    draw();
  }
  function finish(made, photograph, digest, where, taken) {
    made.payload.sha256 = digest;
    ["latitude", "longitude", "accuracy_m", "no_position"].forEach(function (key) { if (where[key] !== undefined) { made.payload[key] = where[key]; } });
    if (where.at) { made.payload.position_age_ms = Math.max(0, Math.round(taken - where.at)); }
    made.state = "queued";
    return store.putCapture(made, photograph);
  }
  // The page was closed while a photograph waited for its position: hashed now, its position is absent.
  function finishInterrupted() {
    return Promise.all(rows.filter(function (row) { return row.state === "unfinished"; }).map(function (row) {
      var photograph = photographs[row.op];
      return photograph && photograph.blob.arrayBuffer().then(function (bytes) { return crypto.subtle.digest("SHA-256", bytes); })
        .then(function (digest) { return finish(row, photograph, hexOf(digest), { no_position: "interrupted" }, 0); });
    }));
  }
  function thumbnail(blob) {
    if (!window.createImageBitmap) { return Promise.resolve(""); }
    return createImageBitmap(blob).then(function (picture) {
      var most = Math.max(picture.width, picture.height), canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * 160 / most));
      canvas.height = Math.max(1, Math.round(picture.height * 160 / most));
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return canvas.toDataURL("image/jpeg", 0.7);
    }).catch(function () { return ""; });
  }
  function withdraw(op) { return keep(operation("withdraw", "", { op: op, reason: "" })); }

  // ---- drafts: what is typed but not yet kept ----
  function draftKey(form) { return PACK + "|" + PERSON + "|" + form.dataset.item + "|" + form.dataset.role; }
  function keepDraft(form) {
    var said = {};
    all("input, textarea", form).forEach(function (field) {
      if (field.type === "radio") { if (field.checked) { said[field.name] = field.value; } }
      else if (field.name) { said[field.name] = field.value; }
    });
    store.put("drafts", { key: draftKey(form), said: said });
  }
  function dropDraft(form) { store.remove("drafts", draftKey(form)); form.dataset.dirty = ""; }
  function restore(form, said) {
    all("input, textarea", form).forEach(function (field) {
      if (said[field.name] === undefined) { return; }
      if (field.type === "radio") { field.checked = field.value === said[field.name]; } else { field.value = said[field.name]; }
    });
    show(form);
  }
  // What was saved last stands in the form again, so that it can be changed.
  function refill(form) {
    var own = rows.filter(function (row) { return row.kind === "finding" && row.item === form.dataset.item && row.author === PERSON; });
    if (form.dataset.role !== "finding" || !own.length) { return; }
    var said = own[own.length - 1].payload, typed = form.querySelector("[name='score'][type='number']");
    var score = said.score === null ? "" : String(typed ? said.score / 100 : said.score);
    restore(form, { claim: said.state, score: score, met: said.met === null ? "" : said.met ? "yes" : "no", comment: said.comment, reason: said.reason });
  }
  function show(form) {
    var claim = checked(form, "claim");
    all("[data-when]", form).forEach(function (one) { one.hidden = one.dataset.when !== claim; });
  }

  // ---- showing ----
  var STATES = { queued: say("待同步", "waiting"), kept: say("已同步", "sent"), refused: say("未接收", "refused"), unfinished: say("正在处理", "under way") };
  var TONES = { queued: "orange", kept: "green", refused: "red", unfinished: "secondary" };
  function clock(moment) { return new Date(moment).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false }); }
  function words(row) {
    var said = row.payload;
    if (row.kind === "finding") {
      var points = said.score === null ? "" : say(said.score / 100 + " 分", said.score / 100 + " points");
      var met = said.met === null ? "" : said.met ? say("满足", "met") : say("不满足", "not met");
      return say("结论：", "Result: ") + (said.state === "not_applicable" ? say("不适用。", "does not apply. ") + said.reason : (points || met)) + (said.comment ? " — " + said.comment : "");
    }
    if (row.kind === "note") { return say("记录：", "Note: ") + said.text; }
    var where = said.latitude === undefined || said.latitude === null ? say("无定位", "no position") + (said.place ? " · " + said.place : "")
      : said.latitude.toFixed(5) + ", " + said.longitude.toFixed(5) + " ±" + Math.round(said.accuracy_m || 0) + " m";
    return say("影像：", "Photograph: ") + clock(row.device_time) + " · " + where + " · SHA-256 " + (said.sha256 || "…").slice(0, 12);
  }
  function line(row, gone) {
    var made = make("li", undefined, "site-line");
    var photograph = photographs[row.op];
    var state = photograph && row.state === "kept" ? photograph.state : row.state;
    if (photograph && photograph.thumbnail) { var picture = make("img"); picture.src = photograph.thumbnail; picture.alt = ""; made.appendChild(picture); }
    made.appendChild(make(gone ? "s" : "span", words(row)));
    made.appendChild(make("span", STATES[state], "badge bg-" + TONES[state] + "-lt ms-1"));
    var why = row.why || (photograph && photograph.why);
    if (why) { made.appendChild(make("div", english ? why.en : why.zh, "text-danger small")); }
    if (!gone && row.author === PERSON) {
      var take = make("button", say("撤回", "Take back"), "btn btn-sm btn-ghost-secondary");
      take.type = "button"; take.dataset.withdraw = row.op; made.appendChild(take);
    }
    return made;
  }
  function drawItem(section, gone) {
    var item = section.dataset.item;
    var own = rows.filter(function (row) { return row.item === item && row.kind !== "withdraw"; });
    var list = part("mine", section);
    list.textContent = "";
    own.forEach(function (row) { list.appendChild(line(row, gone[row.op])); });
    var others = part("others", section), lines = pack && pack.lines[item] ? pack.lines[item] : [];
    others.textContent = "";
    lines.forEach(function (one) { others.appendChild(make("li", english ? one.en : one.zh, one.differs ? "text-danger" : "text-secondary")); });
    var standing = own.filter(function (row) { return !gone[row.op]; });
    var found = standing.some(function (row) { return row.kind === "finding"; }), seen = standing.some(function (row) { return row.kind === "capture"; });
    var badge = part("state", section);
    badge.textContent = found && seen ? say("已核查", "done") : found ? say("缺影像", "no photo") : seen ? say("缺结论", "no result") : say("未核查", "to do");
    badge.className = "badge ms-auto bg-" + (found && seen ? "green" : found || seen ? "orange" : "secondary") + "-lt";
    section.dataset.done = found && seen ? "yes" : "";
  }
  function draw() {
    var gone = {};
    rows.forEach(function (row) { if (row.kind === "withdraw") { gone[row.payload.op] = true; } });
    var sections = all("section[data-item]");
    sections.forEach(function (section) { drawItem(section, gone); });
    var waiting = waitingRows().length + waitingPhotographs().length;
    part("count").textContent = say("已核查 ", "Done: ") + sections.filter(function (one) { return one.dataset.done; }).length + " / " + sections.length;
    part("waiting").textContent = waiting || pending ? say(waiting + pending + " 条在本机待同步", waiting + pending + " wait on this device") : say("全部已同步", "everything is sent");
    part("waiting").className = "badge bg-" + (waiting || pending ? "orange" : "green") + "-lt";
    part("line").textContent = navigator.onLine && reached ? say("有信号", "signal") : say("无信号", "no signal");
    part("installed").textContent = pack && pack.installed_at ? say("已下载到本机", "on this device") : say("尚未下载到本机", "not on this device yet");
    part("drift").textContent = pack && pack.drift_ms !== undefined ? say("设备时钟偏差 ", "clock drift ") + (pack.drift_ms / 1000).toFixed(1) + " s" : say("未对时", "clock not compared");
    part("forget").disabled = waiting > 0 || pending > 0;
    var strangers = rows.filter(function (row) { return row.author !== PERSON && row.state !== "kept"; }).length;
    part("strangers").hidden = strangers === 0;
    part("strangers").textContent = say("本机还有另一位评估人员的 " + strangers + " 条记录未同步，请由其本人登录后同步。", strangers + " records of another assessor wait on this device: they have to sign in and send them.");
  }
  function waitingRows() { return rows.filter(function (row) { return row.state !== "kept" && row.author === PERSON; }); }
  function waitingPhotographs() {
    return rows.filter(function (row) { return row.kind === "capture" && row.state === "kept" && photographs[row.op] && photographs[row.op].state !== "kept" && row.author === PERSON; });
  }

  // ---- sending ----
  var timer = 0;
  function soon() { window.clearTimeout(timer); timer = window.setTimeout(function () { if (navigator.onLine) { send(true); } }, 1500); }
  function send(quiet) {
    if (running || pending) { soon(); return Promise.resolve(); }
    if (!pack) { return fetchPack().then(function (told) { if (told.ok) { draw(); return send(quiet); } if (!quiet) { trouble(told); } return null; }); }
    running = true;
    var bar = part("progress");
    return sync.all(pack, device(), function (done, total) { bar.hidden = false; bar.max = total || 1; bar.value = done; part("progress-words").textContent = say("正在同步 ", "sending ") + done + " / " + total; })
      .then(function (told) {
        reached = told.why !== "offline";
        if (!told.ok) { trouble(told); return null; }
        return load().then(function () {
          var refused = rows.filter(function (row) { return row.state === "refused"; }).length + Object.keys(photographs).filter(function (op) { return photographs[op].state === "refused"; }).length;
          if (refused) { message(say("有 " + refused + " 条未被接收，原因见各项；记录都在本机，可以导出为文件。", refused + " were refused, see each item; they are kept on this device and can be saved as a file."), "danger"); }
          else if (!quiet) { message(say("全部已同步。", "Everything is sent."), "success"); }
          else { message(""); }
        });
      })
      .finally(function () { running = false; bar.hidden = true; part("progress-words").textContent = ""; draw(); });
  }
  function load() {
    return Promise.all([store.get("packs", PACK), store.of("operations", PACK), store.of("photographs", PACK)]).then(function (found) {
      pack = found[0] || pack;
      rows = found[1].sort(function (a, b) { return a.sequence - b.sequence || (a.op < b.op ? -1 : 1); });
      photographs = {};
      found[2].forEach(function (row) { photographs[row.op] = row; });
    });
  }

  // ---- as a file: when nobody takes it, the person still has it ----
  function dataAddress(blob) {
    return new Promise(function (done) {
      if (!blob) { done(null); return; }
      var reader = new FileReader();
      reader.onload = function () { done(reader.result); };
      reader.readAsDataURL(blob);
    });
  }
  function saveAsFile() {
    var own = rows.slice();
    return Promise.all(own.map(function (row) { return dataAddress(photographs[row.op] ? photographs[row.op].blob : null); })).then(function (pictures) {
      var content = { pack: PACK, standard: pack ? pack.standard : null, device: device(), saved_at: new Date().toISOString(), operations: own.map(function (row, place) { return Object.assign({ photograph: pictures[place] }, row); }) };
      var link = make("a");
      link.href = URL.createObjectURL(new Blob([JSON.stringify(content)], { type: "application/json" }));
      link.download = "site-" + PACK.replace("/", "-") + ".json";
      document.body.appendChild(link);
      link.click();
      link.remove();
    });
  }

  // ---- wiring ----
  root.addEventListener("submit", function (event) {
    var form = event.target;
    event.preventDefault();
    if (form.dataset.role === "finding") { saveFinding(form); } else if (form.dataset.role === "note") { saveNote(form); }
  });
  root.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && form.dataset.item) { show(form); form.dataset.dirty = "yes"; keepDraft(form); }
  });
  root.addEventListener("change", function (event) {
    if (event.target.matches("input[type='file']")) { capture(event.target); }
  });
  root.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) { return; }
    if (button.dataset.withdraw) { withdraw(button.dataset.withdraw); }
    else if (button.dataset.role === "install") { install(); }
    else if (button.dataset.role === "send") { send(false); }
    else if (button.dataset.role === "save-file") { saveAsFile(); }
    else if (button.dataset.role === "forget") { store.forget(PACK).then(function () { return caches.open("greenmine-site-pages"); }).then(function (kept) { return kept.delete(location.pathname); }).then(load).then(function () { pack = null; message(say("已从本机移除。", "Removed from this device."), "success"); draw(); }); }
  });
  window.addEventListener("online", function () { draw(); soon(); });
  window.addEventListener("offline", draw);
  window.addEventListener("beforeunload", function (event) { if (pending) { event.preventDefault(); event.returnValue = ""; } });
  if (!("serviceWorker" in navigator) || !window.indexedDB || !window.crypto || !crypto.subtle) {
    message(say("该浏览器或连接不支持离线使用（需要 https 或本机地址）。", "This browser or connection cannot work offline (https is needed)."), "danger");
    part("install").disabled = true;
    return;
  }
  load().then(finishInterrupted).then(load).then(function () {
    return Promise.all(all("form[data-item]").map(function (form) {
      show(form);
      return store.get("drafts", draftKey(form)).then(function (kept) { if (kept) { restore(form, kept.said); } else { refill(form); } });
    }));
  }).then(function () {
    draw();
    root.dataset.ready = "yes";
    if (navigator.onLine) { return fetchPack().then(function (told) { if (told.ok) { draw(); if (waitingRows().length || waitingPhotographs().length) { soon(); } } else { trouble(told); draw(); } }); }
    trouble({ why: "offline" });
    return null;
  });
}());
