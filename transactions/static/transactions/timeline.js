// One transaction in a drawer: what it is, and each step with when it happened and what it took.

import { card, duration, exact, money, say, shortId, time } from "../site/format.js";
import { dress } from "./badge.js";

export class Timeline {
  #dialog;
  #find;
  #context;
  #id = null;

  /** `find(id)` gives what the page knows of a transaction; `context` has words, accounts, history (address of the JSON views). */
  constructor(dialog, find, context) {
    this.#dialog = dialog;
    this.#find = find;
    this.#context = context;
    dialog.addEventListener("close", () => this.#closed());
    dialog.querySelector("[data-retry]").addEventListener("click", () => this.#load());
    const asked = new URLSearchParams(location.search).get("transaction");
    if (asked) this.open(asked);
  }

  open(id) {
    this.#id = id;
    this.#keepAddress(id);
    this.#facts();
    this.#dialog.querySelector("[data-steps]").replaceChildren();
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#load();
  }

  /** Load anew when the open transaction is among the changed `ids`. */
  touch(ids) {
    if (this.#id === null || !ids.has(this.#id)) return;
    this.#facts();
    this.#load();
  }

  async #load() {
    const id = this.#id;
    this.#trouble(null);
    try {
      const answer = await fetch(`${this.#context.history}${encodeURIComponent(id)}/timeline/`, { headers: { Accept: "application/json" } });
      if (id !== this.#id) return;
      if (answer.status === 404) return this.#trouble("missing");
      if (!answer.ok) return this.#trouble("failed");
      this.#steps((await answer.json()).data);
    } catch {
      if (id === this.#id) this.#trouble("failed");
    }
  }

  #facts() {
    const record = this.#find(this.#id) ?? { id: this.#id };
    const { words, accounts } = this.#context;
    const facts = {
      status: words.status[record.status],
      reason: record.error_code && (words.reason[record.error_code] ?? record.error_code),
      amount: record.amount && money(record.amount, record.currency),
      card: record.card_last4 && card(record.card_brand, record.card_last4),
      account: record.account_id && (accounts[record.account_id] ?? shortId(record.account_id)),
      id: shortId(record.id),
    };
    for (const [name, text] of Object.entries(facts)) {
      const node = this.#dialog.querySelector(`[data-fact="${name}"]`);
      const line = node.closest("dd");
      line.hidden = line.previousElementSibling.hidden = !text;
      if (name === "status" && text) dress(node.querySelector(".badge"), record.status, text);
      else node.textContent = text ?? "";
    }
    this.#dialog.querySelector('[data-fact="id"]').title = record.id;
    this.#dialog.querySelector("[data-copy]").dataset.copy = record.id;
  }

  #steps(steps) {
    const { step: words } = this.#context.words;
    const template = this.#dialog.querySelector("#step-template");
    let before = null;
    const nodes = steps.map(({ step, at, detail }) => {
      const node = template.content.firstElementChild.cloneNode(true);
      const date = new Date(at);
      node.querySelector("[data-name]").textContent = words[step] ?? step;
      const clock = node.querySelector("time");
      clock.dateTime = date.toISOString();
      clock.textContent = `${time(date)}.${String(date.getMilliseconds()).padStart(3, "0")}`;
      clock.title = exact(date);
      node.querySelector("[data-detail]").textContent = this.#detail(detail);
      // Steps that overlap (sent is noted after the broker's word) have no honest length.
      if (before !== null && date >= before) node.querySelector("[data-after]").textContent = say(words.after, { time: duration(date - before) });
      before = date;
      return node;
    });
    this.#dialog.querySelector("[data-steps]").replaceChildren(...nodes);
  }

  #detail(detail) {
    const { words } = this.#context;
    const write = ([name, value]) => {
      if (name === "status") return words.status[value] ?? value;
      if (name === "error_code") return words.reason[value] ?? value;
      return `${words.step[name] ?? name} ${shortId(String(value))}`;
    };
    const told = Object.entries(detail ?? {}).filter(([, value]) => value !== null && value !== "");
    return told.map(write).join(" · ");
  }

  #trouble(kind) {
    const box = this.#dialog.querySelector("[data-trouble]");
    box.hidden = kind === null;
    if (kind) box.querySelector("[data-text]").textContent = this.#context.words.step[kind];
  }

  #closed() {
    this.#id = null;
    this.#keepAddress(null);
  }

  #keepAddress(id) {
    const address = new URL(location.href);
    if (id) address.searchParams.set("transaction", id);
    else address.searchParams.delete("transaction");
    history.replaceState(null, "", address);
  }
}
