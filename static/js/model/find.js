/** Finding objects: by name, by address, by selector. Pure. */
import { compare } from "./derive.js";

/** @import { Item, Labels, Model, State } from "../types.d.ts" */
/** @typedef {{ group: "Objects"|"Addresses"|"Selector", item: Item, note: string }} Hit */
/** @typedef {{ key: string, op: "="|"!="|"in"|"notin"|"exists"|"absent", values: string[] }} Term */

/** @param {string} text @returns {Term[]|null} the terms of a label selector; null when the text is none */
export function parseSelector(text) {
  const terms = [];
  for (const part of text.split(/,(?![^(]*\))/).map((each) => each.trim()).filter(Boolean)) {
    const set = /^([\w./-]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part);
    const equal = /^([\w./-]+)\s*(==?|!=)\s*([\w.-]*)$/.exec(part);
    const bare = /^(!?)([\w./-]+)$/.exec(part);
    if (set) terms.push({ key: set[1], op: /** @type {"in"|"notin"} */ (set[2]), values: set[3].split(",").map((v) => v.trim()) });
    else if (equal) terms.push({ key: equal[1], op: equal[2] === "!=" ? /** @type {const} */ ("!=") : /** @type {const} */ ("="), values: [equal[3]] });
    else if (bare) terms.push({ key: bare[2], op: bare[1] ? /** @type {const} */ ("absent") : /** @type {const} */ ("exists"), values: [] });
    else return null;
  }
  return terms.length ? terms : null;
}

/** Whether a text can only be meant as a selector (a bare word is a name). @param {string} text */
export const looksLikeSelector = (text) => /[=!]|\s(in|notin)\s*\(/.test(text) && parseSelector(text) !== null;

/** @param {readonly Term[]} terms @param {Labels} labels */
export const meets = (terms, labels) => terms.every(({ key, op, values }) => {
  const value = labels[key];
  switch (op) {
    case "=": return value === values[0];
    case "!=": return value !== values[0];
    case "in": return value !== undefined && values.includes(value);
    case "notin": return value === undefined || !values.includes(value);
    case "exists": return value !== undefined;
    case "absent": return value === undefined;
  }
});

/** The workloads with a pod (or labels of their own) that a selector keeps. @param {Model} model @param {readonly Term[]} terms */
export function matching(model, terms) {
  const workloads = new Set();
  let pods = 0;
  for (const workload of model.workloads.values()) {
    const kept = workload.pods.filter((pod) => meets(terms, pod.labels)).length;
    if (kept || (workload.item && meets(terms, workload.item.labels))) workloads.add(workload.id);
    pods += kept;
  }
  return { workloads, pods };
}

const ORDER = ["services", "statefulsets", "deployments", "daemonsets", "cronjobs", "jobs", "pods", "replicasets", "namespaces", "nodes"];

/** @param {State} state @param {string} text @param {number} [most] @returns {Hit[]} best first */
export function find(state, text, most = 12) {
  const query = text.trim().toLowerCase();
  if (!query) return [];
  const address = /^[\d.]+$|^[0-9a-f:]*:[0-9a-f:]*$/.test(query);
  const terms = looksLikeSelector(text) ? parseSelector(text) : null;
  /** @type {{ hit: Hit, rank: number }[]} */ const hits = [];
  for (const item of state.objects.values()) {
    const kind = ORDER.indexOf(item.resource);
    if (terms) {
      if (item.resource === "pods" && meets(terms, item.labels)) hits.push({ hit: { group: "Selector", item, note: item.ip ?? "" }, rank: 0 });
      continue;
    }
    const at = item.name.indexOf(query);
    if (at >= 0) hits.push({ hit: { group: "Objects", item, note: item.ns }, rank: (item.name === query ? 0 : at === 0 ? 10 : 20) + (kind < 0 ? 9 : kind) });
    const own = item.resource === "services" ? item.clusterIP : item.resource === "nodes" ? item.address : item.ip;
    if (address && own?.startsWith(query)) hits.push({ hit: { group: "Addresses", item, note: own }, rank: own === query ? 0 : 5 });
  }
  hits.sort((a, b) => a.rank - b.rank || compare(a.hit.item.name, b.hit.item.name) || compare(a.hit.item.id, b.hit.item.id));
  return hits.slice(0, most).map(({ hit }) => hit);
}
