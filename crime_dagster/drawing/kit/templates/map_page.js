// Puts the page's parts together on the map that folium made.
function startPage(map) {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const page = readPage(data);
  const frame = document.getElementById("map-frame");
  const status = document.getElementById("status");
  const narrow = window.matchMedia("(max-width: 640px)");
  const CLOSE = 12;
  const switchedOff = new Set();
  let isClose = null;

  const canvas = makeCanvas(map, page, page.tiles ? 0.72 : 1);
  const { container, dark, shapes, casing, border, colourOf, goTo } = canvas;
  const outer = L.polyline(page.outline, { ...canvas.quiet, renderer: canvas.borderCanvas });

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
    const { ground, hatch, rule } = canvas.paintGround();
    const colours = {
      ground,
      edge: isClose ? ground : rule,
      outline: colourOf("ink2"),
      hatch,
      bands: layer.bands.map((band) => (onDark ? band.dark : band.light)),
    };
    shapes.eachLayer((shape) => shape.setStyle(styleOf(shape.area, layer, colours)));
    outer.setStyle({ color: colourOf("ink2") });
  }

  // Borders keep to the scale of what they part.
  function weighBorders() {
    const thin = map.getZoom() < 10 ? 0.65 : 1;
    casing.setStyle({ weight: 3.2 * thin });
    border.setStyle({ weight: 1.1 * thin });
    outer.setStyle({ weight: 1.4 * thin });
  }

  const card = makeCard(page, frame, () => canvas.outline(null));
  map.fitBounds(page.bounds, { padding: [8, 8], animate: false });
  const placeLabels = makeLabels(map, page);

  function describe(area) {
    const facts = page.facts(area.index);
    const count = isKnown(facts.recorded) ? numberWords(facts.recorded) + " " + page.unitWords : NOT_REPORTED;
    status.textContent = area.name + ", " + page.boroughs[area.borough].name + ": " + count;
  }

  function pin(area, point) {
    canvas.outline(area.rings);
    card.show(area, point, true);
    describe(area);
  }

  shapes.on("mouseover", (event) => {
    // On a phone the sheet would slide under the finger before the tap has ended.
    if (card.isPinned() || narrow.matches) return;
    canvas.outline(event.layer.area.rings);
    card.show(event.layer.area, event.containerPoint, false);
  });
  shapes.on("mouseout", () => card.hideSoon());
  shapes.on("click", (event) => pin(event.layer.area, event.containerPoint));
  map.on("click", () => card.hide());
  map.on("dragstart zoomstart", () => {
    if (!card.isPinned()) card.hide();
  });

  function choose(target) {
    if (narrow.matches) frame.scrollIntoView({ block: "start", behavior: "instant" });
    if (target.area !== undefined) {
      const area = page.areas[target.area];
      map.once("moveend", () => pin(area, map.latLngToContainerPoint(area.bounds.getCenter())));
      goTo(area.bounds, 14);
    } else if (target.areas) {
      card.hide();
      goTo(boundsOf(target.areas), 14);
      canvas.outline(target.areas.flatMap((area) => area.rings));
      status.textContent = target.name;
    } else {
      const borough = page.boroughs[target.borough];
      card.hide();
      goTo(borough.bounds, 13);
      status.textContent = borough.name + ": " + borough.words;
    }
  }
  const find = makeMapSearch(page, choose);
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

  showAll();
  isClose = map.getZoom() >= CLOSE;
  weighBorders();
  canvas.start(paint, placeLabels, [outer]);
  if (page.start.centre) map.setView(page.start.centre, page.start.zoom, { animate: false });
  showLayer(page.current);
  // Tiles that do not come leave the plain ground; nobody has to be told.
  if (page.tiles) L.tileLayer(page.tiles, { maxZoom: 19 }).addTo(map);
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
