// A phone shows the lesser parts of a page folded, but for the one that the address names; without this script all are open.
(function () {
  const isNarrow = window.matchMedia("(max-width: 640px)").matches;
  for (const part of document.querySelectorAll("details.fold")) part.open = !isNarrow;
  function openAsked() {
    const asked = window.location.hash.length > 1 && document.getElementById(window.location.hash.slice(1));
    const part = asked && (asked.querySelector("details.fold") || asked.closest("details.fold"));
    if (part) part.open = true;
    if (part) asked.scrollIntoView();
  }
  openAsked();
  window.addEventListener("hashchange", openAsked);
  window.addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details.fold")) part.open = true;
  });
})();
