/**
 * The terminal page's entry. What the form asks for stands in the address; the server has looked whether that pod and
 * container are there.
 */
import { mountTerminal } from "./terminal/screen.js";

const screen = /** @type {HTMLElement|null} */ (document.getElementById("screen"));
const word = /** @type {HTMLElement} */ (document.getElementById("terminal-state"));
const again = /** @type {HTMLButtonElement} */ (document.getElementById("terminal-again"));

if (screen) {
  const { api = "", namespace = "", pod = "", container = "", image = "", reader } = screen.dataset;
  const terminal = mountTerminal(screen, { api, namespace, pod, container, image }, {
    say: (text, mood) => {
      word.textContent = text;
      word.dataset.mood = mood;
    },
    begun: () => (again.hidden = true),
    ended: () => (again.hidden = false), reader: reader === "true",
  });
  again.addEventListener("click", () => terminal.open());
  terminal.open();
}
