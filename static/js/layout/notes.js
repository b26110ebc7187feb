/**
 * Where the words beside plates and knots stand: the first of a few places where no line runs and nothing else is; below
 * the plate, where lines never come, as the last. Pure. Knows how large words are, not what they say in full.
 *
 * @import { Note, Picture, Plate } from "../types.d.ts"
 * @import { Box, Piece } from "./clear.js"
 * @import { Sizes } from "./tiles.js"
 */
import { isClear } from "./clear.js";
import { doorRows } from "./doors.js";

const LINE = 15, ASCENT = 11;

/** @param {Picture} picture @param {Sizes} size @param {readonly Piece[]} drawn */
export function notes(picture, size, drawn) {
  const phone = size.plateW < 200;
  /** @type {Box[]} */ const things = [...picture.tiles, ...picture.plates, ...picture.outsiders, ...picture.chips.map((chip) => ({ ...chip, y: chip.y - 11, h: 22 })), ...picture.knots.map(({ x, y, small }) => ({ x: x - (small ? 8 : 15), y: y - (small ? 8 : 15), w: small ? 16 : 30, h: small ? 16 : 30 }))];
  for (const { x, y, w, h, ...plate } of picture.plates) {
    const rows = doorRows({ x, y, w, h, ...plate }, phone);
    if (rows) things.push({ x: x - 8, y: y + h + 5, w: w + 10, h: rows * LINE });
  }
  const ones = picture.knots.map(({ from, x, y }) => ({ x1: from, y1: y, x2: x, y2: y })), stubs = picture.plates.filter(isBare).map((plate) => ({ x1: plate.x + plate.w, y1: middle(plate), x2: plate.x + plate.w + (phone ? 30 : 60), y2: middle(plate) }));
  const lines = [...drawn, ...ones, ...stubs];
  /** The first that is clear, kept free from now on. @param {Note[]} places @returns {Note|null} */
  const settle = (places) => {
    const found = places.find((note) => isClear(boxOf(note), lines, things)) ?? null;
    if (found) things.push(boxOf(found));
    return found;
  };
  for (const plate of picture.plates) {
    const note = settle(placesOf(picture, plate, phone));
    if (note) picture.notes.push(note);
  }
  for (const knot of picture.knots) {
    if (knot.small || phone) continue;
    const at = (/** @type {number} */ x, /** @type {number} */ y) => /** @type {Note} */ ({ service: knot.service, sort: "knot", x, y, w: Math.max(64, knot.share.length * 6.2), rows: 2, anchor: "middle" });
    const places = [at(knot.x, knot.y + 32), at(knot.x, knot.y - 38)];
    for (let x = knot.x - 24; x > knot.from + 40; x -= 24) places.push(at(x, knot.y + 22), at(x, knot.y - 26));
    const note = settle(places);
    if (note) picture.notes.push(note);
  }
}

/** @param {Plate} plate */
const middle = (plate) => plate.y + plate.h / 2;

/** Nothing leaves it. @param {Plate} plate */
export const isBare = ({ service: { shape, links, outside } }) => shape !== "external" && !links.length && !outside.length;

/** The first line's baseline is at y. @param {Note} note @returns {Box} */
export const boxOf = ({ x, y, w, rows, anchor }) => ({ x: anchor === "middle" ? x - w / 2 : x, y: y - ASCENT, w, h: rows * LINE + 1 });

/** @param {Picture} picture @param {Plate} plate @param {boolean} phone @returns {Note[]} */
function placesOf(picture, plate, phone) {
  const { x, y, w, h, service, dense } = plate, right = x + w, mid = middle(plate), under = y + h + (phone ? 17 : 16);
  const note = (/** @type {Note["sort"]} */ sort, /** @type {number} */ nx, /** @type {number} */ ny, /** @type {number} */ nw, rows = 1) => /** @type {Note} */ ({ service: plate.id, sort, x: nx, y: ny, w: nw, rows, anchor: "start" });
  if (isBare(plate)) {
    const end = (picture.tiles.find((tile) => tile.ns === plate.ns)?.x ?? picture.width) - (dense ? 40 : 10), from = right + 68;
    if (phone) return [note("why", x, under - 2, 150, 4), note("why", x, under - 2, 130, 4), note("why", x, under - 2, 150, 3), note("why", x, under - 2, w, 3), note("why", x, under - 2, w, 2)];
    const wide = Math.max(90, Math.min(230, end - from));
    if (dense) return [note("why", from - 18, mid + 4, wide + 18), note("why", from - 18, mid + 4, 110)];
    return [note("why", from, mid - 4, wide, 4), note("why", from, mid - 4, wide, 3), ...[190, 170, 150].map((each) => note("why", from, mid - 4, each, 4)), note("why", from, mid - 4, 150, 3), note("why", x + 4, under, w - 8, 3), note("why", x + 4, under, w - 8, 2)];
  }
  if (dense) return [];
  if (service.shape === "external") return phone ? [] : [note("out", right + 46, mid + 4, 150)];
  if (service.shape === "headless") return phone ? [note("many", x, under, 84, 2), note("many", x, under, w, 2)] : [note("many", right + 14, under, 84, 2), note("manyline", x + 4, under, 160)];
  if (phone) return [note("one", x, under, 126, 2), note("one", x, under, w, 1)];
  const knot = picture.knots.find((each) => each.service === plate.id), room = (knot?.x ?? right) - right - 30;
  const wide = room >= 206 ? [note("oneline", right + 14, mid - 12, 206), note("oneline", right + 14, mid + 20, 206)] : [];
  return [...wide, note("one", right + 14, mid - 12, 58), note("one", right + 14, mid + 20, 58), note("oneline", x + 4, under + doorRows(plate, phone) * 16, w - 8)];
}
