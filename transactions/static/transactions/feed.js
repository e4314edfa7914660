// The list of transactions: draws once a frame, keeps still while somebody reads it.

import { moment, number, say, time } from "../site/format.js";
import { fillRow, makeRow } from "./row.js";

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

  /** Show another store: as of `moment`, or live where that is null. */
  use(store, moment) {
    for (const row of this.#rows.values()) row.remove();
    this.#rows.clear();
    this.#store = store;
    this.#moment = moment;
    this.restart();
  }
  #moment = null;

  /** What was then is written by the clock, what is now by its age. */
  #when(at) {
    return this.#moment ? time(at) : moment(at);
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
    const held = (this.paused && !this.#moment) || this.#scroller.scrollTop > 8 || performance.now() < this.#readingUntil;
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
      if (row) fillRow(row, this.#store.transactions.get(id), this.#context.words);
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
    const template = this.#root.querySelector("#row-template");
    const row = makeRow(template, record, (at) => this.#when(at), this.#context);
    this.#rows.set(record.id, row);
    return row;
  }

  #age() {
    for (const node of this.body.querySelectorAll("time")) {
      const text = this.#when(new Date(node.dateTime));
      if (node.textContent !== text) node.textContent = text;
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
    const why = this.#moment ? "past" : known ? "noMatch" : "empty";
    empty.querySelector("[data-title]").textContent = feed[`${why}Title`];
    empty.querySelector("[data-text]").textContent = feed[`${why}Text`];
    this.#root.querySelector("table").hidden = this.#rows.size === 0;
  }
}
