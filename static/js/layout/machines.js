/**
 * The view by node: a node is a band with a place for each pod it can hold (at most a hundred are drawn), far away
 * several of them side by side. Pure. Which pod has which place is the model's word.
 *
 * @import { LayoutOptions, NamespaceModel, Picture, Slot, Tile, Workload } from "../types.d.ts"
 */
import { DOT, GUTTER, MOST, ROWS, STEP_X, STEP_Y, visibleSeats } from "./far.js";
import { DESK, key, PHONE } from "./tiles.js";

const FAR_TILE = Math.ceil((MOST / ROWS) * STEP_X) + 20, FAR_HEIGHT = 78, PHONE_HEAD = 40;

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
  const r = size.combR + 2, stepX = r * 1.732 + 4, stepY = r * 1.5 + 4, across = Math.floor((width - 2 * inner - 20 - stepX / 2) / stepX);
  picture.width = width;
  let y = phone ? 8 : 12;
  for (const node of nodes) {
    const [workload] = node.workloads, rows = Math.ceil(Math.max(workload.rooms || 0, Math.min(MOST, workload.pods.length), 1) / across), head = phone ? 66 : 54;
    const h = rows * stepY + 24, from = y + head;
    const cell = (/** @type {number} */ n) => ({ x: inner + 10 + stepX / 2 + (n % across) * stepX + (Math.floor(n / across) % 2 ? stepX / 2 : 0), y: from + 10 + r + Math.floor(n / across) * stepY });
    picture.bands.push({ id: node.id, name: node.name, x: size.margin, y, w: width - 2 * size.margin, h: head + h + 12, namespace: node, columns: null });
    picture.tiles.push(tile(workload, node.name, { x: inner, y: from, w: width - 2 * inner, h }, "comb", r, cell));
    y += head + h + 12 + (phone ? 12 : 16);
  }
  picture.height = y + 12;
}

/** @type {WeakMap<Workload, { at: string, made: Tile }>} */
const known = new WeakMap();

/** The same node's pods at the same place give the same tile, so drawing can skip it.
 * @param {Workload} workload @param {string} ns @param {{x: number, y: number, w: number, h: number}} box @param {"far"|"comb"} mode @param {number} r @param {(n: number) => {x: number, y: number}} cell @returns {Tile} */
function tile(workload, ns, box, mode, r, cell) {
  const at = `${box.x},${box.y},${box.w},${box.h},${mode}`, before = known.get(workload);
  if (before?.at === at) return before.made;
  const inOrder = workload.seats.length <= MOST && (workload.seats.at(-1)?.index ?? 0) < MOST, seats = inOrder ? workload.seats : visibleSeats(workload).slice(0, MOST);
  /** @type {Slot[]} */
  const slots = seats.map((seat, i) => ({ key: key(workload, seat), ...cell(inOrder ? seat.index : i), r, seat }));
  const taken = new Set(inOrder ? seats.map((seat) => seat.index) : seats.keys()), free = [];
  for (let i = 0; i < (workload.rooms ?? 0); i++) if (!taken.has(i)) free.push(cell(i));
  const made = { id: workload.id, ns, ...box, room: box.h, mode, workload, slots, free, more: workload.seats.length - seats.length };
  known.set(workload, { at, made });
  return made;
}
