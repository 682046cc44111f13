// The box of a page without a map: what is chosen is opened.
(function () {
  const box = document.getElementById("find");
  if (!box) return;
  const { up, places } = box.dataset;
  const find = makeSearch([], places, (target) => {
    const href = pageOf(target, up);
    if (href) window.location.href = href;
  });
  const query = new URLSearchParams(window.location.search).get("q");
  if (query) find(query);
})();
