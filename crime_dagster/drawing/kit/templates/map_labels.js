// Names on the map: boroughs where they are wide enough, small places from close by; none on top of another.
function makeLabels(map, page) {
  // A small city is seen from close by as a whole: its boroughs come first there too.
  const CLOSE = Math.max(13, map.getZoom() + 1.5);
  const WIDE_ENOUGH = 90;
  map.createPane("labels").style.zIndex = 450;
  map.getPane("labels").style.pointerEvents = "none";

  function markerOf(place, kind) {
    const icon = L.divIcon({ className: "map-label " + kind, iconSize: null, html: "" });
    const marker = L.marker([place.lat, place.lon], { icon, pane: "labels", interactive: false, keyboard: false });
    marker.on("add", () => {
      const text = document.createElement("span");
      text.textContent = place.label;
      marker.getElement().replaceChildren(text);
    });
    return { marker, place, shown: false };
  }

  const boroughs = page.boroughs.map((borough) => markerOf(borough, "borough"));
  const places = page.places.map((place) => markerOf(place, "place"));

  // Letters of the classes, made when they are first wanted: most readers never come so close.
  const letters = new Map();
  function letterOf(area, mark) {
    if (!letters.has(area.index)) {
      const middle = area.bounds.getCenter();
      letters.set(area.index, markerOf({ label: mark, lat: middle.lat, lon: middle.lng }, "mark"));
    }
    const entry = letters.get(area.index);
    entry.place.label = mark;
    return entry;
  }

  function listLetters(view) {
    const layer = page.layer();
    if (map.getZoom() < CLOSE || !layer.marks.length) return [];
    return page.areas
      .filter((area) => layer.marks[layer.bandOfArea[area.index]] && view.contains(area.bounds.getCenter()))
      .map((area) => letterOf(area, layer.marks[layer.bandOfArea[area.index]]));
  }

  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "11.5px " + getComputedStyle(document.body).fontFamily;

  function boxOf(place) {
    const lines = place.label.split("\n");
    const at = map.latLngToContainerPoint([place.lat, place.lon]);
    const half = Math.max(...lines.map((line) => pen.measureText(line).width)) / 2 + 1;
    const height = lines.length * 6 + 0.5;
    return { left: at.x - half, right: at.x + half, top: at.y - height, bottom: at.y + height };
  }

  function wants(entry, kind, view) {
    if (!view.contains([entry.place.lat, entry.place.lon])) return false;
    if (kind === "place") return map.getZoom() >= CLOSE;
    const west = map.latLngToContainerPoint([entry.place.lat, entry.place.west]);
    const east = map.latLngToContainerPoint([entry.place.lat, entry.place.east]);
    // Two lines need less room than the name is long.
    return map.getZoom() < CLOSE && east.x - west.x >= (map.getSize().x < 640 ? WIDE_ENOUGH : WIDE_ENOUGH / 2);
  }

  return function place() {
    const view = map.getBounds();
    const taken = [];
    for (const entry of letters.values()) {
      entry.marker.remove();
      entry.shown = false;
    }
    for (const entry of listLetters(view)) {
      taken.push(boxOf(entry.place));
      entry.shown = true;
      entry.marker.addTo(map);
    }
    for (const [entries, kind] of [[boroughs, "borough"], [places, "place"]]) {
      for (const entry of entries) {
        let shown = wants(entry, kind, view);
        const box = shown ? boxOf(entry.place) : null;
        shown = shown && !taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top);
        if (shown) taken.push(box);
        if (shown !== entry.shown) {
          entry.shown = shown;
          if (shown) entry.marker.addTo(map);
          else entry.marker.remove();
        }
      }
    }
  };
}
