// What a phone keeps of a site visit while it has no signal: operations, photographs and drafts, in the browser's database.
// Nothing here is ever removed before the server has said that it holds it.
window.SiteStore = (function () {
  "use strict";
  var NAME = "greenmine-site", VERSION = 1;
  var opened = null;

  function open() {
    if (opened) { return opened; }
    opened = new Promise(function (done, failed) {
      var asked = indexedDB.open(NAME, VERSION);
      asked.onupgradeneeded = function () {
        var base = asked.result;
        base.createObjectStore("packs", { keyPath: "pack" });
        base.createObjectStore("operations", { keyPath: "op" }).createIndex("pack", "pack");
        base.createObjectStore("photographs", { keyPath: "op" }).createIndex("pack", "pack");
        base.createObjectStore("drafts", { keyPath: "key" });
      };
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = function () { opened = null; failed(asked.error); };
    });
    return opened;
  }

  // One transaction over the named stores; `work` gets them and returns the request whose result is wanted.
  function within(names, mode, work) {
    return open().then(function (base) {
      return new Promise(function (done, failed) {
        var turn = base.transaction(names, mode);
        var asked = work.apply(null, names.map(function (name) { return turn.objectStore(name); }));
        turn.oncomplete = function () { done(asked ? asked.result : undefined); };
        turn.onerror = turn.onabort = function () { failed(turn.error); };
      });
    });
  }

  return {
    put: function (store, row) { return within([store], "readwrite", function (rows) { rows.put(row); }); },
    get: function (store, key) { return within([store], "readonly", function (rows) { return rows.get(key); }); },
    remove: function (store, key) { return within([store], "readwrite", function (rows) { rows.delete(key); }); },
    of: function (store, pack) { return within([store], "readonly", function (rows) { return rows.index("pack").getAll(pack); }); },
    // An operation and its photograph are written together or not at all.
    putCapture: function (operation, photograph) {
      return within(["operations", "photographs"], "readwrite", function (operations, photographs) {
        operations.put(operation); photographs.put(photograph);
      });
    },
    forget: function (pack) {
      return Promise.all([this.of("operations", pack), this.of("photographs", pack)]).then(function (found) {
        return within(["operations", "photographs", "packs"], "readwrite", function (operations, photographs, packs) {
          found[0].forEach(function (row) { operations.delete(row.op); });
          found[1].forEach(function (row) { photographs.delete(row.op); });
          packs.delete(pack);
        });
      });
    },
  };
}());
