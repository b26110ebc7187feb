/**
 * The ways to look at a cluster: by Service, by workload, by node, by the values of a label. Each gives groups, which
 * the picture draws as bands, with the workloads that stand in them. Pure. Refuses to know positions.
 *
 * @import { Item, Model, NamespaceModel, Seat, State, View, Workload } from "../types.d.ts"
 */
import { compare, severity } from "./derive.js";

/** @type {View} */
export const BY_SERVICE = { by: "service", key: "" };
/** Labels that tell one pod from the next say nothing about groups. */
export const OWN_LABELS = /^(pod-template-hash|controller-revision-hash|pod-template-generation|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|batch\.kubernetes\.io\/.*|controller-uid|job-name)$/;
/** Places of a node: more pods than these are shown with problems first. */
export const PLACES = 100;

/** "node", "label:tier" as in an address. @param {View} view */
export const viewText = ({ by, key }) => (by === "label" ? `label:${key}` : by);

/** @param {string} text @returns {View} what is no view is the first one */
export function viewOf(text) {
  if (text === "workload" || text === "node") return { by: text, key: "" };
  const [by, key] = [text.slice(0, 6), text.slice(6)];
  return by === "label:" && /^[\w./-]+$/.test(key) ? { by: "label", key } : BY_SERVICE;
}

/** @type {WeakMap<Model, string[]>} */
const keysOf = new WeakMap();

/** Keys of labels worth grouping by, those of most pods first. @param {Model} model @returns {string[]} */
export function labelKeys(model) {
  const known = keysOf.get(model);
  if (known) return known;
  /** @type {Map<string, number>} */ const found = new Map();
  for (const { item, pods } of model.workloads.values()) {
    const one = pods[0] ?? item;
    for (const key of Object.keys(one?.labels ?? {})) if (!OWN_LABELS.test(key)) found.set(key, (found.get(key) ?? 0) + Math.max(1, pods.length));
  }
  const keys = [...found].sort((a, b) => b[1] - a[1] || compare(a[0], b[0])).map(([key]) => key);
  keysOf.set(model, keys);
  return keys;
}

/** Workloads by the value that a label of theirs has, the oldest first; those without it come last. A workload whose pods differ stands in
 * several groups with a part of them. @param {readonly NamespaceModel[]} spaces @param {string} key @param {boolean} byName @returns {NamespaceModel[]} */
export function byLabel(spaces, key, byName) {
  /** @type {Map<string, Workload[]>} */ const groups = new Map();
  for (const space of spaces) for (const workload of space.workloads) {
    for (const [value, own] of parted(workload, key)) {
      const list = groups.get(value);
      if (list) list.push(own);
      else groups.set(value, [own]);
    }
  }
  const born = (/** @type {Workload[]} */ list) => (byName ? 0 : Math.min(...list.map((each) => each.created)));
  const order = [...groups].sort(([a, one], [b, other]) => Number(a === "") - Number(b === "") || born(one) - born(other) || compare(a, b));
  return order.map(([value, workloads]) => group({ id: `labels/${key}/${value}`, name: value || `no ${key}`, sort: "label", workloads }));
}

/** @type {WeakMap<Workload, { key: string, parts: [string, Workload][] }>} */
const partsOf = new WeakMap();

/** @param {Workload} workload @param {string} key @returns {[string, Workload][]} by value */
function parted(workload, key) {
  const found = partsOf.get(workload);
  if (found?.key === key) return found.parts;
  const home = workload.item?.selector?.[key] ?? workload.pods[0]?.labels[key] ?? workload.item?.labels[key] ?? "";
  /** @type {Map<string, Seat[]>} */ const seats = new Map();
  for (const seat of workload.seats) {
    const value = seat.pod ? seat.pod.labels[key] ?? "" : home, list = seats.get(value);
    if (list) list.push(seat);
    else seats.set(value, [seat]);
  }
  /** @type {[string, Workload][]} */
  const parts = seats.size < 2 ? [[[...seats.keys()][0] ?? home, workload]] : [...seats].map(([value, own]) => [value, { ...part(workload, own), id: value === home ? workload.id : `${workload.id}@${value}`, beyond: value === home ? workload.beyond : 0 }]);
  partsOf.set(workload, { key, parts });
  return parts;
}

/** A workload with some of its seats. @param {Workload} workload @param {Seat[]} seats @returns {Workload} */
function part(workload, seats) {
  const pods = seats.flatMap(({ pod }) => pod ?? []);
  /** @type {Record<string, number>} */ const counts = {};
  for (const { state } of seats) counts[state] = (counts[state] ?? 0) + 1;
  return { ...workload, pods, seats: seats.map((seat, index) => ({ ...seat, index })), counts, wanted: seats.length, ready: counts.ready ?? 0, worst: severity(counts) };
}

/** @type {Map<string, { pods: Item[], node: Item|null, made: NamespaceModel }>} what came out for a node last time */
const nodesBefore = new Map();

