/**
 * From the objects to what the picture is about: namespaces, workloads with their seats, Services with their links.
 * Pure. Refuses to know positions, colours and the DOM.
 *
 * @import { Item, Labels, Link, Model, NamespaceModel, Seat, ServiceModel, SlotState, State, Workload, Endpoint } from "../types.d.ts"
 */

export const SYSTEM = new Set(["kube-system", "kube-public", "kube-node-lease", "local-path-storage"]);
const TILE_KINDS = new Set(["statefulsets", "deployments", "replicasets"]);
const BAD = new Set(["failed", "unknown"]);

/** @type {WeakMap<object, Model>} */
const known = new WeakMap();

/** The model of a state; the same objects give the same model. @param {State} state @returns {Model} */
export function derive(state) {
  const found = known.get(state.objects);
  if (found) return found;
  const model = build(state.objects);
  known.set(state.objects, model);
  return model;
}

/** @param {ReadonlyMap<string, Item>} objects @returns {Model} */
function build(objects) {
  /** @type {Model} */
  const model = { namespaces: [], workloads: new Map(), services: new Map(), pods: new Map(), workloadOf: new Map(), linksOf: new Map() };
  /** @type {Map<string, NamespaceModel>} */ const spaces = new Map();
  /** @type {Map<string, Item[]>} pods by "namespace" and by "namespace key=value" */ const byLabel = new Map();
  /** @type {Map<string, Item[]>} slices by "namespace/service" */ const slices = new Map();
  /** @type {Item[]} */ const services = [];
  const space = (/** @type {string} */ name) => {
    let found = spaces.get(name);
    if (!found) spaces.set(name, (found = { name, system: SYSTEM.has(name), services: [], folded: [], workloads: [], pods: 0, ready: 0 }));
    return found;
  };
  const tile = (/** @type {string} */ id, /** @type {string} */ kind, /** @type {string} */ name, /** @type {string} */ ns, /** @type {Item|null} */ item) => {
    let found = model.workloads.get(id);
    if (!found) {
      found = { id, kind, name, ns, item, wanted: item?.wanted ?? 0, ready: 0, place: item?.seat ?? -1, pods: [], seats: [], counts: {}, worst: "ok", services: [] };
      model.workloads.set(id, found);
      space(ns).workloads.push(found);
    }
    return found;
  };
  /** @type {Item[]} */ const pods = [];
  for (const item of objects.values()) {
    if (item.resource === "pods") pods.push(item);
    else if (item.resource === "services") services.push(item);
    else if (item.resource === "endpointslices") push(slices, `${item.ns}/${item.service}`, item);
    else if (item.resource === "namespaces") space(item.name);
    else if (TILE_KINDS.has(item.resource) && !(item.resource === "replicasets" && item.owner?.kind === "Deployment")) tile(item.id, item.kind, item.name, item.ns, item);
  }
  for (const pod of pods) {
    model.pods.set(pod.id, pod);
    const owner = pod.workload;
    const home = owner ? tile(owner.id, owner.kind, owner.name, pod.ns, null) : tile(`loose/${pod.ns}`, "Pods", "On their own", pod.ns, null);
    home.pods.push(pod);
    model.workloadOf.set(pod.id, home.id);
    const at = space(pod.ns);
    at.pods++;
    if (pod.state === "ready") at.ready++;
    push(byLabel, pod.ns, pod);
    for (const [key, value] of Object.entries(pod.labels)) push(byLabel, `${pod.ns} ${key}=${value}`, pod);
  }
  for (const workload of model.workloads.values()) seat(workload);
  for (const item of services) {
    const service = link(item, byLabel, slices.get(`${item.ns}/${item.name}`) ?? []);
    model.services.set(item.id, service);
    const at = space(item.ns);
    (item.name === "kubernetes" && item.ns === "default" && !item.selector ? at.folded : at.services).push(service);
    for (const one of service.links) push(model.linksOf, one.pod, one);
    for (const workload of at.workloads) if (aims(item.selector, workload)) workload.services.push(service);
  }
  model.namespaces = [...spaces.values()].sort((a, b) => Number(a.system) - Number(b.system) || compare(a.name, b.name));
  for (const one of model.namespaces) {
    one.services.sort((a, b) => compare(a.item.name, b.item.name));
    one.workloads.sort((a, b) => Number(a.kind === "Pods") - Number(b.kind === "Pods") || compare(a.name, b.name) || compare(a.kind, b.kind));
  }
  return model;
}

/** @template T @param {Map<string, T[]>} map @param {string} key @param {T} value */
function push(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Byte order, the same in every browser and language. @param {string} a @param {string} b */
export const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Does a pod's set of labels meet a selector? An empty selector selects nothing. @param {Labels|null|undefined} selector @param {Labels} labels */
export function selects(selector, labels) {
  const pairs = Object.entries(selector ?? {});
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value);
}

/** Whether a Service aims at a workload, told by their selectors and not by the pods that happen to be there: all it
 * asks for is there or open, and something is there. Pods without a workload are asked themselves.
 * @param {Labels|null|undefined} selector @param {Workload} workload */
