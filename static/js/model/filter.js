/**
 * What a filter leaves: namespaces, a label selector, states and kinds, all of which must fit. What does not fit is
 * dimmed, never taken away. Pure.
 *
 * @import { Filter, Kept, Model, NamespaceModel, Seat, Workload } from "../types.d.ts"
 */
import { compare, SYSTEM } from "./derive.js";
import { meets, parseSelector } from "./find.js";

/** @type {Filter} */
export const NO_FILTER = { ns: [], selector: "", state: [], kind: [] };
export const STATES = ["failed", "unknown", "notready", "pending", "creating", "seat", "terminating", "completed", "ready"];

/** @param {Filter} filter */
export const isFiltered = ({ ns, selector, state, kind }) => ns.length + state.length + kind.length > 0 || parseSelector(selector) !== null;

/** @param {Model} model @param {Filter} filter @returns {Kept|null} null when nothing is filtered */
export function kept(model, filter) {
  if (!isFiltered(filter)) return null;
  const terms = parseSelector(filter.selector), { ns, state, kind } = filter;
  const fits = (/** @type {string[]} */ list, /** @type {string} */ value) => !list.length || list.includes(value);
  /** @type {Kept} */ const found = { workloads: new Set(), pods: new Set(), seats: new Set(), services: new Set() };
  for (const workload of model.workloads.values()) {
    if (!fits(ns, workload.ns) || !fits(kind, workload.kind)) continue;
    const own = terms === null || (workload.item !== null && meets(terms, workload.item.labels));
    for (const seat of workload.seats) {
      if (!fits(state, seat.state) || !(seat.pod ? terms === null || meets(terms, seat.pod.labels) : own)) continue;
      if (seat.pod) found.pods.add(seat.pod.id);
      else found.seats.add(`${workload.id}#${seat.index}`);
      found.workloads.add(workload.id);
    }
    if (own && !state.length) found.workloads.add(workload.id);
  }
  for (const { item, links } of model.services.values()) {
    const own = fits(ns, item.ns) && !state.length && !kind.length && terms !== null && meets(terms, item.labels);
    const bare = fits(ns, item.ns) && !state.length && !kind.length && terms === null;
    if (own || bare || links.some((link) => found.pods.has(link.pod))) found.services.add(item.id);
  }
  return found;
}

/** "22 of 41 workloads match, 536 pods": of what is not folded away.
 * @param {Model} model @param {Kept} left @param {boolean} unfolded */
export function keptWords(model, left, unfolded) {
  const seen = [...model.workloads.values()].filter(({ ns }) => unfolded || !SYSTEM.has(ns)), lit = seen.filter(({ id }) => left.workloads.has(id));
  const pods = lit.reduce((sum, { pods: own }) => sum + own.filter(({ id }) => left.pods.has(id)).length, 0);
  return lit.length ? `${lit.length} of ${seen.length} ${seen.length === 1 ? "workload" : "workloads"} ${lit.length === 1 ? "matches" : "match"}, ${pods} ${pods === 1 ? "pod" : "pods"}` : "Nothing matches";
}

/** What one can filter by here. @param {Model} model @param {boolean} unfolded @returns {{ ns: string[], kind: string[], state: string[] }} */
export function choices(model, unfolded) {
  const spaces = model.namespaces.filter((space) => (unfolded || !space.system) && space.workloads.length), all = spaces.flatMap((space) => space.workloads);
  const present = new Set(all.flatMap((workload) => Object.keys(workload.counts)));
  return { ns: spaces.map((space) => space.name).sort(compare), kind: [...new Set(all.map((workload) => workload.kind))].sort(compare), state: STATES.filter((state) => present.has(state)) };
}

/** A filter as an address's parameters have it. @param {Filter} filter @returns {[string, string][]} */
export const filterParams = ({ ns, selector, state, kind }) => /** @type {[string, string][]} */ ([["ns", ns.join()], ["selector", selector], ["state", state.join()], ["kind", kind.join()]]).filter(([, value]) => value);

/** @param {URLSearchParams} params @returns {Filter} what no filter can be is left out */
export function filterOf(params) {
  const list = (/** @type {string} */ name) => (params.get(name) ?? "").split(",").filter((each) => /^[\w.-]+$/.test(each));
  const selector = params.get("selector") ?? "";
  return { ns: list("ns"), selector: parseSelector(selector) ? selector : "", state: list("state").filter((each) => STATES.includes(each)), kind: list("kind") };
}

/** Whether a tile has anything that is left. @param {Workload} workload @param {Kept} left */
export const hasKept = (workload, left) => workload.kind === "Node" ? workload.pods.some((pod) => left.pods.has(pod.id)) : left.workloads.has(workload.id.split("@")[0]);

/** @param {NamespaceModel} space @param {Kept} left */
export const bandKept = (space, left) => space.workloads.some((workload) => hasKept(workload, left)) || space.services.some(({ item }) => left.services.has(item.id));

/** @param {Seat} seat @param {string} key @param {Kept} left */
export const seatKept = ({ pod }, key, left) => (pod ? left.pods.has(pod.id) : left.seats.has(key));
