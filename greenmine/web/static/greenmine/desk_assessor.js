// Which of the five fields the chosen people cover, shown while choosing. The server decides; this only shows it earlier.
(function () {
  "use strict";
  function refresh(form) {
    var chosen = {};
    form.querySelectorAll("input[type=checkbox][name^='field-']:checked").forEach(function (box) { chosen[box.value] = true; });
    var yes = form.querySelector("[data-yes]").textContent, no = form.querySelector("[data-no]").textContent;
    form.querySelectorAll("[data-field]").forEach(function (badge) {
      var covered = Boolean(chosen[badge.getAttribute("data-field")]);
      badge.classList.toggle("bg-green-lt", covered);
      badge.classList.toggle("bg-azure-lt", !covered);
      badge.querySelector("[data-mark]").textContent = covered ? yes : no;
    });
  }
  document.querySelectorAll("form[data-team]").forEach(function (form) {
    form.addEventListener("change", function () { refresh(form); });
    refresh(form);
  });
})();
