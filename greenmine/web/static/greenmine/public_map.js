// The public map: squares of half a degree as circles on a graticule. Canvas only, no request leaves this server.
(function () {
  "use strict";
  var canvas = document.getElementById("public-map");
  if (!canvas) { return; }
  var context = canvas.getContext("2d");
  var COLOURS = ["#0f5132", "#5aa57c", "#3b82c4", "#c2570c"];
  var WEST = 73, EAST = 136, SOUTH = 17, NORTH = 54, STRETCH = 1.28;
  var state = { scale: 1, x: 0, y: 0, square: 0.5, cells: [], chosen: null, ratio: 1 };

  function size() {
    state.ratio = window.devicePixelRatio || 1;
    state.width = canvas.clientWidth;
    state.height = canvas.clientHeight;
    canvas.width = Math.round(state.width * state.ratio);
    canvas.height = Math.round(state.height * state.ratio);
  }
  function fit() {
    var wide = state.width / (EAST - WEST), high = state.height / ((NORTH - SOUTH) * STRETCH);
    state.scale = Math.min(wide, high);
    state.x = (WEST + EAST) / 2;
    state.y = (SOUTH + NORTH) / 2;
  }
  function across(longitude) { return state.width / 2 + (longitude - state.x) * state.scale; }
  function down(latitude) { return state.height / 2 - (latitude - state.y) * state.scale * STRETCH; }
  function total(cell) { return cell[2] + cell[3] + cell[4] + cell[5]; }
  function radius(cell) {
    var most = state.square * state.scale * 0.75;
    return Math.max(3, Math.min(Math.max(4, most), 3 + Math.sqrt(total(cell)) * Math.sqrt(state.scale) / 3));
  }
  function middle(cell) {
    return [across((cell[0] + 0.5) * state.square), down((cell[1] + 0.5) * state.square)];
  }
  function lines() {
    var step = state.scale > 120 ? 1 : state.scale > 40 ? 2 : state.scale > 18 ? 5 : 10, at, place;
    context.strokeStyle = "#cfd8e3";
    context.fillStyle = "#454f5e";
    context.lineWidth = 1;
    context.font = "11px sans-serif";
    for (at = -180; at <= 180; at += step) {
      place = across(at);
      if (place < 0 || place > state.width) { continue; }
      context.beginPath(); context.moveTo(place, 0); context.lineTo(place, state.height); context.stroke();
      context.fillText(at + "°E", place + 3, state.height - 5);
    }
    for (at = -90; at <= 90; at += step) {
      place = down(at);
      if (place < 0 || place > state.height) { continue; }
      context.beginPath(); context.moveTo(0, place); context.lineTo(state.width, place); context.stroke();
      context.fillText(at + "°N", 3, place - 3);
    }
  }
  function circle(cell) {
    var place = middle(cell), wide = radius(cell), whole = total(cell), from = -Math.PI / 2, i, part;
    if (place[0] < -40 || place[0] > state.width + 40 || place[1] < -40 || place[1] > state.height + 40) { return; }
    for (i = 0; i < 4; i += 1) {
      if (!cell[i + 2]) { continue; }
      part = 2 * Math.PI * cell[i + 2] / whole;
      context.beginPath();
      context.moveTo(place[0], place[1]);
      context.arc(place[0], place[1], wide, from, from + part);
      context.closePath();
      context.fillStyle = COLOURS[i];
      context.fill();
      from += part;
    }
    context.beginPath();
    context.arc(place[0], place[1], wide, 0, 2 * Math.PI);
    context.strokeStyle = cell === state.chosen ? "#e8a200" : "#fff";
    context.lineWidth = cell === state.chosen ? 3 : 1;
    context.stroke();
    if (wide > 11) {
      context.fillStyle = "#fff";
      context.font = "bold 11px sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(String(whole), place[0], place[1]);
      context.textAlign = "start";
      context.textBaseline = "alphabetic";
    }
  }
  function draw() {
    context.setTransform(state.ratio, 0, 0, state.ratio, 0, 0);
    context.clearRect(0, 0, state.width, state.height);
    lines();
    state.cells.forEach(circle);
    if (state.chosen) { circle(state.chosen); }
  }
  function zoom(by, at) {
    var longitude = state.x, latitude = state.y;
    if (at) {
      longitude = state.x + (at[0] - state.width / 2) / state.scale;
      latitude = state.y - (at[1] - state.height / 2) / (state.scale * STRETCH);
    }
    var next = Math.max(2, Math.min(600, state.scale * by)), ratio = state.scale / next;
    state.x = longitude - (longitude - state.x) * ratio;
    state.y = latitude - (latitude - state.y) * ratio;
    state.scale = next;
    draw();
  }
  function choose(at) {
    var nearest = null, best = 18;
    state.cells.forEach(function (cell) {
      var place = middle(cell), off = Math.hypot(place[0] - at[0], place[1] - at[1]);
      if (off < Math.max(best, radius(cell)) && off < 30) { if (!nearest || off < best) { nearest = cell; best = off; } }
    });
    if (!nearest) { return; }
    state.chosen = nearest;
    draw();
    var list = document.getElementById("public-map-list");
    fetch(canvas.dataset.list + "?cell=" + nearest[0] + "," + nearest[1], { headers: { "HX-Request": "true" } })
      .then(function (answer) { return answer.text(); })
      .then(function (text) {
        list.innerHTML = text;
        list.querySelectorAll("nav a").forEach(function (link) {
          link.href = canvas.dataset.list + link.getAttribute("href");
        });
      });
  }
  function where(event) {
    var box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
  var held = {}, moved = 0, apart = 0;
  canvas.addEventListener("pointerdown", function (event) {
    held[event.pointerId] = where(event);
    moved = 0;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", function (event) {
    if (!held[event.pointerId]) { return; }
    var now = where(event), before = held[event.pointerId], all;
    held[event.pointerId] = now;
    all = Object.keys(held).map(function (key) { return held[key]; });
    if (all.length === 2) {
      var gap = Math.hypot(all[0][0] - all[1][0], all[0][1] - all[1][1]);
      if (apart) { zoom(gap / apart, [(all[0][0] + all[1][0]) / 2, (all[0][1] + all[1][1]) / 2]); }
      apart = gap;
      moved += 10;
      return;
    }
    moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
    state.x -= (now[0] - before[0]) / state.scale;
    state.y += (now[1] - before[1]) / (state.scale * STRETCH);
    draw();
  });
  function release(event) {
    if (held[event.pointerId] && moved < 6 && event.type === "pointerup") { choose(where(event)); }
    delete held[event.pointerId];
    apart = 0;
  }
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("wheel", function (event) {
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, where(event));
  }, { passive: false });
  canvas.addEventListener("keydown", function (event) {
    var step = 60 / state.scale;
    if (event.key === "ArrowLeft") { state.x -= step; } else if (event.key === "ArrowRight") { state.x += step; }
    else if (event.key === "ArrowUp") { state.y += step / STRETCH; } else if (event.key === "ArrowDown") { state.y -= step / STRETCH; }
    else if (event.key === "+" || event.key === "=") { zoom(1.5); return; } else if (event.key === "-") { zoom(1 / 1.5); return; }
    else if (event.key === "Enter") { choose([state.width / 2, state.height / 2]); return; } else { return; }
    event.preventDefault();
    draw();
  });
  document.querySelectorAll("[data-zoom]").forEach(function (button) {
    button.addEventListener("click", function () {
      if (button.dataset.zoom === "all") { fit(); draw(); } else { zoom(button.dataset.zoom === "in" ? 1.5 : 1 / 1.5); }
    });
  });
  window.addEventListener("resize", function () { size(); draw(); });
  size();
  fit();
  draw();
  fetch(canvas.dataset.cells)
    .then(function (answer) { return answer.json(); })
    .then(function (found) {
      state.square = found.square;
      state.cells = found.cells.sort(function (one, other) { return total(other) - total(one); });
      canvas.dataset.count = String(state.cells.length);
      draw();
    })
    .catch(function () { document.getElementById("public-map-note").textContent = canvas.dataset.failed; });
}());
