// The checkout: a coupon is priced in place, so that the card, which no page gives back, stays typed.

const form = document.getElementById("checkout");
const fields = form.elements;

fields.coupon.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit(fields.apply);
});

form.addEventListener("submit", (event) => {
  const isNew = fields.coupon.value.trim().toUpperCase() !== fields.applied.value;
  const byEnter = event.submitter?.name === "enter" && isNew;
  if (event.submitter !== fields.apply && !byEnter) return;
  event.preventDefault();
  price();
});

/** Show what the coupon takes off; whatever the shop answers instead is shown as without a script. */
async function price() {
  const asked = new FormData();
  for (const name of ["csrfmiddlewaretoken", "coupon"]) asked.set(name, fields[name].value);
  asked.set("apply", "1");
  try {
    const answer = await fetch(form.action, { method: "POST", body: asked });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    show(page.getElementById("checkout"));
  } catch {
    sendWhole();
  }
}

function show(fresh) {
  for (const part of form.querySelectorAll("[data-priced]")) {
    const wanted = fresh.querySelector(`[data-priced="${part.dataset.priced}"]`);
    part.replaceChildren(...wanted.childNodes);
  }
  for (const name of ["total", "applied"]) fields[name].value = fresh.elements[name].value;
}

function sendWhole() {
  const mark = Object.assign(document.createElement("input"), { type: "hidden", name: "apply", value: "1" });
  form.append(mark);
  form.submit();
}
