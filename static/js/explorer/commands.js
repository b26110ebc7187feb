/**
 * What the search box's commands do on the map.
 *
 * @import { App } from "../app/app.js"
 * @import { Sight } from "./sight.js"
 * @import { Tour } from "./tour.js"
 */
import { labelKeys, viewOf } from "../model/views.js";
import { save } from "./saving.js";

/** @param {App} app @param {Sight} sight @param {import("./frame.js").Frame} places @param {Tour} tour @param {import("../model/commands.js").Command["does"]} does */
export function run(app, sight, places, tour, does) {
  const { urls } = app.page;
  switch (does) {
    case "fit": return sight.fit();
    case "near": return sight.switchTo("near", sight.bandAtCentre());
    case "far": return sight.switchTo("far", "");
    case "tidy": return app.set({ order: "name" });
    case "svg": case "png": return save(app, places, does);
    case "by-service": case "by-workload": case "by-node": return app.look({ view: viewOf(does.slice(3)) });
    case "by-label": return app.look({ view: { by: "label", key: labelKeys(app.model)[0] ?? "app" } });
    case "tour": return tour.start();
    case "tables": case "terminal": case "request": case "kubectl": return location.assign(`${urls.explorer}${does}`);
    case "shell": return app.shell.show();
    case "send": return app.traffic.show();
    case "pause": return app.acts.clock({ verb: "pause" });
    case "resume": return app.acts.clock({ verb: "resume" });
    case "step": return app.acts.clock({ verb: "step" });
    case "apply": return location.assign(urls.apply);
    case "dns": return location.assign(urls.dns);
    case "theme": return /** @type {HTMLElement|null} */ (document.querySelector("[data-theme-switch]"))?.click();
    case "ask":
      if (app.phone) app.set({ sheet: "dns" });
      requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement|null} */ (document.querySelector(".dns input[name=name]"))?.focus()));
  }
}
