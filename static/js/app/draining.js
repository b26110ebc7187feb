/**
 * A node drained as kubectl does it: closed to new pods, then everything on it evicted but for what DaemonSets keep there.
 * Budgets decide; who they keep is said.
 *
 * @import { Item } from "../types.d.ts"
 * @import { App } from "./app.js"
 */
import * as kubectl from "../model/kubectl.js";
import { count } from "../picture/words.js";
import { Failure, fetched } from "./fetching.js";

/** Evictions that are asked for at once. */
const ABREAST = 6;

/** Pods that a drain evicts. Pure. @param {Iterable<Item>} items @param {string} node */
export const evicted = (items, node) => [...items].filter((item) => item.resource === "pods" && item.node === node && !item.deleting && item.state !== "completed" && item.workload?.kind !== "DaemonSet");

/** @param {App} app @param {Item} node */
export async function drain(app, node) {
  app.acts.do({ verb: "cordon", key: node.key, on: true }, kubectl.cordon(node, true));
  const id = app.acts.begin("drain", node.key, kubectl.drain(node)), waiting = evicted(app.state.objects.values(), node.name), all = waiting.length;
  /** @type {string[]} */ const kept = [];
  const worker = async () => {
    for (let pod = waiting.shift(); pod; pod = waiting.shift()) {
      const metadata = { name: pod.name, namespace: pod.ns };
      try {
        await fetched(`${app.page.urls.api}/api/v1/namespaces/${pod.ns}/pods/${pod.name}/eviction`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ apiVersion: "policy/v1", kind: "Eviction", metadata }) });
      } catch (problem) {
        if (!(problem instanceof Failure)) throw problem;
        if (problem.status !== 404) kept.push(`${pod.name}: ${problem.message}`); // one that is gone is evicted, too
      }
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, worker));
  app.receive(kept.length ? { t: "refused", id, message: `${count(all - kept.length, "pod is", "pods are")} evicted from ${node.name}, ${kept.length} not. ${kept[0]}` } : { t: "done", id, revision: app.present.revision, kubectl: kubectl.drain(node) });
}
