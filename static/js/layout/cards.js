/**
 * Pinned answers beside the pods they name: a card's rows stand at the height of their pods where that is free, so the
 * line from row to pod crosses nothing. The newest question gets its ideal place, older ones what is left; those that
 * would stand out of sight are folded to a line. Pure.
 *
 * @import { Answer, Card, CardRow, DnsRecord, Picture, Slot, Tile, Walk } from "../types.d.ts"
 */
import { wrap } from "./geometry.js";

const HEAD = 42, ROW = 34, ROWS = 6, GAP = 14, FOOT = 14, FOLDED = 30, FOLDED_GAP = 6;
/** What a band keeps free at its lower edge, and at its upper one for its head. */
const EDGE = 20, BAND_HEAD = 70;

/** @param {Picture} picture @param {readonly Answer[]} pinned newest first @param {number} inSight how far down the map shows without being moved; 0: nobody knows */
export function cards(picture, pinned, inSight) {
  const column = picture.cardColumn;
  if (!column || !pinned.length || !picture.bands.length) return;
  /** @type {Map<string, { slot: Slot, tile: Tile }>} */ const at = new Map();
  for (const tile of picture.tiles) for (const slot of tile.slots) at.set(slot.key, { slot, tile });
  const last = /** @type {import("../types.d.ts").Band} */ (picture.bands.at(-1));
  const limit = inSight ? inSight - 4 : Infinity;
  let open = pinned.length;
  do picture.cards = place(picture, pinned, open, column, at);
  while (lowest(picture.cards) > limit && --open > 0);
  // What is below the last band would lie on nothing: the band grows, and nothing stands under it that could move.
  last.h = Math.max(last.h, lowest(picture.cards) + EDGE - last.y);
}

/** The lower edge of the lowest. @param {readonly Card[]} placed */
const lowest = (placed) => Math.max(...placed.map((card) => card.y + card.h));

/** The newest `open` answers as cards, the others folded below one another where there is room.
 * @param {Picture} picture @param {readonly Answer[]} pinned @param {number} open @param {{x: number, y: number, w: number}} column @param {Map<string, {slot: Slot, tile: Tile}>} at @returns {Card[]} */
function place(picture, pinned, open, column, at) {
  /** @type {Card[]} */ const placed = [];
  for (const answer of pinned.slice(0, open)) {
    const card = make(answer, column, at, picture);
    settle(card, [...placed, ...seams(picture, card.h)], column.y, GAP);
    placed.push(card);
  }
  for (const answer of pinned.slice(open)) {
    /** @type {Card} */
    const card = { id: answer.question.id, x: column.x, y: column.y, w: column.w, h: FOLDED, answer, rows: [], hidden: 0, stub: null, folded: true };
    settle(card, [...placed, ...seams(picture, FOLDED)], column.y, FOLDED_GAP);
    placed.push(card);
  }
  return placed;
}

/** Where one band ends and the next begins: a card that has room in a band stands in one.
 * @param {Picture} picture @param {number} h @returns {{y: number, h: number}[]} */
function seams({ bands }, h) {
  if (!bands.some((band) => band.h >= BAND_HEAD + EDGE + h)) return [];
  return bands.slice(1).map((band, i) => {
    const y = bands[i].y + bands[i].h - EDGE + GAP;
    return { y, h: band.y + BAND_HEAD - GAP - y };
  });
}

