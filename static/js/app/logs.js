/**
 * What a container wrote, followed while somebody looks: the request of `kubectl logs -f`.
 *
 * @import { App } from "./app.js"
 * @import { Item } from "../types.d.ts"
 */

import { cutOff, Failure, fetched } from "./fetching.js";

export const MOST_LINES = 2000;
const ASKED = 500;

export class Logs {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {AbortController|null} */ this.open = null;
    this.of = "";
    this.container = "";
    this.previous = false;
    /** @type {string[]} */ this.lines = [];
    this.problem = "";
    this.ended = false;
    /** The revision of the pod at which it was refused, or had nothing to say; 0 if it was not. */ this.refused = 0;
  }

  /** Follow this container, or go on following it. @param {Item} pod @param {string} container "" for the first */
  follow(pod, container) {
    const of = `${pod.uid} ${container} ${this.previous} ${pod.restarts}`;
    // A container that waits has no log yet: it is asked again when its pod changes, and not before.
    if (of === this.of && (!this.refused || this.refused === pod.rv)) return;
    this.stop();
    Object.assign(this, { of, container, lines: [], problem: "", ended: false, refused: 0 });
    this.open = new AbortController();
    this.#read(pod, container, this.open.signal);
  }

  /** The server was away: what it said until then was said by another. */
  again() {
    if (this.open) this.of = "";
  }

  stop() {
    this.open?.abort();
    this.open = null;
    this.of = "";
  }

  /** @param {boolean} previous of the container that ran before */
  choose(previous) {
    this.previous = previous;
    this.app.schedule();
  }

  /** @param {Item} pod @param {string} container @param {AbortSignal} signal */
  async #read(pod, container, signal) {
    const query = new URLSearchParams({ follow: String(!this.previous), tailLines: String(ASKED), ...(container ? { container } : {}), ...(this.previous ? { previous: "true" } : {}) });
    try {
      const response = await fetched(`${this.app.page.urls.api}/api/v1/namespaces/${pod.ns}/pods/${pod.name}/log?${query}`, { signal });
      const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        const lines = (rest + (value ?? "")).split("\n");
        rest = done ? "" : lines.pop() ?? "";
        if (lines.length && !(done && lines.length === 1 && !lines[0])) this.lines = [...this.lines, ...lines.filter((line, i) => !done || line || i < lines.length - 1)].slice(-MOST_LINES);
        if (done) break;
        this.app.schedule();
      }
      // A pod without a node has a log that ends at once: it is asked again when it has one.
      if (!this.lines.length) this.refused = pod.rv;
    } catch (problem) {
      if (signal.aborted) return;
      if (problem instanceof Failure) {
        this.problem = problem.message;
        this.refused = pod.rv;
      } else if (cutOff(problem)) this.problem = "The connection has ended.";
      else throw problem;
    } finally {
      if (!signal.aborted) {
        this.ended = true;
        this.app.schedule();
      }
    }
  }
}
