// Puts the explorer's parts together on the map that folium made.
function startExplorer(map) {
  const page = readExplorer(JSON.parse(document.getElementById("page-data").textContent));
  const byId = (name) => document.getElementById(name);
  const typeBox = byId("type");
  const measureBox = byId("measure");
  const boroughBox = byId("borough");
  const slider = byId("month");
  const wholeYear = byId("whole-year");
  const hexagons = byId("hexagons");
  const playButton = byId("play");
  const status = byId("status");
  const hexBorders = page.hexBorders.flatMap(decodeShape).map((ring) => [...ring, ring[0]]);
  const state = { type: page.types[0], measure: "count", period: "year", borough: -1, area: null, compare: [], hexagons: false };

  const canvas = makeCanvas(map, page, 1);
  const { container, dark, still, shapes, water, casing, border, goTo } = canvas;
  map.fitBounds(page.bounds, { padding: [8, 8], animate: false });
  const placeLabels = makeLabels(map, page, canvas);
  const panel = makePanel(page, () => change({ area: null }), (code) => compare.add(code));
  const writeKey = makeKey();
  const compare = makeComparison(page, (codes) => change({ compare: codes }));
  const { isInside, write, fillCard } = makeWords(page, state, container);
  const card = makeCard(map, byId("map-frame"), fillCard, () => outline());
  const { stop } = makePlayer(page, state, still, firstMonth, (choices) => change(choices));

  // A change needs the same month of the year before.
  function firstMonth() {
    return state.measure === "change" ? 12 : 0;
  }

  // What is chosen, as far as there are figures of it.
  function settle() {
    if (state.period === "year") return;
    if (!page.hasMonths(state.type) || firstMonth() >= page.months.length) state.period = "year";
    else state.period = Math.max(state.period, firstMonth());
  }

  function paint(onDark) {
    const scale = page.scaleOf(state.type, state.measure, state.period);
    const colours = onDark ? scale.dark : scale.light;
    const { ground, hatch, rule } = canvas.paintGround();
    const calm = colours[(colours.length - 1) / 2];
    const counts = scale.names.map(() => 0);
    let unknown = 0;
    let chance = 0;
    for (const area of page.areas) {
      const inside = isInside(area);
      const band = inside ? page.bandOf(page.valueOf(state.type, area, state.measure, state.period), scale, state.measure) : -1;
      const isChance = band >= 0 && state.measure === "change" && page.isClear(state.type, area, state.period) === false;
      if (isChance) chance += 1;
      else if (inside && band >= 0) counts[band] += 1;
      if (inside && band < 0) unknown += 1;
      const fill = !inside ? ground : band < 0 ? hatch : isChance ? calm : colours[band];
      const edge = !inside || band < 0 || state.hexagons ? rule : fill;
      area.drawn.setStyle({ fillColor: fill, color: edge, weight: state.hexagons ? 0.4 : 0.7 });
    }
    const why = state.measure === "change" ? "not reported in both periods" : state.measure === "count" ? NOT_REPORTED : "not reported, or no residents known";
    writeKey(scale, counts, chance, unknown, why);
  }

  function outline() {
    canvas.outline(state.area && (state.hexagons ? state.area.hexagon : state.area.rings));
  }

  function showControls() {
    typeBox.value = state.type.name;
    measureBox.value = state.measure;
    boroughBox.value = String(state.borough);
    hexagons.checked = state.hexagons;
    wholeYear.checked = state.period === "year";
    if (state.period !== "year") slider.value = String(state.period);
    const hasMonths = page.hasMonths(state.type) && firstMonth() < page.months.length;
    slider.min = String(firstMonth());
    byId("slider-words").textContent = page.months.length ? "Or a month, " + monthWords(page.months[Math.min(firstMonth(), page.months.length - 1)]) + " to " + monthWords(page.months.at(-1)) : "";
    for (const control of [slider, playButton]) control.disabled = !hasMonths;
  }

  function saveAddress() {
    writeHash({
      type: state.type.name,
      measure: state.measure,
      month: state.period === "year" ? "year" : page.months[state.period],
      borough: state.borough >= 0 ? page.boroughs[state.borough].code : null,
      area: state.area ? state.area.code : null,
      compare: state.compare.length ? state.compare.join(" ") : null,
      view: state.hexagons ? "hexagons" : null,
    });
  }

  function draw(moved) {
    if (moved) {
      for (const area of page.areas) area.drawn.setLatLngs(state.hexagons ? area.hexagon : area.rings);
      if (state.hexagons) water.remove();
      else water.addTo(map);
      for (const layer of [casing, border]) layer.setLatLngs(state.hexagons ? hexBorders : page.borders.flat());
      page.boroughs.forEach((borough, at) => {
        const [lat, lon] = state.hexagons ? page.hexMiddles[at] : page.middles[at];
        Object.assign(borough, { lat, lon });
      });
      page.isSchematic = state.hexagons;
      placeLabels();
    }
    showControls();
    paint(dark.matches);
    outline();
    write();
    if (state.area) panel.show(state.area, state.type, state.period);
    else panel.hide();
    compare.show(state.compare, state.type, state.measure, state.period === "year" ? null : state.period);
  }

  function change(choices) {
    const moved = "hexagons" in choices && choices.hexagons !== state.hexagons;
    Object.assign(state, choices);
    settle();
    draw(moved);
    saveAddress();
  }

  // From the address; what it does not name, or names wrongly, stays as it was at first.
  function fromHash() {
    const words = readHash();
    const month = page.months.indexOf(words.get("month"));
    const find = (list, key, name) => list.find((one) => one[key] === words.get(name));
    return {
      type: find(page.types, "name", "type") || page.types[0],
      measure: Object.hasOwn(MEASURES, words.get("measure")) ? words.get("measure") : "count",
      period: month >= 0 ? month : "year",
      ...findPlaces(page, words),
      compare: compare.readCodes(words.get("compare") || ""),
      hexagons: words.get("view") === "hexagons",
    };
  }

  function choose(target) {
    if (target.area !== undefined) {
      const area = page.areas[target.area];
      change({ area, borough: state.borough >= 0 && state.borough !== area.borough ? -1 : state.borough });
      goTo(area.drawn.getBounds(), 14);
      status.textContent = area.name + ", " + page.boroughs[area.borough].name;
    } else if (target.areas) {
      change({ area: null, borough: -1 });
      goTo(boundsOf(target.areas), 14);
      canvas.outline(target.areas.flatMap((area) => area.rings));
      status.textContent = target.name;
    } else {
      change({ borough: target.borough });
      goTo(page.boroughs[target.borough].bounds, 13);
      status.textContent = byId("finding").textContent;
    }
  }

  typeBox.addEventListener("change", () => change({ type: page.types.find((type) => type.name === typeBox.value) }));
  measureBox.addEventListener("change", () => change({ measure: measureBox.value }));
  boroughBox.addEventListener("change", () => {
    const number = Number(boroughBox.value);
    if (number >= 0) choose({ borough: number });
    else {
      change({ borough: -1 });
      goTo(page.bounds, 17);
    }
  });
  slider.addEventListener("input", () => {
    stop();
    change({ period: Number(slider.value) });
  });
  wholeYear.addEventListener("change", () => {
    stop();
    change({ period: wholeYear.checked ? "year" : Number(slider.value) });
  });
  hexagons.addEventListener("change", () => change({ hexagons: hexagons.checked }));
  byId("download").addEventListener("click", () => saveAreas(page, state, isInside));
  byId("zoom-all").addEventListener("click", () => goTo(page.bounds, 17));
  shapes.on("mouseover", (event) => {
    // A finger has no hover: on a phone the tap opens the panel.
    if (!isInside(event.layer.area) || window.matchMedia("(hover: none)").matches) return;
    canvas.outline(state.hexagons ? event.layer.area.hexagon : event.layer.area.rings);
    card.show(event.layer.area, event.containerPoint, false);
  });
  shapes.on("mouseout", () => card.hideSoon());
  map.on("dragstart zoomstart", () => card.hide());
  shapes.on("click", (event) => {
    card.hide();
    change({ area: event.layer.area });
    // On a phone the panel lies far below: a sheet says the most of it, and leads there.
    if (window.matchMedia("(max-width: 640px)").matches) card.show(event.layer.area, event.containerPoint, true);
    status.textContent = event.layer.area.name;
  });
  map.on("click", () => {
    card.hide();
    change({ area: null });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    card.hide();
    if (state.area) change({ area: null });
  });
  window.addEventListener("hashchange", () => {
    // Links inside the page have addresses of their own, which say nothing of the state.
    if (["type", "area", "borough", "place"].some((name) => readHash().has(name))) change(fromHash());
  });

  canvas.start(paint, placeLabels, []);
  makeMapSearch(page, choose);
  const wanted = fromHash();
  Object.assign(state, wanted);
  settle();
  draw(state.hexagons);
  if (state.area) goTo(state.area.drawn.getBounds(), 14);
  else if (state.borough >= 0) goTo(page.boroughs[state.borough].bounds, 13);
  placeLabels();
  keepAddress();
  document.documentElement.dataset.ready = "yes";
}
