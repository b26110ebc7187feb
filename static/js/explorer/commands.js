/**
 * What the search box's commands do on the map.
 *
 * @import { App } from "../app/app.js"
 * @import { Sight } from "./sight.js"
 * @import { Tour } from "./tour.js"
 */
import { labelKeys, viewOf } from "../model/views.js";
import { go } from "../app/elsewhere.js";
import { save } from "./saving.js";

/** @param {App} app @param {Sight} sight @param {import("./frame.js").Frame} places @param {Tour} tour @param {import("../model/commands.js").Command["does"]} does */
export function run(app, sight, places, tour, does) {
  switch (does) {
    case "fit": return sight.fit();
    case "near": return sight.enter("near", sight.bandAtCentre());
    case "far": return sight.enter("far", "");
    case "tidy": return app.set({ order: "name" });
    case "svg": case "png": return save(app, places, does);
    case "by-service": case "by-workload": case "by-node": return app.look({ view: viewOf(does.slice(3)) });
    case "by-label": return app.look({ view: { by: "label", key: labelKeys(app.model)[0] ?? "app" } });
    case "tour": return tour.start();
    case "shell": return app.shell.show();
    case "send": return app.traffic.show();
    case "ask": return app.toDns({});
    default: return go(app, does);
  }
}
