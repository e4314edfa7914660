// An agent's page: opens dialogs, follows changes without moving what is being read.

import { refreshTimes } from "../site/site.js";
import { follow } from "./live.js";

const find = (selector) => document.querySelector(selector);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) find(`#${opener.dataset.open}`).showModal();
});

// A customer's card was asked for: the drawer opens once it is there.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const drawer = detail.target.closest?.("dialog.drawer");
  if (drawer && !drawer.open) drawer.showModal();
  refreshTimes(detail.target);
});

// What a drawer showed is gone when it closes: a phone stays in no page.
for (const drawer of document.querySelectorAll("#customer")) {
  drawer.addEventListener("close", () => drawer.querySelector("[data-body]").replaceChildren());
}

find("[data-filters]")?.addEventListener("change", ({ target }) => {
  if (target.matches("select")) target.form.requestSubmit();
});

find("[data-export]")?.addEventListener("submit", () => setTimeout(() => find("#export").close()));

// The time of a call back is asked for only where there is one.
const outcome = find("[data-outcome]");
if (outcome) {
  const show = () => {
    const chosen = outcome.querySelector("[name=outcome]:checked")?.value;
    outcome.querySelector("[data-call-back]").hidden = chosen !== "call_back";
  };
  outcome.addEventListener("change", show);
  show();
}

const page = find("[data-live]");
if (page) follow(page);
