/** The terminal below a lesson's picture: loaded when somebody opens it, since most of its weight is xterm. */

/** @param {HTMLElement} frame */
export function terminal(frame) {
  const strip = /** @type {HTMLElement|null} */ (frame.querySelector(".les-term"));
  const button = /** @type {HTMLButtonElement|null} */ (strip?.querySelector("[data-terminal]") ?? null);
  if (!strip || !button) return;
  const screen = /** @type {HTMLElement} */ (strip.querySelector("#screen"));
  let loaded = false;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const open = strip.classList.toggle("is-open");
    frame.classList.toggle("with-terminal", open);
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Close the terminal" : "Open a terminal";
    screen.hidden = !open;
    if (!open || loaded) return;
    loaded = true;
    await import(/** @type {string} */ (button.dataset.terminal));
  });
}
