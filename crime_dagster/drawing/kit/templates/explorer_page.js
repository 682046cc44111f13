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
  const state = { type: page.types[0], measure: "count", period: "year", borough: -1, area: null, hexagons: false };
  let timer = null;

  const canvas = makeCanvas(map, page, 1);
  const { container, dark, still, shapes, water, casing, border, goTo } = canvas;
  map.fitBounds(page.bounds, { padding: [8, 8], animate: false });
  const placeLabels = makeLabels(map, page);
  const panel = makePanel(page, () => change({ area: null }));

  function isInside(area) {
    return state.borough < 0 || area.borough === state.borough;
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
    writeKey(scale, counts, chance, unknown);
  }

  function paintSwatch(swatch, scale, band) {
    swatch.style.setProperty("--light", scale.light[band]);
    swatch.style.setProperty("--dark", scale.dark[band]);
  }

  function addPlainRow(rows, scale, kind, text) {
    const row = document.createElement("li");
    row.className = "no-data";
    const swatch = document.createElement("span");
    swatch.className = "swatch " + kind;
    if (kind === "calm") paintSwatch(swatch, scale, (scale.names.length - 1) / 2);
    const words = document.createElement("span");
    words.textContent = text;
    row.append(swatch, words);
    rows.push(row);
  }

  function writeKey(scale, counts, chance, unknown) {
    const longest = Math.max(1, ...counts);
    const rows = scale.names.map((name, band) => {
      const row = document.createElement("li");
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      paintSwatch(swatch, scale, band);
      const words = document.createElement("span");
      words.className = "band-name";
      words.textContent = name;
      const bar = document.createElement("span");
      bar.className = "bar";
      const length = document.createElement("span");
      length.className = "length";
      length.style.width = (100 * counts[band]) / longest + "%";
      const number = document.createElement("span");
      number.className = "areas";
      number.textContent = wholeFormat.format(counts[band]);
      if (counts[band]) bar.append(length);
      bar.append(number);
      row.append(swatch, words, bar);
      return row;
    }).reverse();
    if (chance) addPlainRow(rows, scale, "calm", wholeFormat.format(chance) + " areas: no clear change, could be chance");
    if (unknown) {
      const why = state.measure === "change" ? "not reported in both periods" : state.measure === "count" ? NOT_REPORTED : "not reported, or no residents known";
      addPlainRow(rows, scale, "hatch", wholeFormat.format(unknown) + " areas: " + why);
    }
    byId("key").replaceChildren(...rows);
  }

  function sumOf() {
    const counts = page.areas.filter(isInside).map((area) => page.countOf(state.type, area, state.period)).filter(isKnown);
    return { areas: counts.length, crimes: counts.reduce((sum, count) => sum + count, 0) };
  }

  function write() {
    const where = state.borough < 0 ? page.place : page.boroughs[state.borough].name;
    const { areas, crimes } = sumOf();
    byId("finding").textContent = areas
      ? where + ": " + wholeFormat.format(crimes) + " " + state.type.noun + ", " + periodWords()
      : where + ": " + NOT_REPORTED + ", " + periodWords();
    byId("measure-words").textContent = state.type.label + measureWords() + ", " + wholeFormat.format(areas) + " small areas (LSOAs) with data";
    byId("key-title").textContent = state.type.label + measureWords();
    byId("month-words").textContent = periodWords();
    container.setAttribute("aria-label", "Map. " + byId("finding").textContent + ". " + byId("measure-words").textContent + ".");
    slider.setAttribute("aria-valuetext", monthWords(page.months[Number(slider.value)] || "0000-01"));
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
    const hasMonths = page.hasMonths(state.type);
    for (const control of [slider, playButton]) control.disabled = !hasMonths;
  }

  function writeHash() {
    const words = new URLSearchParams();
    words.set("type", state.type.name);
    words.set("measure", state.measure);
    words.set("month", state.period === "year" ? "year" : page.months[state.period]);
    if (state.borough >= 0) words.set("borough", page.boroughs[state.borough].code);
    if (state.area) words.set("area", state.area.code);
    if (state.hexagons) words.set("view", "hexagons");
    history.replaceState(null, "", "#" + words);
  }

  function draw(moved) {
    if (moved) {
      for (const area of page.areas) area.drawn.setLatLngs(state.hexagons ? area.hexagon : area.rings);
      for (const layer of [water, casing, border]) {
        if (state.hexagons) layer.remove();
        else layer.addTo(map);
      }
      map.getPane("labels").style.display = state.hexagons ? "none" : "";
    }
    showControls();
    paint(dark.matches);
    outline();
    write();
    if (state.area) panel.show(state.area, state.type, state.period);
    else panel.hide();
  }

  function change(choices) {
    const moved = "hexagons" in choices && choices.hexagons !== state.hexagons;
    Object.assign(state, choices);
    if (state.period !== "year" && !page.hasMonths(state.type)) state.period = "year";
    draw(moved);
    writeHash();
  }

  // From the address; what it does not name, or names wrongly, stays as it was at first.
  function fromHash() {
    const words = readHash();
    const month = page.months.indexOf(words.get("month"));
    const find = (list, key, name) => list.find((one) => one[key] === words.get(name));
    const borough = page.boroughs.findIndex((one) => one.code === words.get("borough"));
    return {
      type: find(page.types, "name", "type") || page.types[0],
      measure: Object.hasOwn(MEASURES, words.get("measure")) ? words.get("measure") : "count",
      period: month >= 0 ? month : "year",
      borough,
      area: find(page.areas, "code", "area") || null,
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
    if (state.period === "year" || state.period === last) change({ period: 0 });
    timer = window.setInterval(() => {
      if (state.period === "year" || state.period >= last) return stop();
      return change({ period: state.period + 1 });
    }, still.matches ? 2000 : 900);
    return undefined;
  }

  // A cell that begins like a formula would be run by a spreadsheet.
  function cell(value) {
    const text = isKnown(value) ? String(value) : "";
    const safe = typeof value === "string" && /^[=+\-@\t\r\n]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  }

  function download() {
    const head = ["lsoa_code", "area_name", "borough_name", "crime_type", "period", "crimes", "residents", "area_km2", "per_1000", "per_km2", "change_on_year_before"];
    const short = (value) => (isKnown(value) ? Number(value.toPrecision(6)) : null);
    const rows = page.areas.filter(isInside).map((area) => [
      area.code, area.name, page.boroughs[area.borough].name, state.type.name, state.period === "year" ? page.yearLabel : page.months[state.period],
      page.countOf(state.type, area, state.period), area.residents, area.km2,
      ...["per_1000", "per_km2", "change"].map((measure) => short(page.valueOf(state.type, area, measure, state.period))),
    ]);
    const text = [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
    const link = document.createElement("a");
    // Excel takes a file of letters beyond ASCII without a mark for the local code page.
    const mark = /[^\x00-\x7f]/.test(text) ? "\ufeff" : "";
    link.href = URL.createObjectURL(new Blob([mark + text], { type: "text/csv;charset=utf-8" }));
    const where = state.borough < 0 ? "all" : page.boroughs[state.borough].code;
    link.download = [state.type.name, where, state.period === "year" ? "year" : page.months[state.period]].join("_") + ".csv";
    link.click();
    URL.revokeObjectURL(link.href);
    status.textContent = wholeFormat.format(rows.length) + " areas written to " + link.download;
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
  shapes.on("click", (event) => {
    change({ area: event.layer.area });
    status.textContent = event.layer.area.name;
  });
  map.on("click", () => change({ area: null }));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.area) change({ area: null });
  });
  window.addEventListener("hashchange", () => {
    // Links inside the page have addresses of their own, which say nothing of the state.
    if (["type", "area", "borough"].some((name) => readHash().has(name))) change(fromHash());
  });

  canvas.start(paint, placeLabels, []);
  makeMapSearch(page, choose);
  const wanted = fromHash();
  Object.assign(state, wanted);
  if (state.period !== "year" && !page.hasMonths(state.type)) state.period = "year";
  draw(state.hexagons);
  if (state.area) goTo(state.area.drawn.getBounds(), 14);
  else if (state.borough >= 0) goTo(page.boroughs[state.borough].bounds, 13);
  placeLabels();
  document.documentElement.dataset.ready = "yes";
}
