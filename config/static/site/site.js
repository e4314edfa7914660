// What every page does: copy ids, show toasts, close menus, switch themes, keep relative times true.

import { exact, moment } from "./format.js";

const words = document.getElementById("site-words")?.dataset ?? {};
const TOAST_MS = 6000;
const ONCE_MS = 10000;

/** Show `text` for a while; the polite live region reads it aloud. */
export function toast(text, level = "") {
  const region = document.querySelector("[data-toasts]");
  const node = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  node.querySelector("[data-text]").textContent = text;
  if (level) node.classList.add(level);
  region.append(node);
  setTimeout(() => node.remove(), TOAST_MS);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(words.copied);
  } catch {
    toast(words.copyFailed, "bad");
  }
}

function chooseTheme(button) {
  const theme = button.value;
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const other of button.parentElement.children) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  document.dispatchEvent(new CustomEvent("themechange"));
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-copy], [data-dismiss], [data-theme-form] button");
  if (target?.matches("[data-copy]")) copy(target.dataset.copy);
  if (target?.matches("[data-dismiss]")) target.closest(".toast").remove();
  if (target?.matches("[data-theme-form] button")) {
    event.preventDefault();
    chooseTheme(target);
  }
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A second press sends nothing, for a while: whoever stops a slow page may press again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.once) event.preventDefault();
  form.dataset.once = "sent";
  setTimeout(() => { form.dataset.once = ""; }, ONCE_MS);
});

// A click on the dimmed ground beside a dialog closes it.
for (const dialog of document.querySelectorAll("dialog.drawer")) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

/** Write every `<time data-relative>` anew; called each ten seconds while the page is seen. */
export function refreshTimes(root = document) {
  for (const node of root.querySelectorAll("time[data-relative]")) {
    const date = new Date(node.dateTime);
    const text = moment(date);
    if (node.textContent !== text) node.textContent = text;
    if (!node.title.includes("·")) node.title = exact(date);
  }
}

refreshTimes();
setInterval(() => document.hidden || refreshTimes(), 10000);

// A hidden tab asks for nothing: htmx's polls wait until somebody looks again.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});
