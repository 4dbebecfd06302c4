// Lets the site page open without signal. It keeps the page as last seen and the files it needs; it reads and sends nothing else.
// `self.SITE` (version and files) is put before this text by the server.
/* global self, caches, fetch, Response */
(function () {
  "use strict";
  var FILES = "greenmine-site-files-" + self.SITE.version;
  var PAGES = "greenmine-site-pages";
  var PATIENCE = 5000;

  self.addEventListener("install", function (event) {
    event.waitUntil(caches.open(FILES).then(function (kept) { return kept.addAll(self.SITE.files); }).then(function () { return self.skipWaiting(); }));
  });
  self.addEventListener("activate", function (event) {
    event.waitUntil(caches.keys().then(function (names) {
      return Promise.all(names.map(function (name) {
        return name.indexOf("greenmine-site-files-") === 0 && name !== FILES ? caches.delete(name) : null;
      }));
    }).then(function () { return self.clients.claim(); }));
  });

  function fromNetwork(request) {
    return new Promise(function (done, failed) {
      var timer = setTimeout(failed, PATIENCE);
      fetch(request).then(function (answer) { clearTimeout(timer); done(answer); }, function (problem) { clearTimeout(timer); failed(problem); });
    });
  }
  function asSeen(request) {
    return caches.open(PAGES).then(function (kept) { return kept.match(request.url, { ignoreSearch: true }); });
  }
  // A page: fresh where there is signal, as last seen where there is none. Only a whole page of ours is kept.
  function page(request) {
    return fromNetwork(request).then(function (answer) {
      if (answer.ok && !answer.redirected && answer.headers.get("X-Site-Pack")) {
        var copy = answer.clone();
        caches.open(PAGES).then(function (kept) { return kept.put(request.url, copy); });
      }
      // The engagement has ended, or the server is in trouble: what is kept on the phone must still come off it.
      return answer.status >= 400 ? asSeen(request).then(function (found) { return found || answer; }) : answer;
    }, function () { return asSeen(request).then(function (found) { return found || Response.error(); }); });
  }
  function file(request) {
    return caches.match(request, { ignoreSearch: true }).then(function (found) { return found || fetch(request); });
  }
  self.addEventListener("fetch", function (event) {
    var request = event.request, address = new URL(request.url);
    if (request.method !== "GET" || address.origin !== self.location.origin) { return; }
    if (request.mode === "navigate") { event.respondWith(page(request)); return; }
    if (address.pathname.indexOf("/static/") === 0) { event.respondWith(file(request)); }
  });
}());
