// What the page knows: each transaction folded from its events, and counts by the second.

const LIMIT = 2000;
// The server opens with this many events, or with all there are.
export const FULL_START = 200;
const SERIES_SECONDS = 150;
const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/i;

/** The instant (ms) that a UUIDv7 was made, which for our ids is when the request was accepted. */
function bornAt(id) {
  return UUID7.test(id) ? parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}

/** Transactions by id; each event counts once, and a decision is never taken back. */
export class Store {
  transactions = new Map();
  series = new Series();
  #last = new Map();
  #limit = LIMIT;

  /** Fold `events` in; return {fresh: events not seen before, ids: what changed}. */
  apply(events) {
    if (this.transactions.size === 0) this.series.knownFrom(events.length < FULL_START ? 0 : Date.parse(events[0].at));
    const fresh = [];
    const ids = new Set();
    for (const event of events) {
      if (!this.#isNew(event)) continue;
      fresh.push(event);
      ids.add(event.transaction.id);
      this.#fold(event);
    }
    this.#trim();
    return { fresh, ids };
  }

  /** Add rows read from the database, older or newer than what the socket brought. */
  seed(rows) {
    for (const row of rows) {
      const known = this.transactions.get(row.id);
      if (known && (known.status !== "pending" || row.status === "pending")) continue;
      const decidedAt = row.processed_at ? Date.parse(row.processed_at) : null;
      this.transactions.set(row.id, { ...row, at: Date.parse(row.created_at), decidedAt });
    }
    this.#limit = Math.max(this.#limit, this.transactions.size + rows.length);
  }

  clear() {
    this.transactions.clear();
    this.#last.clear();
    this.series = new Series();
  }

  /** The newest `count` transactions for which `matches` holds, newest first. */
  newest(matches, count) {
    const found = [...this.transactions.values()].filter(matches);
    found.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
    return found.slice(0, count);
  }

  #isNew(event) {
    if (event.offset === null) {
      const known = this.transactions.get(event.transaction.id);
      return !known || (known.status === "pending" && event.kind === "decided");
    }
    const place = `${event.topic}/${event.partition}`;
    if (event.offset <= (this.#last.get(place) ?? -1)) return false;
    this.#last.set(place, event.offset);
    return true;
  }

  #fold(event) {
    const at = Date.parse(event.at);
    const known = this.transactions.get(event.transaction.id);
    const record = known ?? { ...event.transaction, at, decidedAt: null };
    if (event.kind === "received") {
      record.at = bornAt(record.id) ?? at;
      if (!known) record.status = "pending";
      this.series.received(at);
    } else {
      record.status = event.transaction.status;
      record.error_code = event.transaction.error_code;
      record.decidedAt = at;
      const born = bornAt(record.id) ?? (known ? known.at : null);
      if (!known && born) record.at = born;
      this.series.decided(at, born === null ? null : Math.max(0, at - born));
    }
    this.transactions.set(record.id, record);
  }

  #trim() {
    if (this.transactions.size <= this.#limit * 1.1) return;
    const kept = this.newest(() => true, this.#limit).reverse();
    this.transactions = new Map(kept.map((record) => [record.id, record]));
  }
}

/** Counts and latencies per second, for the last minutes. */
class Series {
  #seconds = new Map();
  #since = Infinity;

  /** Nothing is known of the time before `at`: there the lines have no points instead of zeros. */
  knownFrom(at) {
    this.#since = Math.min(this.#since, Math.floor(at / 1000));
  }

  received(at) {
    this.#bucket(at).received += 1;
  }

  decided(at, latency) {
    const bucket = this.#bucket(at);
    bucket.decided += 1;
    if (latency !== null) bucket.latencies.push(latency);
  }

  /** Sums over `width` seconds that end with second `end`: counts per second and percentiles. */
  window(end, width) {
    if (end < this.#since) return { received: null, decided: null, p50: null, p95: null, p99: null };
    let received = 0;
    let decided = 0;
    const latencies = [];
    for (let second = end - width + 1; second <= end; second += 1) {
      const bucket = this.#seconds.get(second);
      if (!bucket) continue;
      received += bucket.received;
      decided += bucket.decided;
      latencies.push(...bucket.latencies);
    }
    latencies.sort((a, b) => a - b);
    const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? null;
    return { received: received / width, decided: decided / width, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  #bucket(at) {
    const second = Math.floor(at / 1000);
    let bucket = this.#seconds.get(second);
    if (!bucket) {
      bucket = { received: 0, decided: 0, latencies: [] };
      this.#seconds.set(second, bucket);
      for (const old of this.#seconds.keys()) {
        if (old < Date.now() / 1000 - SERIES_SECONDS) this.#seconds.delete(old);
      }
    }
    return bucket;
  }
}
