// The page's data in a shape that is easy to read from.
function readExplorer(data) {
  const NOT = 255;
  const LARGER = 254;
  const page = { ...data };
  placeGround(page, data);
  page.middles = page.boroughs.map((borough) => [borough.lat, borough.lon]);
  page.areas = listAreas(data).map((area) => ({
    ...area,
    residents: data.areas.residents[area.index],
    km2: data.areas.km2[area.index],
    similar: data.areas.similar[area.index] || [],
    hexagon: decodeShape(data.areas.hexagon[area.index]),
  }));
  page.layer = () => ({ marks: [] });

  function unpack(packed) {
    const text = atob(packed.bytes);
    const counts = new Array(text.length);
    let next = 0;
    for (let at = 0; at < text.length; at += 1) {
      const byte = text.charCodeAt(at);
      counts[at] = byte === NOT ? null : byte === LARGER ? packed.larger[next++] : byte;
    }
    return counts;
  }
  const unpacked = new Map();
  function countsOf(type) {
    if (!unpacked.has(type.name)) unpacked.set(type.name, unpack(type.months));
    return unpacked.get(type.name);
  }

  // Crimes of an area in a period: "year", or the number of a month.
  page.countOf = (type, area, period) =>
    period === "year" ? type.year[area.index] : countsOf(type)[area.index * page.months.length + period];
  page.beforeOf = (type, area, period) => {
    if (period === "year") return type.before[area.index];
    return period < 12 ? null : page.countOf(type, area, period - 12);
  };
  page.monthsOf = (type, area) => page.months.map((_, month) => page.countOf(type, area, month));
  page.hasMonths = (type) => type.scales.count.month.names.length > 0;

  page.valueOf = (type, area, measure, period) => {
    const count = page.countOf(type, area, period);
    if (!isKnown(count)) return null;
    if (measure === "per_1000") return area.residents > 0 ? (1000 * count) / area.residents : null;
    if (measure === "per_km2") return area.km2 > 0 ? count / area.km2 : null;
    if (measure === "change") {
      const before = page.beforeOf(type, area, period);
      return isKnown(before) ? count - before : null;
    }
    return count;
  };
  // Whether chance could have made the change of an area: known of the year alone, null where there is no test.
  page.isClear = (type, area, period) => {
    const mark = period === "year" ? type.clear[area.index] : "-";
    return mark === "-" ? null : mark === "1";
  };
  page.scaleOf = (type, measure, period) => type.scales[measure][period === "year" ? "year" : "month"];
  page.bandOf = (value, scale, measure) => {
    if (!isKnown(value) || scale.names.length === 0) return -1;
    const number = measure === "change" || scale.isRounded ? Math.round(value) : value;
    return scale.breaks.filter((limit) => limit <= number).length;
  };
  return page;
}

const MONTH_NAMES = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
function monthWords(text) {
  return MONTH_NAMES[Number(text.slice(5)) - 1] + " " + text.slice(0, 4);
}
