// What is known of the chosen area: its months, its year against its borough and its like, its features.
function makePanel(page, close, compare) {
  const panel = document.getElementById("area");
  const byId = (name) => document.getElementById("area-" + name);
  let shown = null;
  document.getElementById("area-close").addEventListener("click", close);
  byId("compare").addEventListener("click", () => compare(shown.code));

  function meanOf(type, areas) {
    const counts = areas.map((area) => type.year[area.index]).filter(isKnown);
    return counts.length ? counts.reduce((sum, count) => sum + count, 0) / counts.length : null;
  }

  // What is known of a place, with the scale of the figure and its year.
  function row(name, value, detail, year) {
    const text = isKnown(value) ? numberWords(value) + (detail ? " " + detail : "") : "not known";
    // "51,830 £ a year" is written "£51,830 a year", "8.7 % of people" 8.7%, "8 decile (1 = most)" decile 8 (1 = most), "36 index (more = better)" 36 (more = better).
    const words = text.replace(/^(\S+) £/, "£$1").replace(/^(\S+) %/, "$1%").replace(/^(\S+) decile/, "decile $1").replace(/ index(?= |$)/, "");
    const note = year ? [" ", element("span", /^not stated/.test(year) ? "year not stated in the file" : year, { className: "note" })] : [];
    return element("div", [element("dt", [name, ...note]), element("dd", words)]);
  }

  function countWords(count, type) {
    return isKnown(count) ? numberWords(count) + " " + type.noun : NOT_REPORTED;
  }

  return {
    hide() {
      panel.hidden = true;
    },
    show(area, type, period) {
      shown = area;
      const borough = page.boroughs[area.borough];
      byId("name").textContent = area.name;
      byId("code").textContent = [area.lsoaName === area.name ? "" : area.lsoaName, area.code, borough.name].filter(Boolean).join(", ");
      byId("type").textContent = type.label;
      const count = type.year[area.index];
      byId("count").textContent = countWords(count, type);
      const before = type.before[area.index];
      const clear = page.isClear(type, area, "year");
      const change = isKnown(count) && isKnown(before) ? testedWords(changeWords(before, count), clear) : "";
      byId("before").textContent = isKnown(before) ? "the year before: " + numberWords(before) + (change ? ", " + change : "") : "";
      const inBorough = page.areas.filter((other) => other.borough === area.borough);
      const similar = area.similar.map((at) => page.areas[at]);
      byId("compared").replaceChildren(
        row("This area", count),
        row(borough.name + " average", meanOf(type, inBorough)),
        ...(similar.length ? [row("Average of the " + similar.length + " most similar areas", meanOf(type, similar))] : []),
        row(page.place + " average", meanOf(type, page.areas)),
      );
      byId("like").textContent = similar.length ? "Most similar: " + similar.slice(0, 3).map((other) => other.name).join("; ") + "." : "";
      const line = page.hasMonths(type) ? drawLine([{ name: "", values: page.monthsOf(type, area) }], page.months, period === "year" ? null : period) : null;
      byId("months").replaceChildren(...(line ? [line] : []));
      byId("months-title").hidden = !line;
      byId("facts").replaceChildren(...page.facts.map((fact) => row(fact.label, fact.values[area.index], fact.unit, fact.vintage)));
      panel.hidden = false;
    },
  };
}
