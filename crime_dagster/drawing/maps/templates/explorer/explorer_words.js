// What the explorer says of what it shows: sums, headings, and the card of an area.
const MEASURES = { count: "", per_1000: " per 1,000 residents", per_km2: " per km²", change: ", change on the year before" };

function makeWords(page, state, container) {
  const byId = (name) => document.getElementById(name);

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
    byId("month").setAttribute("aria-valuetext", monthWords(page.months[Number(byId("month").value)] || "0000-01"));
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

  return { isInside, write, fillCard };
}
