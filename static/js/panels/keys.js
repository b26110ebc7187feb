/** The keys, in one short list: a dialog that `?`, the search box and the person's menu open. */
import { html, render } from "lit/html.js";
import { icon } from "./icons.js";

/** @type {readonly [string, readonly [keys: string[], what: string][]][]} */
const KEYS = [
  ["On every page", [
    [["Ctrl K", "⌘ K"], "find a thing, or run a command"],
    [["Esc"], "close what is open"],
    [["?"], "this list"],
  ]],
  ["On the map", [
    [["F6", "Shift F6"], "to its panel, the box below, the timeline; or back"],
    [["←", "↑", "→", "↓"], "to the nearest thing in that direction"],
    [["Home", "End"], "to the first, to the last"],
    [["Enter"], "open its panel"],
    [["Ctrl wheel"], "zoom; the wheel alone moves"],
  ]],
  ["On the timeline", [
    [["←", "→"], "one change back, one on"],
    [["Page Down", "Page Up"], "ten changes back, ten on"],
    [["Home", "End"], "to the oldest, to the present"],
  ]],
  ["In a table", [
    [["↑", "↓"], "to another row; with Shift select it, too"],
    [["Space", "Ctrl A"], "select the row, or all"],
    [["Enter"], "open its panel"],
  ]],
  ["In the editor", [
    [["Ctrl Space"], "complete"],
    [["F1"], "explain the field"],
    [["Esc", "Tab"], "one after the other: leave it"],
  ]],
];

/** Show them. The focus is where it was before when the dialog goes. */
export function showKeys() {
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-labelledby", "keys-title");
  render(html`<div class="keys-h"><h2 id="keys-title">Keys</h2><button type="button" class="iconb" aria-label="Close" @click=${() => dialog.close()}>${icon("close")}</button></div>
    <div class="keys-b" tabindex="0" role="region" aria-labelledby="keys-title">${KEYS.map(([where, rows]) => html`<section><h3>${where}</h3><dl>${rows.map(([keys, what]) => html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl></section>`)}</div>`, dialog);
  // What the page does with Escape and the like is not meant while this is open.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close()); // beside it
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** `?`, and every button that is meant to show them. */
export function offerKeys() {
  addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))) return;
    event.preventDefault();
    showKeys();
  });
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-keys]"))) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const menu = button.closest("details");
      menu?.removeAttribute("open");
      menu?.querySelector("summary")?.focus();
      showKeys();
    });
  }
}
