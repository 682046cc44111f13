// What is offered below a picture: whole addresses instead of those inside this folder, and buttons that copy.
function copy(text) {
  return navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject(new Error("no clipboard"));
}

for (const link of document.querySelectorAll('.take a[href^="#"]')) {
  // The link leads to the picture either way: its address is then the page's.
  link.addEventListener("click", () => copy(link.href).then(() => { link.textContent = "Link copied"; }, () => {}));
}

for (const box of document.querySelectorAll(".take textarea")) {
  const here = window.location.href.split("#")[0];
  box.value = box.className === "cite" ? box.value + " " + here + "#" + box.closest("figure").id
    : box.value.replace(/src="([^"]+)"/, (_, path) => `src="${new URL(path, here).href}"`);
  const button = element("button", "Copy", { type: "button", className: "button quiet" });
  button.setAttribute("aria-label", "Copy: " + box.parentElement.firstChild.textContent.trim());
  button.addEventListener("click", () => {
    box.select();
    // Where the clipboard is not open to pages, the text is selected and can be copied by hand.
    copy(box.value).then(() => { button.textContent = "Copied"; }, () => { button.textContent = "Selected"; });
  });
  box.parentElement.after(button);
}
