/**
 * The near picture without Services: each band's workloads as tiles beside one another, as many as the width holds. Pure.
 *
 * A row is as high as its highest tile may become, so a pod that comes or goes moves no other row.
 * @import { LayoutOptions, NamespaceModel, Picture } from "../types.d.ts"
 */
import { DESK, PHONE, tile } from "./tiles.js";

const GAP = 16, TOP = 56, BOTTOM = 20;

/** @param {Picture} picture @param {NamespaceModel[]} spaces @param {LayoutOptions} options */
export function wall(picture, spaces, options) {
  const size = options.phone ? PHONE : DESK, gap = options.phone ? 10 : GAP, margin = size.margin, inner = size.margin + (options.phone ? 8 : 20);
  const width = Math.max(options.phone ? 360 : 640, options.width), across = Math.max(1, Math.floor((width - 2 * inner + gap) / (size.tileW + gap)));
  picture.width = width;
  let y = options.phone ? 8 : 12;
  for (const space of spaces) {
    const top = y;
    y += TOP;
    for (let i = 0; i < space.workloads.length; i += across) {
      const row = space.workloads.slice(i, i + across).map((workload, k) => tile(workload, space.name, inner + k * (size.tileW + gap), y, size));
      picture.tiles.push(...row);
      y += Math.max(...row.map((each) => each.room)) + gap;
    }
    const bottom = space.workloads.length ? y - gap + BOTTOM : y;
    picture.bands.push({ id: space.id, name: space.name, x: margin, y: top, w: width - 2 * margin, h: bottom - top, namespace: space, columns: null });
    y = bottom + (options.phone ? 12 : 16);
  }
  picture.height = y + 12;
}
