// What is drawn on the map of any page: areas, water, borders, and the outline of the chosen area.
function makeCanvas(map, page, opacity) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const dark = window.matchMedia("screen and (prefers-color-scheme: dark)");
  const container = map.getContainer();
  container.setAttribute("role", "img");
  container.setAttribute("aria-describedby", "map-help");
  for (const [name, order] of [["water", 405], ["borders", 410], ["chosen", 420]]) {
    const pane = map.createPane(name);
    pane.style.zIndex = order;
    pane.style.pointerEvents = "none";
  }

  const shapes = L.featureGroup(page.areas.map((area) => {
    const shape = L.polygon(area.rings, { fillOpacity: opacity, smoothFactor: 0.6, bubblingMouseEvents: false });
    shape.area = area;
    area.drawn = shape;
    area.bounds = shape.getBounds();
    return shape;
  }));
  const quiet = { interactive: false, smoothFactor: 0.6 };
  const water = L.polygon(page.water, { ...quiet, renderer: L.canvas({ pane: "water", padding: 0.2 }), stroke: false, fillOpacity: 1 });
  const borderCanvas = L.canvas({ pane: "borders", padding: 0.2 });
  const casing = L.polyline(page.borders, { ...quiet, renderer: borderCanvas, weight: 3 });
  const border = L.polyline(page.borders, { ...quiet, renderer: borderCanvas, weight: 1 });
  const chosenCanvas = L.svg({ pane: "chosen" });
  const halo = L.polyline([], { ...quiet, renderer: chosenCanvas, weight: 6 });
  const chosen = L.polyline([], { ...quiet, renderer: chosenCanvas, weight: 2.5 });
  const colourOf = (role) => getComputedStyle(document.documentElement).getPropertyValue("--" + role).trim();

  return {
    container, dark, still, shapes, water, casing, border, quiet, borderCanvas, colourOf,
    // Lines and water in the colours of the page, light or dark.
    paintGround() {
      const ground = colourOf("ground");
      water.setStyle({ fillColor: colourOf("water") });
      casing.setStyle({ color: ground });
      halo.setStyle({ color: ground });
      border.setStyle({ color: colourOf("ink2") });
      chosen.setStyle({ color: colourOf("ink") });
      return { ground, rule: colourOf("rule"), hatch: makeHatch(colourOf("no-data"), colourOf("no-data-hatch")) };
    },
    outline(rings) {
      const closed = (rings || []).map((ring) => [...ring, ring[0]]);
      halo.setLatLngs(closed);
      chosen.setLatLngs(closed);
    },
    goTo(bounds, closest) {
      map.fitBounds(bounds, { maxZoom: closest, padding: [30, 30], animate: !still.matches });
    },
    // Adds everything, and paints again when the page is printed or turns dark.
    start(paint, placeLabels, more) {
      map.setMinZoom(map.getZoom() - 0.5);
      map.setMaxBounds(page.bounds.pad(0.4));
      shapes.addTo(map);
      for (const layer of [water, casing, border, ...more, halo, chosen]) layer.addTo(map);
      document.getElementById("zoom-in").addEventListener("click", () => map.zoomIn(1, { animate: !still.matches }));
      document.getElementById("zoom-out").addEventListener("click", () => map.zoomOut(1, { animate: !still.matches }));
      map.on("moveend resize", placeLabels);
      dark.addEventListener("change", () => paint(dark.matches));
      window.addEventListener("beforeprint", () => paint(false));
      window.addEventListener("afterprint", () => paint(dark.matches));
    },
  };
}
