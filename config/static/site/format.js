// How money, numbers, times and ids are written in the reader's language, for every page's script.

const locale = document.documentElement.lang === "pt-br" ? "pt-BR" : "en";
const SYMBOLS = { BRL: "R$" };
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percentage = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
// Intl's own short forms are longer than a column of times can be.
const AGO = locale === "pt-BR" ? { now: "agora", past: (time) => `há ${time}` } : { now: "now", past: (time) => `${time} ago` };
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayAndClock = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short", hourCycle: "h23" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" });
const HOUR = 3600;

export const number = (value) => whole.format(value);
export const percent = (share) => percentage.format(share);
export const time = (date) => clock.format(date);

/** Write `amount` (decimal text or number of units) as `R$ 1,234.56`. */
export function money(amount, currency = "BRL") {
  return `${SYMBOLS[currency] ?? currency}\u00a0${cents.format(Number(amount))}`;
}

/** Write milliseconds with the unit that keeps three digits: `41 ms`, `1.2 s`. */
export function duration(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms < 1000) return `${whole.format(Math.round(ms))}\u00a0ms`;
  if (ms < 60000) return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(ms / 1000)}\u00a0s`;
  return span(ms / 1000);
}

/** Write a length of time in seconds by its largest unit: `42 s`, `3 min`, `2 h`. */
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s}\u00a0s`;
  if (s < HOUR) return `${Math.floor(s / 60)}\u00a0min`;
  return `${whole.format(Math.floor(s / HOUR))}\u00a0h`;
}

/** Write how long ago something was, in seconds: `now`, `12 s ago`, `3 min ago`. */
export const ago = (seconds) => (seconds < 1 ? AGO.now : AGO.past(span(seconds)));

/** Write how long ago `date` was when under an hour, else date and time. */
export function moment(date, now = Date.now()) {
  const seconds = Math.floor((now - date.getTime()) / 1000);
  return seconds >= HOUR || seconds < -60 ? dayAndClock.format(date) : ago(seconds);
}

/** The exact time in the reader's zone, then in UTC: for the hover. */
export function exact(date) {
  return `${full.format(date)} · ${date.toISOString().replace("T", " ").slice(0, 23)} UTC`;
}

/** Leave the middle of a long id out: head and tail tell ids apart. */
export function shortId(id) {
  return id.length <= 16 ? id : `${id.slice(0, 6)}…${id.slice(-6)}`;
}

/** Fill `{name}` places of a phrase; `phrase` may be an object of plural forms chosen by `n`. */
const plurals = new Intl.PluralRules(locale);
export function say(phrase, values = {}) {
  const text = typeof phrase === "string" ? phrase : phrase[plurals.select(values.n)] ?? phrase.other;
  return text.replace(/\{(\w+)\}/g, (_, name) =>
    typeof values[name] === "number" ? whole.format(values[name]) : values[name]);
}

const BRANDS = { visa: "Visa", mastercard: "Mastercard", amex: "Amex", diners: "Diners", discover: "Discover", jcb: "JCB", elo: "Elo", hipercard: "Hipercard" };

/** Write a card by what may be shown of it: brand and last four digits. */
export function card(brand, last4) {
  return `${BRANDS[brand] ?? (brand || "–")} ···· ${last4 || "····"}`;
}
