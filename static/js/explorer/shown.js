/**
 * What of the map is lit, matched or reachable now, worked out of the app's state before each drawing.
 *
 * @import { App } from "../app/app.js"
 * @import { Picture } from "../types.d.ts"
 */
import { kept } from "../model/filter.js";
import { pacePerTry } from "../panels/dns.js";

/** What the pinned answers name, who asked, and the Services whose proxy would take a connection from there. @param {App} app */
export function answered(app) {
  if (app.traffic.open && app.traffic.trace) return app.traffic.touched;
  const lit = new Set(), askers = new Set(), routed = new Set(), { cards } = app.picture;
  // Where no card stands beside the picture, or it is folded, nothing would say why its pods are lit.
  const told = cards.length ? cards.filter((card) => !card.folded).map((card) => card.answer) : app.questions.pinned.filter(({ question }) => question.id === app.ui.current);
  for (const { walk, question } of told) {
    for (const target of walk?.targets ?? []) if (target.id) lit.add(target.id);
    if (walk?.route) routed.add(walk.route.service);
    if (question.pod) askers.add(`pods/${question.namespace}/${question.pod}`);
  }
  return { lit, askers, routed, reached: null };
}

/** @type {{ model: unknown, filter: unknown, left: import("../types.d.ts").Kept|null }} */
let last = { model: null, filter: null, left: null };

/** What the filter leaves; null without one. The same cluster and filter give the same. @param {App} app */
export function matching({ model, ui: { filter } }) {
  if (last.model !== model || last.filter !== filter) last = { model, filter, left: kept(model, filter) };
  return last.left;
}

/** The one thing on the map that Tab reaches. @param {App} app @param {Picture} picture */
export function reachable(app, picture) {
  const { tab } = app.ui;
  if (tab && (picture.slotOf.has(tab) || picture.tileOf.has(tab) || picture.plateOf.has(tab) || picture.bands.some((band) => band.id === tab) || (tab === "fold" && picture.fold))) return tab;
  return picture.bands[0]?.id ?? "";
}

/** How long the question on show takes through its search list: what it lights up waits for that (ms). @param {App} app */
export function travel(app) {
  const tries = app.state.answers.get(app.ui.current)?.walk?.steps.filter((each) => each.asked).length ?? 0;
  return tries * pacePerTry(tries);
}
