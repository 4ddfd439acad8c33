// Small comforts only: every page is complete without this file.
const root = document.documentElement;
root.classList.add("scripted");

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const word = button.firstChild;
    const before = word.data;
    word.data = button.dataset.copied;
    setTimeout(() => (word.data = before), 1600);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

document.querySelector("[data-theme-toggle]")?.addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});

// A receipt may also be dropped on the form; the file field and the text field stay the first two ways.
const drop = document.querySelector(".drop");
const field = drop?.querySelector("input[type=file]");
if (drop && field) {
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    field.files = event.dataTransfer.files;
  });
}

document.querySelector(".errors")?.focus({ preventScroll: true });
