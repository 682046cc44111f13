// A cell that begins like a formula would be run by a spreadsheet.
function writeCell(value) {
  const text = isKnown(value) ? String(value) : "";
  const safe = typeof value === "string" && /^[=+\-@\t\r\n]/.test(text) ? "'" + text : text;
  return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
}

// Hands the reader rows as a file.
function saveTable(rows, name) {
  const text = rows.map((row) => row.map(writeCell).join(",")).join("\r\n") + "\r\n";
  // Excel takes a file of letters beyond ASCII without a mark for the local code page.
  const mark = /[^\x00-\x7f]/.test(text) ? "\ufeff" : "";
  saveFile(new Blob([mark + text], { type: "text/csv;charset=utf-8" }), name);
}

// Writes the areas that are shown as CSV.
function saveAreas(page, state, isInside) {
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
  document.getElementById("status").textContent = wholeFormat.format(rows.length) + " areas written to " + name;
}
