/** What differs between two moments, drawn over the picture: an outline and a sign, by shape and word and not by colour alone. */
import { nothing, svg } from "lit/html.js";
import { spots } from "../app/walkabout.js";
import { SIGNS } from "../panels/past.js";

/** @import { Picture } from "../types.d.ts" */
/** @import { Difference } from "../app/comparison.js" */

/** @param {Picture} picture @param {ReadonlyMap<string, Difference>} by */
export function differencesOver(picture, by) {
  if (!by.size) return nothing;
  return svg`<g class="diffs-over">${spots(picture).map((spot) => {
    const found = by.get(spot.id);
    if (!found) return nothing;
    const { x, y, w, h } = spot, pad = 4;
    return svg`<g class="d-${found.what}" role="img" aria-label=${`${found.name} ${found.what}`}><rect class="d-ring" x=${x - pad} y=${y - pad} width=${w + pad * 2} height=${h + pad * 2} rx="8"></rect><circle class="d-dot" cx=${x + w + pad - 3} cy=${y - pad + 3} r="8"></circle><text class="d-sign" x=${x + w + pad - 3} y=${y - pad + 6.5} aria-hidden="true">${SIGNS[found.what]}</text></g>`;
  })}</g>`;
}
