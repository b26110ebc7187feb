/**
 * From the objects to what the picture is about: namespaces, workloads with their seats, Services with their links.
 * Pure. Refuses to know positions, colours and the DOM.
 *
 * @import { Entry, Item, Labels, Link, Model, NamespaceModel, Seat, ServiceModel, SlotState, State, Workload, Endpoint } from "../types.d.ts"
 */
import { entriesOf } from "./ingress.js";

export const SYSTEM = new Set(["kube-system", "kube-public", "kube-node-lease", "local-path-storage"]);
const TILE_KINDS = new Set(["statefulsets", "deployments", "replicasets", "replicationcontrollers", "daemonsets", "jobs", "cronjobs"]);
/** What is owned by one of these stands in its owner's tile. */
const TILE_OWNERS = new Set(["Deployment", "CronJob"]);
/** Their pods are there to end: what has got there counts. */
const ENDING = new Set(["Job", "CronJob"]);
const BAD = new Set(["failed", "unknown"]);
/** So many empty seats of a workload are listed, more than any picture shows; the rest is only counted. */
const EMPTY_LISTED = 1000;

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

/** @typedef {{ items: Item[], space: NamespaceModel, all: ServiceModel[], workloadOf: [string, string][], linksOf: Map<string, Link[]> }} Part */

/** What came out for a namespace last time, by its name. A change touches one or two of them; the others are taken as
 * they are, which also lets layout and drawing see at a glance that they are the same.
 * @type {Map<string, Part>} */
const parts = new Map();

/** @param {ReadonlyMap<string, Item>} objects @returns {Model} */
function build(objects) {
  /** @type {Map<string, Item[]>} */ const byNamespace = new Map();
  for (const item of objects.values()) {
    if (item.resource === "namespaces") push(byNamespace, item.name, item);
    else if (item.ns !== "") push(byNamespace, item.ns, item);
  }
  /** @type {Model} */
  const model = { namespaces: [], workloads: new Map(), services: new Map(), pods: new Map(), workloadOf: new Map(), linksOf: new Map() };
  for (const [name, items] of byNamespace) {
    let part = parts.get(name);
    if (!part || part.items.length !== items.length || !items.every((item, i) => item === part?.items[i])) parts.set(name, (part = namespace(name, items)));
    model.namespaces.push(part.space);
    for (const workload of part.space.workloads) {
      model.workloads.set(workload.id, workload);
      for (const pod of workload.pods) model.pods.set(pod.id, pod);
    }
    for (const service of part.all) model.services.set(service.item.id, service);
    for (const [pod, home] of part.workloadOf) model.workloadOf.set(pod, home);
    for (const [pod, links] of part.linksOf) model.linksOf.set(pod, links);
  }
  for (const name of parts.keys()) if (!byNamespace.has(name)) parts.delete(name);
  model.namespaces.sort((one, other) => Number(one.system) - Number(other.system) || compare(one.name, other.name));
  return model;
}

