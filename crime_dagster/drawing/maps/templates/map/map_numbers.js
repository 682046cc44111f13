// Numbers in words, as the rest of the project writes them.
const MINUS = "\u2212";
const NOT_REPORTED = "not reported";
const USUAL = "within usual variation";
const NOT_TESTED = "not tested for chance";
const wholeFormat = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const fineFormat = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

function isKnown(number) {
  return number !== null && number !== undefined;
}

function numberWords(number) {
  const size = Math.abs(number);
  const text = (size >= 10 ? wholeFormat : fineFormat).format(size);
  return number < 0 && text !== "0" ? MINUS + text : text;
}

function signedWords(number) {
  const text = numberWords(number);
  return number > 0 && text !== "0" ? "+" + text : text;
}

function ordinalWords(rank) {
  if (rank <= 10) return ORDINALS[rank - 1];
  const teen = rank % 100 >= 11 && rank % 100 <= 13;
  const ending = teen ? "th" : { 1: "st", 2: "nd", 3: "rd" }[rank % 10] || "th";
  return wholeFormat.format(rank) + ending;
}

// Below twenty crimes a percentage is noise: the reader gets both counts and no more.
function changeWords(before, after) {
  if (before === after) return "no change";
  if (Math.min(before, after) < 20) return "";
  const text = fineFormat.format(Math.abs(100 * (after - before) / before));
  if (text === "0") return "no change";
  return (after > before ? "up " : "down ") + (text.includes(".") ? text : text + ".0") + "%";
}

// The figure, and that it could be chance where it is not significant or, with null, was not tested.
function testedWords(text, isClear) {
  if (isClear || text === "no change" || (text === "" && isClear !== false)) return text;
  return [text, isClear === false ? USUAL : NOT_TESTED].filter(Boolean).join(", ");
}
