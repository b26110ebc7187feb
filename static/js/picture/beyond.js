/** What of the picture lies below the part in sight: a map has no scrollbar, so somebody must say so. Pure. */
import { count } from "./words.js";

/** @import { Picture } from "../types.d.ts" */

/** @param {Picture} picture @param {number} bottom the lower edge of what is in sight, in the picture's units
 * @returns {string} "1 Service, 2 workloads below", "" when all of it shows */
export function below(picture, bottom) {
  const hidden = (/** @type {{y: number, h: number}} */ box) => box.y + Math.min(box.h, 60) / 2 > bottom;
  const plates = picture.plates.filter(hidden).length, tiles = picture.tiles.filter(hidden).length, cards = picture.cards.filter(hidden).length;
  const pods = picture.tiles.flatMap((tile) => (tile.mode === "column" && !hidden(tile) ? tile.slots.filter((slot) => slot.y > bottom) : [])).length;
  const parts = [plates ? count(plates, "Service") : "", tiles ? count(tiles, picture.tiles[0].workload.kind === "Node" ? "node" : "workload") : "", pods ? count(pods, "seat") : "", cards ? count(cards, "answer") : ""].filter(Boolean);
  return parts.length ? `${parts.join(", ")} below` : "";
}
