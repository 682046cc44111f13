// The page of a region: a place of another region is opened there.
makeSearch = ((search) => (own, folder, choose) => {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const here = new Set([...data.areas.code, ...data.boroughs.map((one) => one.code)]);
  return search(own, folder, (target) => {
    const codes = [target.lsoa, target.borough, ...(target.areas || [])].filter(Boolean);
    if (codes.length === 0 || codes.some((code) => here.has(code))) return choose(target);
    const words = readHash();
    for (const name of ["area", "place", "borough"]) words.delete(name);
    words.set(target.borough ? "place" : "area", codes[0]);
    window.location.href = data.index + "#" + words;
    return undefined;
  });
})(makeSearch);
