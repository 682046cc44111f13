// Shapes as they travel in the page: rings separated by blanks, each in the Encoded Polyline Algorithm Format.
function decodeShape(text) {
  return text === "" ? [] : text.split(" ").map(decodePoints);
}

function decodePoints(text) {
  const points = [];
  const place = [0, 0];
  let axis = 0;
  for (let at = 0; at < text.length;) {
    let number = 0;
    let shift = 0;
    let part;
    do {
      part = text.charCodeAt(at) - 63;
      number |= (part & 31) << shift;
      shift += 5;
      at += 1;
    } while (part >= 32);
    place[axis] += number & 1 ? ~(number >> 1) : number >> 1;
    if (axis === 1) points.push([place[0] / 1e5, place[1] / 1e5]);
    axis = 1 - axis;
  }
  return points;
}

// The areas that every map shows, each with its number, names, borough and shape.
function listAreas(data) {
  return data.areas.code.map((code, index) => ({
    index,
    code,
    name: data.areas.name[index],
    lsoaName: data.areas.lsoaName[index],
    borough: data.areas.borough[index],
    rings: decodeShape(data.areas.shape[index]),
  }));
}

// What every map lies on: its bounds, water, outline, borders and boroughs.
function placeGround(page, data) {
  page.bounds = L.latLngBounds(data.bounds);
  page.water = decodeShape(data.water);
  page.outline = decodeShape(data.outline).map((ring) => [...ring, ring[0]]);
  // A list of closed rings per borough.
  page.borders = data.borders.map((border) => decodeShape(border).map((ring) => [...ring, ring[0]]));
  page.boroughs = data.boroughs.map((borough) => ({ ...borough, bounds: L.latLngBounds(borough.bounds) }));
}

// Whether a place lies in a shape, by the even-odd rule.
function isWithin(place, rings) {
  let inside = false;
  for (const ring of rings) {
    for (let at = 0, last = ring.length - 1; at < ring.length; last = at, at += 1) {
      const [[lat, lon], [before, lonBefore]] = [ring[at], ring[last]];
      if (lat > place.lat !== before > place.lat && place.lng < ((lonBefore - lon) * (place.lat - lat)) / (before - lat) + lon) inside = !inside;
    }
  }
  return inside;
}

// Grey lines at 45 degrees: no data is never a shade of the scale.
function makeHatch(ground, line) {
  const tile = document.createElement("canvas");
  tile.width = 8;
  tile.height = 8;
  const pen = tile.getContext("2d");
  pen.fillStyle = ground;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = line;
  pen.lineWidth = 1.4;
  pen.beginPath();
  for (const start of [-8, 0, 8]) {
    pen.moveTo(start - 1, 9);
    pen.lineTo(start + 9, -1);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}
