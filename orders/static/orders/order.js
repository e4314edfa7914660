// An order's page: follows the order without a reload, and asks before it is cancelled.

import { Line, showState } from "../site/line.js";
import { refreshTimes } from "../site/site.js";

const head = document.querySelector("[data-live]");
const REST_MS = 300;
let isWanted = false;
let isAsking = false;

const shown = () => document.getElementById("order-state");

/** Ask for the part that moves: one question at a time, and once more for what came meanwhile. */
async function ask() {
  isWanted = true;
  if (isAsking || document.hidden) return;
  isAsking = true;
  while (isWanted && !document.hidden) {
    isWanted = false;
    await renew();
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
  }
  isAsking = false;
}

async function renew() {
  const before = shown().dataset.status;
  const hadFocus = shown().contains(document.activeElement);
  await htmx.ajax("GET", head.dataset.state, { target: "#order-state", swap: "outerHTML" });
  refreshTimes(shown());
  if (hadFocus) (shown().querySelector("[hx-get]") ?? document.getElementById("main")).focus();
  if (shown().dataset.status !== before) announce();
}

function announce() {
  document.querySelector("[data-announcer]").textContent = shown().querySelector(".badge [data-text]").textContent;
}

// What asks whether to cancel was asked for: the drawer opens once it is there.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const drawer = detail.target.closest?.("dialog.drawer");
  if (drawer && !drawer.open) drawer.showModal();
});

// In the drawer, keeping the order is closing it.
document.getElementById("cancel").addEventListener("click", (event) => {
  if (!event.target.closest("a.button")) return;
  event.preventDefault();
  event.currentTarget.close();
});

document.addEventListener("visibilitychange", () => isWanted && ask());
document.querySelector("[data-connection]").hidden = false;
new Line(head.dataset.live, { news: ask, state: showState, signedOut: () => showState("denied") }).open();
