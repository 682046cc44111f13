// The card of one area: beside the pointer on a desktop, a sheet at the bottom on a phone.
function makeCard(page, frame, onClose) {
  const card = document.getElementById("card");
  const close = document.getElementById("card-close");
  const narrow = window.matchMedia("(max-width: 640px)");
  let pinned = null;
  let hideTimer = 0;

  function write(id, text) {
    document.getElementById(id).textContent = text;
  }

  function addRow(list, name, value, extra) {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const detail = document.createElement("dd");
    term.textContent = name;
    detail.textContent = value;
    if (extra) {
      // Plain: one area's change is mostly chance.
      const more = document.createElement("span");
      more.textContent = " (" + extra + ")";
      detail.append(more);
    }
    row.append(term, detail);
    list.append(row);
  }

  function addCounts(list, area, facts) {
    if (isKnown(facts.before)) addRow(list, "the " + page.lengthWords + " before", numberWords(facts.before), changeWords(facts.before, facts.recorded));
    if (isKnown(facts.change)) addRow(list, "clear change", facts.change > 0 ? "yes, more" : facts.change < 0 ? "yes, fewer" : "no");
    addRow(list, "rank in " + page.place, ordinalWords(facts.rank) + " of " + wholeFormat.format(page.reportedAreas), rangeOfRank(facts));
    const borough = page.boroughs[area.borough];
    if (borough.name !== page.place) {
      addRow(list, "rank in " + borough.name, ordinalWords(facts.boroughRank) + " of " + wholeFormat.format(borough.reportedAreas));
    }
    addRow(list, "per km²", isKnown(facts.perKm2) ? numberWords(facts.perKm2) : "not known");
    addRow(list, "per 1,000 residents", isKnown(facts.per1000) ? numberWords(facts.per1000) : "not known");
  }

  // Of a count that could as well have been a little higher or lower.
  function rangeOfRank(facts) {
    if (!isKnown(facts.rankLower) || !isKnown(facts.rankUpper) || facts.rankLower === facts.rankUpper) return "";
    return "could be " + ordinalWords(facts.rankLower) + " to " + ordinalWords(facts.rankUpper);
  }

  function addFindings(list, facts) {
    if (isKnown(facts.forecast)) {
      const range = isKnown(facts.forecastLower) ? numberWords(facts.forecastLower) + " to " + numberWords(facts.forecastUpper) : "";
      addRow(list, "forecast, " + page.outlookWords, numberWords(facts.forecast), range);
    }
    const hot = page.layers.find((layer) => layer.name === "hotspot");
    if (isKnown(facts.hotspot) && facts.hotspot > 0) addRow(list, "hot spot", hot.bands[facts.hotspot].name);
  }

  function addPrediction(list, facts) {
    addRow(list, "predicted", isKnown(facts.predicted) ? numberWords(facts.predicted) : "no prediction");
    if (isKnown(facts.lower) && isKnown(facts.upper)) {
      addRow(list, "90% range for similar areas", numberWords(facts.lower) + " to " + numberWords(facts.upper));
    }
    if (isKnown(facts.difference)) addRow(list, "recorded minus predicted", signedWords(facts.difference));
  }

  function fill(area) {
    const facts = page.facts(area.index);
    const borough = page.boroughs[area.borough].name;
    write("card-name", area.name);
    write("card-code", [area.lsoaName === area.name ? "" : area.lsoaName, area.code, borough].filter(Boolean).join(" · "));
    const reported = isKnown(facts.recorded);
    write("card-number", reported ? numberWords(facts.recorded) : NOT_REPORTED);
    write("card-unit", reported ? page.unitWords : "");
    card.classList.toggle("unreported", !reported);
    const more = document.getElementById("card-more");
    more.href = page.explorer + "#" + new URLSearchParams({ type: page.crimeType, area: area.code });
    const list = document.getElementById("card-rows");
    list.replaceChildren();
    if (reported) addCounts(list, area, facts);
    addPrediction(list, facts);
    addFindings(list, facts);
  }

  function put(point) {
    if (narrow.matches || !point) return;
    const gap = 14;
    const room = frame.getBoundingClientRect();
    const width = card.offsetWidth;
    const height = card.offsetHeight;
    let left = point.x + gap;
    if (left + width > room.width - 8) left = Math.max(8, point.x - gap - width);
    const top = Math.max(8, Math.min(point.y + gap, room.height - height - 8));
    card.style.left = left + "px";
    card.style.top = top + "px";
  }

  function show(area, point, stay) {
    window.clearTimeout(hideTimer);
    fill(area);
    pinned = stay ? area : null;
    card.hidden = false;
    close.hidden = !stay;
    put(point);
  }

  function hide() {
    window.clearTimeout(hideTimer);
    if (card.hidden) return;
    pinned = null;
    card.hidden = true;
    onClose();
  }

  // A little patience lets the pointer reach the card.
  function hideSoon() {
    window.clearTimeout(hideTimer);
    if (!pinned) hideTimer = window.setTimeout(hide, 250);
  }

  card.addEventListener("mouseenter", () => window.clearTimeout(hideTimer));
  card.addEventListener("mouseleave", hideSoon);
  close.addEventListener("click", hide);
  return { show, hide, hideSoon, isPinned: () => pinned !== null, isOpen: () => !card.hidden };
}
