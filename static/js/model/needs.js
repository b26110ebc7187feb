/** What of a cluster needs a look: its DNS, its nodes, its workloads, its Services. Pure. */

import { compare } from "./derive.js";

/** @import { Item, Model, State, Workload } from "../types.d.ts" */
/** @typedef {{ id: string, name: string, ns: string, level: "fail"|"wait", text: string }} Need */

/** States of pods and seats that need a look, the worst first. */
export const WORST = ["failed", "unknown", "notready", "pending", "creating", "seat"];

/** How ill a workload is: by its worst pod. @param {Pick<Workload, "counts">} workload */
export const rank = ({ counts }) => WORST.findIndex((state) => counts[state]);

/** All of it in the order in which it is to be looked at, and how much that is.
 * @param {State} state @param {Model} model @returns {{ cluster: Need[], workloads: Workload[], services: Need[], total: number }} */
export function allNeeds(state, model) {
  const cluster = clusterNeeds(state, model), services = serviceNeeds(state, model);
  const workloads = [...model.workloads.values()].filter(({ worst }) => worst !== "ok").sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name));
  return { cluster, workloads, services, total: cluster.length + workloads.length + services.length };
}

/** Why no question to the cluster's DNS is ever answered; null when they are. @param {Pick<State, "reasons">} state @param {Pick<Model, "services">} model @returns {Need|null} */
export function silentDns({ reasons }, { services }) {
  for (const { item } of services.values()) {
    const why = reasons.get(item.id)?.find((reason) => reason.code === "dns-silent");
    if (why) return { id: item.id, name: item.name, ns: item.ns, level: "fail", text: why.text };
  }
  return null;
}

/** The nodes, those that are not Ready first. @param {Pick<State, "objects">} state @returns {Item[]} */
export function nodes({ objects }) {
  const found = [...objects.values()].filter((item) => item.resource === "nodes");
  return found.sort((a, b) => Number(a.ready) - Number(b.ready) || compare(a.name, b.name));
}

/** What keeps a whole cluster from working: no DNS, nodes that are not Ready. @param {State} state @param {Model} model @returns {Need[]} */
export function clusterNeeds(state, model) {
  const dns = silentDns(state, model), ill = nodes(state).filter((node) => !node.ready);
  return [
    ...(dns ? [{ ...dns, text: `The cluster has no DNS. ${dns.text}` }] : []),
    ...ill.map((node) => ({ id: node.id, name: node.name, ns: "", level: /** @type {const} */ ("fail"), text: `Not ready${node.why ? `: ${node.why}` : ""}` })),
  ];
}

/** Services that lead to a port where nobody listens, then those that select nothing, StatefulSets without names, Jobs that failed and have no pod left that says so, then Ingresses that lead to none. @param {State} state @param {Model} model @returns {Need[]} */
export function serviceNeeds(state, model) {
  const silent = silentDns(state, model)?.id;
  const told = (/** @type {string} */ code, /** @type {Need["level"]} */ level) => [...model.services.values()].flatMap(({ item }) => {
    const why = item.id === silent ? undefined : state.reasons.get(item.id)?.find((reason) => reason.code === code);
    return why ? [{ id: item.id, name: item.name, ns: item.ns, level, text: why.text }] : [];
  });
  return [...told("answers-nothing", "fail"), ...told("port-name-unknown", "fail"), ...told("selects-nothing", "wait"), ...told("no-endpoints", "wait"), ...nameless(state, model), ...failedJobs(state, model), ...ingressNeeds(state)];
}

/** StatefulSets whose pods' names do not resolve. @param {Pick<State, "reasons">} state @param {Pick<Model, "workloads">} model @returns {Need[]} */
const nameless = ({ reasons }, { workloads }) => [...workloads.values()].flatMap(({ id, name, ns }) => {
  const why = reasons.get(id)?.find((reason) => reason.code === "no-names");
  return why ? [{ id, name, ns, level: /** @type {const} */ ("wait"), text: why.text }] : [];
});

/** Jobs that failed and whose pods are gone. @param {Pick<State, "reasons">} state @param {Pick<Model, "workloads">} model @returns {Need[]} */
const failedJobs = ({ reasons }, { workloads }) => [...workloads.values()].filter(({ kind, worst }) => kind === "Job" && worst === "ok").flatMap(({ id, name, ns }) => {
  const why = reasons.get(id)?.find((reason) => reason.code === "failed");
  return why ? [{ id, name, ns, level: /** @type {const} */ ("fail"), text: why.text }] : [];
});

/** Ingresses that lead to Services which are not there. @param {Pick<State, "objects"|"reasons">} state @returns {Need[]} */
const ingressNeeds = ({ objects, reasons }) => [...objects.values()].filter((item) => item.resource === "ingresses").flatMap(({ id, name, ns }) => {
  const why = reasons.get(id)?.find((reason) => reason.code === "leads-nowhere");
  return why ? [{ id, name, ns, level: /** @type {const} */ ("wait"), text: why.text }] : [];
});
