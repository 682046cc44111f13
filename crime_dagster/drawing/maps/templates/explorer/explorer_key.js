// The key of the explorer: its bands with the number of areas in each, and what is in none.
function makeKey() {
  function swatchOf(kind, scale, band) {
    const swatch = element("span", [], { className: "swatch " + kind });
    if (band !== null) {
      swatch.style.setProperty("--light", scale.light[band]);
      swatch.style.setProperty("--dark", scale.dark[band]);
    }
    return swatch;
  }

  const plainRow = (swatch, text) => element("li", [swatch, element("span", text)], { className: "no-data" });

  return function write(scale, counts, chance, unknown, why) {
    const longest = Math.max(1, ...counts);
    const rows = scale.names.map((name, band) => {
      const length = element("span", [], { className: "length" });
      length.style.width = (100 * counts[band]) / longest + "%";
      const bar = [counts[band] ? length : "", element("span", wholeFormat.format(counts[band]), { className: "areas" })];
      return element("li", [swatchOf("", scale, band), element("span", name, { className: "band-name" }), element("span", bar, { className: "bar" })]);
    }).reverse();
    if (chance) rows.push(plainRow(swatchOf("calm", scale, (scale.names.length - 1) / 2), wholeFormat.format(chance) + " areas: " + USUAL));
    if (unknown) rows.push(plainRow(swatchOf("hatch", scale, null), wholeFormat.format(unknown) + " areas: " + why));
    document.getElementById("key").replaceChildren(...rows);
  };
}
