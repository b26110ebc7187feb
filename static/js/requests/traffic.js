/**
 * The requests a person sends from the page: what is to be sent, the trace that came back, and how far it is shown.
 * Knows the server's address for it and the page's loop; refuses to know how it is drawn.
 *
 * @import { App } from "../app/app.js"
 * @import { Item, Trace } from "../types.d.ts"
 */
import { voice } from "../announce.js";
import { Failure, json } from "../app/fetching.js";
import { number } from "../picture/words.js";

/** How long bars take to settle (ms), and above how many requests no dot travels. */
export const SETTLE = 900, MOST_DOTS = 20;
export const COUNTS = [1, 10, 100, 1000];
export const OUTSIDE = "outside";

const say = voice();

export class Traffic {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.form = { from: "", to: "" };
    /** @type {Trace|null} */ this.trace = null;
    this.sending = false;
    this.error = "";
    this.shown = 0;
    this.rules = false;
    this.asked = 0;
    /** The moment that was asked of; 0: the present. */
    this.moment = 0;
    this.sentAt = 0;
  }

  get open() {
    return this.app.ui.tool === "request";
  }

  /** @param {Partial<Traffic["form"]>} changes */
  fill(changes) {
    this.form = { ...this.form, ...changes };
    this.app.schedule();
  }

  /** Open the box, with what it was opened for already filled in. @param {Partial<Traffic["form"]>} [changes] */
  show(changes = {}) {
    this.app.set({ tool: "request", ...(this.app.phone ? { sheet: "dns" } : {}) });
    this.fill(changes);
  }

  /** As if nothing had been sent. */
  forget() {
    this.asked += 1;
    Object.assign(this, { trace: null, error: "", sending: false });
    this.app.schedule();
  }

  /** What the server sent already, as if it had been sent from here. @param {Trace} trace */
  adopt(trace) {
    Object.assign(this, { asked: this.asked + 1, moment: this.app.past.revision, trace, error: "", sending: false, shown: trace.count });
    this.app.schedule();
  }

  /** @param {number} count */
  async send(count) {
    const mine = (this.asked += 1), { from, to } = this.form;
    this.sending = true;
    this.moment = this.app.past.revision;
    this.app.asking({ tool: "request", to: to.trim(), from, count });
    this.app.schedule();
    /** @type {Trace|null} */ let trace = null;
    let error = "";
    try {
      trace = await json(this.app.page.urls.request + this.app.past.query("?"), {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ from, to: to.trim(), count }),
      });
    } catch (problem) {
      if (!(problem instanceof Failure)) throw problem;
      error = problem.status ? problem.message : `${problem.message} Nothing was sent.`;
    }
    if (mine !== this.asked) return;
    Object.assign(this, { sending: false, error, trace, sentAt: performance.now(), shown: 0 });
    if (trace) this.#settle(trace, mine);
    say(error || (trace ? sentence(trace) : ""));
    this.app.schedule();
  }

  /** Bars grow in the order in which requests came; at once where no movement is wanted. @param {Trace} trace @param {number} mine */
  #settle(trace, mine) {
    if (still() || trace.count === 1) {
      this.shown = trace.count;
      return;
    }
    const grow = () => {
      if (mine !== this.asked) return;
      const part = Math.min(1, (performance.now() - this.sentAt) / SETTLE);
      this.shown = Math.round(trace.count * (1 - (1 - part) ** 2));
      this.app.schedule();
      if (part < 1) requestAnimationFrame(grow);
    };
    requestAnimationFrame(grow);
  }

  /** How many requests each row has by now. @returns {number[]} */
  get counts() {
    const { trace } = this;
    if (!trace) return [];
    if (this.shown >= trace.count) return trace.spread.map((row) => row.count);
    if (!trace.order.length) return trace.spread.map((row) => Math.round((row.count * this.shown) / trace.count));
    return tally(trace.order.slice(0, this.shown), trace.spread.length);
  }

  /** Whether what a request meets on its way is another by now than when this was sent. */
  get outdated() {
    const { trace, app } = this;
    return trace !== null && !this.sending && !app.past.looking && otherSince(trace, app.present.objects);
  }

  /** What the shown trace touches, for the picture. */
  get touched() {
    const lit = new Set(), askers = new Set(), routed = new Set(), reached = new Set(), { trace } = this;
    if (!trace || !this.open || this.outdated) return { lit, askers, routed, reached };
    if (trace.service) lit.add(trace.service);
    if (trace.service && trace.virtual) routed.add(trace.service);
    if (trace.from.id) askers.add(trace.from.id);
    for (const row of trace.spread) if (row.id && row.count) {
      lit.add(row.id);
      reached.add(row.id);
    }
    return { lit, askers, routed, reached };
  }
}

