// The panel put together: one line to the server feeds the list, the charts and the drawer.

import { say, time } from "../site/format.js";
import { toast } from "../site/site.js";
import { dress } from "./badge.js";
import { Charts } from "./charts.js";
import { Feed } from "./feed.js";
import { Filters } from "./filters.js";
import { bindKeys } from "./keys.js";
import { Line } from "./socket.js";
import { Stats } from "./stats.js";
import { FULL_START, Store } from "./store.js";
import { Timeline } from "./timeline.js";

const ANNOUNCE_MS = 15000;
const data = JSON.parse(document.getElementById("panel-data").textContent);
const { words } = data;
const page = document.getElementById("main");
const find = (selector) => page.querySelector(selector);
const store = new Store();
const healed = { gaps: 0, events: 0 };
const since = { received: 0, approved: 0, rejected: 0 };

const signedOut = () => location.assign(`${data.login}?next=${encodeURIComponent(location.pathname + location.search)}`);
const filters = new Filters(find("[data-filters]"), {
  accounts: data.accounts, reason: (code) => words.reason[code] ?? code, changed: refilter,
});
const timeline = new Timeline(find("#timeline"), store, { words, accounts: data.accounts, history: data.history });
const feed = new Feed(find("[data-feed]"), store, filters, { words, accounts: data.accounts, open: (id) => timeline.open(id) });
const charts = new Charts(page, () => store);
new Stats(data.stats, page, { words, filters, signedOut });

const line = new Line(data.socket, {
  signedOut,
  state: showConnection,
  frame(events) {
    const { fresh, ids } = store.apply(events);
    if (!hasOpened) opened(events.length);
    if (fresh.length === 0) return fresh;
    for (const { kind, transaction } of fresh) since[kind === "received" ? "received" : transaction.status] += 1;
    feed.touch(ids);
    charts.touch();
    timeline.touch(ids);
    return fresh;
  },
  healed(events, isNewGap) {
    if (isNewGap) healed.gaps += 1;
    healed.events += events;
    const node = find("[data-healed]");
    node.textContent = say(words.connection.healed, { n: healed.gaps });
    node.title = say(words.connection.healedEvents, { n: healed.events });
    announce(say(words.connection.restored, { n: healed.events }));
  },
  reset() {
    store.clear();
    feed.restart();
    toast(words.connection.reset);
  },
});

/** The first frame holds the last 200: with fewer there is nothing older to load. */
let hasOpened = false;
function opened(count) {
  hasOpened = true;
  if (!filters.active) find("[data-more]").hidden = count < FULL_START;
  feed.touch([]);
}

let lastState = "";
function showConnection(state, detail) {
  const levels = { live: "ok", connecting: "wait", waiting: "wait", stale: "wait", offline: "bad", denied: "bad" };
  const values = { n: detail, time: detail instanceof Date ? time(detail) : "" };
  dress(find("[data-connection] .badge"), levels[state], say(words.connection[state], values));
  page.classList.toggle("is-offline", state !== "live");
  if (state !== "live" && lastState === "live" && state !== "stale") announce(words.connection.lost);
  lastState = state;
}

function announce(text) {
  find("[data-announcer]").textContent = text;
}

// What scrolled by is told in one polite sentence now and then, never row by row.
setInterval(() => {
  if (document.hidden || since.received + since.approved + since.rejected === 0) return;
  announce(say(words.feed.summary, since));
  since.received = since.approved = since.rejected = 0;
}, ANNOUNCE_MS);

let cursor = null;
async function older(count) {
  const query = filters.query();
  query.set("limit", String(count));
  if (cursor) query.set("cursor", cursor);
  const answer = await fetch(`${data.history}?${query}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return toast(words.feed.olderFailed, "bad");
  const found = await answer.json();
  cursor = found.next_cursor;
  find("[data-more]").hidden = !found.has_more;
  store.seed(found.data);
  return found.data.length;
}

function refilter() {
  cursor = null;
  feed.restart();
  find("[data-more]").hidden = store.transactions.size < FULL_START;
  clearTimeout(refilter.timer);
  // Typing asks the database once it rests, not letter by letter.
  refilter.timer = setTimeout(async () => {
    if (filters.active && (await older(100))) feed.restart();
  }, 400);
  for (const tile of page.querySelectorAll("[data-tile]")) tile.classList.toggle("is-chosen", filters.values.status === tile.dataset.tile);
}

function pause() {
  const button = find("[data-pause]");
  feed.setPaused(!feed.paused);
  button.setAttribute("aria-pressed", String(feed.paused));
  button.querySelector("[data-text]").textContent = feed.paused ? words.feed.resume : words.feed.pause;
}

find("[data-tiles]").addEventListener("click", ({ target }) => {
  const chosen = target.closest("[data-choose]")?.dataset.choose;
  if (chosen) filters.toggle("status", chosen === "received" ? filters.values.status : chosen);
});
find("[data-pause]").addEventListener("click", pause);
find("[data-help]").addEventListener("click", () => find("#keys").showModal());
find("[data-more] button").addEventListener("click", async () => feed.more((await older(100)) ?? 0));
document.addEventListener("visibilitychange", () => document.hidden || feed.touch([]));
bindKeys({ pause, filters, feed, help: find("#keys") });
if (filters.active) refilter();
line.open();
