/**
 * Moments of a cluster's log as the timeline needs them: what comes before and after, when that was, how long playing
 * waits, and which changes belong to which object. Pure.
 *
 * @import { Tick } from "../types.d.ts"
 */

/** @typedef {{ from: number, to: number }} Range revisions after `from` up to `to`, all of whose changes are known */
/** @typedef {{ id: string, name: string, resource: string, ticks: Tick[] }} Lane */

/** While playing nothing is waited for longer than this (ms), however long nothing happened. */
export const LONGEST_WAIT = 1500;
/** What came at once is still seen one after the other: so long each (ms) at the cluster's own pace. */
export const SHORTEST_WAIT = 200;
const AGO = /** @type {[number, string][]} */ ([[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]]);

/** Both, in order and each revision once. @param {readonly Tick[]} one @param {readonly Tick[]} other @returns {Tick[]} */
export function merged(one, other) {
  const by = new Map([...one, ...other].map((tick) => [tick.revision, tick]));
  return [...by.values()].sort((a, b) => a.revision - b.revision);
}

/** Ranges that touch become one. @param {readonly Range[]} ranges @returns {Range[]} */
export function joined(ranges) {
  /** @type {Range[]} */ const found = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && range.from <= last.to) last.to = Math.max(last.to, range.to);
    else found.push({ ...range });
  }
  return found;
}

/**
 * The revision of the next change that is shown (`way` 1), or of the one before (-1). Where not all changes between are
 * known, the very next revision. @param {readonly Tick[]} ticks @param {readonly Range[]} known @param {number} revision
 * @param {1|-1} way @param {number} floor @param {number} head
 */
export function beside(ticks, known, revision, way, floor, head) {
  const near = way > 0 ? ticks.find((tick) => tick.revision > revision) : ticks.findLast((tick) => tick.revision < revision);
  const covered = (/** @type {number} */ goal) => known.some(({ from, to }) => from <= Math.min(goal, revision) && to >= Math.max(goal, revision));
  const goal = near && covered(near.revision) ? near.revision : !near && covered(way > 0 ? head : floor) ? (way > 0 ? head : floor) : revision + way;
  return Math.max(floor, Math.min(head, goal));
}

/** The change the cluster stood at then; the first one for what was before it. @param {readonly Tick[]} ticks @param {number} time unix s */
export function tickAt(ticks, time) {
  return ticks.findLast((tick) => tick.at <= time) ?? ticks[0];
}

/** How long playing rests between two moments (ms). @param {number} seconds of the cluster's time @param {number} speed */
export const rest = (seconds, speed) => Math.min(LONGEST_WAIT, Math.max(SHORTEST_WAIT, seconds * 1000) / speed);

/** "2 min ago", "just before", and ahead of it nothing. @param {number} seconds */
export function ago(seconds) {
  const [size, unit] = AGO.find(([least]) => seconds >= least) ?? [0, ""];
  return size ? `${Math.floor(seconds / size)} ${unit} ago` : "a moment ago";
}

/** One lane an object, the one that changed last first. @param {readonly Tick[]} ticks @returns {Lane[]} */
export function lanes(ticks) {
  /** @type {Map<string, Lane>} */ const by = new Map();
  for (const tick of ticks) {
    const lane = by.get(tick.id) ?? { id: tick.id, name: tick.id.split("/").at(-1) ?? tick.id, resource: tick.id.split("/")[0], ticks: [] };
    lane.ticks.push(tick);
    by.set(tick.id, lane);
  }
  const last = (/** @type {Lane} */ lane) => lane.ticks.at(-1)?.revision ?? 0;
  return [...by.values()].sort((a, b) => last(b) - last(a));
}
