// The layer that is shown as a table: all areas that are looked at, in the order that the reader chooses.
function makeTable(page, isShown) {
  const FIRST = 50;
  const table = document.getElementById("layer-table");
  const more = document.getElementById("table-all");
  const sort = { column: "value", up: false };
  const borough = document.documentElement.dataset.borough || "borough";
  let isWhole = false;

  function listColumns(layer) {
    const number = (name, label, valueOf, wordsOf) => ({ name, label, valueOf, wordsOf, isNumber: true });
    const range = layer.range && layer.range.map((name) => page.series[name]);
    const columns = [
      { name: "area", label: "Area", valueOf: (area) => area.name, wordsOf: (area) => area.name },
      // On a phone the borough stands below the area's name.
      { name: "borough", label: borough[0].toUpperCase() + borough.slice(1), isWide: true, valueOf: (area) => page.boroughs[area.borough].name, wordsOf: (area) => page.boroughs[area.borough].name },
      number("value", layer.label, (area) => layer.values[area.index], (area) => page.wordsOf(layer, area)),
    ];
    if (range) {
      const [lower, upper] = range;
      const words = (area) => (isKnown(lower[area.index]) ? numberWords(lower[area.index]) + " to " + numberWords(upper[area.index]) : "not known");
      columns.push(number("range", "90% range", (area) => lower[area.index], words));
    }
    if (layer.name !== "recorded") {
      const recorded = page.series.recorded;
      columns.push(number("recorded", "Recorded", (area) => recorded[area.index], (area) => (isKnown(recorded[area.index]) ? numberWords(recorded[area.index]) : NOT_REPORTED)));
    }
    return columns;
  }

  // What is not known comes last, whichever way the rest is sorted.
  function compare(column) {
    const sign = sort.up ? 1 : -1;
    return (one, other) => {
      const [first, second] = [column.valueOf(one), column.valueOf(other)];
      if (!isKnown(first) || !isKnown(second)) return isKnown(second) - isKnown(first);
      return sign * (typeof first === "string" ? first.localeCompare(second, "en-GB") : first - second);
    };
  }

  const classOf = (column) => (column.isNumber ? "number" : column.isWide ? "wide" : "");

  function makeHead(columns) {
    return element("tr", columns.map((column) => {
      const isSorted = column.name === sort.column;
      const button = element("button", column.label, { type: "button" });
      button.dataset.column = column.name;
      button.addEventListener("click", () => {
        sort.up = isSorted ? !sort.up : !column.isNumber;
        sort.column = column.name;
        write();
        table.querySelector('button[data-column="' + column.name + '"]').focus();
      });
      const cell = element("th", button, { scope: "col", className: classOf(column) });
      cell.setAttribute("aria-sort", isSorted ? (sort.up ? "ascending" : "descending") : "none");
      return cell;
    }));
  }

  function makeRow(area, columns) {
    const borough = element("span", page.boroughs[area.borough].name + ", ", { className: "on-phone" });
    const code = element("span", [" ", borough, area.code], { className: "note" });
    return element("tr", columns.map((column, number) => (number
      ? element("td", column.wordsOf(area), { className: classOf(column) })
      : element("th", [column.wordsOf(area), code], { className: classOf(column), scope: "row" }))));
  }

  function write() {
    const layer = page.layer();
    const columns = listColumns(layer);
    if (!columns.some((column) => column.name === sort.column)) sort.column = "value";
    const areas = page.areas.filter(isShown).sort(compare(columns.find((column) => column.name === sort.column)));
    const shown = isWhole ? areas : areas.slice(0, FIRST);
    table.tHead.replaceChildren(makeHead(columns));
    table.tBodies[0].replaceChildren(...shown.map((area) => makeRow(area, columns)));
    table.caption.textContent = layer.keyTitle + ": " + (shown.length < areas.length ? "the first " + shown.length + " of " : "all ")
      + wholeFormat.format(areas.length) + " small areas";
    more.hidden = shown.length === areas.length;
    more.textContent = "Show all " + wholeFormat.format(areas.length) + " areas";
  }

  more.addEventListener("click", () => {
    isWhole = true;
    write();
    table.tBodies[0].rows[FIRST].scrollIntoView({ block: "nearest" });
  });
  return write;
}
