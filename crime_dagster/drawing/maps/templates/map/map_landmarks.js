// Stations and parks from close by: outlines and dots that leave the colours of the areas as they are.
function makeLandmarks(map, page, canvas) {
  const quiet = { ...canvas.quiet, renderer: canvas.borderCanvas };
  const parks = page.landmarks.parks.map(([, , , shape]) => L.polygon(decodeShape(shape), { ...quiet, fill: false, weight: 1.4, dashArray: "5 3" }));
  const stations = page.landmarks.stations.map(([, lat, lon]) => L.circleMarker([lat, lon], { ...quiet, radius: 4, weight: 2, fillOpacity: 1 }));
  const group = L.layerGroup([...parks, ...stations]);
  canvas.painters.push(() => {
    for (const park of parks) park.setStyle({ color: canvas.colourOf("ink2") });
    for (const station of stations) station.setStyle({ color: canvas.colourOf("ink"), fillColor: canvas.colourOf("ground") });
  });
  return {
    labels: ["stations", "parks"].map((kind) => page.landmarks[kind].map(([label, lat, lon]) => ({ label, lat, lon }))),
    show(isShown) {
      if (isShown && !map.hasLayer(group)) group.addTo(map);
      if (!isShown && map.hasLayer(group)) group.remove();
    },
  };
}
