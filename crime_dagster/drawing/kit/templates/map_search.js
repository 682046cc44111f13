// One box for names, codes and boroughs: a combobox with a list.
function makeSearch(page, choose) {
  const box = document.getElementById("find");
  const list = document.getElementById("find-list");
  const words = document.getElementById("find-status");
  const MOST = 8;
  const entries = page.boroughs.map((borough, at) => entryOf(borough.name, "borough", borough.name, { borough: at }));
  for (const area of page.areas) {
    const borough = page.boroughs[area.borough].name;
    const detail = (area.lsoaName === area.name ? "" : area.lsoaName + ", ") + area.code;
    entries.push(entryOf(area.name, detail, [area.name, area.lsoaName, area.code, borough].join(" "), { area: area.index }));
  }
  let found = [];
  let active = -1;

  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f\u2019']/g, "").toLowerCase();
  }

  function entryOf(name, detail, text, target) {
    return { name, detail, start: plain(name), text: plain(text), target };
  }

  function lookUp(query) {
    const parts = plain(query).split(/\s+/).filter(Boolean);
    if (parts.join("").length < 2) return [];
    const whole = parts.join(" ");
    const hits = entries.filter((entry) => parts.every((part) => entry.text.includes(part)));
    // Names that begin with the query come first; sorting is stable, so boroughs stay ahead of areas.
    return hits.sort((one, other) => other.start.startsWith(whole) - one.start.startsWith(whole));
  }

  function close() {
    list.hidden = true;
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function mark(at) {
    active = at;
    [...list.children].forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
    const row = list.children[at];
    if (!row) return;
    box.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  function rowOf(entry, number) {
    const row = document.createElement("li");
    row.id = "find-" + number;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    const detail = document.createElement("span");
    detail.textContent = entry.detail;
    row.append(entry.name + " ", detail);
    // Before the box loses its focus.
    row.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(entry);
    });
    return row;
  }

  function open() {
    const all = lookUp(box.value);
    found = all.slice(0, MOST);
    list.replaceChildren(...found.map(rowOf));
    const enough = box.value.trim().length >= 2;
    words.textContent = !enough ? "" : all.length === 0 ? "Nothing found. Try a name, a code or a borough."
      : all.length > MOST ? "First " + MOST + " of " + wholeFormat.format(all.length) + " found" : all.length + " found";
    if (found.length === 0) return close();
    list.hidden = false;
    active = -1;
    box.setAttribute("aria-expanded", "true");
    box.removeAttribute("aria-activedescendant");
  }

  function take(entry) {
    box.value = entry.name;
    words.textContent = "";
    close();
    choose(entry.target);
  }

  function onKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open();
      if (found.length === 0) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(active < 0 && step < 0 ? found.length - 1 : (active + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (list.hidden) open();
      if (found.length > 0) take(found[Math.max(active, 0)]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    }
  }

  box.addEventListener("input", open);
  box.addEventListener("keydown", onKey);
  box.addEventListener("blur", close);
  return function find(query) {
    box.value = query;
    const hits = lookUp(query);
    const exact = hits.filter((entry) => entry.start === plain(query));
    if (hits.length === 1 || exact.length > 0) return take(exact[0] || hits[0]);
    box.focus();
    open();
  };
}
