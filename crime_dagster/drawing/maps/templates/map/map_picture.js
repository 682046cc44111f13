// The map as it is on the screen, with heading, key and source, as one picture for a slide.
function makePicture(map, name) {
  const container = map.getContainer();
  const KEY = 240;
  const MARGIN = 20;
  const textOf = (query) => (document.querySelector(query) || { textContent: "" }).textContent.replace(/\s+/g, " ").trim();
  const styleOf = (query) => getComputedStyle(document.querySelector(query));

  function wrap(pen, text, room) {
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = (lines[lines.length - 1] + " " + word).trim();
      if (pen.measureText(longer).width <= room) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  // Writes lines and returns where the next one begins.
  function write(pen, text, { left, top, room, size, weight = "400", colour }) {
    pen.font = weight + " " + size + "px " + getComputedStyle(document.body).fontFamily;
    pen.fillStyle = colour;
    for (const line of text ? wrap(pen, text, room) : []) {
      top += 1.25 * size;
      pen.fillText(line, left, top);
    }
    return top;
  }

  function loadSvg(svg) {
    const image = new Image();
    const copy = svg.cloneNode(true);
    // Leaflet moves the drawing by its style; a picture of its own stays where it is put.
    copy.removeAttribute("style");
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
    return image.decode().then(() => image);
  }

  async function drawMap(pen, top) {
    const frame = container.getBoundingClientRect();
    const orderOf = (element) => Number(getComputedStyle(element.closest(".leaflet-pane")).zIndex) || 400;
    const drawn = [...container.querySelectorAll(".leaflet-map-pane canvas, .leaflet-map-pane svg")];
    pen.save();
    pen.beginPath();
    pen.rect(0, top, frame.width, frame.height);
    pen.clip();
    for (const element of drawn.sort((one, other) => orderOf(one) - orderOf(other))) {
      const box = element.getBoundingClientRect();
      if (box.width === 0) continue;
      const image = element instanceof HTMLCanvasElement ? element : await loadSvg(element);
      pen.drawImage(image, box.left - frame.left, box.top - frame.top + top, box.width, box.height);
    }
    for (const label of container.querySelectorAll(".map-label span")) {
      const style = getComputedStyle(label);
      const box = label.getBoundingClientRect();
      pen.font = style.fontWeight + " " + style.fontSize + " " + style.fontFamily;
      pen.textAlign = "center";
      pen.strokeStyle = styleOf("body").backgroundColor;
      pen.fillStyle = style.color;
      pen.lineWidth = 3;
      const lines = label.textContent.split("\n");
      lines.forEach((line, at) => {
        const place = [line, (box.left + box.right) / 2 - frame.left, box.top - frame.top + top + ((at + 0.8) * box.height) / lines.length];
        pen.strokeText(...place);
        pen.fillText(...place);
      });
    }
    pen.restore();
  }

  function drawKey(pen, left, top, colour) {
    const key = document.querySelector(".key:not([hidden])");
    top = write(pen, key.querySelector("h2").textContent, { left, top, room: KEY - MARGIN, size: 14, weight: "700", colour }) + 8;
    for (const row of key.querySelectorAll("li")) {
      const swatch = row.querySelector(".swatch");
      pen.fillStyle = getComputedStyle(swatch).backgroundColor;
      pen.strokeStyle = colour;
      pen.lineWidth = 0.8;
      pen.fillRect(left, top, 24, 16);
      pen.strokeRect(left, top, 24, 16);
      for (let x = swatch.classList.contains("hatch") ? 4 : 24; x <= 20; x += 6) {
        pen.beginPath();
        pen.moveTo(left + x - 4, top + 16);
        pen.lineTo(left + x + 4, top);
        pen.stroke();
      }
      const words = (row.querySelector(".band-name") || row.lastElementChild).textContent.replace(/\s+/g, " ").trim();
      const end = write(pen, words, { left: left + 32, top: top - 4, room: KEY - MARGIN - 32, size: 13, colour });
      top = Math.max(top + 22, end + 8);
    }
  }

  async function draw() {
    const { width, height } = container.getBoundingClientRect();
    const ink = styleOf("body").color;
    const wide = width + KEY;
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const scale = 2;
    const room = wide - 2 * MARGIN;
    const source = textOf(".source");
    pen.font = "12px " + styleOf("body").fontFamily;
    const foot = 16 * wrap(pen, source, room).length + 24;
    const head = 128;
    canvas.width = scale * wide;
    canvas.height = scale * (head + height + foot);
    pen.scale(scale, scale);
    pen.fillStyle = styleOf("body").backgroundColor;
    pen.fillRect(0, 0, wide, head + height + foot);
    let top = 6;
    const made = document.querySelector(".synthetic-band");
    if (made) {
      pen.fillStyle = getComputedStyle(made).backgroundColor;
      pen.fillRect(0, 0, wide, 26);
      write(pen, made.textContent, { left: MARGIN, top: 1, room, size: 14, weight: "700", colour: getComputedStyle(made).color });
      top = 28;
    }
    top = write(pen, textOf("h1"), { left: MARGIN, top, room, size: 22, weight: "700", colour: ink });
    top = write(pen, textOf("#finding"), { left: MARGIN, top: top + 2, room, size: 16, colour: ink });
    write(pen, textOf("#measure"), { left: MARGIN, top, room, size: 13, colour: ink });
    await drawMap(pen, head);
    pen.textAlign = "left";
    drawKey(pen, width + MARGIN, head, ink);
    write(pen, source, { left: MARGIN, top: head + height + 4, room, size: 12, colour: ink });
    return canvas;
  }

  return async function save() {
    const canvas = await draw();
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
    saveFile(blob, name() + ".png");
  };
}
