/**
 * The view by node: a node is a band with a place for each pod it can hold (at most a hundred are drawn), far away
 * several of them side by side. Pure. Which pod has which place is the model's word.
 *
 * @import { LayoutOptions, NamespaceModel, Picture, Slot, Tile, Workload } from "../types.d.ts"
 */
import { DOT, GUTTER, MOST, ROWS, STEP_X, STEP_Y, visibleSeats } from "./far.js";
import { compare } from "../model/derive.js";
import { placed } from "../model/views.js";
import { DESK, key, PHONE } from "./tiles.js";

const FAR_TILE = Math.ceil((MOST / ROWS) * STEP_X) + 20, FAR_HEIGHT = 78, PHONE_HEAD = 40;
/** Pods of a node that have room for their names; a row of them. */
const NAMED_MOST = 48, NAMED_STEP = 42;

/** @param {Picture} picture @param {NamespaceModel[]} nodes @param {LayoutOptions} options */
export function farMachines(picture, nodes, options) {
  const phone = options.phone ?? false, least = GUTTER + FAR_TILE + 60, width = options.width;
  const across = phone ? 1 : Math.max(1, Math.floor((width - 24 + 8) / (least + 8))), w = (width - (phone ? 12 : 24) - (across - 1) * 8) / across, h = FAR_HEIGHT + (phone ? PHONE_HEAD : 0);
  const top = phone ? 6 : 10;
  nodes.forEach((node, i) => {
    const x = (phone ? 6 : 12) + (i % across) * (w + 8), y = top + Math.floor(i / across) * (h + 6);
    const left = phone ? x + 10 : x + GUTTER + 22, from = y + (phone ? PHONE_HEAD : 8);
    picture.bands.push({ id: node.id, name: node.name, x, y, w, h, namespace: node, columns: null });
    const [workload] = node.workloads;
    // On a phone in rows, as the tiles of the other views.
    const columns = Math.floor((w - 50) / STEP_X);
    const cell = (/** @type {number} */ n) => phone ? { x: left + 12 + (n % columns) * STEP_X + (Math.floor(n / columns) % 2 ? STEP_X / 2 : 0), y: from + 13 + Math.floor(n / columns) * STEP_Y } : ({ x: left + 12 + Math.floor(n / ROWS) * STEP_X + (n % ROWS % 2 ? STEP_X / 2 : 0), y: from + 13 + (n % ROWS) * STEP_Y });
    picture.tiles.push(tile(workload, node.name, { x: left, y: from, w: phone ? w - 20 : Math.min(FAR_TILE + 44, x + w - 8 - left), h: FAR_HEIGHT - 16 }, "far", DOT, cell));
  });
  picture.height = top + Math.ceil(nodes.length / across) * (h + 6) + 8;
}

/** @param {Picture} picture @param {NamespaceModel[]} nodes @param {LayoutOptions} options */
export function nearMachines(picture, nodes, options) {
  const { phone = false } = options, size = phone ? PHONE : DESK, width = Math.max(phone ? 360 : 640, options.width), inner = size.margin + (phone ? 6 : 14);
  picture.width = width;
  let y = phone ? 8 : 12;
  for (const node of nodes) {
    const [workload] = node.workloads, head = phone ? 62 : 58, box = { x: inner, y: y + head, w: width - 2 * inner };
    const made = workload.pods.length <= NAMED_MOST ? named(workload, node.name, box, phone) : crowded(workload, node.name, box, size);
    const h = head + made.h + 8;
    picture.bands.push({ id: node.id, name: node.name, x: size.margin, y, w: width - 2 * size.margin, h, namespace: node, columns: null });
    picture.tiles.push(made);
    y += h + (phone ? 10 : 14);
  }
  picture.height = y + 12;
}

/** A node's pods with their names beside them; the rows double when a pod finds no place.
 * @param {Workload} workload @param {string} ns @param {{x: number, y: number, w: number}} box @param {boolean} phone @returns {Tile} */
function named(workload, ns, box, phone) {
  const r = phone ? 12 : 14, across = Math.max(1, Math.floor(box.w / (phone ? 170 : 172))), wide = box.w / across;
  let rows = phone ? 2 : 1;
  while (rows * across < workload.pods.length) rows *= 2;
  const cell = (/** @type {number} */ n) => ({ x: box.x + 8 + r + (n % across) * wide, y: box.y + 20 + Math.floor(n / across) * NAMED_STEP });
  return tile(fitted(workload, rows * across), ns, { ...box, h: rows * NAMED_STEP }, "comb", r, cell, Math.floor(wide - 2 * r - 22));
}

/** @type {WeakMap<Workload, { places: number, made: Workload }>} */
const fits = new WeakMap();

/** A node's pods on so many places. @param {Workload} workload @param {number} places @returns {Workload} */
function fitted(workload, places) {
  const before = fits.get(workload);
  if (before?.places === places) return before.made;
  const made = { ...workload, seats: placed([...workload.pods].sort((a, b) => a.created - b.created || compare(a.id, b.id)), places), rooms: workload.rooms ? Math.max(workload.pods.length, Math.min(workload.rooms, places)) : 0 };
  fits.set(workload, { places, made });
  return made;
}

/** Many pods of a node, close together. @param {Workload} workload @param {string} ns @param {{x: number, y: number, w: number}} box @param {import("./tiles.js").Sizes} size @returns {Tile} */
function crowded(workload, ns, box, size) {
  const r = size.combR + 2, stepX = r * 1.732 + 4, stepY = r * 1.5 + 4, across = Math.floor((box.w - 20 - stepX / 2) / stepX);
  const rows = Math.ceil(Math.max(workload.rooms || 0, Math.min(MOST, workload.pods.length), 1) / across);
  const cell = (/** @type {number} */ n) => ({ x: box.x + 10 + stepX / 2 + (n % across) * stepX + (Math.floor(n / across) % 2 ? stepX / 2 : 0), y: box.y + 6 + r + Math.floor(n / across) * stepY });
  return tile(workload, ns, { ...box, h: rows * stepY + 16 }, "comb", r, cell);
}

/** @type {WeakMap<Workload, { at: string, made: Tile }>} */
const known = new WeakMap();

/** The same node's pods at the same place give the same tile, so drawing can skip it.
 * @param {Workload} workload @param {string} ns @param {{x: number, y: number, w: number, h: number}} box @param {"far"|"comb"} mode @param {number} r @param {(n: number) => {x: number, y: number}} cell @param {number} [words] @returns {Tile} */
function tile(workload, ns, box, mode, r, cell, words = 0) {
  const at = `${box.x},${box.y},${box.w},${box.h},${mode}`, before = known.get(workload);
  if (before?.at === at) return before.made;
  const inOrder = workload.seats.length <= MOST && (workload.seats.at(-1)?.index ?? 0) < MOST, seats = inOrder ? workload.seats : visibleSeats(workload);
  /** @type {Slot[]} */
  const slots = seats.map((seat, i) => ({ key: key(workload, seat), ...cell(inOrder ? seat.index : i), r, seat }));
  const taken = new Set(inOrder ? seats.map((seat) => seat.index) : seats.keys()), free = [];
  for (let i = 0; i < (workload.rooms ?? 0); i++) if (!taken.has(i)) free.push(cell(i));
  const made = { id: workload.id, ns, ...box, room: box.h, mode, workload, slots, free, words, more: workload.seats.length - seats.length };
  known.set(workload, { at, made });
  return made;
}
