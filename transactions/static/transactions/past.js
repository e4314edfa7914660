// Looking back: which moment of the last 24 hours the list shows, by slider, by field, in the address.

import { ago, say, time } from "../site/format.js";

const DAY_MINUTES = 24 * 60;
const MINUTE = 60000;
const full = new Intl.DateTimeFormat(document.documentElement.lang === "pt-br" ? "pt-BR" : "en", { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });

/** A date as `datetime-local` wants it: the reader's own clock, without a zone. */
function local(date) {
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE).toISOString().slice(0, 19);
}

export class Past {
  /** The moment shown, null while live. */
  at = null;
  #root;
  #words;
  #changed;

  /** `changed()` runs whenever another moment is to be shown. */
  constructor(root, { words, changed }) {
    this.#root = root;
    this.#words = words;
    this.#changed = changed;
    this.#part("open").addEventListener("click", () => (this.#bar.hidden ? this.open() : this.leave()));
    this.#part("live").addEventListener("click", () => this.leave());
    this.#part("range").addEventListener("input", ({ target }) => this.#choose(Number(target.value)));
    this.#part("exact").addEventListener("change", ({ target }) => this.#set(new Date(target.value)));
    addEventListener("popstate", () => this.#read() && changed());
    setInterval(() => document.hidden || this.#bar.hidden || this.#show(), 10000);
    this.#read();
  }

  get isOpen() {
    return !this.#bar.hidden;
  }

  /** Show the slider; nothing changes until it is moved. */
  open() {
    this.#bar.hidden = false;
    this.#show();
    this.#part("range").focus();
  }

  /** Go back to what happens now. */
  leave() {
    if (this.#bar.contains(document.activeElement)) this.#part("open").focus();
    this.#bar.hidden = true;
    this.#set(null);
  }

  /** Write the moment in words, for the announcer. */
  told() {
    return this.at === null ? this.#words.backToLive : say(this.#words.asOf, { time: full.format(this.at) });
  }

  get #bar() {
    return this.#root.querySelector("[data-past]");
  }

  #part(name) {
    return this.#root.querySelector(`[data-past-${name}]`);
  }

  #choose(minute) {
    this.#set(minute >= Math.floor(Date.now() / MINUTE) ? null : new Date(minute * MINUTE));
  }

  /** Show `at`; null, the future and what is no date are now. */
  #set(at) {
    const before = this.at?.getTime();
    this.at = at && at.getTime() < Date.now() ? at : null;
    this.#show();
    if (this.at?.getTime() === before) return;
    const address = new URL(location.href);
    if (this.at) address.searchParams.set("at", this.at.toISOString());
    else address.searchParams.delete("at");
    history.replaceState(null, "", address);
    this.#changed();
  }

  /** Take the moment from the address; say whether it is another one. */
  #read() {
    const before = this.at?.getTime();
    const at = new Date(new URLSearchParams(location.search).get("at") ?? NaN);
    this.at = at.getTime() < Date.now() ? at : null;
    if (this.at) this.#bar.hidden = false;
    this.#show();
    return this.at?.getTime() !== before;
  }

  #show() {
    const now = Math.floor(Date.now() / MINUTE);
    const range = this.#part("range");
    range.min = now - DAY_MINUTES;
    range.max = now;
    range.value = this.at ? Math.floor(this.at.getTime() / MINUTE) : now;
    const exact = this.#part("exact");
    if (exact !== document.activeElement) exact.value = local(this.at ?? new Date());
    const seconds = this.at ? (Date.now() - this.at.getTime()) / 1000 : 0;
    this.#part("text").textContent = this.at ? this.told() : this.#words.now;
    this.#part("ago").textContent = this.at ? ago(seconds) : "";
    range.setAttribute("aria-valuetext", this.at ? `${time(this.at)}, ${ago(seconds)}` : this.#words.now);
    this.#part("live").hidden = this.at === null;
    this.#part("open").setAttribute("aria-expanded", String(this.isOpen));
  }
}
