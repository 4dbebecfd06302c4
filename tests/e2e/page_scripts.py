"""What the browser tests run in a page where one more click would show nothing new: the addresses the page itself uses."""

from __future__ import annotations

# Items that nobody answered, each with the first thing that may be claimed of it.
OPEN = """Array.from(document.querySelectorAll("article[data-stop]"))
  .filter(one => one.querySelector("input[name=claim][value=none]").checked)
  .map(one => [one.id.slice(5), one.querySelectorAll("input[name=claim]")[1].value])"""

# Sends one item's form to the address the page saves it to, as its own script does.
SAVE = """async ([item, said]) => {
  const form = document.querySelector(`#item-${item} form`), body = new URLSearchParams(new FormData(form));
  Object.keys(said).forEach(name => body.set(name, said[name]));
  const told = await fetch(form.getAttribute("action"), {method: "POST", body, headers: {"X-Autosave": "1"}});
  return [told.status, (await told.json()).sentence || ""];
}"""

# The best finding of every item of the site pack but those done by hand.
SCALES = """done => Array.from(document.querySelectorAll("[data-item].site-item")).filter(one => !done.includes(one.dataset.item))
  .map(one => {
    const typed = one.querySelector("input[name=score][type=number]"), level = one.querySelector("input[name=score]");
    const met = one.querySelector("input[name=met]") ? true : null;
    const score = met ? null : typed ? Math.round(Number(typed.max) * 100) : Number(level.value);
    return {item: one.dataset.item, said: {state: "scored", score, met, comment: `现场查看：${one.dataset.item}`, reason: ""}};
  })"""

# Findings and photographs go to the address the pack synchronises with.
SEND = """async ([url, items]) => {
  const token = document.cookie.replace(/.*csrftoken=([^;]*).*/, "$1"), shots = [], operations = [];
  for (const one of items) {
    const bytes = Uint8Array.from(atob(one.photo), sign => sign.charCodeAt(0));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const hash = Array.from(digest).map(part => part.toString(16).padStart(2, "0")).join("");
    const common = {item: one.item, device_time: new Date().toISOString(), drift_ms: 0};
    const claim = {...one.where, sha256: hash, size: bytes.length, name: "photo.jpg", position_age_ms: 500, place: ""};
    operations.push({...common, op: crypto.randomUUID(), kind: "finding", sequence: one.at, payload: one.said});
    operations.push({...common, op: crypto.randomUUID(), kind: "capture", sequence: one.at + 1, payload: claim});
    shots.push([operations[operations.length - 1].op, bytes]);
  }
  const headers = {"X-CSRFToken": token}, said = JSON.stringify({device: "tablet", operations});
  const told = await (await fetch(url + "sync/", {method: "POST", headers, body: said})).json();
  for (const [op, bytes] of shots) {
    const body = new FormData();
    body.append("photo", new Blob([bytes], {type: "image/jpeg"}), "photo.jpg");
    await fetch(`${url}photo/${op}/`, {method: "POST", headers, body});
  }
  return told;
}"""

# Every item judged on paper that is still open, through its own form.
PAPERS = """async () => {
  for (const form of document.querySelectorAll("main form")) {
    if (!form.elements.item || !form.closest("details[open]")) continue;
    const body = new FormData(form), choice = form.querySelector("input[name=met], input[name=score]");
    body.set("claim", "scored");
    body.set(choice.name, choice.type === "number" ? choice.max : choice.value);
    body.set("comment", "书面材料齐全，予以认可");
    await fetch(location.href, {method: "POST", body, redirect: "manual"});
  }
}"""
