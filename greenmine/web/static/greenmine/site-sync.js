// Sends what the phone holds, in parts, as often as needed: every operation has an id of its own, so twice does no harm.
// Tells why it could not: no signal, signed out, refused in words. What was not taken stays.
window.SiteSync = (function () {
  "use strict";
  var store = window.SiteStore;
  var PART = 50, PATIENCE = 60000;

  function token() {
    var found = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie);
    return found ? decodeURIComponent(found[1]) : "";
  }
  // {ok, body} · {why: "offline" | "signed_out" | "refused" | "server", zh, en}
  function ask(address, options) {
    var stop = new AbortController();
    var timer = window.setTimeout(function () { stop.abort(); }, PATIENCE);
    var given = Object.assign({ credentials: "same-origin", redirect: "manual", cache: "no-store", signal: stop.signal }, options);
    return fetch(address, given).then(function (answer) {
      var json = (answer.headers.get("Content-Type") || "").indexOf("json") >= 0;
      if (answer.type === "opaqueredirect" || answer.status === 401 || (!json && answer.status < 500)) { return { why: "signed_out" }; }
      if (!json) { return { why: "server" }; }
      return answer.json().then(function (body) {
        return answer.ok ? { ok: true, body: body } : { why: "refused", zh: body.zh, en: body.en };
      });
    }, function () { return { why: "offline" }; }).finally(function () { window.clearTimeout(timer); });
  }
  function post(address, body, headers) {
    return ask(address, { method: "POST", body: body, headers: Object.assign({ "X-CSRFToken": token() }, headers) });
  }
  // How far this phone's clock is ahead of the server's: the middle of the way there and back is when it answered.
  function drift(before, after, server) { return Math.round((before + after) / 2 - server); }

  function fetchPack(address) {
    var before = Date.now();
    return ask(address, { method: "GET" }).then(function (told) {
      if (told.ok) { told.drift = drift(before, Date.now(), told.body.server_ms); }
      return told;
    });
  }
  function plain(row) {
    return { op: row.op, author: row.author, sequence: row.sequence, device_time: row.device_time, drift_ms: row.drift_ms, kind: row.kind, item: row.item, payload: row.payload };
  }
  function mark(rows, body) {
    var refused = {};
    body.refused.forEach(function (one) { refused[one.op] = one; });
    return Promise.all(rows.map(function (row) {
      var why = refused[row.op];
      if (!why && body.accepted.indexOf(row.op) < 0) { return null; }
      row.state = why ? "refused" : "kept";
      row.why = why ? { zh: why.zh, en: why.en } : null;
      return store.put("operations", row);
    }));
  }
  function sendOperations(pack, device, progress) {
    return store.of("operations", pack.pack).then(function (rows) {
      var waiting = rows.filter(function (row) { return row.state !== "kept" && row.author === pack.me.id; });
      waiting.sort(function (a, b) { return a.sequence - b.sequence; });
      progress.total += waiting.length;
      function next() {
        if (!waiting.length) { return Promise.resolve({ ok: true }); }
        var part = waiting.splice(0, PART);
        var before = Date.now();
        return post(pack.urls.sync, JSON.stringify({ device: device, operations: part.map(plain) }), { "Content-Type": "application/json" }).then(function (told) {
          if (!told.ok) { return told; }
          pack.drift_ms = drift(before, Date.now(), told.body.server_ms);
          pack.top = Math.max(pack.top, told.body.top);
          pack.lines = told.body.lines;
          return mark(part, told.body).then(function () { progress.done += part.length; progress.show(); return store.put("packs", pack); }).then(next);
        });
      }
      return next();
    });
  }
  function sendPhotographs(pack, progress) {
    return Promise.all([store.of("operations", pack.pack), store.of("photographs", pack.pack)]).then(function (found) {
      var kept = {};
      found[0].forEach(function (row) { if (row.state === "kept") { kept[row.op] = row; } });
      var waiting = found[1].filter(function (row) { return kept[row.op] && row.state !== "kept" && kept[row.op].author === pack.me.id; });
      progress.total += waiting.length;
      function next() {
        var row = waiting.shift();
        if (!row) { return Promise.resolve({ ok: true }); }
        var body = new FormData();
        body.append("photo", new File([row.blob], row.name, { type: row.blob.type }));
        return post(pack.urls.photo.replace("OPERATION", row.op), body, {}).then(function (told) {
          if (told.why && told.why !== "refused") { return told; }
          row.state = told.ok ? "kept" : "refused";
          row.why = told.ok ? null : { zh: told.zh, en: told.en };
          row.checks = told.ok ? told.body.checks : [];
          if (told.ok) { row.blob = null; }  // the server has said that it holds it
          return store.put("photographs", row).then(function () { progress.done += 1; progress.show(); }).then(next);
        });
      }
      return next();
    });
  }
  return {
    pack: fetchPack,
    // Operations first, then photographs, one by one: a broken line loses at most the part under way.
    all: function (pack, device, show) {
      var progress = { done: 0, total: 0, show: function () { show(progress.done, progress.total); } };
      return sendOperations(pack, device, progress).then(function (told) { return told.ok ? sendPhotographs(pack, progress) : told; });
    },
  };
}());
