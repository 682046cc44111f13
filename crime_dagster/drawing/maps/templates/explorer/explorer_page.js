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
  const MEASURES = { count: "", per_1000: " per 1,000 residents", per_km2: " per km²", change: ", change on the year before" };
  const hexBorders = page.hexBorders.flatMap(decodeShape).map((ring) => [...ring, ring[0]]);
  const state = { type: page.types[0], measure: "count", period: "year", borough: -1, area: null, compare: [], hexagons: false };
  let timer = null;

  const canvas = makeCanvas(map, page, 1);
  const { container, dark, still, shapes, water, casing, border, goTo } = canvas;
  map.fitBounds(page.bounds, { padding: [8, 8], animate: false });
  const placeLabels = makeLabels(map, page, canvas);
  const panel = makePanel(page, () => change({ area: null }), (code) => compare.add(code));
  const writeKey = makeKey();
  const compare = makeComparison(page, (codes) => change({ compare: codes }));
  const card = makeCard(map, byId("map-frame"), fillCard, () => outline());

  function isInside(area) {
    return state.borough < 0 || area.borough === state.borough;
  }

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

  function periodWords() {
    return state.period === "year" ? page.yearLabel : monthWords(page.months[state.period]);
  }

  // A month is compared as it stands: most of such differences are chance.
  function measureWords() {
    return MEASURES[state.measure] + (state.measure === "change" && state.period !== "year" ? ", may include chance variation" : "");
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

  // Areas that do not report the newest year are in no sum: it would seem to fall when they leave.
  function sumOf() {
    const known = page.areas.filter((area) => isInside(area) && isKnown(page.countOf(state.type, area, state.period)));
    const steady = known.filter((area) => isKnown(page.countOf(state.type, area, "year")));
    const counted = steady.length ? steady : known;
    const crimes = counted.reduce((sum, area) => sum + page.countOf(state.type, area, state.period), 0);
    const left = known.filter((area) => !counted.includes(area));
    return { areas: counted.length, crimes, left };
  }

  function leftWords(left) {
    const boroughs = [...new Set(left.map((area) => page.boroughs[area.borough].name))];
    const names = boroughs.length > 2 ? wholeFormat.format(left.length) + " areas" : boroughs.join(" and ");
    return left.length ? "; not in the sum, as the newest year is not reported: " + names : "";
  }

  function write() {
    const where = state.borough < 0 ? page.place : page.boroughs[state.borough].name;
    const { areas, crimes, left } = sumOf();
    byId("finding").textContent = areas
      ? where + ": " + wholeFormat.format(crimes) + " " + state.type.noun + ", " + periodWords()
      : where + ": " + NOT_REPORTED + ", " + periodWords();
    byId("measure-words").textContent = state.type.label + measureWords() + ", " + wholeFormat.format(areas) + " small areas (LSOAs) with data" + leftWords(left);
    byId("key-title").textContent = state.type.label + measureWords();
    byId("month-words").textContent = periodWords();
    container.setAttribute("aria-label", "Map. " + byId("finding").textContent + ". " + byId("measure-words").textContent + ".");
    slider.setAttribute("aria-valuetext", monthWords(page.months[Number(slider.value)] || "0000-01"));
  }

  // The card of the area under the pointer: its number in the measure that is shown.
  function fillCard(area) {
    const value = page.valueOf(state.type, area, state.measure, state.period);
    const isClear = page.isClear(state.type, area, state.period);
    const isChange = state.measure === "change";
    const words = !isKnown(value) ? NOT_REPORTED : isChange ? signedWords(value) : numberWords(value);
    const what = state.type.noun + measureWords() + ", " + periodWords();
    headCard(page, area, words, !isKnown(value) ? "" : isChange && value !== 0 ? testedWords(what, isClear) : what);
    const list = byId("card-rows");
    list.replaceChildren();
    const count = page.countOf(state.type, area, state.period);
    const before = page.beforeOf(state.type, area, state.period);
    if (isKnown(count) && state.measure !== "count") addRow(list, state.type.noun, numberWords(count));
    if (isKnown(before)) addRow(list, "the year before", numberWords(before), isKnown(count) ? testedWords(changeWords(before, count), isClear) : "");
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

  function stop() {
    window.clearInterval(timer);
    timer = null;
    playButton.textContent = "Play";
    playButton.setAttribute("aria-pressed", "false");
  }

  function play() {
    if (timer !== null) return stop();
    playButton.textContent = "Pause";
    playButton.setAttribute("aria-pressed", "true");
    const last = page.months.length - 1;
    if (state.period === "year" || state.period === last) change({ period: firstMonth() });
    timer = window.setInterval(() => {
      if (state.period === "year" || state.period >= last) return stop();
      return change({ period: state.period + 1 });
    }, still.matches ? 2000 : 900);
    return undefined;
  }

  function download() {
    const head = ["lsoa_code", "area_name", "borough_name", "crime_type", "period", "crimes", "residents", "area_km2", "per_1000", "per_km2", "change_on_year_before"];
    const short = (value) => (isKnown(value) ? Number(value.toPrecision(6)) : null);
    const rows = page.areas.filter(isInside).map((area) => [
      area.code, area.name, page.boroughs[area.borough].name, state.type.name, state.period === "year" ? page.yearLabel : page.months[state.period],
      page.countOf(state.type, area, state.period), area.residents, area.km2,
      ...["per_1000", "per_km2", "change"].map((measure) => short(page.valueOf(state.type, area, measure, state.period))),
    ]);
    const where = state.borough < 0 ? "all" : page.boroughs[state.borough].code;
    const name = [state.type.name, where, state.period === "year" ? "year" : page.months[state.period]].join("_") + ".csv";
    saveTable([head, ...rows], name);
    status.textContent = wholeFormat.format(rows.length) + " areas written to " + name;
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
  playButton.addEventListener("click", play);
  byId("download").addEventListener("click", download);
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
