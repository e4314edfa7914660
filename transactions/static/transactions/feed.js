// The list of transactions: draws once a frame, keeps still while somebody reads it.

import { card, exact, moment, money, number, say, shortId } from "../site/format.js";
import { dress } from "./badge.js";

const ROWS = 200;
const READING_MS = 1500;

export class Feed {
  paused = false;
  #root;
  #store;
  #filters;
  #context;
  #rows = new Map();
  #changed = new Set();
  #limit = ROWS;
  #readingUntil = 0;
  #drawing = false;

  /** `context` has words, accounts (id to name) and open(id). */
  constructor(root, store, filters, context) {
    this.#root = root;
    this.#store = store;
    this.#filters = filters;
    this.#context = context;
    this.#listen();
  }

  get body() {
    return this.#root.querySelector("[data-rows]");
  }

  /** Note that `ids` changed; the list is drawn with the next frame, and never in a hidden tab. */
  touch(ids) {
    for (const id of ids) this.#changed.add(id);
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  /** Draw the whole list anew, from the top: the filters changed, or the log began anew. */
  restart() {
    this.#limit = ROWS;
    this.#scroller.scrollTop = 0;
    this.#readingUntil = 0;
    this.#reconcile(this.#store.newest(this.#filters.matches, this.#limit));
    this.#tell(0);
  }

  more(count) {
    this.#limit += count;
    this.#reconcile(this.#store.newest(this.#filters.matches, this.#limit));
    this.#tell(0);
  }

  setPaused(paused) {
    this.paused = paused;
    if (!paused) this.showNewest();
  }

  /** Go to the top and show what waited. */
  showNewest() {
    if (this.body.contains(document.activeElement)) this.#scroller.focus({ preventScroll: true });
    this.restart();
  }

  /** Move the keyboard's place by `step` rows. */
  move(step) {
    const openers = [...this.body.querySelectorAll(".open")];
    const at = openers.indexOf(document.activeElement);
    const next = openers[Math.max(0, Math.min(openers.length - 1, at + step))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  get #scroller() {
    return this.#root.querySelector("[data-scroll]");
  }

  get #isHeld() {
    const held = this.paused || this.#scroller.scrollTop > 8 || performance.now() < this.#readingUntil;
    return held || this.body.contains(document.activeElement);
  }

  #listen() {
    this.body.addEventListener("pointermove", () => (this.#readingUntil = performance.now() + READING_MS));
    this.body.addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      if (row && !event.target.closest(".copy") && !getSelection().toString()) this.#context.open(row.dataset.id);
    });
    this.#root.querySelector("[data-held]").addEventListener("click", () => this.showNewest());
    setInterval(() => {
      if (document.hidden) return;
      this.#age();
      if (!this.#isHeld && this.#waiting > 0) this.touch([]);
    }, 1000);
  }
  #waiting = 0;

  #draw() {
    if (document.hidden) return;
    const wanted = this.#store.newest(this.#filters.matches, this.#limit);
    for (const id of this.#changed) {
      const row = this.#rows.get(id);
      if (row) this.#fill(row, this.#store.transactions.get(id));
    }
    this.#changed.clear();
    if (this.#isHeld && this.#rows.size > 0) {
      this.#tell(wanted.filter((record) => !this.#rows.has(record.id) && record.at >= this.#newestAt).length);
      return;
    }
    this.#reconcile(wanted);
    this.#tell(0);
  }
  #newestAt = 0;

  #reconcile(records) {
    const wanted = new Set(records.map((record) => record.id));
    for (const [id, row] of this.#rows) {
      if (wanted.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    let place = this.body.firstElementChild;
    for (const record of records) {
      const row = this.#rows.get(record.id) ?? this.#make(record);
      if (row === place) place = place.nextElementSibling;
      else this.body.insertBefore(row, place);
    }
    this.#newestAt = records[0]?.at ?? 0;
  }

  #make(record) {
    const row = this.#root.querySelector("#row-template").content.firstElementChild.cloneNode(true);
    row.dataset.id = record.id;
    const at = new Date(record.at);
    const time = row.querySelector("time");
    time.dateTime = at.toISOString();
    time.title = exact(at);
    time.textContent = moment(at);
    row.querySelector("[data-amount]").textContent = money(record.amount, record.currency);
    row.querySelector("[data-card]").textContent = card(record.card_brand, record.card_last4);
    const account = row.querySelector("[data-account]");
    if (account) {
      account.textContent = this.#context.accounts[record.account_id] ?? shortId(record.account_id);
      account.title = record.account_id;
    }
    row.querySelector("[data-id]").textContent = shortId(record.id);
    const open = row.querySelector(".open");
    open.setAttribute("aria-label", say(this.#context.words.feed.open, { id: shortId(record.id) }));
    open.title = record.id;
    row.querySelector(".copy").dataset.copy = record.id;
    this.#fill(row, record);
    this.#rows.set(record.id, row);
    return row;
  }

  #fill(row, record) {
    dress(row.querySelector(".badge"), record.status, this.#context.words.status[record.status]);
    const code = record.error_code;
    row.querySelector("[data-reason]").textContent = code ? this.#context.words.reason[code] ?? code : "";
  }

  #age() {
    for (const time of this.body.querySelectorAll("time")) {
      const text = moment(new Date(time.dateTime));
      if (time.textContent !== text) time.textContent = text;
    }
  }

  #tell(waiting) {
    const { feed } = this.#context.words;
    this.#waiting = waiting;
    const pill = this.#root.querySelector("[data-held]");
    pill.hidden = waiting === 0;
    pill.textContent = say(feed.waiting, { n: waiting });
    const known = this.#store.transactions.size;
    const count = this.#filters.active ? say(feed.count, { shown: this.#rows.size, known }) : number(this.#rows.size);
    this.#root.querySelector("[data-count]").textContent = count;
    const empty = this.#root.querySelector("[data-empty]");
    empty.hidden = this.#rows.size > 0;
    empty.querySelector("[data-title]").textContent = known ? feed.noMatchTitle : feed.emptyTitle;
    empty.querySelector("[data-text]").textContent = known ? feed.noMatchText : feed.emptyText;
    this.#root.querySelector("table").hidden = this.#rows.size === 0;
  }
}
