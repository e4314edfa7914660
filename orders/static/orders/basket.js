// The basket: another number of pieces counts at once, without the button that others press.

document.addEventListener("change", ({ target }) => {
  if (target.matches(".basket [name=quantity]")) target.form.requestSubmit();
});
