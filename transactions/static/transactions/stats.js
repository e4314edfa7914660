// The numbers that the server counts: tiles, refusals, lag, outbox; each with its own age.

import { ago, duration, money, number, percent, say, span } from "../site/format.js";

const EVERY_MS = 2000;
const PATIENCE_MS = 8000;
const STALE_SECONDS = 15;

export class Stats {
  #url;
  #page;
  #context;
  #ages = new Map();
  #busy = false;

  /** `page` is the panel's root; `context` has words, filters, signedOut(). */
  constructor(url, page, context) {
    this.#url = url;
    this.#page = page;
    this.#context = context;
    for (const tile of page.querySelectorAll("[data-tile]")) this.#track(tile);
    setInterval(() => document.hidden || this.#showAges(), 1000);
    setInterval(() => this.read(), EVERY_MS);
    document.addEventListener("visibilitychange", () => this.read());
    page.querySelector("[data-bars]").addEventListener("click", (event) => {
      const bar = event.target.closest("[data-code]");
      if (bar) context.filters.toggle("code", bar.dataset.code);
    });
    this.read();
  }

  /** Read the numbers unless the tab is hidden or an earlier reading is still on its way. */
  async read() {
    if (document.hidden || this.#busy) return;
    this.#busy = true;
    try {
      const answer = await fetch(this.#url, { signal: AbortSignal.timeout(PATIENCE_MS), headers: { Accept: "application/json" } });
      if (answer.status === 401) return this.#context.signedOut();
      if (answer.ok) this.#show(await answer.json(), Date.parse(answer.headers.get("Date")));
    } catch {
      // The last numbers stay; their ages, which go on growing, say that nothing newer came.
    } finally {
      this.#busy = false;
    }
    this.#showAges();
  }

  #show(stats, serverNow) {
    const aged = (node, asOf) => this.#stamp(node, asOf, serverNow);
    this.#tiles(stats.tiles, aged);
    this.#latency(stats.latency, aged);
    this.#refusals(stats.refusals);
    aged(this.#page.querySelector("[data-refusals]"), stats.tiles.as_of);
    if (stats.lag) this.#lag(stats, aged);
    if (stats.outbox) this.#outbox(stats.outbox, aged);
  }

  #tiles(tiles, aged) {
    const { tile: words } = this.#context.words;
    const decided = tiles.approved.count + tiles.rejected.count;
    const missing = tiles.received.count - decided - tiles.pending.count;
    for (const name of ["received", "approved", "rejected", "pending"]) {
      const node = this.#page.querySelector(`[data-tile="${name}"]`);
      put(node.querySelector("[data-value]"), number(tiles[name].count));
      put(node.querySelector("[data-note]"), money(tiles[name].amount_cents / 100));
      aged(node, tiles.as_of);
    }
    const share = (name, text) => put(this.#page.querySelector(`[data-tile="${name}"] [data-share]`), text);
    share("approved", decided ? say(words.approval, { share: percent(tiles.approved.count / decided) }) : "");
    share("rejected", decided ? say(words.refusal, { share: percent(tiles.rejected.count / decided) }) : "");
    share("received", missing ? say(words.open, { n: missing }) : "");
    this.#page.querySelector('[data-tile="received"]').classList.toggle("is-wrong", missing !== 0);
  }

  #latency(latency, aged) {
    const { tile: words } = this.#context.words;
    const card = this.#page.querySelector('[data-chart="latency"]');
    for (const name of ["p50", "p95", "p99"]) put(card.querySelector(`[data-figure="${name}"]`), duration(latency[name]));
    card.querySelector("[data-sample]").title = latency.sample ? say(words.sample, { n: latency.sample }) : words.noSample;
    aged(card, latency.as_of);
  }

  #refusals(refusals) {
    const card = this.#page.querySelector("[data-refusals]");
    const list = card.querySelector("[data-bars]");
    const most = Math.max(1, ...refusals.map((row) => row.count));
    card.querySelector("[data-none]").hidden = refusals.length > 0;
    const ordered = [...refusals].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
    while (list.children.length > ordered.length) list.lastElementChild.remove();
    ordered.forEach(({ code, count }, index) => {
      if (!list.children[index]) list.append(card.querySelector("#bar-template").content.cloneNode(true));
      const bar = list.children[index].querySelector(".bar");
      bar.dataset.code = code;
      put(bar.querySelector("[data-label]"), this.#context.words.reason[code] ?? code);
      put(bar.querySelector("[data-count]"), number(count));
      bar.querySelector("meter").value = count / most;
    });
  }

  #lag({ lag, lag_as_of: asOf, dead_letters: letters }, aged) {
    const card = this.#page.querySelector("[data-lag]");
    const groups = new Map();
    const group = (name) => groups.get(name) ?? groups.set(name, { messages: null, seconds: null, dead: 0 }).get(name);
    for (const row of lag) {
      const each = group(row.consumer);
      if (row.messages !== null) each.messages = (each.messages ?? 0) + row.messages;
      if (row.seconds !== null) each.seconds = Math.max(each.seconds ?? 0, row.seconds);
    }
    for (const row of letters ?? []) group(row.consumer).dead += row.count;
    card.querySelector("[data-none]").hidden = groups.size > 0;
    card.querySelector("table").hidden = groups.size === 0;
    const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
    card.querySelector("tbody").replaceChildren(...rows.map(([name, each]) => this.#lagRow(name, each)));
    aged(card, asOf);
  }

  #lagRow(name, { messages, seconds, dead }) {
    const row = this.#page.querySelector("#lag-template").content.firstElementChild.cloneNode(true);
    const [label, count, behind, letters] = row.children;
    put(label.firstElementChild, name);
    put(count, messages === null ? "–" : number(messages));
    put(behind, seconds === null ? "–" : span(seconds));
    behind.classList.toggle("is-late", seconds > STALE_SECONDS);
    put(letters.firstElementChild, number(dead));
    letters.firstElementChild.classList.toggle("is-bad", dead > 0);
    return row;
  }

  #outbox(outbox, aged) {
    const card = this.#page.querySelector("[data-outbox]");
    put(card.querySelector('[data-figure="depth"]'), number(outbox.depth));
    put(card.querySelector('[data-figure="oldest"]'), outbox.oldest_seconds === null ? this.#context.words.tile.none : span(outbox.oldest_seconds));
    card.classList.toggle("is-late", outbox.oldest_seconds > STALE_SECONDS);
    aged(card, outbox.as_of);
  }

  #track(node) {
    if (!this.#ages.has(node)) this.#ages.set(node, null);
  }

  /** Keep when `node`'s numbers were true, by this page's monotonic clock. */
  #stamp(node, asOf, serverNow) {
    const age = asOf ? Math.max(0, (serverNow || Date.now()) - Date.parse(asOf)) : null;
    this.#ages.set(node, age === null ? null : performance.now() - age);
  }

  #showAges() {
    for (const [node, since] of this.#ages) {
      const seconds = since === null ? null : (performance.now() - since) / 1000;
      put(node.querySelector("[data-age]"), seconds === null ? "" : ago(seconds));
      node.classList.toggle("is-stale", seconds > STALE_SECONDS || (seconds === null && performance.now() > STALE_SECONDS * 1000));
    }
  }
}

function put(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}
