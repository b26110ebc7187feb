/** What differs between two moments, drawn over the picture: an outline and a sign, by shape and word and not by colour alone. */
import { nothing, svg } from "lit/html.js";
import { spots } from "../app/walkabout.js";
import { hex } from "../layout/geometry.js";
import { SIGNS } from "../panels/past.js";
import { stepOf } from "./item.js";
import { nameOf } from "./words.js";

/** @import { Picture, Slot } from "../types.d.ts" */
/** @import { Difference } from "../app/comparison.js" */

/** Smaller pods than this get a ring and no sign: signs would lie on their neighbours. */
const SMALL = 20;

/** @param {Picture} picture @param {ReadonlyMap<string, Difference["what"]>} marks @param {number} k zoom */
export function differencesOver(picture, marks, k) {
  if (!marks.size) return nothing;
  const far = picture.level === "far", size = far ? 1 / stepOf(k) : 1;
  return svg`<g class="diffs-over">${spots(picture).map(({ id, x, y, w, h }) => {
    const what = marks.get(id), slot = picture.slotOf.get(id);
    if (!what) return nothing;
    const pad = slot ? 0 : 3, sx = slot ? slot.x + slot.r * 0.8 : x + w + pad - 3 * size, sy = slot ? slot.y - slot.r * 0.8 : y - pad + 3 * size;
    return svg`<g class="d-${what}" role="img" aria-label=${`${nameOf(id)} ${what}`}>${slot ? svg`<path class="d-ring" d=${hex(slot.x, slot.y, slot.r + 5)}></path>` : svg`<rect class="d-ring" x=${x - pad} y=${y - pad} width=${w + pad * 2} height=${h + pad * 2} rx="8"></rect>`}${slot && slot.r < SMALL ? nothing : sign(what, sx, sy, size)}</g>`;
  })}${far ? dotRings(picture, marks) : nothing}</g>`;
}

/** @param {Difference["what"]} what @param {number} x @param {number} y @param {number} size */
const sign = (what, x, y, size) => svg`<circle class="d-dot" cx=${x} cy=${y} r=${8 * size}></circle><text class="d-sign" x=${x} y=${y + 3.6 * size} font-size=${11 * size} aria-hidden="true">${SIGNS[what]}</text>`;

/** Pods seen from afar, as one path for each sort of difference. @param {Picture} picture @param {ReadonlyMap<string, Difference["what"]>} marks */
function dotRings(picture, marks) {
  /** @type {Map<Difference["what"], Slot[]>} */ const by = new Map();
  for (const tile of picture.tiles) for (const slot of tile.slots) {
    const what = marks.get(slot.key);
    if (what) by.set(what, [...(by.get(what) ?? []), slot]);
  }
  return [...by].map(([what, slots]) => svg`<path class="d-${what} d-pods" role="img" aria-label=${`${slots.length} ${slots.length === 1 ? "pod" : "pods"} ${what}`} d=${slots.map(({ x, y, r }) => hex(x, y, r + 0.6, true)).join("")}></path>`);
}
