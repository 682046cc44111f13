// Enter on the map: the highest areas in view as a list that a keyboard or a screen reader can walk through.
function makeList(map, page, choose) {
  const MOST = 20;
  const panel = document.getElementById("in-view");
  const rows = document.getElementById("in-view-rows");

  function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    map.getContainer().focus();
  }

  function open() {
    const view = map.getBounds();
    const layer = page.layer();
    const seen = page.areas.filter((area) => view.intersects(area.bounds) && view.contains(area.bounds.getCenter()));
    const highest = seen.filter((area) => isKnown(layer.values[area.index]))
      .sort((one, other) => layer.values[other.index] - layer.values[one.index]).slice(0, MOST);
    document.getElementById("in-view-title").textContent =
      "In view: " + wholeFormat.format(seen.length) + (seen.length === 1 ? " area" : " areas")
      + (seen.length > MOST ? ", the highest " + MOST : "") + ", " + layer.label.toLowerCase();
    rows.replaceChildren(...highest.map((area) => {
      const button = element("button", area.name, { type: "button" });
      button.addEventListener("click", () => {
        panel.hidden = true;
        choose({ area: area.index });
      });
      return element("li", [button, element("span", page.wordsOf(layer, area))]);
    }));
    panel.hidden = false;
    panel.focus();
  }

  document.getElementById("in-view-close").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    // Letters and arrows typed here are not for the map.
    event.stopPropagation();
  });
  return { open, close };
}
