// The page's data in a shape that is easy to read from.
function readPage(data) {
  const page = { ...data, current: data.start.layer };
  placeGround(page, data);
  page.areas = listAreas(data);
  page.layers = data.layers.map((layer) => ({
    ...layer,
    bandOfArea: [...layer.bandOfArea].map((mark) => (mark === "-" ? -1 : Number(mark))),
    values: data.values[layer.valuesOf],
  }));
  page.layer = () => page.layers.find((layer) => layer.name === page.current);
  page.series = data.values;
  page.wordsOf = (layer, area) => {
    const value = layer.values[area.index];
    if (!isKnown(value)) return layer.missing;
    if (layer.marks.length) return layer.bands[layer.bandOfArea[area.index]].name;
    return (layer.name === "difference" ? signedWords : numberWords)(value);
  };
  page.facts = (index) => Object.fromEntries(Object.entries(data.values).map(([name, values]) => [name, values[index]]));
  return page;
}
