// The panel put together: one line to the server feeds the list, the charts and the drawer.

import { say, time } from "../site/format.js";
import { toast } from "../site/site.js";
import { dress } from "./badge.js";
import { Charts } from "./charts.js";
import { Feed } from "./feed.js";
import { Filters } from "./filters.js";
import { bindKeys } from "./keys.js";
import { Past } from "./past.js";
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
// What the list shows: the live store, or one of a moment that has passed.
let shown = store;
const healed = { gaps: 0, events: 0 };
const since = { received: 0, approved: 0, rejected: 0 };

/** What the page knows of a transaction: as it is now, or as it was in the list that is shown. */
const known = (id) => store.transactions.get(id) ?? shown.transactions.get(id);
const signedOut = () => location.assign(`${data.login}?next=${encodeURIComponent(location.pathname + location.search)}`);
const filters = new Filters(find("[data-filters]"), {
  accounts: data.accounts, reason: (code) => words.reason[code] ?? code, changed: refilter,
});
const timeline = new Timeline(find("#timeline"), known, { words, accounts: data.accounts, history: data.history });
const feed = new Feed(find("[data-feed]"), store, filters, { words, accounts: data.accounts, open: (id) => timeline.open(id) });
const past = new Past(find("[data-feed]"), {
  words: words.past,
  changed() {
    refilter();
    announce(past.told());
  },
});
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
    if (!past.at) feed.touch(ids);
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
    if (!past.at) feed.restart();
    toast(words.connection.reset);
  },
});

/** The first frame holds the last 200: with fewer there is nothing older to load. */
let hasOpened = false;
function opened(count) {
  hasOpened = true;
  if (past.at) return;
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
let question = 0;
/** Read `count` older rows into `store`; undefined when that failed, or nobody wants them any more. */
async function older(count, into = shown) {
  const mine = (question += 1);
  const query = asked();
  query.set("limit", String(count));
  if (cursor) query.set("cursor", cursor);
  const answer = await fetch(`${data.history}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (mine !== question) return;
  if (answer?.status === 401) return signedOut();
  if (!answer?.ok) return toast(words.feed.olderFailed, "bad");
  const found = await answer.json();
  cursor = found.next_cursor;
  find("[data-more]").hidden = !found.has_more;
  into.seed(found.data);
  return found.data.length;
}

/** The filters and the moment, as the server is asked them. */
function asked() {
  const query = filters.query();
  if (past.at) query.set("as_of", past.at.toISOString());
  return query;
}

function refilter() {
  cursor = null;
  question += 1;
  find("[data-sheet]").href = `${data.sheet}?${asked()}`;
  find("[data-pause]").disabled = past.at !== null;
  page.classList.toggle("is-past", past.at !== null);
  for (const tile of page.querySelectorAll("[data-tile]")) tile.classList.toggle("is-chosen", filters.values.status === tile.dataset.tile);
  if (!past.at) present();
  clearTimeout(refilter.timer);
  // Typing and sliding ask the database once they rest, not step by step.
  refilter.timer = setTimeout(past.at ? rewind : deepen, past.at ? 200 : 400);
}

/** Show what is live, from what the page holds already. */
function present() {
  if (shown !== store) feed.use((shown = store), null);
  else feed.restart();
  find("[data-more]").hidden = store.transactions.size < FULL_START;
}

async function deepen() {
  if (filters.active && (await older(100))) feed.restart();
}

/** Show what was; until it has come, what is there stays. */
async function rewind() {
  const then = new Store();
  if ((await older(200, then)) !== undefined) feed.use((shown = then), past.at);
}

function pause() {
  if (past.at) return;
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
document.addEventListener("visibilitychange", () => document.hidden || past.at || feed.touch([]));
bindKeys({ pause, filters, feed, past, help: find("#keys") });
refilter();
line.open();
