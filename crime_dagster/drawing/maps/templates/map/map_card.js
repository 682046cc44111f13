// The card of one area: beside the area on a desktop, a sheet at the bottom on a phone.
function makeCard(map, frame, fill, onClose) {
  const card = document.getElementById("card");
  const close = document.getElementById("card-close");
  const narrow = window.matchMedia("(max-width: 640px)");
  const GAP = 14;
  let pinned = null;
  let hideTimer = 0;

  // Beside the pointer, or beside the area that is chosen: right, left, below or above it, else in the corner away from it.
  function put(point) {
    if (narrow.matches) return;
    const room = map.getSize();
    const [width, height] = [card.offsetWidth, card.offsetHeight];
    const low = map.latLngToContainerPoint(pinned ? pinned.bounds.getSouthEast() : map.containerPointToLatLng(point));
    const high = map.latLngToContainerPoint(pinned ? pinned.bounds.getNorthWest() : map.containerPointToLatLng(point));
    const within = (start, size, length) => Math.max(8, Math.min(start, length - size - 8));
    const [middleX, middleY] = [(low.x + high.x) / 2, (low.y + high.y) / 2];
    const places = [
      [low.x + GAP, within(pinned ? middleY - height / 2 : low.y + GAP, height, room.y)],
      [high.x - GAP - width, within(pinned ? middleY - height / 2 : low.y + GAP, height, room.y)],
      [within(middleX - width / 2, width, room.x), low.y + GAP],
      [within(middleX - width / 2, width, room.x), high.y - GAP - height],
    ];
    const fits = ([left, top]) => left >= 8 && top >= 8 && left + width <= room.x - 8 && top + height <= room.y - 8;
    const corner = [middleX < room.x / 2 ? room.x - width - 8 : 8, 8];
    const [left, top] = places.find(fits) || corner;
    card.style.left = left + "px";
    card.style.top = top + "px";
  }

  // On a phone the map moves up only where the sheet would lie on it.
  function uncover() {
    if (narrow.matches && frame.getBoundingClientRect().bottom > card.getBoundingClientRect().top) {
      frame.scrollIntoView({ block: "start", behavior: "instant" });
    }
  }

  function show(area, point, stay) {
    window.clearTimeout(hideTimer);
    fill(area);
    pinned = stay ? area : null;
    card.hidden = false;
    close.hidden = !stay;
    put(point);
    if (stay) uncover();
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

  map.on("moveend resize", () => {
    if (pinned) put();
  });
  card.addEventListener("mouseenter", () => window.clearTimeout(hideTimer));
  card.addEventListener("mouseleave", hideSoon);
  close.addEventListener("click", hide);
  return { show, hide, hideSoon, isPinned: () => pinned !== null, pinned: () => pinned, refill: () => pinned && fill(pinned) };
}

// `extra` is plain: one area's change is mostly chance.
function addRow(list, name, value, extra) {
  const more = extra ? element("span", " (" + extra + ")") : "";
  list.append(element("div", [element("dt", name), element("dd", [value, more])]));
}

// Name, code and the one large number of a card.
function headCard(page, area, number, unit) {
  const write = (id, text) => (document.getElementById("card-" + id).textContent = text);
  write("name", area.name);
  write("code", [area.lsoaName === area.name ? "" : area.lsoaName, area.code, page.boroughs[area.borough].name].filter(Boolean).join(" · "));
  write("number", number);
  write("unit", unit);
  document.getElementById("card").classList.toggle("unreported", !/\d/.test(number));
}
