/**
 * The cluster's log as far as the page knows it: what it saw itself, and what it fetched of before.
 *
 * @import { Tick } from "../types.d.ts"
 * @import { Range } from "../model/moments.js"
 * @import { App } from "./app.js"
 */
import { joined, merged } from "../model/moments.js";
import { ticksOf } from "../state.js";

const PAGE = 400;

export class History {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Tick[]} */ this.fetched = [];
    /** @type {Range[]} */ this.ranges = [];
    this.floor = 0;
    /** The revision of the page's own first frame: from there on it has seen everything. */
    this.from = 0;
    /** @type {{ log: readonly Tick[], fetched: Tick[], ticks: Tick[] }|null} */ this.made = null;
    /** @type {Set<string>} */ this.asked = new Set();
    /** @type {Tick[]} the whole log at a glance */ this.whole = [];
  }

  /** All changes that are known, in order. @returns {Tick[]} */
  get ticks() {
    const { log } = this.app.present;
    if (this.made?.log !== log || this.made.fetched !== this.fetched) {
      // What falls out of the state's log while the page stands open stays here.
      this.fetched = merged(this.fetched, log);
      this.made = { log, fetched: this.fetched, ticks: this.fetched };
    }
    return this.made.ticks;
  }

  get head() {
    return this.app.present.revision;
  }

  /** @returns {Range[]} revisions between which nothing is missing */
  get known() {
    return joined([...this.ranges, ...(this.from && this.head > this.from ? [{ from: this.from, to: this.head }] : [])]);
  }

  /** The newest changes up to a revision, once. Without a connection nothing is added: the live one says so. @param {number} [upto] */
  async fetch(upto) {
    const name = String(upto ?? "");
    if (this.asked.has(name)) return;
    this.asked.add(name);
    try {
      const response = await fetch(`${this.app.page.urls.recent}?limit=${PAGE}${upto ? `&upto=${upto}` : ""}`, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const { floor, head, from, changes } = await response.json(), end = upto ?? head;
      this.floor = floor;
      this.fetched = merged(this.fetched, ticksOf(changes));
      this.ranges = joined([...this.ranges, { from, to: end }]);
      this.app.schedule();
    } catch (problem) {
      if (!(problem instanceof TypeError)) throw problem; // no connection
    }
  }

  /** All that is kept, counted in spans of time: enough to see where something happened, and to go there. */
  async glance() {
    const response = await fetch(`${this.app.page.urls.recent}/overview`, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const { bins, acts } = await response.json();
    const spans = bins.map((/** @type {{ at: number, r: number }} */ { at, r }) => ({ revision: r, at, kind: "ctl", id: "", author: "", cause: "", person: false, words: "" }));
    this.whole = merged(spans, ticksOf(acts));
    this.app.schedule();
  }

  /** What lies around a moment, where that is not known yet. @param {number} revision */
  around(revision) {
    const low = Math.max(this.floor, revision - PAGE / 4);
    if (!this.known.some(({ from, to }) => from <= low && to >= revision)) this.fetch(Math.min(this.head || revision, revision + PAGE / 4));
  }
}
