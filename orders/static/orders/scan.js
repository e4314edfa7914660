// Scanning: a scanner types a code and Enter. The field keeps the focus, codes that come faster than
// the answers wait in line, and what each was is shown at once. Without this the form does it alone.

const form = document.querySelector("[data-scan]");
const input = form.elements.code;
const AGAIN_MS = 2000;
const waiting = [];
let isBusy = false;

class AwayError extends Error {}

function part(name, root = document) {
  return root.querySelector(`[data-${name}]`);
}

async function send(code) {
  const body = new FormData(form);
  body.set("code", code);
  const request = { method: "POST", body, headers: { "X-Scan": "1" } };
  const answer = await fetch(form.action, request).catch(() => null);
  if (!answer || answer.status >= 500) throw new AwayError();
  // Signed out, withdrawn, taken over: the page opened anew says so.
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const name of ["feedback", "lines"]) {
    part(name).replaceChildren(...part(name, fresh).childNodes);
  }
}

async function work() {
  if (isBusy) return;
  isBusy = true;
  try {
    while (waiting.length) {
      await send(waiting[0]);
      waiting.shift();
    }
  } catch (error) {
    if (error instanceof AwayError) {
      // Sent again under the key of the answer before, so what did arrive counts once.
      part("feedback").replaceChildren(part("away").content.cloneNode(true));
      setTimeout(work, AGAIN_MS);
    } else {
      location.assign(location.href.replace(/scan\/$/, ""));
    }
  }
  isBusy = false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const code = input.value.trim();
  input.value = "";
  input.focus();
  if (code) waiting.push(code);
  work();
});

// A scanner types wherever the focus is: what goes nowhere goes into the field.
document.addEventListener("keydown", (event) => {
  const isTyped = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const isElsewhere = event.target.closest("input, select, textarea, button, a, summary");
  if (isTyped && event.key !== " " && !isElsewhere) input.focus();
});

input.focus();
