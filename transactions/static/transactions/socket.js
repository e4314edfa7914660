// The line to the server: opens, resumes from its cursor, comes back by itself, says how it is.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;
const SILENCE_MS = 12000;
const CODE = { badMessage: 4400, noSession: 4401, foreignOrigin: 4403 };

/** One websocket after another; `on` has frame(events), state(name, detail), signedOut(), healed(count, isNewGap), reset(). */
export class Line {
  #url;
  #on;
  #socket = null;
  #cursor = null;
  #attempt = 0;
  #timers = {};
  #catchUp = null;

  constructor(url, on) {
    this.#url = url;
    this.#on = on;
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#socket?.close());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
  }

  open() {
    clearTimeout(this.#timers.retry);
    if (this.#attempt === 0) this.#on.state("connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => this.#resume(socket);
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this.#socket && this.#lost(code);
    this.#listen();
  }

  #resume(socket) {
    if (this.#cursor !== null) this.#catchUp = { since: Date.now(), isFirst: true };
    socket.send(JSON.stringify({ type: "resume", cursor: this.#cursor }));
  }

  #take(message) {
    this.#listen();
    if (message.type === "frame") this.#frame(message);
    if (message.type !== "status") return;
    if (message.state === "stale") this.#on.state("stale", new Date(message.since));
    if (message.state === "live") this.#on.state("live");
    if (message.state === "reset") {
      this.#catchUp = null;
      this.#on.reset();
    }
  }

  #frame({ cursor, events }) {
    this.#cursor = cursor;
    if (this.#attempt > 0 || this.#first) this.#on.state("live");
    this.#first = false;
    this.#attempt = 0;
    const fresh = this.#on.frame(events);
    if (this.#catchUp) this.#count(events.length, fresh);
  }
  #first = true;

  /** Tell of what was missed as it comes, until the server has nothing older to give. */
  #count(length, fresh) {
    const missed = fresh.filter((event) => Date.parse(event.at) < this.#catchUp.since);
    if (missed.length > 0) this.#on.healed(missed.length, this.#catchUp.isFirst);
    this.#catchUp.isFirst &&= missed.length === 0;
    if (length === 0 || missed.length < fresh.length) this.#catchUp = null;
  }

  /** Start the watch anew: a line silent for longer than the heartbeat allows is given up. */
  #listen() {
    clearTimeout(this.#timers.silence);
    const socket = this.#socket;
    this.#timers.silence = setTimeout(() => {
      socket.close();
      if (socket === this.#socket) this.#lost(0);
    }, SILENCE_MS);
  }

  #lost(code) {
    this.#socket = null;
    clearTimeout(this.#timers.silence);
    if (code === CODE.noSession) return this.#on.signedOut();
    if (code === CODE.foreignOrigin) return this.#on.state("denied");
    if (code === CODE.badMessage) this.#cursor = null;
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    // Full jitter above half: a restarted server must not meet all its clients at one instant.
    this.#countDown(Date.now() + longest * (0.5 + Math.random() / 2));
  }

  #countDown(until) {
    clearTimeout(this.#timers.retry);
    const left = until - Date.now();
    if (left <= 0) return this.open();
    this.#on.state(navigator.onLine ? "waiting" : "offline", Math.ceil(left / 1000));
    this.#timers.retry = setTimeout(() => this.#countDown(until), Math.min(left, 1000));
  }

  #hurry() {
    if (!this.#socket && this.#attempt > 0) this.open();
  }
}
