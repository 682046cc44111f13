// Names on the map: boroughs where they are wide enough, small places from close by; none on top of another.
function makeLabels(map, page, canvas) {
  // A small city is seen from close by as a whole: its boroughs come first there too.
  const CLOSE = Math.max(13, map.getZoom() + 1.5);
  map.createPane("labels").style.zIndex = 450;
  map.getPane("labels").style.pointerEvents = "none";

  function markerOf(place, kind) {
    const icon = L.divIcon({ className: "map-label " + kind, iconSize: null, html: "" });
    const marker = L.marker([place.lat, place.lon], { icon, pane: "labels", interactive: false, keyboard: false });
    marker.on("add", () => {
      marker.getElement().replaceChildren(element("span", place.label));
    });
    return { marker, place, shown: false };
  }

  const boroughs = page.boroughs.map((borough) => markerOf(borough, "borough"));
  const places = page.places.map((place) => markerOf(place, "place"));
  const landmarks = makeLandmarks(map, page, canvas);
  const [stations, parks] = landmarks.labels.map((labels, at) => labels.filter((one) => one.label).map((one) => markerOf(one, at ? "park" : "station")));

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
  const SIZE = map.getSize().x < 640 ? 9.5 : 11.5;
  pen.font = SIZE + "px " + getComputedStyle(document.body).fontFamily;

  // The name of a station stands below its dot.
  function boxOf(place, below = 0) {
    const lines = place.label.split("\n");
    const at = map.latLngToContainerPoint([place.lat, place.lon]);
    const half = Math.max(...lines.map((line) => pen.measureText(line).width)) / 2 + 3;
    const height = lines.length * 0.52 * SIZE + 0.5;
    return { left: at.x - half, right: at.x + half, top: at.y - height + below, bottom: at.y + height + below };
  }

  function wants(entry, kind, view) {
    if (!view.contains([entry.place.lat, entry.place.lon])) return false;
    // Hexagons lie elsewhere than what they stand for: boroughs alone have names there, at every zoom.
    if (page.isSchematic) return kind === "borough";
    if (kind !== "borough") return map.getZoom() >= CLOSE;
    if (map.getZoom() >= CLOSE) return false;
    const west = map.latLngToContainerPoint([entry.place.lat, entry.place.west]);
    const east = map.latLngToContainerPoint([entry.place.lat, entry.place.east]);
    const box = boxOf(entry.place);
    // A name may reach a little over the borders of its borough.
    return box.right - box.left <= 1.15 * (east.x - west.x);
  }

  // Where no borough's own name is in sight, a corner says which one is in the middle.
  const here = document.getElementById("here");
  function nameHere() {
    const middle = map.getCenter();
    const at = page.isSchematic || boroughs.some((entry) => entry.shown) ? -1 : page.borders.findIndex((rings) => isWithin(middle, rings));
    here.textContent = at < 0 ? "" : page.boroughs[at].name;
    here.hidden = at < 0;
  }

  return function place() {
    const view = map.getBounds();
    const taken = [];
    landmarks.show(!page.isSchematic && map.getZoom() >= CLOSE);
    for (const entry of letters.values()) {
      entry.marker.remove();
      entry.shown = false;
    }
    for (const entry of listLetters(view)) {
      taken.push(boxOf(entry.place));
      entry.shown = true;
      entry.marker.addTo(map);
    }
    for (const [entries, kind] of [[boroughs, "borough"], [stations, "station"], [places, "place"], [parks, "park"]]) {
      for (const entry of entries) {
        let shown = wants(entry, kind, view);
        const box = shown ? boxOf(entry.place, kind === "station" ? 12 : 0) : null;
        shown = shown && !taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top);
        if (shown) taken.push(box);
        if (shown) entry.marker.setLatLng([entry.place.lat, entry.place.lon]);
        if (shown !== entry.shown) {
          entry.shown = shown;
          if (shown) entry.marker.addTo(map);
          else entry.marker.remove();
        }
      }
    }
    nameHere();
  };
}
