// The filters of the list: in the form, in the address, and as one question asked of each row.

const NAMES = ["status", "account", "min", "max", "code"];

/** Read a typed amount in either language's manner; null when it is none. */
function amount(text) {
  const plain = text.includes(",") ? text.replaceAll(".", "").replace(",", ".") : text;
  return text.trim() && Number.isFinite(Number(plain)) ? Number(plain) : null;
}

export class Filters {
  values = {};
  #form;
  #accounts;
  #reason;
  #changed;

  /** `accounts` maps id to name; `reason(code)` gives its words; `changed()` runs after each. */
  constructor(form, { accounts, reason, changed }) {
    this.#form = form;
    this.#accounts = accounts;
    this.#reason = reason;
    this.#changed = changed;
    this.#read(new URLSearchParams(location.search));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => this.#collect());
    form.querySelector("[data-clear]").addEventListener("click", () => this.clear());
    addEventListener("popstate", () => {
      this.#read(new URLSearchParams(location.search));
      changed();
    });
  }

  get active() {
    return NAMES.some((name) => this.values[name]);
  }

  /** Set one filter from elsewhere on the page (a tile, a bar); the same again takes it off. */
  toggle(name, value) {
    const values = { ...this.values, [name]: this.values[name] === value ? "" : value };
    if (name === "status") values.code = "";
    if (name === "code" && values.code) values.status = "rejected";
    this.#set(values);
  }

  clear() {
    this.#set({});
  }

  focus() {
    this.#form.elements.status.focus();
  }

  matches = (record) => {
    const { status, account, min, max, code } = this.values;
    if (status && record.status !== status) return false;
    if (code && record.error_code !== code) return false;
    if (account && !this.#isAccount(record.account_id, account.toLowerCase())) return false;
    const [from, to, value] = [amount(min ?? ""), amount(max ?? ""), Number(record.amount)];
    return (from === null || value >= from) && (to === null || value <= to);
  };

  /** The same filters as the database is asked them, for older rows and for the CSV. */
  query() {
    const query = new URLSearchParams();
    const { status, account, min, max, code } = this.values;
    if (status) query.set("status", status);
    if (code) query.set("code", code);
    if (account) query.set("account", account);
    const [from, to] = [amount(min ?? ""), amount(max ?? "")];
    if (from !== null) query.set("amount_min", from.toFixed(2));
    if (to !== null) query.set("amount_max", to.toFixed(2));
    return query;
  }

  #isAccount(id, sought) {
    return id.toLowerCase().startsWith(sought) || (this.#accounts[id] ?? "").toLowerCase().includes(sought);
  }

  #read(query) {
    this.values = Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""]));
    this.#show();
  }

  #collect() {
    const data = Object.fromEntries(new FormData(this.#form));
    const code = data.status === "rejected" ? this.values.code : "";
    this.#set({ ...data, code }, { show: false });
  }

  #set(values, { show = true } = {}) {
    this.values = Object.fromEntries(NAMES.map((name) => [name, (values[name] ?? "").trim()]));
    const address = new URL(location.href);
    for (const name of NAMES) {
      if (this.values[name]) address.searchParams.set(name, this.values[name]);
      else address.searchParams.delete(name);
    }
    history.replaceState(null, "", address);
    this.#show(show);
    this.#changed();
  }

  #show(fields = true) {
    for (const name of fields ? NAMES : []) {
      if (this.#form.elements[name]) this.#form.elements[name].value = this.values[name];
    }
    const chip = this.#form.querySelector("[data-code]");
    chip.hidden = !this.values.code;
    chip.querySelector("[data-text]").textContent = this.values.code ? this.#reason(this.values.code) : "";
    this.#form.querySelector("[data-clear]").hidden = !this.active;
  }
}
