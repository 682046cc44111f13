// What the map's card says of an area: the number of the layer that is shown, then all that is known.
function makeFacts(page) {
  const range = (lower, upper) => (isKnown(lower) && isKnown(upper) ? numberWords(lower) + " to " + numberWords(upper) : "");
  const known = (number, instead) => (isKnown(number) ? numberWords(number) : instead);

  // Of a count that could as well have been a little higher or lower.
  function rangeOfRank(facts) {
    if (!isKnown(facts.rankLower) || !isKnown(facts.rankUpper) || facts.rankLower === facts.rankUpper) return "";
    return "could be " + ordinalWords(facts.rankLower) + " to " + ordinalWords(facts.rankUpper);
  }

  function addCounts(list, area, facts, shown) {
    if (shown !== "recorded") addRow(list, "recorded", numberWords(facts.recorded));
    if (isKnown(facts.before)) addRow(list, "previous " + page.lengthWords, numberWords(facts.before), testedWords(changeWords(facts.before, facts.recorded), isKnown(facts.change) ? facts.change !== 0 : null));
    if (facts.change && shown !== "change") addRow(list, "clear change", facts.change > 0 ? "more" : "fewer");
    addRow(list, "rank in " + page.place, ordinalWords(facts.rank) + " of " + wholeFormat.format(page.reportedAreas), rangeOfRank(facts));
    const borough = page.boroughs[area.borough];
    if (borough.name !== page.place) {
      addRow(list, "rank in " + borough.name, ordinalWords(facts.boroughRank) + " of " + wholeFormat.format(borough.reportedAreas));
    }
    if (shown !== "per_km2") addRow(list, "per km²", known(facts.perKm2, "not known"));
    if (shown !== "per_1000") addRow(list, "per 1,000 residents", known(facts.per1000, "not known"));
  }

  // A modelled number has its range right below it.
  function addPrediction(list, facts, shown) {
    if (shown !== "predicted") addRow(list, "predicted", known(facts.predicted, "no prediction"));
    if (range(facts.lower, facts.upper)) addRow(list, "90% range for similar areas", range(facts.lower, facts.upper));
    if (isKnown(facts.difference) && shown !== "difference") addRow(list, "recorded minus predicted", signedWords(facts.difference));
  }

  function addForecast(list, facts, shown) {
    if (!isKnown(facts.forecast)) return;
    const expected = range(facts.forecastLower, facts.forecastUpper);
    if (shown !== "forecast") addRow(list, "forecast, " + page.outlookWords, numberWords(facts.forecast), expected);
    else if (expected) addRow(list, "90% range of the forecast", expected);
  }

  return function fill(area) {
    const facts = page.facts(area.index);
    const layer = page.layer();
    headCard(page, area, page.wordsOf(layer, area), isKnown(layer.values[area.index]) ? layer.unit : "");
    document.getElementById("card-more").href = page.explorer + "#" + new URLSearchParams({ type: page.crimeType, area: area.code });
    const list = document.getElementById("card-rows");
    list.replaceChildren();
    const own = page.ownYears[area.code];
    if (own && !isKnown(facts.recorded)) addRow(list, "recorded, " + own[0], numberWords(own[1]));
    const parts = [() => isKnown(facts.recorded) && addCounts(list, area, facts, layer.name), () => addPrediction(list, facts, layer.name), () => addForecast(list, facts, layer.name)];
    const first = { predicted: 1, difference: 1, forecast: 2 }[layer.name] || 0;
    for (const add of [parts[first], ...parts.filter((_, at) => at !== first)]) add();
    const hot = page.layers.find((one) => one.name === "hotspot");
    if (facts.hotspot > 0 && layer.name !== "hotspot") addRow(list, "hot spot", hot.bands[facts.hotspot].name);
  };
}
