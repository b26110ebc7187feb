/** The sentences of the picture: names for screen readers, the line beside a pod, counts. Pure. */
import { routeWords, unserved } from "../model/ingress.js";
import { lacking } from "../model/derive.js";
import { age } from "../state.js";

/** @import { Band, Item, Model, Reason, Seat, State, Workload, ServiceModel } from "../types.d.ts" */

/** Of a pod that is in the picture only because another moment had it. */
export const GONE = "Gone";

export const STATE_WORDS = /** @type {Record<string, string>} */ ({
  ready: "Ready", notready: "Not ready", creating: "Creating", pending: "Pending", seat: "Empty seat",
  terminating: "Terminating", failed: "Failed", unknown: "Unknown", completed: "Completed",
});
/** The word of its state; what is being deleted is so also where its node is silent. @param {Item} pod */
export const wordOf = (pod) => (pod.word === GONE || pod.deleting ? pod.word ?? STATE_WORDS.terminating : STATE_WORDS[pod.state ?? "unknown"]);
export const HUES = /** @type {Record<string, string>} */ ({
  ready: "ready", completed: "ready", notready: "wait", creating: "wait", pending: "muted", seat: "muted", terminating: "gone", failed: "fail", unknown: "gone",
});

const FORMAT = new Intl.NumberFormat("en");
/** "1,145" @param {number} n */
export const number = (n) => (n < 1000 ? String(n) : FORMAT.format(n));

/** @param {number} n @param {string} one @param {string} [many] */
export const count = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

/** @param {string[]} list */
export const and = (list) => (list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} and ${list.at(-1)}`);

/** @param {string} id */
export const nameOf = (id) => id.slice(id.lastIndexOf("/") + 1);

/** "Pod app-stateful-1, Ready, 10.244.0.11, in headless-svc-stateful and web" @param {Item} pod @param {Model} model */
export function podName(pod, model) {
  const links = model.linksOf.get(pod.id) ?? [];
  const inside = links.filter((link) => link.published).map((link) => nameOf(link.service));
  const outside = links.filter((link) => !link.published);
  const parts = [`Pod ${pod.name}`, pod.word || STATE_WORDS[pod.state ?? "unknown"]];
  if (pod.why) parts.push(pod.why);
  if (pod.ip) parts.push(pod.ip);
  if (inside.length) parts.push(`in ${and(inside)}`);
  if (outside.length) parts.push(`held back from ${and(outside.map((link) => nameOf(link.service)))}: ${outside[0].why}`);
  return parts.join(", ");
}

/** A Service's port, where it leads and by which port of every node it is reached: "http 443/TCP to 80, node port 31087".
 * A headless Service turns none into another. @param {import("../types.d.ts").Port} port @param {boolean} headless */
export const portText = ({ name, port, protocol, targetPort, nodePort }, headless) => `${name ? `${name} ` : ""}${port}/${protocol ?? "TCP"}${!headless && targetPort !== undefined && targetPort !== port ? ` to ${targetPort}` : ""}${nodePort ? `, node port ${nodePort}` : ""}`;

/** @param {ServiceModel} service @param {string} why for one that selects nothing */
export function serviceName({ item, shape, published, links, outside, entries }, why) {
  const sort = shape === "headless" ? "headless Service" : shape === "external" ? "ExternalName Service" : `${item.type ?? "ClusterIP"} Service`;
  const beyond = outside.length ? `${count(outside.length, "address", "addresses")} beyond the cluster's pods` : "";
  const what = shape === "external" ? `points to ${item.externalName}` : links.length === 0 ? beyond || why : published === 0 ? `${shape === "headless" ? "no address" : `1 address ${item.clusterIP}`}, none of its ${count(links.length, "pod")} ${lacking({ links, item })}` : shape === "headless" ? `${count(published, "address", "addresses")}, one per pod` : `1 address ${item.clusterIP}, ${count(published, "pod")} behind it`;
  return [item.name, sort, what, ...(entries.length ? [`behind Ingress ${and(entries.map((each) => each.item.name))}`] : [])].join(", ");
}

/** "Ingress shop: shop.example.com/, no controller serves it" @param {ServiceModel} service */
export const ingressName = ({ item, entries }) => entries.map((each) => [`Ingress ${each.item.name} to ${item.name}: ${each.routes.map(routeWords).join(", ")}`, unserved(each.item)].filter(Boolean).join(", ")).join("; ");

