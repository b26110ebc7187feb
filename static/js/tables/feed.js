/**
 * The rows of one kind, listed as a Table and kept up to date by a watch: the very requests `kubectl get -w` makes.
 * What cannot be watched is asked for again every few seconds; of a moment of the past there is one list. Refuses to know what is shown of it.
 *
 * @import { ColumnOf, Row } from "./rows.js"
 * @import { TableKind } from "./kinds.js"
 */
import { cutOff, Failure, fetched } from "../app/fetching.js";
import { address } from "./kinds.js";
import { columnsOf, rowsOf } from "./rows.js";

const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
/** Seconds in cells ("last seen") go stale without a change of the object: all is listed again after so long (ms). */
const AGAIN = 60_000;
const POLLED = 5_000;
const FIRST = 500, MOST = 15_000;
/** After which asking again is no use. */
const FINAL = new Set([400, 401, 403, 404, 410]);

export class Feed {
  /** @param {string} api @param {() => void} changed */
  constructor(api, changed) {
    this.api = api;
    this.changed = changed;
    /** @type {AbortController|null} */ this.open = null;
    /** @type {ColumnOf[]} */ this.columns = [];
    /** @type {Map<string, Row>} */ this.rows = new Map();
    this.problem = "";
    this.loaded = false;
    this.of = "";
    /** @type {() => void} */ this.hurry = () => undefined;
  }

  /** Show this and nothing else. @param {TableKind} kind @param {string} namespace "" for all @param {string} selector of labels, for the server
   * @param {number} [at] a revision; 0: the present */
  show(kind, namespace, selector, at = 0) {
    const of = `${kind.id} ${namespace} ${selector} ${at}`;
    if (of === this.of) return;
    this.stop();
    Object.assign(this, { of, columns: [], rows: new Map(), problem: "", loaded: false });
    this.open = new AbortController();
    this.#keep(kind, namespace, selector, at, this.open.signal);
  }

  /** Nobody has to wait any longer: the server is there again. */
  now() {
    this.hurry();
  }

  stop() {
    this.open?.abort();
    this.open = null;
    this.of = "";
  }

  /** @param {TableKind} kind @param {string} namespace @param {string} selector @param {number} at @param {AbortSignal} signal */
  async #keep(kind, namespace, selector, at, signal) {
    let wait = FIRST;
    const query = new URLSearchParams({ ...(selector ? { labelSelector: selector } : {}), ...(at ? { resourceVersion: String(at), resourceVersionMatch: "Exact" } : {}) });
    while (!signal.aborted) {
      try {
        const began = Date.now(), url = address(this.api, kind, namespace);
        const response = await fetched(`${url}?${query}`, { headers: { Accept: TABLE }, signal });
        const table = await response.json();
        this.columns = columnsOf(table);
        this.rows = new Map(rowsOf(table, kind.resource).map((row) => [row.uid, row]));
        this.problem = "";
        this.loaded = true;
        this.changed();
        if (at) return;
        wait = FIRST;
        if (kind.watchable) await this.#watch(`${url}?${new URLSearchParams({ ...Object.fromEntries(query), watch: "1", allowWatchBookmarks: "true", timeoutSeconds: String(AGAIN / 1000), resourceVersion: table.metadata?.resourceVersion ?? "" })}`, kind, signal);
        else await pause(POLLED, signal);
        if (Date.now() - began < FIRST) await pause(FIRST, signal);
      } catch (problem) {
        if (signal.aborted) return;
        if (problem instanceof Failure && problem.status) {
          // Refused: what was there is not to be seen any more.
          Object.assign(this, { problem: problem.message, loaded: true, rows: new Map() });
          this.changed();
          if (FINAL.has(problem.status)) return;
        } else if (problem instanceof Failure || problem instanceof SyntaxError || cutOff(problem)) {
          // Nobody answers, or the answer was cut in the middle of a line: the rows stay, and the live sign says why.
          if (!this.loaded) this.problem = "The server cannot be reached. Trying again.";
          this.changed();
        } else throw problem;
        await Promise.race([pause(wait, signal), new Promise((done) => (this.hurry = () => done(undefined)))]);
        wait = Math.min(MOST, wait * 2);
      }
    }
  }

  /** Until the server ends it. @param {string} url @param {TableKind} kind @param {AbortSignal} signal */
  async #watch(url, kind, signal) {
    const response = await fetched(url, { headers: { Accept: TABLE }, signal });
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line && !this.#heard(JSON.parse(line), kind)) return reader.cancel();
      this.changed();
    }
  }

  /** @param {any} event @param {TableKind} kind @returns {boolean} whether the watch goes on */
  #heard({ type, object }, kind) {
    if (type === "ERROR") return false; // 410: what was seen is too old; all is listed again
    if (type === "BOOKMARK") return true;
    const rows = new Map(this.rows);
    for (const row of rowsOf(object, kind.resource)) {
      if (type === "DELETED") rows.delete(row.uid);
      else rows.set(row.uid, row);
    }
    this.rows = rows;
    return true;
  }
}

/** @param {number} time ms @param {AbortSignal} signal */
const pause = (time, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, time);
  signal.addEventListener("abort", () => (clearTimeout(timer), resolve(undefined)), { once: true });
});
