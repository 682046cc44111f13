// An animation plays when a reader asks for it, at the speed that is chosen, and stops at the frame that is asked for.
// Its frames are side by side in one picture. Without this script Play opens the GIF.
for (const figure of document.querySelectorAll(".motion[data-sheet]")) {
  const still = figure.querySelector("img");
  const button = figure.querySelector(".play");
  const word = button.querySelector(".word");
  const frames = Number(figure.dataset.frames);
  const columns = Math.ceil(Math.sqrt(frames));
  let player = null;
  let timer = null;

  function draw() {
    const { sheet, canvas, slider } = player;
    const wide = sheet.naturalWidth / columns;
    const high = sheet.naturalHeight / Math.ceil(frames / columns);
    const at = Number(slider.value);
    canvas.getContext("2d").drawImage(sheet, (at % columns) * wide, Math.floor(at / columns) * high, wide, high, 0, 0, canvas.width, canvas.height);
    slider.setAttribute("aria-valuetext", "Frame " + (at + 1) + " of " + frames);
  }

  const labelled = (text, control) => element("label", [text, control]);

  async function start() {
    const sheet = new Image();
    sheet.src = figure.dataset.sheet;
    await sheet.decode();
    const canvas = document.createElement("canvas");
    canvas.width = sheet.naturalWidth / columns;
    canvas.height = sheet.naturalHeight / Math.ceil(frames / columns);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", still.alt);
    still.closest("picture").hidden = true;
    still.closest(".mat").append(canvas);
    const slider = element("input", [], { type: "range", min: 0, max: frames - 1, value: 0 });
    slider.addEventListener("input", () => { pause(); draw(); });
    const speed = element("select", [["half", 0.5], ["normal", 1], ["double", 2]].map(([name, value]) => new Option(name, value, value === 1, value === 1)));
    speed.addEventListener("change", () => { if (timer) play(); });
    button.after(element("div", [labelled("Frame", slider), labelled("Speed", speed)], { className: "player no-print" }));
    player = { sheet, canvas, slider, speed };
  }

  function show(playing) {
    word.textContent = playing ? "Pause" : "Play";
    figure.classList.toggle("playing", playing);
  }

  function pause() {
    window.clearTimeout(timer);
    timer = null;
    show(false);
  }

  function play() {
    window.clearTimeout(timer);
    const { slider, speed } = player;
    draw();
    show(true);
    // The last frame stays: a reader wants to see how it ended.
    const isLast = Number(slider.value) === frames - 1;
    timer = window.setTimeout(() => {
      slider.value = isLast ? 0 : Number(slider.value) + 1;
      play();
    }, (1000 * Number(figure.dataset.seconds) * (isLast ? 2 : 1)) / Number(speed.value));
  }

  async function toggle(event) {
    event.preventDefault();
    if (timer) return pause();
    if (!player) await start();
    return play();
  }

  button.setAttribute("role", "button");
  button.addEventListener("click", toggle);
  // What acts as a button must answer the space bar too.
  button.addEventListener("keydown", (event) => {
    if (event.key === " ") toggle(event);
  });
}
