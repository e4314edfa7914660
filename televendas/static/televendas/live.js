// The line to the server: it says that there is news, and the page asks for what it misses.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;
const SILENCE_MS = 12000;
// However much changes, the page asks no oftener than this.
const REST_MS = 2000;
const CODE = { noSession: 4401, foreignOrigin: 4403 };
const LEVEL = { live: "ok", waiting: "wait", stale: "wait", denied: "bad" };

/** Follow the changes of the customers on `page`, which holds the addresses in its data. */
export function follow(page) {
  const asker = new Asker(page);
  new Line(page.dataset.live, {
    news: () => asker.want(),
    state: showState,
    signedOut: () => location.assign(`${page.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`),
  }).open();
}

function showState(state) {
  const holder = document.querySelector("[data-connection]");
  const badge = holder.querySelector(".badge");
  const words = holder.dataset[`words${state[0].toUpperCase()}${state.slice(1)}`];
  badge.className = `badge ${LEVEL[state]}`;
  badge.querySelector("[data-text]").textContent = words;
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

/** One websocket after another; silence for longer than the heartbeat allows ends one. */
class Line {
  #url;
  #on;
  #attempt = 0;
  #silence = null;

  constructor(url, on) {
    this.#url = url;
    this.#on = on;
  }

  open() {
    const socket = new WebSocket(this.#url);
    socket.onmessage = ({ data }) => this.#take(socket, JSON.parse(data).type);
    socket.onclose = ({ code }) => this.#lost(code);
    this.#listen(socket);
  }

  #take(socket, kind) {
    this.#listen(socket);
    this.#on.state(kind === "stale" ? "stale" : "live");
    // Whatever happened before the line was up is news as well.
    if (kind === "news" || kind === "live") this.#on.news();
    this.#attempt = 0;
  }

  #listen(socket) {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => socket.close(), SILENCE_MS);
  }

  #lost(code) {
    clearTimeout(this.#silence);
    if (code === CODE.noSession) return this.#on.signedOut();
    if (code === CODE.foreignOrigin) return this.#on.state("denied");
    this.#on.state("waiting");
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    // Full jitter above half: a restarted server must not meet all its clients at one instant.
    setTimeout(() => this.open(), longest * (0.5 + Math.random() / 2));
  }
}