/** @param {Workload} workload */
export function workloadName(workload) {
  const goal = workload.kind === "Job" || workload.kind === "CronJob" ? "completed" : "ready";
  const parts = Object.entries(workload.counts).filter(([state]) => state !== goal).map(([state, n]) => `${n} ${(STATE_WORDS[state] ?? state).toLowerCase()}`);
  return [`${workload.kind} ${workload.name}`, `${workload.ready} of ${workload.wanted} ${goal}`, ...parts].join(", ");
}

/** The key in a label's band, "labels/app.kubernetes.io/name/web": it may hold a slash, a value never does. @param {string} id */
export const labelKey = (id) => id.slice(id.indexOf("/") + 1, id.lastIndexOf("/"));

/** @param {Band} band */
export function bandName({ namespace: space }) {
  if (space.sort === "label") return `${space.id.endsWith("/") ? "" : `${labelKey(space.id)} `}${space.name}, ${summary(space)}`;
  if (space.sort === "namespace") return `Namespace ${space.name}, ${summary(space)}`;
  return [space.node ? `Node ${space.name}` : space.name, ...standing(space.node ?? null), summary(space), roomWords(space.node ?? null)].filter(Boolean).join(", ");
}

/** What keeps pods away from a node, the worst first. @param {Item|null} node @returns {string[]} */
export function standing(node) {
  if (!node) return [];
  return [node.ready === false ? "not ready" : "", node.cordoned ? "cordoned" : "", ...(node.taints ?? []).filter((taint) => !/^node\.kubernetes\.io\/(unschedulable|not-ready|unreachable):/.test(taint)).map((taint) => `taint ${taint}`)].filter(Boolean);
}

/** "room for 110 pods, 4 CPU, 16Gi" @param {Item|null} node */
export function roomWords(node) {
  const { pods, cpu, memory } = node?.room ?? {};
  return [pods ? `room for ${number(Number(pods))} pods` : "", cpu ? `${cpu} CPU` : "", memory ?? ""].filter(Boolean).join(", ");
}

/** The pods of a node as one thing. @param {Workload} tile */
export function machineName(tile) {
  const parts = Object.entries(tile.counts).filter(([state]) => state !== "ready").map(([state, n]) => `${n} ${(STATE_WORDS[state] ?? state).toLowerCase()}`);
  return [tile.ns ? `Pods on ${tile.name}` : "Pods without a node", `${tile.counts.ready ?? 0} of ${tile.pods.length} ready`, ...parts].join(", ");
}

/** @param {Band["namespace"]} space */
export function summary(space) {
  const services = space.services.length; // what is folded away is told in a line of its own
  /** @type {Map<string, number>} */ const kinds = new Map();
  for (const workload of space.workloads) if (workload.kind !== "Pods" && workload.kind !== "Node") kinds.set(workload.kind, (kinds.get(workload.kind) ?? 0) + 1);
  const parts = [];
  if (services) parts.push(count(services, "Service"));
  for (const [kind, n] of kinds) parts.push(count(n, kind));
  parts.push(`${count(space.pods, "pod")}${space.pods ? `, ${space.ready} ready` : ""}`);
  return parts.join(", ");
}

/** What an empty seat waits for. @param {Seat} seat @param {readonly Reason[]} reasons */
export function seatWhy(seat, reasons) {
  const own = reasons.find((reason) => reason.seat === seat.ordinal) ?? reasons.find((reason) => reason.seat === seat.index);
  const text = own?.text ?? "";
  return text ? text[0].toLowerCase() + text.slice(1).replace(/\.$/, "") : "";
}

/** "31m" or what it is at: the words after a pod's state. @param {Item} pod @param {number} clusterNow */
export const podSince = (pod, clusterNow) => pod.why || age(clusterNow - (pod.since ?? pod.created));

/** @param {State} state @param {string} id @returns {readonly Reason[]} */
export const reasonsOf = (state, id) => state.reasons.get(id) ?? [];

/** What a workload's owner may have overlooked, though all its pods stand well. @param {readonly Reason[]} reasons */
export const hintOf = (reasons) => reasons.find((reason) => reason.code === "no-names")?.text ?? "";
