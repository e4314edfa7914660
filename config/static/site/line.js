// The line to the server: it says that there is news, and never what; the page asks for that itself.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;
const SILENCE_MS = 12000;
const CODE = { noSession: 4401, foreignOrigin: 4403, nothingHere: 4404 };
const LEVEL = { live: "ok", waiting: "wait", stale: "wait", denied: "bad" };

/** Show in the page's connection badge how the line is; the words stand in its data. */
export function showState(state) {
  const holder = document.querySelector("[data-connection]");
  const badge = holder.querySelector(".badge");
  const words = holder.dataset[`words${state[0].toUpperCase()}${state.slice(1)}`];
  badge.className = `badge ${LEVEL[state]}`;
  badge.querySelector("[data-text]").textContent = words;
}

/** One websocket after another; silence for longer than the heartbeat allows ends one. `on` has news(), state(name), signedOut(). */
export class Line {
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
    if (code === CODE.foreignOrigin || code === CODE.nothingHere) return this.#on.state("denied");
    this.#on.state("waiting");
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    // Full jitter above half: a restarted server must not meet all its clients at one instant.
    setTimeout(() => this.open(), longest * (0.5 + Math.random() / 2));
  }
}
