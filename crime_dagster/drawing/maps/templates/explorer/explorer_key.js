// The key of the explorer: its bands with the number of areas in each, and what is in none.
function makeKey() {
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

  return function write(scale, counts, chance, unknown, why) {
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
    if (chance) addPlainRow(rows, scale, "calm", wholeFormat.format(chance) + " areas: " + USUAL);
    if (unknown) addPlainRow(rows, scale, "hatch", wholeFormat.format(unknown) + " areas: " + why);
    document.getElementById("key").replaceChildren(...rows);
  };
}
