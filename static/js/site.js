// What every page does in the browser: the theme, menus that close again, notes that go away, commands to copy.
// Pages work without it; it only reveals what needs it ([hidden] until then).

import { voice } from "./announce.js";

const announce = voice();

function theme() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const current = () => root.dataset.theme ?? (system.matches ? "dark" : "light");
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    button.removeAttribute("hidden");
    const label = () => button.setAttribute("aria-label", `Change to the ${current() === "dark" ? "light" : "dark"} theme`);
    label();
    button.addEventListener("click", () => {
      const next = current() === "dark" ? "light" : "dark";
      root.dataset.theme = next;
      // A cookie, so that the server writes the right theme into the page and nothing flashes.
      document.cookie = `theme=${next};path=/;max-age=31536000;samesite=lax`;
      label();
      announce(`The ${next} theme is on.`);
      document.dispatchEvent(new CustomEvent("kubarium:theme", { detail: next }));
    });
  }
}

function menus() {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(/** @type {Node} */ (event.target))) menu.removeAttribute("open");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.removeAttribute("open");
      menu.querySelector("summary")?.focus();
      event.preventDefault(); // one press closes one thing
    }
  });
}

function notes() {
  for (const button of document.querySelectorAll("[data-dismiss]")) {
    button.removeAttribute("hidden");
    button.addEventListener("click", () => button.closest(".flash")?.remove());
  }
}

/** Buttons with data-copy="#id" (or the text itself in data-copy-text); works for those that appear later too. */
function copying() {
  document.addEventListener("click", async (event) => {
    const button = /** @type {Element} */ (event.target).closest?.("[data-copy], [data-copy-text]");
    if (!(button instanceof HTMLElement)) return;
    const source = button.dataset.copy ? document.querySelector(button.dataset.copy) : null;
    const text = button.dataset.copyText ?? source?.textContent ?? "";
    try {
      await navigator.clipboard.writeText(text.trim());
    } catch {
      announce("The browser does not let this page copy. Select the text instead.");
      return;
    }
    button.dataset.copied = "";
    announce("Copied.");
    setTimeout(() => delete button.dataset.copied, 1500);
  });
  for (const button of document.querySelectorAll("[data-copy][hidden], [data-copy-text][hidden]")) button.removeAttribute("hidden");
}

theme();
menus();
notes();
copying();
