// Puts the page's parts together on the map that folium made.
function startPage(map) {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const page = readPage(data);
  const frame = document.getElementById("map-frame");
  const status = document.getElementById("status");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const dark = window.matchMedia("screen and (prefers-color-scheme: dark)");
  const narrow = window.matchMedia("(max-width: 640px)");
  const CLOSE = 12;
  const switchedOff = new Set();
  let isClose = null;

  const container = map.getContainer();
  container.setAttribute("role", "img");
  container.setAttribute("aria-describedby", "map-help");

  function colourOf(role) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + role).trim();
  }

  function addPane(name, order) {
    const pane = map.createPane(name);
    pane.style.zIndex = order;
    pane.style.pointerEvents = "none";
  }
  addPane("water", 405);
  addPane("borders", 410);
  addPane("chosen", 420);

  const shapes = L.featureGroup(page.areas.map((area) => {
    const shape = L.polygon(area.rings, { fillOpacity: page.tiles ? 0.72 : 1, smoothFactor: 0.6, bubblingMouseEvents: false });
    shape.area = area;
    area.bounds = shape.getBounds();
    return shape;
  }));
  const quiet = { interactive: false, smoothFactor: 0.6 };
  const waterCanvas = L.canvas({ pane: "water", padding: 0.2 });
  const borderCanvas = L.canvas({ pane: "borders", padding: 0.2 });
  const water = L.polygon(page.water, { ...quiet, renderer: waterCanvas, stroke: false, fillOpacity: 1 });
  const casing = L.polyline(page.borders, { ...quiet, renderer: borderCanvas });
  const border = L.polyline(page.borders, { ...quiet, renderer: borderCanvas });
  const outer = L.polyline(page.outline, { ...quiet, renderer: borderCanvas });
  const chosenCanvas = L.svg({ pane: "chosen" });
  const halo = L.polyline([], { ...quiet, renderer: chosenCanvas, weight: 6 });
  const chosen = L.polyline([], { ...quiet, renderer: chosenCanvas, weight: 2.5 });

  function styleOf(area, layer, colours) {
    const band = layer.bandOfArea[area.index];
    const isOff = band >= 0 && switchedOff.has(band);
    const fill = band < 0 ? colours.hatch : isOff ? colours.ground : colours.bands[band];
    // From afar each area is edged in its own colour, so that no light shines through between neighbours.
    const edge = isClose || isOff ? colours.edge : fill;
    // An area that has a class is outlined: the palest of the classes is hard to tell from none.
    if (band >= 0 && !isOff && layer.marks[band]) return { fillColor: fill, color: colours.outline, weight: 0.6 };
    return { fillColor: fill, color: edge, weight: isClose ? 0.6 : isOff ? 0.3 : 0.7 };
  }

  function paint(onDark) {
    const layer = page.layer();
    const ground = colourOf("ground");
    const colours = {
      ground,
      edge: isClose ? ground : colourOf("rule"),
      outline: colourOf("ink2"),
      hatch: makeHatch(colourOf("no-data"), colourOf("no-data-hatch")),
      bands: layer.bands.map((band) => (onDark ? band.dark : band.light)),
    };
    shapes.eachLayer((shape) => shape.setStyle(styleOf(shape.area, layer, colours)));
    water.setStyle({ fillColor: colourOf("water") });
    casing.setStyle({ color: ground });
    halo.setStyle({ color: ground });
    border.setStyle({ color: colourOf("ink2") });
    outer.setStyle({ color: colourOf("ink2") });
    chosen.setStyle({ color: colourOf("ink") });
  }

  // Borders keep to the scale of what they part.
  function weighBorders() {
    const thin = map.getZoom() < 10 ? 0.65 : 1;
    casing.setStyle({ weight: 3.2 * thin });
    border.setStyle({ weight: 1.1 * thin });
    outer.setStyle({ weight: 1.4 * thin });
  }

  function outline(area) {
    const rings = area ? area.rings.map((ring) => [...ring, ring[0]]) : [];
    halo.setLatLngs(rings);
    chosen.setLatLngs(rings);
  }

  const card = makeCard(page, frame, () => outline(null));
  map.fitBounds(page.bounds, { padding: [8, 8], animate: false });
  const placeLabels = makeLabels(map, page);

  function describe(area) {
    const facts = page.facts(area.index);
    const count = isKnown(facts.recorded) ? numberWords(facts.recorded) + " " + page.unitWords : NOT_REPORTED;
    status.textContent = area.name + ", " + page.boroughs[area.borough].name + ": " + count;
  }

  function pin(area, point) {
    outline(area);
    card.show(area, point, true);
    describe(area);
  }

  shapes.on("mouseover", (event) => {
    // On a phone the sheet would slide under the finger before the tap has ended.
    if (card.isPinned() || narrow.matches) return;
    outline(event.layer.area);
    card.show(event.layer.area, event.containerPoint, false);
  });
  shapes.on("mouseout", () => card.hideSoon());
  shapes.on("click", (event) => pin(event.layer.area, event.containerPoint));
  map.on("click", () => card.hide());
  map.on("dragstart zoomstart", () => {
    if (!card.isPinned()) card.hide();
  });

  function goTo(bounds, closest) {
    map.fitBounds(bounds, { maxZoom: closest, padding: [30, 30], animate: !still.matches });
  }

  function choose(target) {
    if (narrow.matches) frame.scrollIntoView({ block: "start", behavior: "instant" });
    if (target.area !== undefined) {
      const area = page.areas[target.area];
      map.once("moveend", () => pin(area, map.latLngToContainerPoint(area.bounds.getCenter())));
      goTo(area.bounds, 14);
    } else {
      const borough = page.boroughs[target.borough];
      card.hide();
      goTo(borough.bounds, 13);
      status.textContent = borough.name + ": " + borough.words;
    }
  }
  const find = makeSearch(page, choose);
  const list = makeList(map, page, choose);

  function write(id, text) {
    document.getElementById(id).textContent = text;
  }

  function showLayer(name) {
    page.current = name;
    switchedOff.clear();
    const layer = page.layer();
    write("finding", layer.title);
    write("measure", layer.subtitle);
    write("layer-note", layer.note);
    container.setAttribute("aria-label", layer.alt);
    for (const key of document.querySelectorAll(".key")) key.hidden = key.dataset.layer !== name;
    for (const band of document.querySelectorAll(".band")) band.setAttribute("aria-pressed", "true");
    paint(dark.matches);
    placeLabels();
  }

  for (const radio of document.querySelectorAll('input[name="show"]')) {
    radio.addEventListener("change", () => {
      showLayer(radio.value);
      status.textContent = page.layer().title;
    });
  }
  for (const band of document.querySelectorAll(".band")) {
    band.addEventListener("click", () => {
      const number = Number(band.dataset.band);
      const on = switchedOff.delete(number);
      if (!on) switchedOff.add(number);
      band.setAttribute("aria-pressed", String(on));
      paint(dark.matches);
    });
  }

  function showAll() {
    map.fitBounds(page.bounds, { padding: [8, 8], animate: false });
  }

  document.getElementById("zoom-in").addEventListener("click", () => map.zoomIn(1, { animate: !still.matches }));
  document.getElementById("zoom-out").addEventListener("click", () => map.zoomOut(1, { animate: !still.matches }));
  document.getElementById("zoom-all").addEventListener("click", showAll);
  container.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === container) list.open();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") card.hide();
  });

  map.on("zoomend", () => {
    weighBorders();
    const close = map.getZoom() >= CLOSE;
    if (close === isClose) return;
    isClose = close;
    paint(dark.matches);
  });
  map.on("moveend resize", placeLabels);
  dark.addEventListener("change", () => paint(dark.matches));
  window.addEventListener("beforeprint", () => paint(false));
  window.addEventListener("afterprint", () => paint(dark.matches));

  showAll();
  isClose = map.getZoom() >= CLOSE;
  map.setMinZoom(map.getZoom() - 0.5);
  map.setMaxBounds(page.bounds.pad(0.4));
  weighBorders();
  if (page.start.centre) map.setView(page.start.centre, page.start.zoom, { animate: false });
  showLayer(page.current);
  // Tiles that do not come leave the plain ground; nobody has to be told.
  if (page.tiles) L.tileLayer(page.tiles, { maxZoom: 19 }).addTo(map);
  shapes.addTo(map);
  for (const layer of [water, casing, border, outer, halo, chosen]) layer.addTo(map);
  L.control.scale({ imperial: false, maxWidth: 180, position: "bottomright" }).addTo(map);
  placeLabels();
  const query = new URLSearchParams(window.location.search).get("q");
  if (query) find(query);
  document.documentElement.dataset.ready = "yes";
}

// The page's data in a shape that is easy to read from.
function readPage(data) {
  const page = { ...data, current: data.start.layer };
  placeGround(page, data);
  page.areas = data.areas.code.map((code, index) => ({
    index,
    code,
    name: data.areas.name[index],
    lsoaName: data.areas.lsoaName[index],
    borough: data.areas.borough[index],
    rings: decodeShape(data.areas.shape[index]),
  }));
  page.layers = data.layers.map((layer) => ({
    ...layer,
    bandOfArea: [...layer.bandOfArea].map((mark) => (mark === "-" ? -1 : Number(mark))),
    values: data.values[layer.valuesOf],
  }));
  page.layer = () => page.layers.find((layer) => layer.name === page.current);
  page.facts = (index) => Object.fromEntries(Object.entries(data.values).map(([name, values]) => [name, values[index]]));
  return page;
}
