/**
 * What the search box's entries do with the selected thing. What cannot be undone only opens its button in the panel.
 *
 * @import { Item } from "../types.d.ts"
 * @import { Deed } from "../model/commands.js"
 * @import { App } from "./app.js"
 */
import * as kubectl from "../model/kubectl.js";

/** @param {App} app @param {Item} item @param {Deed} deed */
export function carryOut(app, item, { does, replicas }) {
  switch (does) {
    case "restart": return app.acts.do({ verb: "restart", key: item.key }, kubectl.restart(item));
    case "cordon": return app.acts.do({ verb: "cordon", key: item.key, on: !item.cordoned }, kubectl.cordon(item, !item.cordoned));
    case "scale": {
      if (replicas !== null) return app.acts.do({ verb: "scale", key: item.key, replicas }, kubectl.scale(item, replicas));
      return focused(app, item, ".scale input");
    }
    default: {
      app.set({ sure: item.id });
      return focused(app, item, ".side-f .danger");
    }
  }
}

/** Its panel, with the focus where one goes on. @param {App} app @param {Item} item @param {string} where */
function focused(app, item, where) {
  app.set({ selected: item.id, panel: "summary", ...(app.phone ? { sheet: "object" } : {}) });
  requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement|null} */ (document.querySelector(where))?.focus()));
}
