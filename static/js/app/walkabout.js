/** Where an arrow key leads on the map: to the nearest thing in that direction. Pure. */

import { doorsOf } from "../layout/doors.js";

/** @import { Picture, Plate } from "../types.d.ts" */
/** @typedef {{ id: string, x: number, y: number, w: number, h: number, parent: string }} Spot */

/** An Ingress may lead to several Services: its door at each is a thing of its own. @param {Plate} plate */
export const doorId = ({ service: { item, entries } }) => `${entries[0].item.id}@${item.name}`;

/** Everything that can be reached, in reading order. @param {Picture} picture @returns {Spot[]} */
export function spots(picture) {
  /** @type {Spot[]} */ const found = [];
  for (const band of picture.bands) {
    found.push({ id: band.id, x: band.x, y: band.y, w: 80, h: 30, parent: "" });
    for (const plate of picture.plates) {
      if (plate.ns !== band.name) continue;
      const ingress = plate.far ? null : doorsOf(plate, picture.phone).ingress;
      if (ingress) found.push({ id: doorId(plate), ...ingress, parent: plate.id });
      found.push({ ...box(plate), parent: band.id });
    }
    for (const tile of picture.tiles) {
      if (tile.ns !== band.name) continue;
      const bare = tile.mode === "comb" && tile.workload.kind === "Node";
      if (!bare) found.push({ id: tile.id, x: tile.x, y: tile.y, w: tile.w, h: tile.mode === "far" ? tile.h : 26, parent: band.id });
      if (tile.mode === "far") continue;
      for (const slot of tile.slots) found.push({ id: slot.key, x: slot.x - slot.r, y: slot.y - slot.r, w: slot.r * 2, h: slot.r * 2, parent: bare ? band.id : tile.id });
    }
  }
  if (picture.fold) found.push({ id: "fold", x: picture.fold.x, y: picture.fold.y - 12, w: 120, h: 16, parent: "" });
  return found;
}

/** @param {{id: string, x: number, y: number, w: number, h: number}} at */
const box = ({ id, x, y, w, h }) => ({ id, x, y, w, h });

const WAYS = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });

/** @param {Picture} picture @param {string} from id @param {string} key as KeyboardEvent.key @returns {Spot|null} */
export function step(picture, from, key) {
  const all = spots(picture), here = all.find((spot) => spot.id === from) ?? all[0];
  if (!here) return null;
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1) ?? null;
  if (key === "Escape") return all.find((spot) => spot.id === here.parent) ?? null;
  const way = WAYS[key];
  if (!way) return null;
  const [dx, dy] = way, cx = here.x + here.w / 2, cy = here.y + here.h / 2;
  let best = null, least = Infinity;
  for (const spot of all) {
    if (spot.id === here.id) continue;
    const vx = spot.x + spot.w / 2 - cx, vy = spot.y + spot.h / 2 - cy;
    const along = vx * dx + vy * dy, across = Math.abs(vx * dy) + Math.abs(vy * dx);
    if (along <= 1 || across > along * 4 + 40) continue;
    const cost = along + across * 2;
    if (cost < least) {
      least = cost;
      best = spot;
    }
  }
  return best;
}
