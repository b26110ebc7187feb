/**
 * The tiles of the near picture: a column of seats with words beside them, or a comb where there are many. Pure.
 *
 * A tile keeps room for 2 or 3, 5, 8 or (as a comb) more seats than it may want now, so that scaling by a few moves no neighbour.
 * @import { Slot, Tile, Workload } from "../types.d.ts"
 */
import { leaving, MOST, visibleSeats } from "./far.js";

/** @typedef {{ margin: number, r: number, step: number, head: number, foot: number, plateX: number, plateW: number, tileW: number, cardW: number, top: number, columnsAt: number, combR: number }} Sizes */

/** @type {Sizes} */
export const DESK = { margin: 16, r: 26, step: 68, head: 60, foot: 40, plateX: 36, plateW: 226, tileW: 224, cardW: 198, top: 70, columnsAt: 61, combR: 13 };
/** @type {Sizes} */
export const PHONE = { margin: 8, r: 24, step: 86, head: 62, foot: 40, plateX: 20, plateW: 108, tileW: 161, cardW: 0, top: 58, columnsAt: 51, combR: 11 };
const COLUMN_MOST = 8;

/** Seats that a tile has room for at least. @param {Workload} workload */
export const least = (workload) => (workload.kind === "StatefulSet" ? 3 : 2);

/** Seats a workload may want now, or had at the moment it is compared with. @param {Workload} workload */
export const rowsOf = (workload) => Math.max(workload.wanted, workload.item?.keeps ?? 0) + (workload.kind === "Deployment" ? Math.ceil(workload.wanted / 4) : 0);

/** @param {Workload} workload @param {string} ns @param {number} x @param {number} y @param {Sizes} size @returns {Tile} */
export function tile(workload, ns, x, y, size) {
  const most = Math.max(rowsOf(workload), leaving(workload));
  return most > COLUMN_MOST ? comb(workload, ns, x, y, size, most) : column(workload, ns, x, y, size, most);
}

/** @param {Workload} workload @param {string} ns @param {number} x @param {number} y @param {Sizes} size @param {number} wanted @returns {Tile} */
function column(workload, ns, x, y, size, wanted) {
  const few = least(workload), rows = wanted <= few ? few : wanted <= 5 ? 5 : COLUMN_MOST, hx = x + (size === PHONE ? 34 : 50);
  const seats = workload.seats.filter((seat) => seat.index < rows);
  /** @type {Slot[]} */
  const slots = seats.map((seat) => ({ key: key(workload, seat), x: hx, y: y + size.head + seat.index * size.step, r: size.r, seat }));
  const last = Math.max(1, workload.wanted, ...seats.map((seat) => seat.index + 1));
  const height = (/** @type {number} */ count) => size.head + (count - 1) * size.step + size.foot;
  return { id: workload.id, ns, x, y, w: size.tileW, h: height(Math.min(last, rows)), room: height(rows), mode: "column", workload, slots, more: workload.seats.length + workload.beyond - seats.length };
}

/** @param {Workload} workload @param {string} ns @param {number} x @param {number} y @param {Sizes} size @param {number} wanted @returns {Tile} */
function comb(workload, ns, x, y, size, wanted) {
  const stepX = size.combR * 1.732 + 3, stepY = size.combR * 1.5 + 3.5;
  const across = Math.floor((size.tileW - 28 - stepX / 2) / stepX);
  const rows = Math.ceil(Math.min(MOST, [16, 28, 42, 70, MOST].find((n) => n >= wanted) ?? MOST) / across);
  const all = workload.seats.length > across * rows || (workload.seats.at(-1)?.index ?? 0) >= across * rows;
  const seats = all ? visibleSeats(workload, across * rows) : workload.seats;
  /** @type {Slot[]} */
  const slots = seats.map((seat, i) => {
    const cell = all ? i : seat.index, row = Math.floor(cell / across);
    return { key: key(workload, seat), x: x + 14 + stepX / 2 + (cell % across) * stepX + (row % 2 ? stepX / 2 : 0), y: y + 54 + row * stepY, r: size.combR, seat };
  });
  const h = 54 + (rows - 1) * stepY + 34;
  return { id: workload.id, ns, x, y, w: size.tileW, h, room: h, mode: "comb", workload, slots, more: workload.seats.length + workload.beyond - seats.length };
}

/** @param {Workload} workload @param {import("../types.d.ts").Seat} seat */
export const key = (workload, seat) => seat.pod?.id ?? `${workload.id}#${seat.index}`;
