// A borough that is looked at: its figures in the panel, its heading, its outline, and the rest of the city behind a veil.
function makeBorough(page, canvas) {
  const byId = (id) => document.getElementById(id);
  const section = byId("borough");
  const heading = document.querySelector("h1");
  const [wholeHeading, wholeTitle] = [heading.textContent, document.title];

  return function show(number) {
    const borough = page.boroughs[number];
    section.hidden = !borough;
    heading.textContent = borough ? wholeHeading + " in " + borough.name : wholeHeading;
    document.title = borough ? heading.textContent : wholeTitle;
    canvas.veil(borough ? page.borders[number] : null);
    if (!borough) return;
    byId("borough-name").textContent = borough.name;
    byId("borough-rows").replaceChildren();
    for (const [name, value] of borough.figures) addRow(byId("borough-rows"), name, value);
    byId("borough-page").href = borough.page;
    byId("borough-page").textContent = "More about " + borough.name;
  };
}
