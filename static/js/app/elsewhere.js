/**
 * What the search box does on a page that has no map: what only a map shows is shown on the map's page.
 *
 * @import { App } from "./app.js"
 * @import { Command } from "../model/commands.js"
 * @import { Offer } from "../model/spoken.js"
 */
import { showKeys } from "../panels/keys.js";
import { fulfil } from "./deeds.js";

/** @typedef {{ leave: () => void } & Ways} Search what the search box does, and how it is left */
/** @typedef {{ open: (id: string) => void, light: (selector: string) => void, run: (does: Command["does"]) => void, answer: (offer: Offer) => void }} Ways */

/** @param {App} app @returns {Ways} */
export const elsewhere = (app) => ({
  open: (id) => location.assign(`${app.page.urls.explorer}#${id}`),
  light: (selector) => location.assign(`${app.page.urls.explorer}?${new URLSearchParams({ selector })}`),
  run: (does) => go(app, does),
  answer: (offer) => (offer.deed?.does === "restart" || (offer.deed?.replicas ?? null) !== null ? fulfil(app, offer) : location.assign(`${app.page.urls.explorer}#${offer.item.id}`)),
});

/** Where the cluster is had as manifests, as it was at the moment looked at. @param {App} app */
export const manifestsUrl = (app) => `${app.page.urls.explorer}manifests${app.past.looking ? `?at=${app.past.revision}` : ""}`;

/** A command that needs no map of its own on this page. @param {App} app @param {Command["does"]} does */
export function go(app, does) {
  const { urls } = app.page;
  switch (does) {
    case "pause": return app.acts.clock({ verb: "pause" });
    case "resume": return app.acts.clock({ verb: "resume" });
    case "step": return app.acts.clock({ verb: "step" });
    case "keys": return showKeys();
    case "theme": return /** @type {HTMLElement|null} */ (document.querySelector("[data-theme-switch]"))?.click();
    case "tables": case "terminal": case "request": case "kubectl": case "dns": return location.assign(`${urls.explorer}${does}`);
    case "manifests": return location.assign(manifestsUrl(app));
    case "fork": return location.assign(`${urls.explorer}fork?at=${app.past.revision || app.present.revision}`);
    case "new": return location.assign(`${urls.scenarios}#new`);
    case "lessons": return location.assign(urls.lesson || `${urls.scenarios}lessons/`);
    case "apply": return location.assign(urls.apply);
    case "ask": return location.assign(urls.dns);
    case "send": return location.assign(urls.request);
    case "shell": return location.assign(`${urls.explorer}terminal`);
    case "by-service": case "by-workload": case "by-node": return location.assign(`${urls.explorer}?view=${does.slice(3)}`);
    case "tour": return location.assign(`${urls.explorer}?tour`);
    default: return location.assign(urls.explorer);
  }
}
