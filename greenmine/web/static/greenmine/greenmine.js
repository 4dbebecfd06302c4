// The few things every page does: errors of fragments become visible, a double click sends once.
document.addEventListener("htmx:responseError", function (event) {
  var place = document.getElementById("messages");
  if (!place) { return; }
  var alert = document.createElement("div");
  alert.className = "alert alert-danger";
  alert.setAttribute("role", "alert");
  var english = document.documentElement.lang === "en";
  alert.textContent = (english ? "The server did not answer as expected. Reload the page and try again. " : "服务器未正常答复，请刷新页面后重试。") + " (" + event.detail.xhr.status + ")";
  place.appendChild(alert);
});
document.addEventListener("submit", function (event) {
  var form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post") || form.dataset.again === "yes") { return; }
  if (form.dataset.sent === "yes") { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  window.setTimeout(function () { form.dataset.sent = ""; }, 8000);
});
document.addEventListener("change", function (event) {
  var box = event.target.closest("[data-check-all]");
  if (!box) { return; }
  document.querySelectorAll(box.dataset.checkAll).forEach(function (one) { one.checked = box.checked; });
});
