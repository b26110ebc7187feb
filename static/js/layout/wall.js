/**
 * The near picture without Services: each band's workloads as tiles beside one another. Bands of few workloads stand
 * side by side, as many as the width holds. Pure.
 *
 * A row is as high as its highest tile may become, so a pod that comes or goes moves no other row.
 * @import { LayoutOptions, NamespaceModel, Picture } from "../types.d.ts"
 */
import { DESK, PHONE, tile } from "./tiles.js";

const TOP = 60, BOTTOM = 16;

/** @param {Picture} picture @param {NamespaceModel[]} spaces @param {LayoutOptions} options */
export function wall(picture, spaces, options) {
  const { phone = false } = options, size = phone ? PHONE : DESK, gap = phone ? 8 : 14, pad = phone ? 8 : 14, between = phone ? 8 : 14;
  const width = Math.max(phone ? 360 : 640, options.width), whole = width - 2 * size.margin;
  const wide = (/** @type {number} */ columns) => 2 * pad + columns * size.tileW + (columns - 1) * gap;
  let across = 1;
  while (wide(across + 1) <= whole) across++;
  picture.width = width;
  let x = size.margin, y = phone ? 8 : 12, row = picture.bands.length;
  /** All bands of a row are as high as the highest, but for those that hold nothing. What keeps room for more seats does
   * so for those below it. @param {boolean} lowest */
  const next = (lowest) => {
    const bands = picture.bands.slice(row), h = Math.max(0, ...bands.map((band) => band.h)), own = (/** @type {string} */ name) => picture.tiles.flatMap((each) => (each.ns === name ? each.y + each.h - y + BOTTOM : []));
    const drawn = lowest ? Math.max(0, ...bands.flatMap((band) => own(band.name))) || h : h;
    for (const band of bands) if (band.namespace.workloads.length) band.h = drawn;
    if (bands.length) y += drawn + between;
    x = size.margin;
    row = picture.bands.length;
  };
  for (const space of spaces) {
    // One, two, or as many as there is room for: a third workload finds the whole width.
    const columns = space.workloads.length > 2 ? across : Math.max(1, Math.min(across, space.workloads.length)), w = columns === across ? whole : wide(columns);
    if (x > size.margin && x + w > width - size.margin) next(false);
    let inner = y + TOP;
    for (let i = 0; i < space.workloads.length; i += columns) {
      const tiles = space.workloads.slice(i, i + columns).map((workload, k) => tile(workload, space.name, x + pad + k * (size.tileW + gap), inner, size));
      picture.tiles.push(...tiles);
      inner += Math.max(...tiles.map((each) => each.room)) + gap;
    }
    const bottom = space.workloads.length ? inner - gap + BOTTOM : inner;
    picture.bands.push({ id: space.id, name: space.name, x, y, w, h: bottom - y, namespace: space, columns: null });
    x += w + between;
  }
  next(true);
  picture.height = y + 12;
}
