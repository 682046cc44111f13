// Puts the page's parts together on the map that folium made.
function startPage(map) {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const page = readPage(data);
  const frame = document.getElementById("map-frame");
  const status = document.getElementById("status");
  // On a phone a box takes the place of the list of layers.
  const layerBox = document.getElementById("layer");
  const narrow = window.matchMedia("(max-width: 640px)");
  // A borough that is looked at: its number, or -1.
  let place = -1;
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

  const card = makeCard(map, frame, makeFacts(page), () => {
    canvas.outline(null);
    saveAddress();
  });
  const isShown = (area) => place < 0 || area.borough === place;
  const writeTable = makeTable(page, isShown);
  const showBorough = makeBorough(page, canvas);
  map.fitBounds(page.bounds, { padding: [8, 8], animate: false });
  const placeLabels = makeLabels(map, page, canvas);

  function pin(area, point) {
    canvas.outline(area.rings);
    card.show(area, point, true);
    const layer = page.layer();
    status.textContent = area.name + ", " + page.boroughs[area.borough].name + ": " + page.wordsOf(layer, area) + " " + layer.unit;
    saveAddress();
  }

  // The other types' maps show what this one shows.
  function saveAddress() {
    const area = card.pinned();
    const chosen = { layer: page.current, place: place < 0 ? null : page.boroughs[place].code, area: area ? area.code : null };
    writeHash({ type: page.crimeType, ...chosen });
    for (const link of document.querySelectorAll(".types a")) {
      link.hash = new URLSearchParams(Object.entries({ type: link.dataset.type, ...chosen }).filter(([, value]) => value));
    }
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
      if (!isShown(area)) setPlace(-1);
      map.once("moveend", () => pin(area, map.latLngToContainerPoint(area.bounds.getCenter())));
      goTo(area.bounds, 14);
    } else if (target.areas) {
      card.hide();
      goTo(boundsOf(target.areas), 14);
      canvas.outline(target.areas.flatMap((area) => area.rings));
      status.textContent = target.name;
    } else {
      setPlace(target.borough);
      status.textContent = document.getElementById("finding").textContent;
    }
  }

  function setPlace(number) {
    place = number;
    card.hide();
    showBorough(place);
    showLayer(page.current);
    goTo(place < 0 ? page.bounds : page.boroughs[place].bounds, 14);
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
    write("finding", place < 0 ? layer.title : page.boroughs[place].title);
    write("measure", place < 0 ? layer.subtitle : layer.keyTitle + ", " + wholeFormat.format(page.areas.filter(isShown).length) + " small areas (LSOAs)");
    write("layer-note", layer.note);
    container.setAttribute("aria-label", layer.alt);
    layerBox.value = name;
    document.querySelector('input[name="show"][value="' + name + '"]').checked = true;
    for (const key of document.querySelectorAll(".key")) key.hidden = key.dataset.layer !== name;
    for (const band of document.querySelectorAll(".band")) band.setAttribute("aria-pressed", "true");
    countBands(layer);
    paint(dark.matches);
    placeLabels();
    writeTable();
    card.refill();
    saveAddress();
  }

  // The key counts the areas that are looked at.
  function countBands(layer) {
    const counts = layer.bands.map(() => 0);
    for (const area of page.areas) if (isShown(area) && layer.bandOfArea[area.index] >= 0) counts[layer.bandOfArea[area.index]] += 1;
    const longest = Math.max(1, ...counts);
    for (const band of document.querySelectorAll('.key[data-layer="' + layer.name + '"] .band')) {
      const count = counts[Number(band.dataset.band)];
      band.querySelector(".length").style.width = (100 * count) / longest + "%";
      band.querySelector(".length").hidden = count === 0;
      band.querySelector(".count").textContent = wholeFormat.format(count);
    }
  }

  for (const control of [layerBox, ...document.querySelectorAll('input[name="show"]')]) {
    control.addEventListener("change", () => {
      showLayer(control.value);
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
  document.getElementById("borough-all").addEventListener("click", () => {
    setPlace(-1);
    container.focus();
  });
  const savePicture = makePicture(map, () => [page.crimeType, page.current, ...(place < 0 ? [] : [page.boroughs[place].name])].join(" "));
  document.getElementById("save-picture").addEventListener("click", () => {
    savePicture().then(() => { status.textContent = "The picture was saved"; });
  });
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

  // What the address names; what it does not name, or names wrongly, is as at first.
  function fromHash(words) {
    const other = [...document.querySelectorAll(".types a")].find((link) => link.dataset.type === words.get("type"));
    if (other && words.get("type") !== page.crimeType) {
      window.location.replace(other.href.split("#")[0] + "#" + words);
      return;
    }
    const radio = [...document.querySelectorAll('input[name="show"]:enabled')].find((one) => one.value === words.get("layer"));
    if (radio) showLayer(radio.value);
    const { borough, area } = findPlaces(page, words);
    if (borough !== place) setPlace(borough);
    if (area && area !== card.pinned()) choose({ area: area.index });
  }

  showAll();
  isClose = map.getZoom() >= CLOSE;
  weighBorders();
  canvas.start(paint, placeLabels, [outer]);
  if (page.start.centre) map.setView(page.start.centre, page.start.zoom, { animate: false });
  // Tiles that do not come leave the plain ground; nobody has to be told.
  if (page.tiles) L.tileLayer(page.tiles, { maxZoom: 19 }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: narrow.matches ? 90 : 180, position: "bottomright" }).addTo(map);
  const wanted = readHash();
  showLayer(page.current);
  fromHash(wanted);
  placeLabels();
  const query = new URLSearchParams(window.location.search).get("q");
  if (query) find(query);
  window.addEventListener("hashchange", () => {
    if (["type", "layer", "place", "area"].some((name) => readHash().has(name))) fromHash(readHash());
  });
  keepAddress();
  document.documentElement.dataset.ready = "yes";
}
