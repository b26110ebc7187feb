/** What of the picture lies below the part in sight: a map has no scrollbar, so somebody must say so. Pure. */
import { count } from "./words.js";

/** @import { Picture } from "../types.d.ts" */

/** So much of a thing's upper part, where its name is, must show for it to be seen. */
const HEAD = 28;
/** The height of the strip in which it is said: `.below-slot` in explorer.css. */
export const STRIP = 36;

/** @param {Picture} picture @param {number} bottom the lower edge of what is in sight, in the picture's units
 * @returns {string} "1 Service, 2 workloads below", "" when all of it shows */
export function below(picture, bottom) {
  const hidden = (/** @type {{y: number, h: number}} */ box) => box.y + Math.min(box.h, HEAD) > bottom;
  const nodes = picture.tiles[0]?.workload.kind === "Node", rest = picture.tiles.filter((tile) => !hidden(tile));
  const plates = picture.plates.filter(hidden).length, tiles = (nodes ? picture.bands : picture.tiles).filter(hidden).length, cards = picture.cards.filter(hidden).length;
  const pods = rest.flatMap((tile) => (tile.mode === "column" ? tile.slots.filter((slot) => slot.y > bottom) : [])).length;
  const parts = [plates ? count(plates, "Service") : "", tiles ? count(tiles, nodes ? "node" : "workload") : "", pods ? count(pods, "seat") : "", cards ? count(cards, "answer") : ""].filter(Boolean);
  return parts.length ? `${parts.join(", ")} below` : "";
}

/** The same for a surface at whose lower edge these words take some room, if there are any: they cover nothing that is
 * counted as seen. @param {Picture} picture @param {{ y: number, k: number, size: { height: number } }} zoom */
export function further(picture, { y, k, size }) {
  return below(picture, (size.height - y) / k) && below(picture, (size.height - STRIP - y) / k);
}
