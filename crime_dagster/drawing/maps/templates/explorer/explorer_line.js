// Months as lines; a month that is not reported is a gap. One series, or up to four that are told apart by dashes too.
const DASHES = ["", "7 3", "2 3", "9 3 2 3"];

// How a series is drawn, beside its name.
function drawSample(number) {
  const svg = drawing("svg", { class: "months", viewBox: "0 0 30 8", "aria-hidden": "true" });
  svg.append(drawing("path", { class: "series-" + number, d: "M0 4H30", "stroke-dasharray": DASHES[number] }));
  return svg;
}

function drawLine(series, months, marked, height) {
  const WIDTH = height && window.innerWidth > 640 ? 640 : 340;
  const HEIGHT = height || 96;
  const LEFT = 44;
  const FOOT = 20;
  const known = series.flatMap((one) => one.values).filter(isKnown);
  if (known.length === 0) return null;
  const svg = drawing("svg", { class: "months", viewBox: "0 0 " + WIDTH + " " + HEIGHT, role: "img" });
  const top = Math.max(...known) || 1;
  const x = (month) => LEFT + ((WIDTH - LEFT - 8) * month) / Math.max(1, months.length - 1);
  const y = (count) => HEIGHT - FOOT - ((HEIGHT - FOOT - 12) * count) / top;

  function add(name, attributes, text) {
    svg.append(drawing(name, attributes, text));
  }

  function addSeries(values, number) {
    const kind = "series-" + number;
    let part = [];
    const parts = [part];
    values.forEach((count, month) => {
      if (isKnown(count)) part.push(x(month).toFixed(1) + "," + y(count).toFixed(1));
      else if (part.length) parts.push((part = []));
    });
    for (const points of parts) {
      if (points.length === 1) {
        const [cx, cy] = points[0].split(",");
        add("circle", { class: kind, cx, cy, r: 2.5 });
      } else if (points.length) add("polyline", { class: kind, points: points.join(" "), "stroke-dasharray": DASHES[number] });
    }
    if (marked !== null && isKnown(values[marked])) add("circle", { cx: x(marked), cy: y(values[marked]), r: 4.5, class: "marked" });
  }

  const [first, last] = [monthWords(months[0]), monthWords(months[months.length - 1])];
  add("path", { class: "axis", d: "M" + LEFT + " " + y(0) + "H" + (WIDTH - 8) });
  add("text", { x: LEFT - 6, y: y(0) + 4, class: "end" }, "0");
  add("text", { x: LEFT - 6, y: y(top) + 4, class: "end" }, numberWords(top));
  add("text", { x: LEFT, y: HEIGHT - 4 }, first);
  add("text", { x: WIDTH - 8, y: HEIGHT - 4, class: "end" }, last);
  series.forEach((one, number) => addSeries(one.values, number));
  const ranges = series.map((one) => {
    const own = one.values.filter(isKnown);
    return (one.name ? one.name + " " : "") + (own.length ? "between " + numberWords(Math.min(...own)) + " and " + numberWords(Math.max(...own)) : NOT_REPORTED);
  });
  svg.setAttribute("aria-label", "Per month from " + first + " to " + last + ", " + ranges.join("; "));
  return svg;
}
