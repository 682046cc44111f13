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
  const casing = L.polyline(page.borders.flat(), { ...quiet, renderer: borderCanvas, weight: 3 });
  const border = L.polyline(page.borders.flat(), { ...quiet, renderer: borderCanvas, weight: 1 });
  const chosenCanvas = L.svg({ pane: "chosen" });
  const veil = L.polygon([], { ...quiet, renderer: chosenCanvas, weight: 2, fillOpacity: 0.66 });
  const whole = page.bounds.pad(2);
  const around = [whole.getNorthWest(), whole.getNorthEast(), whole.getSouthEast(), whole.getSouthWest()];
  const halo = L.polyline([], { ...quiet, renderer: chosenCanvas, weight: 6 });
  const chosen = L.polyline([], { ...quiet, renderer: chosenCanvas, weight: 2.5 });
  const colourOf = (role) => getComputedStyle(document.documentElement).getPropertyValue("--" + role).trim();

  const painters = [];

  return {
    container, dark, still, shapes, water, casing, border, quiet, borderCanvas, colourOf, painters,
    // Lines and water in the colours of the page, light or dark.
    paintGround() {
      const ground = colourOf("ground");
      water.setStyle({ fillColor: colourOf("water") });
      casing.setStyle({ color: ground });
      veil.setStyle({ fillColor: ground, color: colourOf("ink") });
      halo.setStyle({ color: ground });
      border.setStyle({ color: colourOf("ink2") });
      chosen.setStyle({ color: colourOf("ink") });
      for (const painter of painters) painter();
      return { ground, rule: colourOf("rule"), hatch: makeHatch(colourOf("no-data"), colourOf("no-data-hatch")) };
    },
    outline(rings) {
      const closed = (rings || []).map((ring) => [...ring, ring[0]]);
      halo.setLatLngs(closed);
      chosen.setLatLngs(closed);
    },
    // Pales all that lies outside of these rings.
    veil(rings) {
      veil.setLatLngs(rings ? [around, ...rings] : []);
    },
    goTo(bounds, closest) {
      // What opened beside the map may have taken room from it.
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(bounds, { maxZoom: closest, padding: [30, 30], animate: !still.matches });
    },
    // Adds everything, and paints again when the page is printed or turns dark.
    start(paint, placeLabels, more) {
      // Without Leaflet's setMinZoom, which would move the map; the zoom that fits is not less than the limit before.
      const limitZoom = () => {
        map.options.minZoom = 0;
        map.options.minZoom = map.getBoundsZoom(page.bounds) - 0.5;
      };
      limitZoom();
      map.setMaxBounds(page.bounds.pad(0.4));
      shapes.addTo(map);
      for (const layer of [water, casing, border, ...more, veil, halo, chosen]) layer.addTo(map);
      document.getElementById("zoom-in").addEventListener("click", () => map.zoomIn(1, { animate: !still.matches }));
      document.getElementById("zoom-out").addEventListener("click", () => map.zoomOut(1, { animate: !still.matches }));
      map.on("moveend resize", placeLabels);
      map.on("resize", limitZoom);
      // Whatever opens beside the map leaves in their place the areas that are in view.
      new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(container);
      dark.addEventListener("change", () => paint(dark.matches));
      printWhole(map, paint, () => dark.matches);
    },
  };
}

// A printed map has the size of the paper, and what was in view on the screen is all on it.
function printWhole(map, paint, isDark) {
  let view = null;
  function turn(isPaper, show) {
    document.documentElement.dataset.print = isPaper ? "yes" : "no";
    map.invalidateSize({ animate: false });
    show();
    paint(!isPaper && isDark());
    // A page is printed before the next frame is drawn.
    map.eachLayer((layer) => layer instanceof L.Canvas && layer._redraw());
  }
  window.addEventListener("beforeprint", () => {
    view = { bounds: map.getBounds(), centre: map.getCenter(), zoom: map.getZoom() };
    map.options.minZoom = 0;
    turn(true, () => map.fitBounds(view.bounds, { animate: false }));
  });
  window.addEventListener("afterprint", () => turn(false, () => map.setView(view.centre, view.zoom, { animate: false })));
}
