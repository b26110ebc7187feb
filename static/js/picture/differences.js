/** What differs between two moments, drawn over the picture: an outline and a sign, by shape and word and not by colour alone. */
import { nothing, svg } from "lit/html.js";
import { spots } from "../app/walkabout.js";
import { SIGNS } from "../panels/past.js";

/** @import { Picture } from "../types.d.ts" */
/** @import { Difference } from "../app/comparison.js" */

/** Smaller than this a thing gets a ring and no sign: signs would lie on its neighbours. */
const SMALL = 40;

/** @param {Picture} picture @param {ReadonlyMap<string, Difference["what"]>} marks */
export function differencesOver(picture, marks) {
  if (!marks.size) return nothing;
  return svg`<g class="diffs-over">${spots(picture).map(({ id, x, y, w, h }) => {
    const what = marks.get(id);
    if (!what) return nothing;
    const small = h < SMALL && w < SMALL, pad = small ? 0 : 4, name = id.split("/").at(-1);
    return svg`<g class="d-${what}" role="img" aria-label=${`${name} ${what}`}><rect class="d-ring" x=${x - pad} y=${y - pad} width=${w + pad * 2} height=${h + pad * 2} rx=${small ? w / 2 : 8}></rect>${small ? nothing : svg`<circle class="d-dot" cx=${x + w + pad - 3} cy=${y - pad + 3} r="8"></circle><text class="d-sign" x=${x + w + pad - 3} y=${y - pad + 6.5} aria-hidden="true">${SIGNS[what]}</text>`}</g>`;
  })}</g>`;
}
