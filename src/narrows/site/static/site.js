// Better with a script, whole without: forms of the questions change the page in place, and the heading is read out.
(function () {
  "use strict";
  document.documentElement.classList.add("scripted");
  // A form that is sent twice by a double press is sent once.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent === "yes") { event.preventDefault(); return; }
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sent = "yes";
      window.setTimeout(function () { delete form.dataset.sent; }, 4000);
    }
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-print]");
    if (button) { window.print(); }
  });
  // Writing a number takes back "I don't know"; choosing "I don't know" empties the number.
  document.addEventListener("input", function (event) {
    var field = event.target.closest(".question");
    if (!field) { return; }
    if (event.target.type === "number" && event.target.value) {
      field.querySelectorAll("input[type=radio]").forEach(function (one) { one.checked = false; });
    }
    if (event.target.type === "radio") {
      field.querySelectorAll("input[type=number]").forEach(function (one) { one.value = ""; });
    }
  });
  document.addEventListener("htmx:afterSettle", function () {
    var start = document.querySelector("#main .errors") || document.querySelector("#main h1");
    if (start) { start.setAttribute("tabindex", "-1"); start.focus({ preventScroll: true }); }
    var title = document.querySelector("#main [data-title]");
    if (title) { document.title = title.getAttribute("data-title") + " · narrows"; }
    window.scrollTo(0, 0);
  });
}());