/** How many entries of `order` name each of `rows` places. Pure. @param {readonly number[]} order @param {number} rows */
export function tally(order, rows) {
  const found = Array.from({ length: rows }, () => 0);
  for (const at of order) if (at >= 0) found[at] += 1;
  return found;
}

/** @typedef {Pick<Trace, "revision"|"service"|"spread">} Sent */

/** @type {WeakMap<object, WeakMap<object, boolean>>} */
const compared = new WeakMap();

/** Whether the Service that a request went to, its endpoints or the pods it reached are others since; where it met no
 * Service, whether any is. Pure. @param {Sent} sent @param {ReadonlyMap<string, Item>} objects */
export function otherSince(sent, objects) {
  let known = compared.get(objects);
  if (!known) compared.set(objects, (known = new WeakMap()));
  const before = known.get(sent);
  if (before !== undefined) return before;
  const { revision, service, spread } = sent, [, ns, name] = (service ?? "").split("/");
  const met = (/** @type {Item} */ { id, resource, ns: space, service: of }) => (service ? id === service || (resource === "endpointslices" && space === ns && of === name) : resource === "services");
  const found = (service !== null && !objects.has(service)) || spread.some(({ id, count }) => id && count && !objects.has(id)) || [...objects.values()].some((item) => item.rv > revision && met(item));
  known.set(sent, found);
  return found;
}

/** @type {Record<string, string>} */
export const WORDS = {
  answered: "answered", connected: "connected", heard: "arrived", refused: "refused", timeout: "timed out",
  "no-name": "found no name", "no-http": "met no HTTP", "no-tls": "met no TLS",
};

/** "100 requests to http://web: 100 answered by 3 pods." Pure. @param {Trace} trace */
export function sentence(trace) {
  const told = Object.entries(trace.outcomes).map(([code, count]) => `${number(count)} ${WORDS[code] ?? code}`).join(", ");
  const pods = trace.spread.filter((row) => row.count && row.id).length;
  const by = pods && trace.outcomes.answered ? ` by ${pods === 1 ? trace.spread.find((row) => row.count)?.name : `${pods} pods`}` : "";
  const why = trace.reasons.length && !trace.outcomes.answered ? ` ${trace.reasons[0]}` : "";
  return `${number(trace.count)} ${trace.count === 1 ? "request" : "requests"} to ${trace.to.url}: ${told}${by}.${why}`;
}

/** Outcomes of a request that nobody got. */
const MISSED = new Set(["refused", "timeout", "no-name"]);

/** "Who got 100 requests", "Whom 100 requests tried" where nobody got any. Pure. @param {Pick<Trace, "count"|"outcomes">} trace */
export function headline({ count, outcomes }) {
  const missed = Object.keys(outcomes).every((code) => MISSED.has(code)), said = count === 1 ? "it" : `${number(count)} requests`;
  return missed ? `Whom ${said} tried` : `Who got ${said}`;
}

/** Whether some went on to another address when one did not take them, so that there are more tries than requests. Pure.
 * @param {Pick<Trace, "count"|"spread">} trace */
export const wentOn = ({ count, spread }) => spread.reduce((sum, row) => sum + row.count, 0) > count;

export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
