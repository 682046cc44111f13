// A cell that begins like a formula would be run by a spreadsheet.
function writeCell(value) {
  const text = isKnown(value) ? String(value) : "";
  const safe = typeof value === "string" && /^[=+\-@\t\r\n]/.test(text) ? "'" + text : text;
  return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
}

// Hands the reader rows as a file.
function saveTable(rows, name) {
  const text = rows.map((row) => row.map(writeCell).join(",")).join("\r\n") + "\r\n";
  const link = document.createElement("a");
  // Excel takes a file of letters beyond ASCII without a mark for the local code page.
  const mark = /[^\x00-\x7f]/.test(text) ? "\ufeff" : "";
  link.href = URL.createObjectURL(new Blob([mark + text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
