/**
 * The lines from Services to pods. Headless: straight, one for each pod, carrying a chip with its name and address.
 * ClusterIP: exactly one line to a knot, thin curves from there. Pure.
 *
 * @import { Model, Picture, Plate, ServiceModel, Slot, Tile } from "../types.d.ts"
 * @import { Sizes } from "./tiles.js"
 */
import { elide, round, textWidth } from "./geometry.js";

const CHIP = 216, CHIP_LEAST = 330, FAN = 8;
/** How far the words beside a plate reach from its edge. */
const NOTE = 90;

/** @param {Picture} picture @param {Model} model @param {Sizes} size */
export function wires(picture, model, size) {
  /** @type {Map<string, { slot: Slot, tile: Tile }>} */ const at = new Map();
  for (const tile of picture.tiles) for (const slot of tile.slots) at.set(slot.key, { slot, tile });
  /** @type {Set<string>} tiles whose chips are spoken for: two Services' chips would lie on each other */ const spoken = new Set();
  const own = (/** @type {Plate} */ plate) => picture.plates.filter((other) => other.ns === plate.ns && other !== plate);
  for (const plate of picture.plates) {
    if (plate.service.shape === "headless") rays(picture, plate, at, spoken, size, own(plate));
    else if (plate.service.links.length) proxied(picture, plate, at, size);
  }
}

/** @param {Picture} picture @param {Plate} plate @param {Map<string, {slot: Slot, tile: Tile}>} at @param {Set<string>} spoken @param {Sizes} size @param {Plate[]} others */
function rays(picture, plate, at, spoken, size, others) {
  const x1 = plate.x + plate.w, y1 = plate.y + plate.h / 2;
  const mine = new Set(), room = new Map();
  for (const link of plate.service.links) {
    const end = at.get(link.pod);
    if (!end) continue;
    const { slot, tile } = end;
    if (tile.mode === "comb") {
      // Many pods: a line for each of the first few, spread over the tile's side.
      const n = room.get(tile.id) ?? 0;
      room.set(tile.id, n + 1);
      if (n >= FAN) continue;
      const count = Math.min(FAN, plate.service.links.filter((one) => at.get(one.pod)?.tile === tile).length);
      const y2 = tile.y + 40 + ((n + 0.5) * (tile.h - 56)) / count;
      picture.lines.push({ ...ray(plate, link, x1, y1, tile.x, y2), casing: "", width: 1.1 });
      continue;
    }
    const x2 = slot.x - slot.r - (size.plateW < 200 ? 4 : 6);
    if (y1 + ((slot.y - y1) * NOTE) / (x2 - x1) > plate.y + plate.h - 4) plate.steep = true;
    picture.lines.push(ray(plate, link, x1, y1, x2, slot.y));
    if (!link.published || x2 - x1 < CHIP_LEAST || (spoken.has(tile.id) && !mine.has(tile.id))) continue;
    const middle = x1 + 0.587 * (x2 + 2 - x1), y = y1 + (slot.y - y1) * 0.587;
    // Where another Service's line and words are, a chip would lie on them: the pod tells its address itself.
    if (others.some((other) => busy(other, y))) continue;
    mine.add(tile.id);
    spoken.add(tile.id);
    const name = elide(link.pod.slice(link.pod.lastIndexOf("/") + 1), CHIP - 28 - textWidth(link.address, 11.5, true), 11.5, true);
    picture.chips.push({ key: `${plate.id} ${link.pod}`, service: plate.id, pod: link.pod, x: Math.round(middle - CHIP / 2), y: round(y), w: CHIP, name, address: link.address });
  }
}

/** Whether the row of a Service, with the words beside it, takes the height where a chip would stand.
 * @param {Plate} plate @param {number} y */
function busy({ y: top, h, service: { shape, links, outside } }, y) {
  const middle = top + h / 2, loose = shape !== "external" && !links.length && !outside.length;
  const [above, below] = loose ? [20, 34] : shape !== "headless" && links.length ? [26, 52] : [0, 0];
  return below > 0 && y + 11 > middle - above && y - 11 < middle + below;
}

/** @param {Plate} plate @param {{pod: string, published: boolean, why: string}} link @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @returns {import("../types.d.ts").Line} */
const ray = (plate, link, x1, y1, x2, y2) => ({ key: `${plate.id} ${link.pod}`, kind: "ray", service: plate.id, pod: link.pod, d: `M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}`, casing: `M${round(x1 + (x2 - x1) * 0.3)} ${round(y1 + (y2 - y1) * 0.3)}L${round(x2)} ${round(y2)}`, published: link.published, why: link.why, width: 1.75 });

/** @param {Picture} picture @param {Plate} plate @param {Map<string, {slot: Slot, tile: Tile}>} at @param {Sizes} size */
function proxied(picture, plate, at, size) {
  const small = size.plateW < 200, r = small ? 11 : 14;
  const y = plate.y + plate.h / 2, from = plate.x + plate.w;
  const tileX = picture.tiles.find((tile) => tile.ns === plate.ns)?.x ?? from + 200;
  const x = Math.max(tileX - (small ? 37 : 68), from + r + 12);
  const { service } = plate;
  picture.knots.push({ service: plate.id, x, y, from, share: shareWords(service) });
  let i = 0;
  const room = new Map();
  for (const link of service.links) {
    const end = at.get(link.pod);
    if (!end) continue;
    const { slot, tile } = end, comb = tile.mode === "comb";
    const n = room.get(tile.id) ?? 0;
    room.set(tile.id, n + 1);
    if (comb && n >= FAN) continue;
    const count = Math.min(FAN, service.links.filter((one) => at.get(one.pod)?.tile === tile).length);
    const x2 = comb ? tile.x : slot.x - slot.r - 1, y2 = comb ? tile.y + 44 + ((n + 0.5) * (tile.h - 56)) / count : slot.y + r - 1;
    const lane = Math.min(i++, 6) * (small ? 5 : 8);
    const bend = Math.min(tileX - (small ? 16 : 30) + lane, x2 - 12);
    const d = `M${round(x + r * 0.8)} ${round(y)}C${round(x + 56 + Math.min(i, 6) * 3 - (small ? 34 : 0))} ${round(y)} ${round(bend)} ${round(y2)} ${round(x2)} ${round(y2)}`;
    picture.lines.push({
      key: `${plate.id} ${link.pod}`, kind: "via", service: plate.id, pod: link.pod, published: link.published, why: link.why,
      width: link.published ? Math.max(0.8, Math.min(4, 1.4 * link.share * service.published)) : 1.4,
      d, casing: d,
    });
  }
}

/** @param {ServiceModel} service */
function shareWords(service) {
  if (service.published === 0) return "no pod is Ready";
  return service.published === 1 ? "all to one pod" : `1 in ${service.published} each`;
}
