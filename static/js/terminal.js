/**
 * The terminal page's entry. What the form asks for stands in the address; the server has looked whether that pod and
 * container are there. An address alone, which anybody may have written, puts no container into a pod: the form does, or
 * a press on the button.
 */
import { putBefore } from "./terminal/beside.js";
import { mountTerminal } from "./terminal/screen.js";

const screen = /** @type {HTMLElement|null} */ (document.getElementById("screen"));
const word = /** @type {HTMLElement} */ (document.getElementById("terminal-state"));
const again = /** @type {HTMLButtonElement} */ (document.getElementById("terminal-again"));

/** What tells the page that the form leads to that it did. */
const ASKED = "kubarium.shell asked", form = document.getElementById("shell-form");
form?.addEventListener("submit", () => sessionStorage.setItem(ASKED, "form"));
const asked = form === null || sessionStorage.getItem(ASKED) !== null;
sessionStorage.removeItem(ASKED);

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
  again.addEventListener("click", () => {
    again.textContent = "Open again";
    terminal.open();
  });
  if (!image || asked || putBefore({ api, namespace, pod, container }, image)) terminal.open();
  else {
    word.textContent = `This address asks for a container with ${image} in ${pod}. It is not there yet.`;
    again.textContent = "Put it there";
    again.hidden = false;
  }
}
