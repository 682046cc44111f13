// The state in the address: what is chosen can be sent to somebody.
function readHash() {
  return new URLSearchParams(window.location.hash.slice(1));
}

// Puts what is chosen into the address; what is null is left out.
function writeHash(choices) {
  const words = new URLSearchParams(Object.entries(choices).filter(([, value]) => isKnown(value)));
  history.replaceState(null, "", "#" + words);
  return "#" + words;
}

// Places by their codes in the address: the number of a borough, or -1; an area, or null.
function findPlaces(page, words) {
  const code = words.get("place") || words.get("borough");
  return {
    borough: page.boroughs.findIndex((one) => one.code === code),
    area: page.areas.find((one) => one.code === words.get("area")) || null,
  };
}

// Links inside the page move the reader, and leave the address as it is.
function keepAddress() {
  for (const link of document.querySelectorAll('a[href^="#"]:not([href*="="])')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const target = document.getElementById(link.hash.slice(1));
      target.scrollIntoView({ block: "start" });
      target.focus({ preventScroll: true });
    });
  }
}
