// The panel by keyboard: one letter each, out of the way of whoever types into a field.

export function bindKeys({ pause, filters, feed, past, help }) {
  const acts = {
    p: pause,
    "/": () => filters.focus(),
    c: () => filters.clear(),
    j: () => feed.move(1),
    k: () => feed.move(-1),
    h: () => past.open(),
    l: () => past.leave(),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=range]), select, textarea");
    if (!typing && event.key === "Escape" && past.isOpen && !document.querySelector("dialog[open]")) return past.leave();
    if (typing && event.key === "Escape") return typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
