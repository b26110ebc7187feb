/**
 * Two moments against each other: what came, went and changed. The later one is on show; what went stays in the picture.
 *
 * @import { Item, State } from "../types.d.ts"
 * @import { Past } from "./past.js"
 */
import { GONE } from "../picture/words.js";
import { json, told } from "./fetching.js";

/** @typedef {{ path: string, before: unknown, after: unknown }} FieldDifference */
/** @typedef {{ author: string, cause: string, times: number, revision: number }} Deed */
/** @typedef {{ id: string, resource: string, kind: string, name: string, ns: string, what: "created"|"deleted"|"changed"|"replaced", changes: number, acts: Deed[], fields: FieldDifference[], more: number }} Difference */
/** @typedef {{ from: { revision: number, time: number }, to: { revision: number, time: number }, changes: number, counts: Record<string, number>, objects: Difference[], marks: Record<string, Difference["what"]>, more: number }} Compared */

export class Comparison {
  /** @param {Past} past */
  constructor(past) {
    this.past = past;
    /** @type {Compared|null} */ this.found = null;
    /** @type {Map<string, Difference>} */ this.by = new Map();
    /** @type {Map<string, Difference["what"]>} all that differs, those too that are not told one by one */ this.marks = new Map();
    /** @type {Map<string, Item>} what is there no longer, as it was */ this.ghosts = new Map();
    /** @type {Map<string, number>} seats that workloads had then: room for what is gone */ this.seats = new Map();
  }

  get on() {
    return this.found !== null;
  }

  /** The earlier revision; null without a comparison. */
  get against() {
    return this.found?.from.revision ?? null;
  }

  /** Show two revisions, in whatever order. @param {number} one @param {number} other @param {{ push?: boolean }} [how] */
  async show(one, other, { push = true } = {}) {
    const { past } = this, { urls } = past.app.page, from = Math.min(one, other), to = Math.max(one, other);
    this.end();
    try {
      const [compared, { frame }] = await Promise.all([json(`${urls.explorer}compare?from=${from}&to=${to}`), json(`${urls.explorer}past?at=${from}`)]);
      await past.go(to, { push, keep: true });
      if (past.revision !== to) return;
      this.found = compared;
      this.by = new Map(this.found?.objects.map((each) => [each.id, each]));
      this.marks = new Map(Object.entries(compared.marks));
      this.ghosts = new Map(frame.objects.filter((/** @type {Item} */ item) => this.marks.get(item.id) === "deleted").map((/** @type {Item} */ item) => [item.id, ghost(item)]));
      this.seats = new Map(frame.objects.flatMap((/** @type {Item} */ { id, wanted }) => (wanted ? [[id, wanted]] : [])));
      past.frames.push({ t: "say", text: `Revision ${from} against ${to}: ${this.found?.objects.length} objects differ.` });
      past.stop();
    } catch (problem) {
      past.error = told(problem);
    }
    past.app.schedule();
  }

  /** The state with what is gone in it. @param {State} state @returns {State} */
  over(state) {
    if (!this.ghosts.size) return state;
    const there = [...state.objects].map(([id, item]) => /** @type {[string, Item]} */ ([id, this.seats.has(id) ? { ...item, keeps: this.seats.get(id) } : item]));
    return { ...state, objects: new Map([...this.ghosts, ...there]) };
  }

  end() {
    if (!this.found) return;
    const { past, ghosts } = this;
    if (past.state && ghosts.size) past.state = { ...past.state, objects: new Map([...past.state.objects].flatMap(([id, item]) => (ghosts.has(id) ? [] : [[id, item.keeps ? { ...item, keeps: undefined } : item]]))) };
    this.found = null;
    this.by = new Map();
    this.marks = new Map();
    this.ghosts = new Map();
    this.seats = new Map();
    past.app.schedule();
  }
}

/** @param {Item} item @returns {Item} */
const ghost = (item) => (item.resource === "pods" ? { ...item, state: "terminating", word: GONE, why: "since then", progress: 0 } : item);
