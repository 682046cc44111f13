// The box of a page with a map: places become areas and boroughs of the map.
function makeMapSearch(page, choose) {
  const areaOf = new Map(page.areas.map((area) => [area.code, area]));
  const own = page.boroughs.map((borough, at) => [borough.name, document.documentElement.dataset.borough || "borough", "", { at }]);
  for (const area of page.areas) {
    const detail = (area.lsoaName === area.name ? "" : area.lsoaName + ", ") + page.boroughs[area.borough].name;
    own.push([area.name, detail, area.code, { lsoa: area.code }]);
  }
  return makeSearch(own, page.placesFolder || "", (target) => {
    const areas = (target.areas || []).map((code) => areaOf.get(code)).filter(Boolean);
    if (target.lsoa && areaOf.has(target.lsoa)) choose({ area: areaOf.get(target.lsoa).index });
    else if (areas.length) choose({ areas, name: target.name });
    else choose({ borough: target.at ?? page.boroughs.findIndex((one) => one.name === target.name) });
  });
}

// What several areas cover together.
function boundsOf(areas) {
  return areas.reduce((bounds, area) => bounds.extend(area.bounds), L.latLngBounds([]));
}
