/**
 * What the search box's entries do with the selected thing. What cannot be undone only opens its button in the panel.
 *
 * @import { Item } from "../types.d.ts"
 * @import { Deed } from "../model/commands.js"
 * @import { App } from "./app.js"
 */
import * as kubectl from "../model/kubectl.js";
import { sendTo } from "../requests/box.js";

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
      focused(app, item, ".side-f .danger");
      return app.set({ sure: item.id });
    }
  }
}

/** What somebody asked the search box for by a verb and a name. @param {App} app @param {import("../model/spoken.js").Offer} offer */
export function fulfil(app, { verb, item, deed }) {
  if (deed) return carryOut(app, item, deed);
  const pod = item.resource === "pods", { ns: namespace, name } = item;
  switch (verb) {
    case "ask": return app.toDns(pod ? { pod: name, namespace } : { name: namespace === app.ui.form.namespace ? name : `${name}.${namespace}` });
    case "send": return pod ? app.toRequests({ from: `${namespace}/${name}` }) : sendTo(app, item);
    case "shell": return app.toShell({ namespace, pod: name });
    case "logs": return focused(app, item, ".side [role=tab][aria-selected=true]", "logs");
    default: return focused(app, item, "#reasons");
  }
}

/** It and its panel, as if it had been selected, with the focus where one goes on. @param {App} app @param {Item} item @param {string} where @param {"summary"|"logs"} [panel] */
function focused(app, item, where, panel = "summary") {
  app.revealed(item.id);
  app.set({ selected: item.id, panel, ...(app.phone ? { sheet: "object" } : {}) });
  requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement|null} */ (document.querySelector(where))?.focus()));
}
