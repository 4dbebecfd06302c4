// Forms whose rows repeat (缺陷、表决、核查组): another empty row below the last one; without scripts the blank rows suffice.
document.addEventListener("click", function (event) {
  var button = event.target.closest("[data-more-rows]");
  if (!button) { return; }
  var rows = button.closest("[data-rows]").querySelectorAll("[data-row]");
  var last = rows[rows.length - 1];
  var added = last.cloneNode(true);
  var place = rows.length;
  added.querySelectorAll("input, select, textarea").forEach(function (field) {
    field.id = field.id.replace(/-\d+-/, "-" + place + "-");
    field.setAttribute("aria-label", (field.getAttribute("aria-label") || "").replace(/\d+$/, String(place + 1)));
    if (field.tagName === "SELECT") { field.selectedIndex = 0; } else { field.value = ""; }
  });
  last.parentNode.insertBefore(added, button);
  added.querySelector("input, select, textarea").focus();
});
