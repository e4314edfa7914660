// The badge of a state: a shape and a word beside the colour.

const LEVELS = { pending: "wait", approved: "ok", rejected: "bad" };

/** Make `badge` say `text` in the manner of a transaction's `status` or of a level's own name. */
export function dress(badge, status, text) {
  badge.className = `badge ${LEVELS[status] ?? status}`;
  badge.querySelector("[data-text]").textContent = text;
}
