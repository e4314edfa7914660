// The admin's lists: long ids are shortened in the middle, whole on hover, copied by one click.
// A script of the theme's, not a module: the block keeps its names to itself.
{
  const WORDS = document.documentElement.lang.startsWith("pt")
    ? { copy: "Copiar id", copied: "Copiado" }
    : { copy: "Copy id", copied: "Copied" };
  const ID = /^[0-9a-z-]{24,64}$/i;
  const SAID_MS = 1500;

  /** Return the node that holds the cell's text alone: the cell itself or the link in it. */
  function holder(cell) {
    const nodes = [...cell.childNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE || node.textContent.trim());
    const [only] = nodes;
    if (nodes.length !== 1) return null;
    return only.nodeType === Node.TEXT_NODE ? cell : holder(only);
  }

  function copier(id) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-id material-symbols-outlined";
    button.textContent = "content_copy";
    button.title = WORDS.copy;
    button.setAttribute("aria-label", `${WORDS.copy} ${id}`);
    button.addEventListener("click", async (event) => {
      event.stopPropagation();
      await navigator.clipboard.writeText(id);
      button.textContent = "check";
      button.title = WORDS.copied;
      setTimeout(() => (button.textContent = "content_copy"), SAID_MS);
    });
    return button;
  }

  /** Ids have digits in them; long words do not. */
  const isId = (text) => ID.test(text) && /\d/.test(text);

  function shorten() {
    for (const cell of document.querySelectorAll("#result_list :is(td, th)")) {
      const node = holder(cell);
      const id = node?.textContent.trim() ?? "";
      if (!isId(id)) continue;
      const code = document.createElement("code");
      code.textContent = `${id.slice(0, 6)}…${id.slice(-6)}`;
      code.title = id;
      node.replaceChildren(code);
      (node === cell ? code : node).after(copier(id));
    }
  }

  // The theme loads scripts before the page: wait for its end.
  document.addEventListener("DOMContentLoaded", shorten);
}
