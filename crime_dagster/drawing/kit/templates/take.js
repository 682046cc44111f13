// What is offered below a picture: whole addresses instead of those inside this folder, and buttons that copy.
for (const box of document.querySelectorAll(".take textarea")) {
  box.value = box.value.replace(/\{page\}/g, window.location.href.split("#")[0])
    .replace(/src="([^"]+)"/, (_, path) => `src="${new URL(path, window.location.href).href}"`);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy: " + box.parentElement.firstChild.textContent.trim());
  button.addEventListener("click", () => {
    box.select();
    // Where the clipboard is not open to pages, the text is selected and can be copied by hand.
    const copied = navigator.clipboard ? navigator.clipboard.writeText(box.value) : Promise.reject(new Error("none"));
    copied.then(() => { button.textContent = "Copied"; }, () => { button.textContent = "Selected"; });
  });
  box.parentElement.after(button);
}
