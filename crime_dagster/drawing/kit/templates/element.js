// An element with its content, one part or several, and its properties; empty parts are left out.
function element(name, content = [], properties = {}) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...[content].flat().filter((one) => one !== ""));
  return made;
}

// Hands the reader a file.
function saveFile(blob, name) {
  const href = URL.createObjectURL(blob);
  element("a", [], { href, download: name }).click();
  URL.revokeObjectURL(href);
}