export function aims(selector, workload) {
  const own = workload.item?.selector, pairs = Object.entries(selector ?? {});
  if (!own) return workload.pods.some((pod) => selects(selector, pod.labels));
  return pairs.some(([key, value]) => own[key] === value) && pairs.every(([key, value]) => own[key] === undefined || own[key] === value);
}

/** Give every pod of a workload its seat and count. A StatefulSet's seat is the ordinal; any other's is the seat the
 * store gave it. Two pods on one seat (the server never says so for long): the older keeps it.
 * @param {Workload} workload */
function seat(workload) {
  const stateful = workload.kind === "StatefulSet", start = stateful ? workload.item?.start ?? 0 : 0;
  /** @type {Map<number, Item>} */ const taken = new Map();
  /** @type {Item[]} */ const standing = [];
  const inOrder = workload.pods.sort((a, b) => a.created - b.created || compare(a.name, b.name));
  for (const pod of inOrder) {
    const index = stateful && pod.ordinal !== null && pod.ordinal !== undefined ? pod.ordinal - start : pod.seat;
    if (index >= 0 && !taken.has(index)) taken.set(index, pod);
    else standing.push(pod);
  }
  let free = 0;
  for (const pod of standing) {
    while (taken.has(free)) free++;
    taken.set(free, pod);
  }
  const length = Math.max(workload.wanted, ...[...taken.keys()].map((index) => index + 1), 0);
  for (let index = 0; index < length; index++) {
    const pod = taken.get(index) ?? null;
    if (!pod && index >= workload.wanted) continue;
    /** @type {SlotState} */ const state = pod?.state ?? "seat";
    workload.seats.push({ index, ordinal: stateful ? index + start : null, pod, state });
    workload.counts[state] = (workload.counts[state] ?? 0) + 1;
  }
  workload.ready = workload.counts.ready ?? 0;
  if (!workload.item) workload.wanted = workload.pods.length;
  workload.worst = Object.keys(workload.counts).some((s) => BAD.has(s)) ? "bad" : ["notready", "creating", "pending", "seat"].some((s) => workload.counts[s]) ? "wait" : "ok";
}

/** @param {Item} item @param {Map<string, Item[]>} byLabel @param {Item[]} slices @returns {ServiceModel} */
function link(item, byLabel, slices) {
  const pairs = Object.entries(item.selector ?? {});
  const candidates = pairs.length ? byLabel.get(`${item.ns} ${pairs[0][0]}=${pairs[0][1]}`) ?? [] : [];
  const chosen = pairs.length > 1 ? candidates.filter((pod) => selects(item.selector, pod.labels)) : candidates;
  /** @type {Map<string, Endpoint>} */ const endpoints = new Map();
  /** @type {string[]} */ const outside = [];
  for (const slice of slices) {
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.pod === null) outside.push(...endpoint.ip);
      else if (!endpoints.has(endpoint.pod) || endpoint.ready) endpoints.set(endpoint.pod, endpoint);
    }
  }
  /** @type {Link[]} */ const links = [];
  let published = 0;
  for (const pod of chosen) {
    const endpoint = endpoints.get(pod.name), shown = endpoint !== undefined && (endpoint.ready || item.publishNotReady === true);
    if (shown) published++;
    links.push({ service: item.id, pod: pod.id, address: endpoint?.ip[0] ?? pod.ip ?? "", published: shown, why: shown ? "" : whyNot(pod), share: 0 });
    endpoints.delete(pod.name);
  }
  // Endpoints of pods the selector does not choose: a Service without a selector, whose slices somebody wrote.
  if (!pairs.length) {
    for (const [name, endpoint] of endpoints) {
      if (endpoint.ready) published++;
      links.push({ service: item.id, pod: `pods/${item.ns}/${name}`, address: endpoint.ip[0] ?? "", published: endpoint.ready, why: endpoint.ready ? "" : "not ready", share: 0 });
    }
  }
  for (const one of links) one.share = one.published && !item.headless ? 1 / published : 0;
  links.sort((a, b) => compare(a.pod, b.pod));
  const shape = item.type === "ExternalName" ? "external" : item.headless ? "headless" : item.type === "NodePort" || item.type === "LoadBalancer" ? "door" : "cluster";
  return { item, shape, links, published, selects: chosen.length, outside };
}

/** Why a selected pod is not in the answer. @param {Item} pod */
function whyNot(pod) {
  switch (pod.state) {
    case "terminating": return "is ending";
    case "failed": return "has failed";
    case "completed": return "has ended";
    case "pending": return "has no node yet";
    case "creating": return "is not running yet";
    case "unknown": return "its node is silent";
    case "notready": return "is not Ready";
    default: return "is not in the endpoints yet";
  }
}

/** A selector as people write it. @param {Labels|null|undefined} selector */
export const selectorText = (selector) => Object.entries(selector ?? {}).map(([key, value]) => `${key}=${value}`).join(",");
