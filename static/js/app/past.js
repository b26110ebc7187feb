/**
 * Looking at the cluster as it was: a state of its own beside the present one, fed by the same frames over HTTP. While
 * there is one the whole page shows it, and nothing can be changed.
 *
 * @import { State, Tick, Walk } from "../types.d.ts"
 * @import { App } from "./app.js"
 */
import { beside, rest } from "../model/moments.js";
import { initial, reduce, ticksOf } from "../state.js";
import { momentIn, withMoment } from "./address.js";
import { Comparison } from "./comparison.js";
import { json, told } from "./fetching.js";

/** So many changes are walked through; a longer way is a leap. */
const WALK = 40;
/** Changes fetched at once while playing. */
const PIECE = 100;
export const SPEEDS = [0.5, 1, 2, 5, 20, 100];
/** Frames the page makes itself that both the present and the past must hear of. */
const OWN = new Set(["asked", "forgot", "acted", "say"]);

export class Past {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {State|null} */ this.state = null;
    /** The revision shown; 0: the present. */
    this.revision = 0;
    /** @type {Tick|null} the change that led there */ this.change = null;
    /** @type {any[]} */ this.frames = [];
    /** @type {number|null} where a person wants to be */ this.wanted = null;
    this.busy = false;
    this.error = "";
    this.playing = false;
    this.speed = 5;
    /** Numbers what is played, so that what was stopped does not go on. */
    this.run = 0;
    /** A moment to compare with; 0: none. */
    this.marked = 0;
    this.comparison = new Comparison(this);
  }

  get looking() {
    return this.state !== null;
  }

  /** The query part that asks of the moment on show. @param {"?"|"&"} mark */
  query(mark) {
    return this.looking ? `${mark}at=${this.revision}` : "";
  }

  /** What waits is taken into the shown state. @param {readonly any[]} others frames of the present @param {number} now */
  flush(others, now) {
    if (!this.state) return;
    const own = others.filter((frame) => OWN.has(frame.t) || (frame.t === "refused" && String(frame.id).startsWith("a")));
    const frames = [...this.frames, ...own];
    this.frames = [];
    if (frames.length) this.state = this.comparison.over(reduce(this.state, frames, now));
  }

  /** Begin as an address says. @param {string} search */
  async open(search) {
    const { at, against, play } = momentIn(search);
    if (at === null) return;
    if (against !== null) await this.comparison.show(against, at, { push: false });
    else await this.go(at, { push: false });
    if (play !== null && this.looking) {
      this.speed = play;
      this.play();
    }
  }

  /** Be where an address says, after going back or forth. @param {string} search */
  async follow(search) {
    const { at } = momentIn(search);
    if (at === null) this.back({ push: false });
    else if (at !== this.revision) await this.open(search);
  }

  /** Show a revision; of several wishes the last counts. @param {number} revision @param {{ push?: boolean, keep?: boolean }} [how] */
  async go(revision, { push = true, keep = false } = {}) {
    this.stop();
    if (!keep) this.comparison.end();
    this.wanted = revision;
    this.error = "";
    this.app.schedule();
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.wanted !== null) {
        const goal = /** @type {number} */ (this.wanted);
        await this.#show(goal, push);
        if (this.wanted === goal) this.wanted = null;
      }
    } catch (problem) {
      this.wanted = null;
      this.error = told(problem);
    }
    this.busy = false;
    this.app.schedule();
  }

  /** @param {1|-1} way @param {number} [times] */
  step(way, times = 1) {
    const { ticks, known, floor, head } = this.app.history;
    /** @type {number} */ let goal = this.wanted ?? (this.revision || head);
    for (let n = 0; n < times; n++) goal = beside(ticks, known, goal, way, floor, head);
    if (goal >= head && (way > 0 || !this.looking)) return this.back();
    return this.go(goal);
  }

  /** To the present. @param {{ push?: boolean, byHand?: boolean }} [how] */
  back({ push = true, byHand = true } = {}) {
    this.app.elsewhere ||= byHand && this.looking;
    this.stop();
    this.comparison.end();
    this.wanted = null;
    this.error = "";
    if (!this.looking) return this.app.schedule();
    this.state = null;
    this.revision = 0;
    this.change = null;
    this.frames = [];
    this.#address(null, push);
    this.app.receive({ t: "say", text: `Live again, revision ${this.app.present.revision}.` });
  }

  /** Select what a change or a difference is about, and bring it into sight. @param {string} id */
  reveal(id) {
    this.app.select(id);
    this.app.revealed(id);
  }

  stop() {
    this.playing = false;
    this.run += 1;
    if (this.looking) this.#address(this.revision, false);
    this.app.schedule();
  }

  /** On from the moment on show, up to the present. */
  async play() {
    if (!this.looking) await this.go(this.#beginning());
    if (!this.looking) return;
    this.comparison.end();
    this.playing = true;
    const run = ++this.run;
    try {
      await this.app.begun; // before that nobody knows where it ends
      await this.#played(run);
    } catch (problem) {
      this.error = told(problem);
    }
    if (run === this.run) this.stop();
  }

  /** Where playing begins when nobody says: before the first change that is shown. */
  #beginning() {
    const { ticks, floor, head } = this.app.history, end = ticks.at(-1)?.at ?? 0;
    const first = ticks.find((tick) => tick.at > end - 120);
    return Math.max(floor, (first?.revision ?? head) - 1);
  }

  /** @param {number} run */
  async #played(run) {
    let time = this.state?.time ?? 0, next = this.#piece(this.revision);
    while (run === this.run) {
      const { frames, revision } = await next;
      if (run !== this.run) return;
      if (!frames.length) return this.back({ byHand: false });
      next = this.#piece(revision);
      next.catch(() => undefined); // told when it is waited for
      for (const frame of frames) {
        if (frame.t === "changes" && frame.changes.length) {
          await slept(rest(frame.time - time, this.speed));
          if (run !== this.run) return;
          time = frame.time;
        }
        this.#take(frame);
      }
    }
  }

  /** @param {number} after @returns {Promise<{ frames: any[], revision: number }>} */
  #piece(after) {
    const upto = Math.min(after + PIECE, this.app.history.head);
    if (upto <= after) return Promise.resolve({ frames: [], revision: after });
    return this.#fetched(`past/changes?after=${after}&upto=${upto}${this.#asks()}`);
  }

  /** @param {any} frame */
  #take(frame) {
    this.frames.push(frame);
    if (frame.t === "changes") {
      this.revision = frame.revision;
      const last = frame.changes.at(-1);
      if (last) this.change = ticksOf([{ ...last, id: last.id ?? last.item.id, type: last.op === "drop" ? "DELETED" : "MODIFIED", state: last.item?.state, wanted: last.item?.wanted }])[0];
    }
    this.app.schedule();
  }

  /** @param {number} goal @param {boolean} push */
  async #show(goal, push) {
    const away = goal - this.revision, entering = !this.looking;
    this.app.history.around(goal);
    if (!entering && away === 0) return;
    if (!entering && away > 0 && away <= WALK && !this.comparison.on) {
      const { frames } = await this.#fetched(`past/changes?after=${this.revision}&upto=${goal}${this.#asks()}`);
      if (this.wanted !== goal) return; // somebody wants to be elsewhere by now
      for (const frame of frames) this.#take(frame);
    } else {
      const { frame, change, floor } = await this.#fetched(`past?at=${goal}`);
      const { frames } = await this.#fetched(`past/changes?after=${goal}&upto=${goal}${this.#asks()}`);
      if (this.wanted !== goal) return;
      this.app.history.floor = floor;
      if (entering || !this.state) this.state = this.#begun();
      this.frames.push(frame, ...frames);
      this.revision = goal;
      this.change = change ? this.app.history.ticks.find((tick) => tick.revision === change.r) ?? ticksOf([change])[0] : null;
    }
    this.frames.push({ t: "say", text: `You look at revision ${goal}${this.change ? `: ${this.change.words}, by ${this.change.author}` : ""}.` });
    this.#address(goal, push && entering);
    this.app.elsewhere = true;
    this.app.schedule();
  }

  /** A state like the present one with nothing in it yet. @returns {State} */
  #begun() {
    const { user, people, answers, cluster } = this.app.present;
    const asked = [...answers].map(([id, { question }]) => /** @type {const} */ ([id, { question, walk: null, before: null, changedAt: 0, refused: "", stale: false }]));
    return { ...initial(), cluster, user: user && { ...user, canWrite: false }, people, answers: new Map(asked) };
  }

  /** A question asked while one looks is answered as of then. @param {Record<string, any>} question */
  async ask({ id, name, type, pod, namespace }) {
    const at = this.revision;
    try {
      const walk = /** @type {Walk} */ (/** @type {unknown} */ (await this.#fetched(`resolve?${new URLSearchParams({ name, type, ...(pod ? { pod } : {}), namespace })}&at=${at}`)));
      if (this.revision === at) this.frames.push({ t: "answer", id, revision: at, answer: walk });
    } catch (problem) {
      this.frames.push({ t: "refused", id, message: told(problem) });
    }
    this.app.schedule();
  }

  /** The open questions as the server takes them. */
  #asks() {
    const answers = this.state?.answers ?? this.app.present.answers;
    return [...answers.values()].map(({ question }) => `&ask=${encodeURIComponent(JSON.stringify(question))}`).join("");
  }

  /** @param {string} path below the cluster's address @returns {Promise<any>} */
  #fetched(path) {
    return json(`${this.app.page.urls.explorer}${path}`);
  }

  /** @param {number|null} at @param {boolean} push */
  #address(at, push) {
    const address = location.pathname + withMoment(location.search, { at, against: this.comparison.against }) + location.hash;
    if (push) history.pushState(null, "", address);
    else if (address !== location.pathname + location.search + location.hash) history.replaceState(null, "", address);
  }
}

/** @param {number} ms */
const slept = (ms) => (ms > 0 ? new Promise((done) => setTimeout(done, ms)) : Promise.resolve());
