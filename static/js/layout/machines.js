/**
 * The view by node: a node is a band with places for its pods, and where there are many or they are far away for each
 * that it can hold (at most a hundred are drawn); several stand side by side. Pure. Which pod has which place is the
 * model's word.
 *
 * @import { LayoutOptions, NamespaceModel, Picture, Slot, Tile, Workload } from "../types.d.ts"
 */
import { DOT, GUTTER, MOST, ROWS, STEP_X, STEP_Y, visibleSeats } from "./far.js";
import { compare } from "../model/derive.js";
import { placed } from "../model/views.js";
import { DESK, key, PHONE } from "./tiles.js";

/** The far tile holds a hundred dots, and three nodes stand side by side on a usual map. */
const FAR_TILE = Math.ceil((MOST / ROWS) * STEP_X) + 28, FAR_HEAD = GUTTER + 14, FAR_WIDTH = FAR_HEAD + FAR_TILE + 8, FAR_HEIGHT = 78, PHONE_HEAD = 40;
/** The line below says what is folded. */
const FAR_LEAST = 640;
/** Pods of a node that have room for their names; a row of them; how wide one is at least. */
const NAMED_MOST = 48, NAMED_STEP = 42, NAMED_LEAST = 160;
/** Rows a node may have: of more than two no more than a third is free, and a pod that comes seldom makes it grow. */
const ROW_STEPS = [1, 2, 3, 4, 5, 6, 8, 12, 16, 24];
/** Pods in a row of a node that stands beside another, and how many of its rows it stands there with; with more it stands alone. */
const BESIDE = 3, BESIDE_ROWS = 4;

/** @param {Picture} picture @param {NamespaceModel[]} nodes @param {LayoutOptions} options */
export function farMachines(picture, nodes, options) {
  const phone = options.phone ?? false, { width } = options;
  const across = phone ? 1 : Math.max(1, Math.floor((width - 24 + 8) / (FAR_WIDTH + 8))), w = phone ? width - 12 : FAR_WIDTH, h = FAR_HEIGHT + (phone ? PHONE_HEAD : 0);
  const top = phone ? 6 : 10;
  nodes.forEach((node, i) => {
    const x = (phone ? 6 : 12) + (i % across) * (w + 8), y = top + Math.floor(i / across) * (h + 6);
    const left = phone ? x + 10 : x + FAR_HEAD, from = y + (phone ? PHONE_HEAD : 8);
    picture.bands.push({ id: node.id, name: node.name, x, y, w, h, namespace: node, columns: null });
    const [workload] = node.workloads;
    // On a phone in rows, as the tiles of the other views.
    const columns = Math.floor((w - 50) / STEP_X);
    const cell = (/** @type {number} */ n) => phone ? { x: left + 12 + (n % columns) * STEP_X + (Math.floor(n / columns) % 2 ? STEP_X / 2 : 0), y: from + 13 + Math.floor(n / columns) * STEP_Y } : ({ x: left + 12 + Math.floor(n / ROWS) * STEP_X + (n % ROWS % 2 ? STEP_X / 2 : 0), y: from + 13 + (n % ROWS) * STEP_Y });
    picture.tiles.push(tile(workload, node.name, { x: left, y: from, w: phone ? w - 20 : FAR_TILE, h: FAR_HEIGHT - 16 }, "far", DOT, cell));
  });
  if (!phone) picture.width = Math.max(FAR_LEAST, 24 + Math.min(across, nodes.length) * (FAR_WIDTH + 8) - 8);
  picture.height = top + Math.ceil(nodes.length / across) * (h + 6) + 8;
}

/** How many stand side by side depends on the width alone, and a node's width and height on its own pods, so one that
 * grows moves only those below it.
 * @param {Picture} picture @param {NamespaceModel[]} nodes @param {LayoutOptions} options */
export function nearMachines(picture, nodes, options) {
  const { phone = false } = options, size = phone ? PHONE : DESK, width = Math.max(phone ? 360 : 640, options.width), pad = phone ? 6 : 14, gap = phone ? 10 : 14, head = phone ? 62 : 58;
  const whole = width - 2 * size.margin, beside = phone ? 1 : Math.max(1, Math.floor((whole + gap) / (BESIDE * NAMED_LEAST + 2 * pad + gap))), part = Math.floor((whole - (beside - 1) * gap) / beside);
  picture.width = width;
  /** @type {number[]} where the next may begin, column by column */ const free = Array.from({ length: beside }, () => phone ? 8 : 12);
  let next = 0;
  for (const node of nodes) {
    const [workload] = node.workloads, alone = workload.pods.length > BESIDE * BESIDE_ROWS, column = alone ? 0 : next;
    const x = size.margin + column * (part + gap), y = alone ? Math.max(...free) : free[column], w = alone ? whole : part;
    const box = { x: x + pad, y: y + head, w: w - 2 * pad };
    const made = workload.pods.length <= NAMED_MOST ? named(workload, node.name, box, phone) : crowded(workload, node.name, box, size);
    const h = head + made.h + 8;
    picture.bands.push({ id: node.id, name: node.name, x, y, w, h, namespace: node, columns: null });
    picture.tiles.push(made);
    if (alone) free.fill(y + h + gap);
    else free[column] = y + h + gap;
    next = alone ? 0 : (column + 1) % beside;
  }
  picture.height = Math.max(...free) + 12;
}

/** A node's pods with their names beside them, in as many rows as they need.
 * @param {Workload} workload @param {string} ns @param {{x: number, y: number, w: number}} box @param {boolean} phone @returns {Tile} */
function named(workload, ns, box, phone) {
  const r = phone ? 12 : 14, across = Math.max(1, Math.floor(box.w / NAMED_LEAST)), wide = box.w / across;
  const rows = ROW_STEPS.find((n) => n * across >= workload.pods.length) ?? Math.ceil(workload.pods.length / across);
  const cell = (/** @type {number} */ n) => ({ x: box.x + 8 + r + (n % across) * wide, y: box.y + 20 + Math.floor(n / across) * NAMED_STEP });
  return tile(fitted(workload, rows * across), ns, { ...box, h: rows * NAMED_STEP }, "comb", r, cell, Math.floor(wide - 2 * r - 22));
}

/** @type {WeakMap<Workload, { places: number, made: Workload }>} */
const fits = new WeakMap();

/** A node's pods on so many places. @param {Workload} workload @param {number} places @returns {Workload} */
function fitted(workload, places) {
  const before = fits.get(workload);
  if (before?.places === places) return before.made;
  const made = { ...workload, seats: placed([...workload.pods].sort((a, b) => a.created - b.created || compare(a.id, b.id)), places, workload.first), rooms: workload.rooms ? Math.max(workload.pods.length, Math.min(workload.rooms, places)) : 0 };
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
