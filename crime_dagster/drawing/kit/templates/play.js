// A GIF starts when a reader asks for it, and stops when a reader asks for it. Without this script Play opens the file.
for (const figure of document.querySelectorAll(".motion")) {
  const image = figure.querySelector("img");
  const button = figure.querySelector(".play");
  const word = button.querySelector(".word");
  let playing = false;

  function toggle(event) {
    event.preventDefault();
    playing = !playing;
    image.src = playing ? figure.dataset.motion : figure.dataset.still;
    word.textContent = playing ? "Stop" : "Play";
    figure.classList.toggle("playing", playing);
  }

  button.setAttribute("role", "button");
  button.addEventListener("click", toggle);
  // What acts as a button must answer the space bar too.
  button.addEventListener("keydown", (event) => {
    if (event.key === " ") toggle(event);
  });
}
