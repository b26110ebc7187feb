/**
 * The cluster's log as far as the page knows it: what it saw itself, and what it fetched of before.
 *
 * @import { Tick } from "../types.d.ts"
 * @import { Range } from "../model/moments.js"
 * @import { App } from "./app.js"
 */
import { joined, merged } from "../model/moments.js";
import { ticksOf } from "../state.js";
import { Failure, json, told } from "./fetching.js";

const PAGE = 400;
/** Changes that are remembered, and those that stay when there are more. */
const MOST = 3000, KEPT = 2000;

export class History {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Tick[]} */ this.fetched = [];
    /** @type {Range[]} */ this.ranges = [];
    this.floor = 0;
    /** The revision of the page's own first frame: from there on it has seen everything. */
    this.from = 0;
    /** @type {readonly Tick[]} what of the state's log was taken over */ this.log = [];
    /** @type {Set<string>} */ this.asked = new Set();
    /** @type {Tick[]} the whole log at a glance */ this.whole = [];
  }

  /** All changes that are known, in order. @returns {Tick[]} */
  get ticks() {
    const { log } = this.app.present;
    if (this.log !== log) {
      this.log = log;
      // What falls out of the state's log while the page stands open stays here, for a while.
      const last = this.fetched.at(-1)?.revision ?? 0, fresh = log.filter(({ revision }) => revision > last);
      if (fresh.length) this.#take([...this.fetched, ...fresh]);
    }
    return this.fetched;
  }

  /** A page that stands open for hours must not gather changes without end: what is older is fetched again. @param {Tick[]} ticks */
  #take(ticks) {
    this.fetched = ticks.length > MOST ? ticks.slice(-KEPT) : ticks;
    if (ticks.length <= MOST) return;
    const from = this.fetched[0].revision - 1;
    this.from = Math.max(this.from, from);
    this.ranges = this.ranges.flatMap((range) => (range.to > from ? [{ from: Math.max(range.from, from), to: range.to }] : []));
    this.asked.clear();
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
      const { floor, head, from, changes } = await json(`${this.app.page.urls.recent}?limit=${PAGE}${upto ? `&upto=${upto}` : ""}`), end = upto ?? head;
      this.floor = floor;
      this.fetched = merged(this.ticks, ticksOf(changes));
      this.ranges = joined([...this.ranges, { from, to: end }]);
      this.app.schedule();
    } catch (problem) {
      if (!(problem instanceof Failure)) throw problem;
      this.asked.delete(name); // asked again when somebody looks there again
    }
  }

  /** All that is kept, counted in spans of time: enough to see where something happened, and to go there. */
  async glance() {
    const found = await json(`${this.app.page.urls.recent}/overview`).catch(told);
    if (typeof found === "string") return this.app.receive({ t: "say", text: found });
    const { bins, acts } = found;
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
