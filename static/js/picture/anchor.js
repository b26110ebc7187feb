/**
 * What of the picture is under a point, and what must be in sight: who zooms looks at something, and it stays there,
 * also where another level of detail draws it elsewhere. Pure.
 *
 * @import { Picture } from "../types.d.ts"
 */

/** @typedef {{ x: number, y: number, w: number, h: number }} Box */
/** @typedef {{ x0: number, y0: number, x1: number, y1: number }} View */

/** Of what is in sight at least so much shows, in the picture's units. */
const SLIVER = 24;

/** Who points so close to a thing means it. */
const CLOSE = 8;

/** Everything that has a place of its own, the smallest first. @param {Picture} picture @returns {({ id: string } & Box)[]} */
function things({ tiles, plates }) {
  const slots = tiles.flatMap((tile) => tile.slots.map(({ key, x, y, r }) => ({ id: key, x: x - r, y: y - r, w: 2 * r, h: 2 * r })));
  return [...slots, ...plates, ...tiles];
}

/** The thing at a point, else the nearest to it. @param {Picture} picture @param {number} x @param {number} y
 * @returns {{ id: string, hit: boolean }|null} */
export function under(picture, x, y) {
  const off = (/** @type {Box} */ box) => Math.hypot(Math.max(box.x - x, 0, x - box.x - box.w), Math.max(box.y - y, 0, y - box.y - box.h));
  /** @type {{ id: string, away: number }|null} */ let best = null;
  for (const thing of things(picture)) {
    const away = off(thing);
    if (!best || away < best.away) best = { id: thing.id, away };
  }
  return best && { id: best.id, hit: best.away <= CLOSE };
}

/** Where a thing stands; what a crowded tile does not draw stands where its tile does.
 * @param {Picture} picture @param {string} id @param {string} [tile] of it @returns {Box|null} */
export function boxOf(picture, id, tile = "") {
  const all = things(picture);
  return all.find((each) => each.id === id) ?? all.find((each) => each.id === tile) ?? null;
}

/** What there is to be seen: a tile whose seats stand far apart is seen by these. @param {Picture} picture @returns {Box[]} */
export const seen = ({ tiles, plates, cards }) => [...plates, ...cards, ...tiles.flatMap((tile) => tile.mode === "column" ? [{ ...tile, h: 40 }, ...tile.slots.map(({ y, r }) => ({ x: tile.x, y: y - r, w: tile.w, h: 2 * r }))] : [tile])];

/** How far the view must go for one of these to be in it; null when one is. @param {readonly Box[]} boxes @param {View} view
 * @returns {{ dx: number, dy: number }|null} */
export function missing(boxes, { x0, y0, x1, y1 }) {
  const short = (/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ from, /** @type {number} */ to) => {
    const edge = Math.min(SLIVER, size, to - from);
    return at + size - from < edge ? at + size - edge - from : to - at < edge ? at + edge - to : 0;
  };
  /** @type {{ dx: number, dy: number }|null} */ let best = null;
  for (const box of boxes) {
    const dx = short(box.x, box.w, x0, x1), dy = short(box.y, box.h, y0, y1);
    if (!dx && !dy) return null;
    if (!best || Math.hypot(dx, dy) < Math.hypot(best.dx, best.dy)) best = { dx, dy };
  }
  return best;
}