/** One namespace on its own: nothing in it reaches into another. @param {string} name @param {Item[]} items @returns {Part} */
function namespace(name, items) {
  /** @type {NamespaceModel} */
  const space = { id: `namespaces//${name}`, sort: "namespace", name, created: 0, system: SYSTEM.has(name), services: [], folded: [], workloads: [], pods: 0, ready: 0 };
  /** @type {Part} */ const part = { items, space, all: [], workloadOf: [], linksOf: new Map() };
  /** @type {Map<string, Workload>} */ const tiles = new Map();
  const tile = (/** @type {string} */ id, /** @type {string} */ kind, /** @type {string} */ title, /** @type {Item|null} */ item) => {
    let found = tiles.get(id);
    if (!found) {
      found = { id, kind, name: title, ns: name, item, wanted: item?.wanted ?? 0, ready: 0, created: item?.created ?? 0, pods: [], seats: [], beyond: 0, counts: {}, worst: "ok", services: [] };
      tiles.set(id, found);
      space.workloads.push(found);
    }
    return found;
  };
  /** @type {Item[]} */ const pods = [], /** @type {Item[]} */ services = [], /** @type {Item[]} */ ingresses = [];
  /** @type {Map<string, Item[]>} slices by their Service */ const slices = new Map();
  for (const item of items) {
    if (item.resource === "namespaces") space.created = item.created;
    else if (item.resource === "pods") pods.push(item);
    else if (item.resource === "services") services.push(item);
    else if (item.resource === "ingresses") ingresses.push(item);
    else if (item.resource === "endpointslices") push(slices, item.service ?? "", item);
    else if (TILE_KINDS.has(item.resource) && !TILE_OWNERS.has(item.owner?.kind ?? "")) tile(item.id, item.kind, item.name, item);
  }
  // Only the labels that a selector begins with are worth an index.
  const keys = new Set(services.flatMap((service) => Object.keys(service.selector ?? {}).slice(0, 1)));
  /** @type {Map<string, Item[]>} pods by "key=value" */ const byLabel = new Map();
  for (const pod of pods) {
    const owner = pod.workload;
    const home = owner ? tile(owner.id, owner.kind, owner.name, null) : tile(`loose/${name}`, "Pods", "On their own", null);
    home.pods.push(pod);
    part.workloadOf.push([pod.id, home.id]);
    space.pods++;
    if (pod.state === "ready") space.ready++;
    for (const key of keys) if (pod.labels[key] !== undefined) push(byLabel, `${key}=${pod.labels[key]}`, pod);
  }
  for (const workload of space.workloads) seat(workload);
  const entries = entriesOf(ingresses);
  for (const item of services) {
    const service = link(item, byLabel, slices.get(item.name) ?? [], entries.get(item.name) ?? []);
    part.all.push(service);
    (item.name === "kubernetes" && item.ns === "default" && !item.selector ? space.folded : space.services).push(service);
    for (const one of service.links) push(part.linksOf, one.pod, one);
    for (const workload of space.workloads) if (aims(item.selector, workload)) workload.services.push(service);
  }
  part.all.sort((one, other) => compare(one.item.name, other.item.name));
  space.services.sort((one, other) => compare(one.item.name, other.item.name));
  space.workloads.sort((one, other) => Number(one.kind === "Pods") - Number(other.kind === "Pods") || compare(one.name, other.name) || compare(one.kind, other.kind));
  return part;
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
 * store gave it. Of two pods on one seat the one that leaves makes room; where both stay the older keeps it. Every ordinal
 * that is wanted has its seat, also an empty one; elsewhere only as many stand empty as pods are missing, since a pod
 * stays where it is though one below it went. A Job has no seats: nobody comes back to one of its pods' places.
 * @param {Workload} workload */
function seat(workload) {
  const stateful = workload.kind === "StatefulSet", start = stateful ? workload.item?.start ?? 0 : 0;
  /** @type {Map<number, Item>} */ const taken = new Map();
  /** @type {Item[]} */ const standing = [];
  const inOrder = workload.pods.sort((a, b) => a.created - b.created || compare(a.name, b.name));
  for (const pod of inOrder.some((one) => one.deleting) ? [...inOrder.filter((one) => !one.deleting), ...inOrder.filter((one) => one.deleting)] : inOrder) {
    const index = stateful && pod.ordinal !== null && pod.ordinal !== undefined ? pod.ordinal - start : pod.seat;
    if (index >= 0 && !taken.has(index)) taken.set(index, pod);
    else standing.push(pod);
  }
  let free = 0;
  for (const pod of standing) {
    while (taken.has(free)) free++;
    taken.set(free, pod);
  }
  // Nobody waits for more pods on their own, and the last of them stands below no empty room.
  const places = workload.kind === "Pods" ? inOrder.length : workload.wanted;
  if (!stateful) closeUp(taken, places, workload.kind === "Pods" && places === 1 ? 1 : places + Math.ceil(places / 4) + 1);
  /** @param {number} index @param {Item | null} pod @param {SlotState} state */
  const list = (index, pod, state) => {
    workload.seats.push({ index, ordinal: stateful ? index + start : null, pod, state });
    workload.counts[state] = (workload.counts[state] ?? 0) + 1;
  };
  let missing = stateful ? Infinity : ENDING.has(workload.kind) ? 0 : Math.max(0, workload.wanted - inOrder.filter((pod) => !pod.deleting).length);
  let place = 0, left = EMPTY_LISTED;
  for (const index of [...[...taken.keys()].sort((a, b) => a - b), Infinity]) {
    const empty = Math.min(missing, Math.max(0, Math.min(index, workload.wanted) - place)), end = place + empty, stop = Math.min(end, place + left);
    missing -= empty;
    left -= stop - place;
    workload.beyond += end - stop;
    for (; place < stop; place++) list(place, null, "seat");
    const pod = taken.get(index);
    if (pod) list(index, pod, /** @type {SlotState} */ (pod.state));
    place = index + 1;
  }
  if (workload.beyond) workload.counts.seat = (workload.counts.seat ?? 0) + workload.beyond;
  workload.ready = (ENDING.has(workload.kind) ? workload.counts.completed : workload.counts.ready) ?? 0;
  if (workload.kind === "Job" && typeof workload.item?.ready === "number") workload.ready = workload.item.ready;
  if (workload.item?.wanted === undefined) workload.wanted = workload.pods.length;
  // A pod may stay on a node that would get none now, such as a lost one: no more can be Ready than stand there.
  else if (workload.kind === "DaemonSet") workload.wanted = Math.max(workload.wanted, new Set(workload.pods.flatMap((pod) => pod.node || [])).size);
  workload.worst = severity(workload.counts);
}

/** A pod left far out by a scale down comes in to a seat that is free again: a tile has no room for it out there.
 * @param {Map<number, Item>} taken @param {number} wanted @param {number} out the first seat that is too far out */
function closeUp(taken, wanted, out) {
  const far = [...taken.keys()].filter((index) => index >= out && !taken.get(index)?.deleting).sort((a, b) => a - b);
  let free = 0;
  for (const index of far) {
    while (taken.has(free)) free++;
    if (free >= wanted) return;
    taken.set(free, /** @type {Item} */ (taken.get(index)));
    taken.delete(index);
  }
}

/** How ill pods are that stand so. @param {Readonly<Record<string, number>>} counts @returns {Workload["worst"]} */
export const severity = (counts) => Object.keys(counts).some((s) => BAD.has(s)) ? "bad" : ["notready", "creating", "pending", "seat"].some((s) => counts[s]) ? "wait" : "ok";

/** @param {Item} item @param {Map<string, Item[]>} byLabel @param {Item[]} slices @param {Entry[]} entries @returns {ServiceModel} */
function link(item, byLabel, slices, entries) {
  const pairs = Object.entries(item.selector ?? {});
  const candidates = pairs.length ? byLabel.get(`${pairs[0][0]}=${pairs[0][1]}`) ?? [] : [];
  const chosen = pairs.length > 1 ? candidates.filter((pod) => selects(item.selector, pod.labels)) : candidates;
  /** @type {Map<string, Endpoint>} */ const endpoints = new Map();
  /** @type {string[]} */ const outside = [];
  /** Pods that have none of the ports: a proxy sends them nothing, DNS names them all the same.
   * @type {Set<string>} */ const portless = new Set();
  const named = item.headless ? "" : askedByName(item);
  for (const slice of slices) {
    const closed = named !== "" && !slice.ports?.length;
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.pod === null) outside.push(...endpoint.ip);
      else if (!endpoints.has(endpoint.pod) || endpoint.ready) endpoints.set(endpoint.pod, endpoint);
      if (closed && endpoint.pod !== null) portless.add(endpoint.pod);
    }
  }
  /** @type {Link[]} */ const links = [];
  let published = 0;
  for (const pod of chosen) {
    const endpoint = endpoints.get(pod.name), inside = endpoint !== undefined && (endpoint.ready || item.publishNotReady === true), shown = inside && !portless.has(pod.name);
    if (shown) published++;
    links.push({ service: item.id, pod: pod.id, address: endpoint?.ip[0] ?? pod.ip ?? "", published: shown, cause: shown ? "" : inside ? "no-port" : "not-ready", why: shown ? "" : inside ? `has no port named ${named}` : whyNot(pod), share: 0 });
    endpoints.delete(pod.name);
  }
  // Endpoints of pods the selector does not choose: a Service without a selector, whose slices somebody wrote.
  if (!pairs.length) {
    for (const [name, endpoint] of endpoints) {
      if (endpoint.ready) published++;
      links.push({ service: item.id, pod: `pods/${item.ns}/${name}`, address: endpoint.ip[0] ?? "", published: endpoint.ready, cause: endpoint.ready ? "" : "not-ready", why: endpoint.ready ? "" : "not ready", share: 0 });
    }
  }
  const behind = published + outside.length;
  for (const one of links) one.share = one.published && !item.headless ? 1 / behind : 0;
  // In the order of the seats, so that web-10 does not stand before web-2.
  const seats = new Map(chosen.map((pod) => [pod.id, pod.ordinal ?? pod.seat]));
  links.sort((a, b) => (seats.get(a.pod) ?? -1) - (seats.get(b.pod) ?? -1) || compare(a.pod, b.pod));
  const shape = item.type === "ExternalName" ? "external" : item.headless ? "headless" : item.type === "NodePort" || item.type === "LoadBalancer" ? "door" : "cluster";
  return { item, shape, links, published, behind, selects: chosen.length, outside, entries };
}

/** The port that a Service asks for by name, where all of them are asked for so; "" where a number leads to any pod.
 * @param {Item} item */
function askedByName(item) {
  const targets = (item.ports ?? []).map((port) => port.targetPort);
  return targets.length && targets.every((target) => typeof target === "string") ? [...new Set(targets)].join(" or ") : "";
}

/** What all the pods lack of a Service that reaches none of them. @param {Pick<ServiceModel, "links" | "item">} service */
export const lacking = ({ links, item }) => (links.length && links.every((one) => one.cause === "no-port") ? `has a port named ${askedByName(item)}` : "is Ready");

/** Why a selected pod is not in the answer. @param {Item} pod */
export function whyNot(pod) {
  switch (pod.state) {
    case "terminating": return "is ending";
    case "failed": return "has failed";
    case "completed": return "has ended";
    case "pending": return "has no node yet";
    case "creating": return "is not running yet";
    case "unknown": return "is on a silent node";
    case "notready": return "is not Ready";
    default: return "is not in the endpoints yet";
  }
}

/** A selector as people write it. @param {Labels|null|undefined} selector */
export const selectorText = (selector) => Object.entries(selector ?? {}).map(([key, value]) => `${key}=${value}`).join(",");
