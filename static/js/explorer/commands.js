/**
 * What the search box's commands do on the map.
 *
 * @import { App } from "../app/app.js"
 * @import { Sight } from "./sight.js"
 */

/** @param {App} app @param {Sight} sight @param {import("../model/commands.js").Command["does"]} does */
export function run(app, sight, does) {
  const { urls } = app.page;
  switch (does) {
    case "fit": return sight.fit();
    case "near": return sight.switchTo("near", sight.bandAtCentre());
    case "far": return sight.switchTo("far", "");
    case "tidy": return app.set({ order: "name" });
    case "apply": return location.assign(urls.apply);
    case "dns": return location.assign(urls.dns);
    case "theme": return /** @type {HTMLElement|null} */ (document.querySelector("[data-theme-switch]"))?.click();
    case "ask":
      if (app.phone) app.set({ sheet: "dns" });
      requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement|null} */ (document.querySelector(".dns input[name=name]"))?.focus()));
  }
}
