// One box for places: boroughs, neighbourhoods, wards, stations, small areas and postcodes. It is a combobox with a list.
// `own` are the page's own places (name, kind, more words, target), for a page that was sent without the folder `places`;
// `folder` leads to that folder, and is empty where there is none. `choose` gets the target of what was chosen.
function makeSearch(own, folder, choose) {
  const box = document.getElementById("find");
  const list = document.getElementById("find-list");
  const words = document.getElementById("find-status");
  const MOST = 8;
  const LEAST_FORGIVEN = 4;
  const WHOLE_POSTCODE = /^([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})$/;
  const OUTWARD = /^[A-Z]{1,2}\d[A-Z\d]?( ?\d?[A-Z]?)?$/;
  let entries = own.map((one) => entryOf(...one));
  let index = null;
  let found = [];
  let active = -1;
  let asked = 0;
  const waiting = new Map();

  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f\u2019'.]/g, "").replace(/[-,&]/g, " ").replace(/\bst\b/gi, "saint").toLowerCase();
  }

  function entryOf(name, detail, more, target) {
    return { name, detail, start: plain(name), text: plain([name, detail, more].join(" ")), target: { name, ...target } };
  }

  // Files beside the page are loaded as scripts: a page that is opened as a file may not read others.
  function load(name, done) {
    if (waiting.has(name)) return waiting.get(name).push(done);
    waiting.set(name, [done]);
    const script = document.createElement("script");
    const finish = () => {
      const all = waiting.get(name);
      waiting.set(name, { push: (one) => one() });
      all.forEach((one) => one());
    };
    script.src = folder + name;
    script.onload = finish;
    script.onerror = finish;
    document.head.append(script);
    return undefined;
  }

  const BOROUGH = document.documentElement.dataset.borough || "borough";
  window.searchPlaces = (data) => {
    index = data;
    const boroughOf = (at) => data.boroughs[at][0];
    const nameOf = (at) => data.neighbourhoods[at][0] + ", " + boroughOf(data.neighbourhoods[at][2]);
    const targetOf = ([, msoa, , areas]) => ({ msoa, areas: areas.map(([, code]) => code) });
    entries = data.boroughs.map(([name, code, slug]) => entryOf(name, BOROUGH, code, { borough: code, slug }));
    for (const one of data.neighbourhoods) {
      entries.push(entryOf(one[0], "neighbourhood in " + boroughOf(one[2]), one[1], targetOf(one)));
    }
    const codes = data.neighbourhoods.flatMap((one) => one[3].map(([, code]) => code));
    data.wards = data.wards.map(([name, ward, borough, places]) => [name, ward, borough, places.map((at) => codes[at])]);
    for (const [name, ward, borough, areas] of data.wards) {
      entries.push(entryOf(name, "ward in " + boroughOf(borough), ward, { ward, areas }));
    }
    for (const [name, at] of data.stations) {
      entries.push(entryOf(name, "station in " + nameOf(at), "underground station", targetOf(data.neighbourhoods[at])));
    }
    index.areas = new Map();
    data.neighbourhoods.forEach(([name, msoa, borough, areas], at) => {
      for (const [tail, lsoa] of areas) {
        const whole = tail.includes(" ") ? tail : name + " " + tail;
        const entry = entryOf(whole, "small area in " + boroughOf(borough), boroughOf(borough) + " " + tail + " " + lsoa, { lsoa, msoa });
        entries.push(entry);
        index.areas.set(lsoa, { entry, where: nameOf(at) });
      }
    });
  };
  const postcodes = new Map();
  window.searchPostcodes = (outward, areas) => {
    for (const [code, ends] of Object.entries(areas)) {
      for (const end of ends.match(/.{3}/g)) postcodes.set(outward + " " + end, code);
    }
  };

  // Whether two words differ by one letter: another one, one too many or too few, or two in the wrong order. The second may go on.
  function isNear(typed, word) {
    for (const length of [typed.length - 1, typed.length, typed.length + 1]) {
      const other = word.slice(0, length);
      let head = 0;
      while (head < Math.min(typed.length, other.length) && typed[head] === other[head]) head += 1;
      const one = typed.slice(head);
      const two = other.slice(head);
      if (one.slice(1) === two.slice(1) || one.slice(1) === two || one === two.slice(1)) return true;
      if (one[0] === two[1] && one[1] === two[0] && one.slice(2) === two.slice(2)) return true;
    }
    return false;
  }

  function lookUp(query) {
    const parts = plain(query).split(/\s+/).filter(Boolean);
    if (parts.join("").length < 2) return [];
    const whole = parts.join(" ");
    const rank = (entry) => (entry.start === whole ? 0 : entry.start.startsWith(whole) ? 1 : entry.start.includes(" " + whole) ? 2 : 3);
    const sorted = (hits) => hits.map((entry) => [rank(entry), entry]).sort((one, other) => one[0] - other[0]).map(([, entry]) => entry);
    // Sorting is stable: larger places stay ahead of smaller ones.
    const hits = sorted(entries.filter((entry) => parts.every((part) => entry.text.includes(part))));
    if (hits.length || Math.max(...parts.map((part) => part.length)) < LEAST_FORGIVEN) return hits;
    return entries.filter((entry) => {
      const names = entry.text.split(" ");
      return parts.every((part) => names.some((name) => name.startsWith(part) || (part.length >= LEAST_FORGIVEN && isNear(part, name))));
    });
  }

  // What to say of a postcode, or the place that it is in.
  function findPostcode(query, done) {
    const text = query.toUpperCase().replace(/\s+/g, "");
    const parts = text.match(WHOLE_POSTCODE);
    if (!parts) {
      const isBegun = OUTWARD.test(query.trim().toUpperCase()) && /\d/.test(text);
      return isBegun && index ? done([], index.postcodes.length ? "Type the whole postcode" : NO_POSTCODES) : done(null);
    }
    if (!index || !index.postcodes.length) return done([], NO_POSTCODES);
    const [, outward, inward] = parts;
    const name = outward + " " + inward;
    if (!index.postcodes.includes(outward)) return done([], name + " is not in " + index.place);
    return load("postcodes/" + outward + ".js", () => {
      const area = index.areas.get(postcodes.get(name));
      if (!area) return done([], name + " is not a postcode in use in " + index.place);
      return done([{ ...area.entry, name, detail: "postcode in " + area.where, target: { ...area.entry.target, postcode: name } }]);
    });
  }
  const NO_POSTCODES = "Postcodes cannot be searched: the data set has no postcode directory. Try the name of a place";

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
    const row = element("li", [entry.name + " ", element("span", entry.detail)], { id: "find-" + number });
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    // Before the box loses its focus.
    row.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(entry);
    });
    return row;
  }

  function show(all, said) {
    found = all.slice(0, MOST);
    list.replaceChildren(...found.map(rowOf));
    const isEnough = box.value.trim().length >= 2;
    words.textContent = said || (!isEnough ? "" : all.length === 0 ? "Nothing found. Try another name, or the " + BOROUGH
      : all.length > MOST ? "First " + MOST + " of " + all.length.toLocaleString("en-GB") + " found" : all.length + " found");
    if (found.length === 0) return close();
    list.hidden = false;
    active = -1;
    box.setAttribute("aria-expanded", "true");
    box.removeAttribute("aria-activedescendant");
    return undefined;
  }

  // Looks up what is in the box, once the index is there; an answer to what is no longer in the box is dropped.
  function look(done) {
    const query = box.value;
    asked += 1;
    const mine = asked;
    const finish = () => findPostcode(query, (hits, said) => {
      if (mine === asked) done(hits || lookUp(query), said);
    });
    if (folder && !index) load("index.js", finish);
    else finish();
  }

  const open = () => look(show);

  function take(entry) {
    box.value = entry.name;
    words.textContent = "";
    close();
    choose(entry.target);
  }

  function takeFirst() {
    look((hits, said) => {
      const chosen = hits[active >= 0 && !list.hidden ? active : 0];
      if (chosen) take(chosen);
      else show(hits, said);
    });
  }

  function onKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return open();
      if (found.length === 0) return undefined;
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(active < 0 && step < 0 ? found.length - 1 : (active + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      takeFirst();
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    }
    return undefined;
  }

  if (folder) box.addEventListener("focus", () => load("index.js", () => {}), { once: true });
  box.addEventListener("input", open);
  box.addEventListener("keydown", onKey);
  box.addEventListener("blur", close);
  if (box.form) {
    box.form.addEventListener("submit", (event) => {
      event.preventDefault();
      takeFirst();
    });
  }
  // The place that an address asks for: the only one, or one of exactly this name.
  return function find(query) {
    box.value = query;
    look((hits, said) => {
      const exact = hits.filter((entry) => entry.start === plain(query));
      if (hits.length === 1 || exact.length > 0) return take(exact[0] || hits[0]);
      box.focus();
      return show(hits, said);
    });
  };
}

// The page about a place, from the folder that holds the pages.
function pageOf(target, up) {
  if (target.borough) return target.slug ? up + "boroughs/" + target.slug + ".html" : "";
  const more = target.postcode ? "&postcode=" + encodeURIComponent(target.postcode) : "";
  const area = target.lsoa ? "&area=" + encodeURIComponent(target.lsoa) : "";
  return up + "neighbourhood.html#place=" + encodeURIComponent(target.ward || target.msoa) + area + more;
}
