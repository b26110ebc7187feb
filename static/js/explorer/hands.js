/**
 * Mouse and keys on the map.
 *
 * @import { App } from "../app/app.js"
 * @import { Sight } from "./sight.js"
 * @import { Hover } from "./hover.js"
 */
import { step } from "../app/walkabout.js";
import { subject } from "../model/views.js";

/** A card's own buttons: put it away, or unfold it. @param {App} app @param {Element} target @returns {boolean} whether it was one */
function press(app, target) {
  const unpin = target.closest("[data-unpin]")?.getAttribute("data-unpin"), open = target.closest("[data-open]")?.getAttribute("data-open");
  if (unpin) app.questions.unpin(unpin);
  else if (open) app.questions.ask({ ...app.state.answers.get(open)?.question });
  return Boolean(unpin || open);
}

/** @param {Event} event */
const idAt = (event) => /** @type {Element} */ (event.target).closest?.("[data-id]")?.getAttribute("data-id") ?? "";

/** Where one types or chooses, Escape is the field's own. @param {EventTarget|null} target */
const isField = (target) => target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

/** The page's parts in their order, each with what takes the focus in it, the best first.
 * @type {readonly [string, readonly string[]][]} */
const PARTS = [[".map", ["[role=treeitem][tabindex='0']"]], [".side", ["[role=tab][aria-selected=true]", "button", "[tabindex='0']"]], [".dock", ["input", "select", "button"]], [".time", ["[role=slider]"]]];

/** On to the next part of the page that is there, or back. @param {1|-1} way */
function around(way) {
  const here = PARTS.findIndex(([part]) => document.activeElement?.closest(part)), from = here < 0 && way < 0 ? 0 : here;
  for (let n = 1; n <= PARTS.length; n++) {
    const [part, inner] = PARTS[(from + way * n + PARTS.length * 2) % PARTS.length];
    const goal = inner.flatMap((each) => [...document.querySelectorAll(`${part} ${each}`)]).find((each) => each.getClientRects().length > 0);
    if (goal) return /** @type {HTMLElement} */ (goal).focus();
  }
}

/** @param {App} app @param {Sight} sight @param {Hover} hover @param {SVGSVGElement} surface */
export function listen(app, sight, hover, surface) {
  /** Where an arrow leads that is not drawn yet: the next key goes on from there. */
  let ahead = "";
  const itemOf = (/** @type {string} */ id) => /** @type {SVGElement|null} */ (surface.querySelector(`[role=treeitem][data-id="${CSS.escape(id)}"]`));
  /** The panel goes. @returns {boolean} whether the search box, which had led there, has the focus again */
  const leave = () => {
    const found = app.ui.found !== "" && app.ui.found === app.ui.selected;
    app.select("");
    if (found) {
      document.getElementById("find")?.focus();
      app.set({ searching: false });
    }
    return found;
  };
  surface.addEventListener("click", (event) => {
    if (sight.zoom.dragged) return;
    if (press(app, /** @type {Element} */ (event.target))) return;
    const id = idAt(event);
    if (id === "fold") return sight.unfold();
    app.select(subject(id));
  });
  surface.addEventListener("dblclick", (event) => {
    const id = idAt(event);
    if (app.ui.level !== "far" || !id) return;
    if (id.startsWith("namespaces//")) sight.enter("near", id.slice(12));
    else if (subject(id)) sight.goTo(subject(id));
  });
  surface.addEventListener("pointerover", (event) => {
    const id = idAt(event);
    if (id !== app.ui.hover) app.set({ hover: id });
    const { clientX, clientY } = /** @type {PointerEvent} */ (event);
    hover.over(/** @type {Element} */ (event.target), id, clientX, clientY);
  });
  surface.addEventListener("pointerleave", () => {
    hover.leave();
    app.set({ hover: "" });
  });
  surface.addEventListener("focusin", (event) => {
    const id = idAt(event);
    if (!id) return;
    app.set({ hover: id, tab: id });
    const box = /** @type {Element} */ (event.target).getBoundingClientRect();
    hover.over(/** @type {Element} */ (event.target), id, box.right, box.bottom);
  });
  surface.addEventListener("focusout", () => hover.leave());
  surface.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && press(app, /** @type {Element} */ (event.target))) return event.preventDefault();
    const id = ahead || idAt(event);
    if (!id && event.key.startsWith("Arrow")) {
      event.preventDefault();
      return /** @type {SVGElement|null} */ (surface.querySelector("[role=treeitem][tabindex='0']"))?.focus();
    }
    if (!id) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (id === "fold") sight.unfold();
      else if (app.ui.level === "far" && app.ui.selected === id && app.model.workloads.has(id)) sight.enter("near", app.model.workloads.get(id)?.ns ?? "");
      else {
        app.select(subject(id));
        app.receive({ t: "say", text: `${subject(id).split("/").at(-1)} is open. F6 leads to its panel.` });
      }
      return;
    }
    if (event.key === "Escape" && app.ui.selected) {
      if (app.ui.found) event.preventDefault();
      return leave();
    }
    const to = step(app.picture, id, event.key);
    if (!to) return;
    event.preventDefault();
    sight.zoom.show(to);
    app.set({ tab: to.id });
    // At once where it can be: who presses twice between two drawings goes two steps.
    const item = itemOf(to.id);
    ahead = item ? "" : to.id;
    if (item) return item.focus({ preventScroll: true });
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (ahead !== to.id) return;
      ahead = "";
      itemOf(to.id)?.focus({ preventScroll: true });
    }));
  });
  addEventListener("keydown", (event) => {
    if (event.key === "F6" && !event.defaultPrevented) {
      event.preventDefault();
      around(event.shiftKey ? -1 : 1);
    }
    if (event.key === "Escape" && app.phone && app.ui.sheet && !app.ui.found) app.set({ sheet: "" });
    else if (event.key === "Escape" && app.ui.selected && !event.defaultPrevented && !isField(event.target)) {
      // The panel goes: who was in it is back at what it told of, or in the search box that led there.
      const item = document.activeElement?.closest(".side") ? itemOf(app.ui.selected) : null;
      if (!leave()) item?.focus({ preventScroll: true });
    }
  });
}
