/**
 * Where what a filter leaves stands in the picture, and whether any of it can be seen. Pure. Refuses to know what a
 * filter is.
 *
 * @import { Kept, Picture, Tile } from "../types.d.ts"
 * @import { Box, View } from "./anchor.js"
 */
import { hasKept, seatKept } from "../model/filter.js";
import { missing } from "./anchor.js";

/** A slot with its words. @param {Tile} tile @param {Tile["slots"][number]} slot @returns {Box} */
const spot = (tile, { x, y, r }) => ({ x: x - r, y: y - r, w: tile.mode === "column" ? tile.x + tile.w - x + r : 2 * r + (tile.words ?? 0), h: 2 * r });

/** The seats and pods that are left, of a tile with none of them drawn the tile; Services where nothing else is left.
 * @param {Picture} picture @param {Kept} left @returns {Box[]} */
export function matchesIn({ tiles, plates }, left) {
  const found = tiles.filter(({ workload }) => hasKept(workload, left)).flatMap((/** @type {Tile} */ tile) => {
    const own = tile.mode === "far" ? [] : tile.slots.filter((slot) => seatKept(slot.seat, slot.key, left));
    return own.length ? own.map((slot) => spot(tile, slot)) : [tile];
  });
  return found.length ? found : plates.filter(({ id }) => left.services.has(id));
}

/** Whether any of them can be seen. @param {readonly Box[]} boxes @param {View} view */
export const anySeen = (boxes, view) => boxes.length === 0 || missing(boxes, view) === null;

/** The box around all of them. @param {readonly Box[]} boxes @returns {Box|null} */
export function around(boxes) {
  if (!boxes.length) return null;
  const x = Math.min(...boxes.map((box) => box.x)), y = Math.min(...boxes.map((box) => box.y));
  return { x, y, w: Math.max(...boxes.map((box) => box.x + box.w)) - x, h: Math.max(...boxes.map((box) => box.y + box.h)) - y };
}
