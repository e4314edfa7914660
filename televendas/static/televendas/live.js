// Follows the changes of the customers: the server says that there is news, and the page asks for it.

import { Line, showState } from "../site/line.js";

// However much changes, the page asks no oftener than this.
const REST_MS = 2000;

/** Follow the changes of the customers on `page`, which holds the addresses in its data. */
export function follow(page) {
  const asker = new Asker(page);
  new Line(page.dataset.live, {
    news: () => asker.want(),
    state: showState,
    signedOut: () => location.assign(`${page.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`),
  }).open();
}

/** Asks for what changed: one question at a time, none while hidden or while the list is in use. */
class Asker {
  #page;
  #isWanted = false;
  #isAsking = false;
  #restsUntil = 0;

  constructor(page) {
    this.#page = page;
    for (const event of ["pointerleave", "focusout"]) page.addEventListener(event, () => this.#soon(), true);
    document.addEventListener("visibilitychange", () => this.#soon());
  }

  want() {
    this.#isWanted = true;
    this.#soon();
  }

  #soon() {
    setTimeout(() => this.#ask(), Math.max(0, this.#restsUntil - Date.now()));
  }

  async #ask() {
    if (!this.#isWanted || this.#isAsking || this.#isHeld() || Date.now() < this.#restsUntil) return;
    this.#isWanted = false;
    this.#isAsking = true;
    this.#restsUntil = Date.now() + REST_MS;
    const before = arrivals();
    try {
      await htmx.ajax("POST", this.#page.dataset.changes, { target: "#just-in", swap: "outerHTML", values: this.#values() });
    } finally {
      this.#isAsking = false;
      if (this.#isWanted) this.#soon();
    }
    if (arrivals().some((person) => !before.includes(person))) announce();
  }

  /** Who points at a name that just came in, or has the keyboard on it, is not to lose it. */
  #isHeld() {
    return document.hidden || document.querySelector("#just-in:hover, #just-in:focus-within, dialog[open]") !== null;
  }

  #values() {
    const asked = new URLSearchParams(location.search);
    return {
      csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value,
      since: document.querySelector("#just-in").dataset.since,
      arrival: arrivals(),
      person: [...document.querySelectorAll("tr[data-person]")].map((row) => row.dataset.person),
      ...Object.fromEntries(["region", "show", "sort"].filter((name) => asked.get(name)).map((name) => [name, asked.get(name)])),
    };
  }
}

const arrivals = () => [...document.querySelectorAll("[data-arrival]")].map((node) => node.dataset.arrival);

function announce() {
  const node = document.querySelector("[data-announcer]");
  node.textContent = "";
  requestAnimationFrame(() => (node.textContent = node.dataset.text));
}