/** @param {Answer} answer @param {{x: number, y: number, w: number}} column @param {Map<string, {slot: Slot, tile: Tile}>} at @param {Picture} picture @returns {Card} */
function make(answer, column, at, picture) {
  const { walk } = answer;
  /** @type {CardRow[]} */ const rows = [];
  const head = HEAD + (headLines(answer) - 1) * 15;
  let h = 60 + reasonLines(answer, column.w).length * 15, y = column.y, /** @type {{x: number, y: number}|null} */ stub = null;
  const records = walk ? inOrder(walk, at) : [];
  const shown = records.slice(0, ROWS);
  if (shown.length) {
    const points = shown.map(({ target }) => at.get(target ?? "")), first = points.find(Boolean);
    // Rows take the pods' heights when all of them stand in one column, top to bottom, each at its own height.
    const heights = points.map((p) => p?.slot.y ?? -1);
    const level = (heights[0] < 0 || heights[0] - head - 18 >= column.y) && points.every((p) => p?.tile.mode === "column") && heights.every((v, i) => i === 0 || v - heights[i - 1] >= ROW);
    const top = first ? Math.max(column.y, first.slot.y - head - 18) : column.y;
    shown.forEach(({ record, target }, i) => {
      const point = points[i];
      const rowY = level && point ? point.slot.y : top + head + 18 + i * ROW;
      rows.push({ y: rowY, record, target, lineFrom: point ? { x: point.tile.x + point.tile.w, y: point.slot.y } : null });
    });
    y = top;
    h = (rows.at(-1)?.y ?? 0) - top + FOOT + 18 + (records.length > ROWS ? 16 : 0);
  } else if (walk) {
    const seat = seatOf(answer, picture);
    h = 61 + Math.max(1, reasonLines(answer, column.w).length) * 15 + (headLines(answer) - 1) * 15;
    if (seat) {
      y = Math.max(column.y, seat.slot.y - 22);
      stub = { x: seat.tile.x + seat.tile.w, y: seat.slot.y };
    }
  }
  return { id: answer.question.id, x: column.x, y: Math.round(y), w: column.w, h: Math.round(h), answer, rows, hidden: records.length - shown.length, stub, folded: false };
}

/** The records in the order of their pods from top to bottom, each with what it names and what stood there before.
 * @param {Walk} walk @param {Map<string, {slot: Slot}>} at @returns {{record: DnsRecord, target: string|null}[]} */
function inOrder(walk, at) {
  const named = new Map(walk.targets.map((target) => [target.ip, target.id]));
  const target = (/** @type {DnsRecord} */ record) => named.get(record.data) ?? null;
  const height = (/** @type {string|null} */ id) => at.get(id ?? "")?.slot.y ?? 1e6;
  return walk.records
    .map((record) => ({ record, target: target(record) }))
    .sort((a, b) => height(a.target) - height(b.target) || (a.record.data < b.record.data ? -1 : a.record.data > b.record.data ? 1 : 0));
}

/** The seat a name without an answer would belong to: `app-stateful-3.headless-svc-stateful` has one even while empty.
 * @param {Answer} answer @param {Picture} picture @returns {{ slot: Slot, tile: Tile }|null} */
function seatOf(answer, picture) {
  const [host, service] = answer.question.name.split(".");
  if (!service) return null;
  for (const tile of picture.tiles) {
    if (tile.workload.kind !== "StatefulSet" || tile.mode !== "column") continue;
    const slot = tile.slots.find((one) => (one.seat.pod?.name ?? `${tile.workload.name}-${one.seat.ordinal}`) === host);
    if (slot) return { slot, tile };
  }
  return null;
}

/** Why there is no record, in the lines of its card. @param {Answer} answer @param {number} w */
export const reasonLines = ({ walk, refused }, w) => wrap(walk ? walk.reasons[0] ?? "" : refused || "asking…", w - 28, 11, 6);

/** A long name takes two lines in the head of its card. @param {Answer} answer */
export const headLines = (answer) => (answer.question.name.includes(".") ? 2 : 1);

/** Move a card down until it meets no other. Its rows keep their distance to it.
 * @param {Card} card @param {{y: number, h: number}[]} placed @param {number} top @param {number} gap */
function settle(card, placed, top, gap) {
  let y = Math.max(top, card.y);
  for (let moved = true; moved; ) {
    moved = false;
    for (const other of placed) {
      if (y < other.y + other.h + gap && other.y < y + card.h + gap) {
        y = other.y + other.h + gap;
        moved = true;
      }
    }
  }
  const by = y - card.y;
  card.y = y;
  for (const row of card.rows) row.y += by;
}
