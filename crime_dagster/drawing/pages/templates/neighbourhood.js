// Shows the neighbourhood or ward that the address names: #place=<code>, with &area=<small area> and &postcode=<postcode>.
(function () {
  const byId = (name) => document.getElementById(name);
  const figures = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 });
  // With zeros kept, figures below each other line up.
  const aligned = new Intl.NumberFormat("en-GB", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  const number = (value) => (isKnown(value) ? wholeFormat.format(value) : NOT_REPORTED);
  const rate = (value) => (!isKnown(value) ? "not known" : value !== 0 && value < 1000 ? aligned.format(value) : wholeFormat.format(value));
  const monthWords = (month) => new Date(month + "-15T12:00:00Z").toLocaleDateString("en-GB", { month: "short", year: "numeric", timeZone: "UTC" });
  const first = { title: byId("title").textContent, lead: byId("lead").textContent, page: document.title };
  let data = null;
  let wards = [];

  const link = (href, text) => (href ? element("a", text, { href }) : element("span", text));
  const hrefOf = (code) => "#place=" + encodeURIComponent(code);

  // The page of a crime type, and its map.
  function typeLinks(type) {
    const page = link("types/" + type.name + ".html", type.label);
    if (!type.map) return page;
    const map = element("a", ["map", element("span", ": " + type.label, { className: "visually-hidden" })], { href: type.map });
    return element("span", [page, " ", element("span", [map], { className: "note" })]);
  }

  // The figure always; coloured where it is significant.
  function changeOf(now, before, isClear) {
    if (now === null || before === null) return element("span", "not known", { className: "change" });
    const text = changeWords(before, now) || "from " + number(before) + " to " + number(now);
    if (text === "no change") return element("span", text, { className: "change" });
    if (isClear) return element("span", text, { className: "change " + (now > before ? "up" : "down") });
    return element("span", [text + " ", element("span", isClear === false ? USUAL : NOT_TESTED, { className: "aside" })], { className: "change usual" });
  }

  function tableOf(heads, rows) {
    const cellOf = ([content, kind], at) => element(at ? "td" : "th", content, { className: kind || "", ...(at ? {} : { scope: "row" }) });
    const head = element("tr", heads.map(([text, kind]) => element("th", text, { scope: "col", className: kind || "" })));
    const body = rows.map(({ cells, isMine }) => element("tr", cells.map(cellOf), { className: isMine ? "mine" : "" }));
    return element("table", [element("thead", head), element("tbody", body)]);
  }

  function sectionOf(title, content) {
    const heading = element("h2", title);
    return element("section", [heading, ...content]);
  }

  function lineOf(place, type) {
    const provisional = data.boroughs[place.borough].provisional;
    const known = place.months.filter((value) => value !== null);
    if (known.length < 2 || Math.max(...known) === 0) return [element("p", "Not enough months for a line.", { className: "note" })];
    const width = window.matchMedia("(max-width: 640px)").matches ? 380 : 920;
    const [height, left, bottom] = [260, 48, 222];
    const rough = Math.max(...known) / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = Math.max(1, [1, 2, 2.5, 5, 10].map((size) => size * power).find((size) => size >= rough));
    const top = step * Math.ceil(Math.max(...known) / step);
    const across = (at) => left + (at * (width - left - 20)) / (data.months.length - 1);
    const down = (value) => bottom - (value / top) * (bottom - 14);
    const last = known[known.length - 1];
    const alt = type.label + " in " + place.name + ", each month: lowest " + number(Math.min(...known)) + ", highest " + number(Math.max(...known)) + ", last " + number(last);
    const svg = drawing("svg", { class: "place-line", viewBox: "0 0 " + width + " " + height, role: "img", "aria-label": alt });
    for (let tick = 0; tick <= top + step / 2; tick += step) {
      svg.append(drawing("path", { class: "grid", d: "M" + left + " " + down(tick) + "H" + (width - 20) }));
      svg.append(drawing("text", { x: left - 8, y: down(tick) + 5, "text-anchor": "end" }, figures.format(tick)));
    }
    let piece = [];
    const finish = () => {
      if (piece.length > 1) svg.append(drawing("polyline", { points: piece.join(" ") }));
      piece = [];
    };
    place.months.forEach((value, at) => {
      if (value === null) return finish();
      piece.push(across(at).toFixed(1) + "," + down(value).toFixed(1));
      return undefined;
    });
    finish();
    place.months.forEach((value, at) => {
      if (value === null) return;
      const isOpen = provisional.includes(data.months[at]);
      svg.append(drawing("circle", { class: isOpen ? "hollow" : "", cx: across(at), cy: down(value), r: isOpen ? 4 : 2.6 }));
    });
    const end = data.months.length - 1;
    for (let at = end % 12; at <= end; at += 12) {
      svg.append(drawing("text", { x: across(at), y: bottom + 26, "text-anchor": at === end ? "end" : at === 0 ? "start" : "middle" }, monthWords(data.months[at])));
    }
    return [svg, element("p", type.label + ", number each month; the scale starts at zero." + (provisional.length ? " Hollow: provisional." : ""), { className: "note" })];
  }

  function listYears(place, borough) {
    return data.types.flatMap((type, at) => {
      const row = place.years[at];
      if (!row) return [];
      const [crimes, before, isClear, per1000] = row;
      return [{ cells: [
        [typeLinks(type)], [number(crimes), "number"], [number(before), "number wide"], [changeOf(crimes, before, isClear), "change-cell"],
        [rate(per1000), "number"], [rate(borough.rates[type.name]), "number wide"], [rate(data.city.rates[type.name]), "number wide"],
      ] }];
    });
  }

  function listTraits(place, borough) {
    const FIFTHS = ["", "lowest fifth", "", "", "", "highest fifth"];
    return place.traits.map(([name, value, fifth]) => {
      const [label, unit] = data.traits[name];
      const note = element("span", FIFTHS[fifth] ? FIFTHS[fifth] + " of neighbourhoods" : "", { className: "note" });
      return { cells: [[label + (unit && !unit.includes("km²") ? ", " + unit : "")], [rate(value), "number"], [note, "wide"], [rate(borough.traits[name]), "number"], [rate(data.city.traits[name]), "number"]] };
    });
  }

  function showNeighbourhood(code, place, area, postcode) {
    const borough = data.boroughs[place.borough];
    const total = place.years[0];
    byId("title").textContent = place.name === borough.name ? place.name : place.name + ", " + borough.name;
    const said = total && total[0] !== null
      ? number(total[0]) + " " + data.types[0].noun + " were recorded in the " + data.period + ", " + (total[1] === null ? "and the year before is not known" : number(total[1]) + " the year before") + "."
      : "Not all of the " + data.period + " is reported" + (total && total[1] !== null ? "; the year before had " + number(total[1]) + " " + data.types[0].noun + "." : ".");
    const rank = total && total[4] ? " It ranks " + number(total[4]) + " of " + number(total[5]) + " neighbourhoods by number" + (place.residents ? " and has " + number(place.residents) + " residents." : ".") : "";
    byId("lead").textContent = (postcode ? postcode + " is in this neighbourhood. " : "") + said + rank;
    const own = place.areas.map(([lsoa, name, crimes, before, isClear]) => {
      const href = data.explorer ? data.explorer + "#type=" + data.types[0].name + "&measure=count&month=year&area=" + lsoa : "";
      const label = link(href, name);
      return { isMine: lsoa === area, cells: [[lsoa === area ? element("span", [label, " (" + (postcode || "chosen") + ")"]) : label], [number(crimes), "number"], [number(before), "number wide"], [changeOf(crimes, before, isClear), "change-cell"]] };
    });
    const similar = place.similar.map((other) => {
      const one = data.places[other];
      const [crimes, before, isClear, per1000] = one.years[0] || [null, null, null, null];
      return { cells: [[link(hrefOf(other), one.name + ", " + data.boroughs[one.borough].name)], [number(crimes), "number"], [rate(per1000), "number"], [changeOf(crimes, before, isClear), "change-cell"]] };
    });
    const parts = [
      sectionOf("What was recorded", [
        tableOf([["Type"], ["12 months", "number"], ["Previous 12 months", "number wide"], ["Change on previous year", "change-cell"], ["Per 1,000 residents", "number"], [borough.name, "number wide"], [data.place, "number wide"]], listYears(place, borough)),
        element("p", "Rates mislead where many visitors come. A change within usual variation could be chance.", { className: "note" }),
      ]),
      sectionOf("Month by month", lineOf(place, data.types[0])),
      sectionOf("Its small areas", [tableOf([["Small area (LSOA)"], ["12 months", "number"], ["Previous 12 months", "number wide"], ["Change on previous year", "change-cell"]], own)]),
    ];
    if (place.traits.length) {
      parts.push(sectionOf("What kind of place it is", [
        element("p", place.kind),
        tableOf([[""], ["Here", "number"], ["", "wide"], [borough.name, "number"], [data.place, "number"]], listTraits(place, borough)),
      ]));
    }
    if (similar.length) {
      parts.push(sectionOf("Compared with similar neighbourhoods", [
        element("p", data.likeness),
        tableOf([["Neighbourhood"], ["12 months", "number"], ["Per 1,000 residents", "number"], ["Change on previous year", "change-cell"]], similar),
      ]));
    }
    parts.push(element("p", [link(borough.page, "All of " + borough.name), " · ", link(hrefOf(""), "All neighbourhoods")]));
    return parts;
  }

  function showWard(ward) {
    const [name, , borough, areas] = ward;
    const held = Object.entries(data.places).filter(([, place]) => place.areas.some(([code]) => areas.includes(code)));
    byId("title").textContent = name + " ward, " + wards.boroughs[borough][0];
    const figures = data.wards[ward[1]] || [];
    byId("lead").textContent = figures.length
      ? "What was recorded in the ward in the " + data.wardPeriod + ", from the police’s own file of wards."
      : "The data set has no figures of wards. These small areas are the ones that fit the ward best; their sum is not the figure of the ward.";
    const rowsOf = data.types.flatMap((type, at) => (figures[at] ? [{ cells: [[typeLinks(type)], [number(figures[at][0]), "number"], [number(figures[at][1]), "number wide"], [changeOf(...figures[at], null), "change-cell"]] }] : []));
    const heads = [["Type"], ["12 months", "number"], ["Previous 12 months", "number wide"], ["Change on previous year", "change-cell"]];
    const own = figures.length
      ? [sectionOf("What was recorded", [tableOf(heads, rowsOf), element("p", "Changes of wards are not tested and could be chance. Below: the small areas that fit the ward best. Their sum is not the figure of the ward.", { className: "note" })])]
      : [];
    return own.concat(held.map(([code, place]) => {
      const rows = place.areas.filter(([lsoa]) => areas.includes(lsoa)).map(([, label, crimes, before, isClear]) => ({ cells: [[label], [number(crimes), "number"], [number(before), "number wide"], [changeOf(crimes, before, isClear), "change-cell"]] }));
      const heading = element("h2", link(hrefOf(code), place.name));
      return element("section", [heading, tableOf([["Small area (LSOA)"], ...heads.slice(1)], rows)]);
    }));
  }

  function show() {
    const asked = new URLSearchParams(window.location.hash.slice(1));
    const code = asked.get("place") || "";
    const place = Object.hasOwn(data.places, code) ? data.places[code] : null;
    const ward = place ? null : wards.wards.find((one) => one[1] === code);
    const box = byId("place");
    const isFound = Boolean(place || ward);
    box.hidden = !isFound;
    byId("list").hidden = isFound;
    if (place) box.replaceChildren(...showNeighbourhood(code, place, asked.get("area"), asked.get("postcode")));
    else if (ward) box.replaceChildren(...showWard(ward));
    else {
      byId("title").textContent = first.title;
      byId("lead").textContent = code ? "There is no place " + code + " in this data set." : first.lead;
    }
    document.title = isFound ? byId("title").textContent : first.page;
    if (isFound) window.scrollTo(0, 0);
  }

  const readIndex = window.searchPlaces;
  window.searchPlaces = (content) => {
    wards = content;
    readIndex(content);
  };
  window.showPlaces = (content) => {
    data = content;
    show();
    window.addEventListener("hashchange", show);
    document.documentElement.dataset.ready = "yes";
  };
})();
