// The index of regions: an address that names a place leads on to the page that has it.
const data = JSON.parse(document.getElementById("page-data").textContent);
function follow() {
  const words = new URLSearchParams(window.location.hash.slice(1));
  const code = words.get("area") || words.get("place") || words.get("borough");
  const found = Object.entries(data.regions).find(([, codes]) => codes.includes(code));
  if (!found) return;
  const stem = data.types.includes(words.get("type")) ? words.get("type") : data.stem;
  window.location.replace(stem + "-" + found[0] + ".html#" + words);
}
window.addEventListener("hashchange", follow);
follow();
