// The months of one area as a line; a month that is not reported is a gap.
function drawLine(counts, months, marked) {
  const SVG = "http://www.w3.org/2000/svg";
  const WIDTH = 320;
  const HEIGHT = 96;
  const LEFT = 34;
  const FOOT = 20;
  const known = counts.filter(isKnown);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 " + WIDTH + " " + HEIGHT);
  svg.setAttribute("class", "months");
  svg.setAttribute("role", "img");
  if (known.length === 0) return null;
  const top = Math.max(1, ...known);
  const x = (month) => LEFT + ((WIDTH - LEFT - 8) * month) / Math.max(1, counts.length - 1);
  const y = (count) => HEIGHT - FOOT - ((HEIGHT - FOOT - 12) * count) / top;

  function add(name, attributes, text) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    svg.append(element);
  }
  add("path", { class: "axis", d: "M" + LEFT + " " + y(0) + "H" + (WIDTH - 8) });
  add("text", { x: LEFT - 6, y: y(0) + 4, class: "end" }, "0");
  add("text", { x: LEFT - 6, y: y(top) + 4, class: "end" }, numberWords(top));
  add("text", { x: LEFT, y: HEIGHT - 4 }, monthWords(months[0]));
  add("text", { x: WIDTH - 8, y: HEIGHT - 4, class: "end" }, monthWords(months[months.length - 1]));
  let part = [];
  const parts = [part];
  counts.forEach((count, month) => {
    if (isKnown(count)) part.push(x(month).toFixed(1) + "," + y(count).toFixed(1));
    else if (part.length) parts.push((part = []));
  });
  for (const points of parts) {
    if (points.length === 1) {
      const [cx, cy] = points[0].split(",");
      add("circle", { cx, cy, r: 2.5 });
    } else if (points.length) add("polyline", { points: points.join(" ") });
  }
  if (marked !== null && isKnown(counts[marked])) {
    add("circle", { cx: x(marked), cy: y(counts[marked]), r: 4.5, class: "marked" });
  }
  svg.setAttribute("aria-label", "Crimes per month from " + monthWords(months[0]) + " to " + monthWords(months[months.length - 1])
    + ", between " + numberWords(Math.min(...known)) + " and " + numberWords(top));
  return svg;
}
