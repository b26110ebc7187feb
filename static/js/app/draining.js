/**
 * A node drained as kubectl does it: closed to new pods, then everything on it evicted but for what DaemonSets keep there.
 * Budgets decide. Whom they keep is said and asked for again, until all pods are gone or somebody ends it.
 *
 * @import { Item } from "../types.d.ts"
 * @import { App } from "./app.js"
 */
import * as kubectl from "../model/kubectl.js";
import { and, count } from "../picture/words.js";
import { Failure, fetched } from "./fetching.js";

/** So long after a refusal an eviction is asked for again, as kubectl does it (ms). */
export const AGAIN = 5000;
/** Evictions that are asked for at once, and pods that are named. */
const ABREAST = 6, NAMED = 3;
/** Answers after which asking again is of use: a budget keeps the pod, or the server was not to be reached. */
const PASSING = new Set([0, 429, 502, 503, 504]);
/** Answers that say that the pod is gone, or is another of the same name. */
const GONE = new Set([404, 409]);

/**
 * `evicted` and `kept` by the pod's uid; what is kept, with the reason.
 * @typedef {{ node: Item, act: string, pods: readonly Item[], evicted: Set<string>, kept: Map<string, string>, over: boolean }} Drain
 */

/** Pods that a drain evicts. Pure. @param {Iterable<Item>} items @param {string} node */
export const evicted = (items, node) => [...items].filter((item) => item.resource === "pods" && item.node === node && !item.deleting && item.state !== "completed" && item.workload?.kind !== "DaemonSet");

/** Its pods that are still there. Pure. @param {Drain} drain @param {ReadonlyMap<string, Item>} objects */
export const left = ({ pods }, objects) => pods.filter((pod) => objects.get(pod.id)?.uid === pod.uid);

/** How far it is: "2 of 5 pods are gone." and who is waited for, and why. Pure. @param {Drain} drain @param {ReadonlyMap<string, Item>} objects @param {boolean} [why] */
export function progress(drain, objects, why = true) {
  const waited = left(drain, objects), kept = waited.filter(({ uid }) => drain.kept.has(uid)), gone = `${drain.pods.length - waited.length} of ${count(drain.pods.length, "pod is", "pods are")} gone.`;
  if (kept.length) return `${gone} ${names(kept)} ${kept.length === 1 ? "stays" : "stay"} for now${why ? `: ${drain.kept.get(kept[0].uid)}` : "."}`;
  return waited.length ? `${gone} Waiting for ${names(waited)} to end.` : gone;
}

/** What a refusal says, with its causes. @param {Failure} problem */
const because = ({ message, body }) => [message, ...(body?.details?.causes ?? []).map((/** @type {any} */ each) => each.message)].map((each) => (each.endsWith(".") ? each : `${each}.`)).join(" ");

/** @param {readonly Item[]} pods */
const names = (pods) => and([...pods.slice(0, NAMED).map(({ name }) => name), ...(pods.length > NAMED ? [`${pods.length - NAMED} more`] : [])]);

export class Draining {
  /** @param {App} app @param {(run: () => void, ms: number) => unknown} [later] */
  constructor(app, later = (run, ms) => setTimeout(run, ms)) {
    this.app = app;
    this.later = later;
    /** By node. @type {Map<string, Drain>} */ this.under = new Map();
  }

  /** @param {Item} node */
  async start(node) {
    if (this.under.has(node.id)) return;
    const { app } = this, act = app.acts.begin("drain", node.key, kubectl.drain(node));
    /** @type {Drain} */ const drain = { node, act, pods: [], evicted: new Set(), kept: new Map(), over: false };
    this.under.set(node.id, drain);
    try {
      await fetched(`${app.page.urls.api}/api/v1/nodes/${node.name}`, { method: "PATCH", headers: { "Content-Type": "application/merge-patch+json" }, body: JSON.stringify({ spec: { unschedulable: true } }) });
    } catch (problem) {
      if (!(problem instanceof Failure)) throw problem;
      return this.#end(drain, `${node.name} could not be closed to new pods, so nothing was evicted. ${problem.message}`);
    }
    if (drain.over) return;
    drain.pods = evicted(app.present.objects.values(), node.name);
    await this.#ask(drain);
  }

  /** Somebody has waited long enough. @param {string} node */
  stop(node) {
    const drain = this.under.get(node);
    if (drain) this.#end(drain, `The drain of ${drain.node.name} was ended. ${progress(drain, this.app.present.objects)} The node stays closed to new pods.`);
  }

  /** Whether all pods of a drain are gone, after each change of the cluster. */
  look() {
    const { objects } = this.app.present;
    for (const drain of this.under.values()) if (drain.evicted.size === drain.pods.length && drain.pods.length && !left(drain, objects).length) this.#end(drain);
  }

  /** @param {Drain} drain */
  async #ask(drain) {
    const { app } = this, before = drain.kept.size, waiting = left(drain, app.present.objects).filter(({ uid }) => !drain.evicted.has(uid));
    for (const { uid } of drain.pods) if (!waiting.some((pod) => pod.uid === uid)) drain.evicted.add(uid);
    const worker = async () => {
      for (let pod = waiting.shift(); pod && !drain.over; pod = waiting.shift()) await this.#evict(drain, pod);
    };
    await Promise.all(Array.from({ length: ABREAST }, worker));
    if (drain.over) return;
    if (drain.evicted.size < drain.pods.length) {
      this.later(() => drain.over || this.#ask(drain), AGAIN);
      if (!before) app.receive({ t: "say", text: progress(drain, app.present.objects) });
    } else if (!left(drain, app.present.objects).length) return this.#end(drain);
    app.schedule();
  }

  /** @param {Drain} drain @param {Item} pod */
  async #evict(drain, pod) {
    const metadata = { name: pod.name, namespace: pod.ns }, deleteOptions = { preconditions: { uid: pod.uid } };
    try {
      await fetched(`${this.app.page.urls.api}/api/v1/namespaces/${pod.ns}/pods/${pod.name}/eviction`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ apiVersion: "policy/v1", kind: "Eviction", metadata, deleteOptions }) });
    } catch (problem) {
      if (!(problem instanceof Failure)) throw problem;
      if (PASSING.has(problem.status)) return void drain.kept.set(pod.uid, because(problem));
      if (!GONE.has(problem.status)) return this.#end(drain, `${pod.name} could not be evicted: ${problem.message} ${progress(drain, this.app.present.objects)} ${drain.node.name} stays closed to new pods.`);
    }
    drain.kept.delete(pod.uid);
    drain.evicted.add(pod.uid);
  }

  /** @param {Drain} drain @param {string} [message] why it ends before all are gone */
  #end(drain, message = "") {
    if (drain.over) return;
    const { app } = this, { node, act } = drain;
    drain.over = true;
    this.under.delete(node.id);
    app.receive(message ? { t: "refused", id: act, message } : { t: "done", id: act, revision: app.present.revision, kubectl: kubectl.drain(node) });
    app.acts.note(act);
  }
}
