// One row of the list: made from the page's template, filled anew when its transaction changes.

import { card, exact, money, say, shortId } from "../site/format.js";
import { dress } from "./badge.js";

/** Make the row of `record` from `template`; `when(date)` writes its time, `context` as the list has it. */
export function makeRow(template, record, when, context) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.dataset.id = record.id;
  const at = new Date(record.at);
  const time = row.querySelector("time");
  time.dateTime = at.toISOString();
  time.title = exact(at);
  time.textContent = when(at);
  row.querySelector("[data-amount]").textContent = money(record.amount, record.currency);
  row.querySelector("[data-card]").textContent = card(record.card_brand, record.card_last4);
  const account = row.querySelector("[data-account]");
  if (account) {
    account.textContent = context.accounts[record.account_id] ?? shortId(record.account_id);
    account.title = record.account_id;
  }
  row.querySelector("[data-id]").textContent = shortId(record.id);
  const open = row.querySelector(".open");
  open.setAttribute("aria-label", say(context.words.feed.open, { id: shortId(record.id) }));
  open.title = record.id;
  row.querySelector(".copy").dataset.copy = record.id;
  fillRow(row, record, context.words);
  return row;
}

/** Write what may change of a transaction: its status and why it was refused. */
export function fillRow(row, record, words) {
  dress(row.querySelector(".badge"), record.status, words.status[record.status]);
  const code = record.error_code;
  row.querySelector("[data-reason]").textContent = code ? words.reason[code] ?? code : "";
}