/** Nodes with their pods, each on a place, the oldest node first; pods without a node come last. `spaces` says whose pods.
 * @param {State} state @param {readonly NamespaceModel[]} spaces @param {boolean} byName @returns {NamespaceModel[]} */
export function byNode({ objects }, spaces, byName) {
  /** @type {Map<string, Item[]>} */ const on = new Map();
  /** @type {Map<string, Item>} */ const nodes = new Map();
  for (const item of objects.values()) if (item.resource === "nodes") nodes.set(item.name, item);
  for (const name of [...nodes.keys()].sort(compare)) on.set(name, []);
  for (const { workloads } of spaces) for (const { pods } of workloads) for (const pod of pods) {
    const list = on.get(pod.node ?? "");
    if (list) list.push(pod);
    else on.set(pod.node ?? "", [pod]);
  }
  const born = (/** @type {string} */ name) => (byName ? 0 : nodes.get(name)?.created ?? 0);
  for (const name of nodesBefore.keys()) if (!on.has(name)) nodesBefore.delete(name);
  const names = [...on.keys()].sort((a, b) => Number(a === "") - Number(b === "") || born(a) - born(b) || compare(a, b));
  return names.map((name) => {
    const pods = /** @type {Item[]} */ (on.get(name)).sort((a, b) => a.created - b.created || compare(a.id, b.id)), node = nodes.get(name) ?? null, before = nodesBefore.get(name);
    if (before && before.node === node && before.pods.length === pods.length && pods.every((pod, i) => pod === before.pods[i])) return before.made;
    const made = machine(name, node, pods);
    nodesBefore.set(name, { pods, node, made });
    return made;
  });
}

/** @param {string} name @param {Item|null} node @param {Item[]} pods @returns {NamespaceModel} */
function machine(name, node, pods) {
  /** @type {Record<string, number>} */ const counts = {};
  for (const { state = "unknown" } of pods) counts[state] = (counts[state] ?? 0) + 1;
  const room = Number(node?.room?.pods ?? 0), first = node?.range ? Number(node.range.split(".")[2]) : 0;
  /** @type {Workload} */
  const tile = {
    id: `on/${name || "none"}`, kind: "Node", name: name || "No node yet", ns: name, item: null, wanted: pods.length, ready: (counts.ready ?? 0) + (counts.completed ?? 0), created: 0,
    pods, first, seats: placed(pods, Math.min(PLACES, room || PLACES), first), beyond: 0, counts, worst: severity(counts), services: [], rooms: name ? Math.min(PLACES, room || PLACES) : 0,
  };
  return { ...group({ id: name ? `nodes//${name}` : "labels/node/", name: name || "No node yet", sort: "node", workloads: [tile] }), node };
}

/**
 * Each pod on a place of its node: the one that its address comes to, or the next free one. Older pods choose first, so
 * one that comes pushes no other away. Pods with no address yet stand behind those that have one.
 * @param {readonly Item[]} pods oldest first @param {number} places @param {number} [first] the third part of the node's first address @returns {Seat[]}
 */
export function placed(pods, places, first = 0) {
  const some = Math.max(places, 1);
  /** @type {Map<number, Item>} */ const taken = new Map();
  /** @type {Item[]} */ const rest = [];
  for (const pod of pods) {
    const number = numberOf(pod.ip ?? "", first);
    if (number < 0 || taken.size >= some) rest.push(pod);
    else {
      let at = number % some;
      while (taken.has(at)) at = (at + 1) % some;
      taken.set(at, pod);
    }
  }
  let free = 0;
  for (const pod of rest) {
    while (taken.has(free)) free++;
    taken.set(free, pod);
  }
  return [...taken].sort((a, b) => a[0] - b[0]).map(([index, pod]) => ({ index, ordinal: pod.ordinal ?? null, pod, state: pod.state ?? "unknown" }));
}

/** The first pods of a node's range begin at .10. @param {string} ip @param {number} first */
function numberOf(ip, first) {
  const [, , third, fourth] = ip.split(".").map(Number);
  return fourth >= 0 ? Math.max(0, (third - first) * 256 + fourth - 10) : -1;
}

/** @param {{ id: string, name: string, sort: "node"|"label", workloads: Workload[] }} what @returns {NamespaceModel} */
function group({ id, name, sort, workloads }) {
  const pods = workloads.reduce((sum, one) => sum + one.pods.length, 0), ready = workloads.reduce((sum, one) => sum + (one.counts.ready ?? 0), 0);
  return { id, name, sort, created: 0, system: false, services: [], folded: [], workloads, pods, ready };
}

/** The object that something on the map stands for; "" for what stands for none. @param {string} id */
export function subject(id) {
  if (id.startsWith("on/")) return `nodes//${id.slice(3)}`;
  return id.startsWith("namespaces//") || id.startsWith("labels/") ? "" : id.split("@")[0];
}
