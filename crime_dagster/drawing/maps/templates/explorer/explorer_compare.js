// Two to four boroughs or areas beside one another: lines, a table, and the figures as a file.
function makeComparison(page, change) {
  const MOST = 4;
  const byId = (name) => document.getElementById("compare-" + name);
  const UNITS = { per_1000: " per 1,000 residents", per_km2: " per km²" };
  let shown = null;

  function readCodes(text) {
    const known = text.split(" ").filter((code) => placeOf(code) !== null);
    return [...new Set(known)].slice(0, MOST);
  }

  // What is compared, by its code: the figures of a borough are those of its own row, not sums of what is drawn.
  function placeOf(code) {
    const at = page.boroughs.findIndex((one) => one.code === code);
    if (at >= 0) {
      const borough = page.boroughs[at];
      const km2 = page.areas.reduce((sum, area) => sum + (area.borough === at ? area.km2 : 0), 0);
      const figures = (type) => {
        const own = type.boroughs;
        return { year: own.year[at], before: own.before[at], per1000: own.per1000[at], residents: own.residents[at], clear: own.clear[at], months: own.months[at] };
      };
      return { code, name: borough.name, km2, figures };
    }
    const area = page.areas.find((one) => one.code === code);
    if (!area) return null;
    const figures = (type) => ({
      year: type.year[area.index],
      before: type.before[area.index],
      per1000: page.valueOf(type, area, "per_1000", "year"),
      residents: area.residents,
      clear: type.clear[area.index],
      months: page.monthsOf(type, area),
    });
    return { code, name: area.name, km2: area.km2, figures };
  }

  function add(code) {
    if (!shown.codes.includes(code) && shown.codes.length < MOST) change([...shown.codes, code]);
  }

  function scaled(count, place, figures, measure) {
    const base = measure === "per_1000" ? figures.residents / 1000 : measure === "per_km2" ? place.km2 : 1;
    return isKnown(count) && base > 0 ? count / base : null;
  }

  function makeChip(place, number) {
    const remove = element("button", "remove", { type: "button", className: "plain" });
    remove.setAttribute("aria-label", "Remove " + place.name + " from the comparison");
    remove.addEventListener("click", () => change(shown.codes.filter((code) => code !== place.code)));
    return element("li", [drawSample(number), place.name, remove]);
  }

  function makeRow(place, figures) {
    const words = (number) => (isKnown(number) ? numberWords(number) : NOT_REPORTED);
    const both = "from " + words(figures.before) + " to " + words(figures.year);
    const changed = !isKnown(figures.year) || !isKnown(figures.before) ? "not known" : testedWords(changeWords(figures.before, figures.year) || both, figures.clear === "-" ? null : figures.clear === "1");
    const texts = [place.name, words(figures.year), words(figures.before), changed, words(figures.per1000)];
    return element("tr", texts.map((text, at) => (at ? element("td", text, { className: "number" }) : element("th", text, { scope: "row" }))));
  }

  function show(codes, type, measure, marked) {
    shown = { codes, type };
    const places = codes.map(placeOf);
    document.getElementById("compare").hidden = places.length === 0;
    byId("add").disabled = places.length >= MOST;
    byId("add").value = "";
    for (const option of byId("add").options) option.disabled = option.value === "" || codes.includes(option.value);
    if (places.length === 0) return;
    const figures = places.map((place) => place.figures(type));
    byId("title").textContent = type.label + (UNITS[measure] || "") + (places.length > 1 ? " compared, month by month" : ": choose another " + (document.documentElement.dataset.borough || "borough") + " or area to compare");
    byId("chips").replaceChildren(...places.map(makeChip));
    const series = places.map((place, at) => ({ name: place.name, values: figures[at].months.map((count) => scaled(count, place, figures[at], measure)) }));
    const line = page.hasMonths(type) ? drawLine(series, page.months, marked, 200) : null;
    byId("lines").replaceChildren(...(line ? [line] : []));
    byId("rows").replaceChildren(...places.map((place, at) => makeRow(place, figures[at])));
  }

  function download() {
    const head = ["place_code", "place_name", "crime_type", "period", "crimes", "residents", "per_1000"];
    const rows = shown.codes.map(placeOf).flatMap((place) => {
      const figures = place.figures(shown.type);
      const rate = (count) => (isKnown(count) && figures.residents > 0 ? Number(((1000 * count) / figures.residents).toPrecision(6)) : null);
      const row = (period, count) => [place.code, place.name, shown.type.name, period, count, figures.residents, rate(count)];
      return [row(page.yearLabel, figures.year), ...page.months.map((month, at) => row(month, figures.months[at]))];
    });
    saveTable([head, ...rows], shown.type.name + "_compared.csv");
  }

  byId("add").addEventListener("change", () => add(byId("add").value));
  byId("download").addEventListener("click", download);
  return { add, show, readCodes };
}
