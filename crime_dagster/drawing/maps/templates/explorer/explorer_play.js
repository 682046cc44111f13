// Shows one month after the other; `first` returns where it begins.
function makePlayer(page, state, still, first, change) {
  const button = document.getElementById("play");
  let timer = null;

  function stop() {
    window.clearInterval(timer);
    timer = null;
    button.textContent = "Play";
    button.setAttribute("aria-pressed", "false");
  }

  function play() {
    if (timer !== null) return stop();
    button.textContent = "Pause";
    button.setAttribute("aria-pressed", "true");
    const last = page.months.length - 1;
    if (state.period === "year" || state.period === last) change({ period: first() });
    timer = window.setInterval(() => {
      if (state.period === "year" || state.period >= last) return stop();
      return change({ period: state.period + 1 });
    }, still.matches ? 2000 : 900);
    return undefined;
  }

  button.addEventListener("click", play);
  return { stop };
}
