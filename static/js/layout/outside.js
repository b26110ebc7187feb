/**
 * Addresses that somebody wrote into a Service's endpoints and no pod has: small plates of their own, at the end of the
 * Service's lines. Pure.
 *
 * @import { Picture, Plate } from "../types.d.ts"
 * @import { Sizes } from "./tiles.js"
 */
import { round } from "./geometry.js";

const MOST = 3, STEP = 28, HEIGHT = 22, WIDTH = 122;

/** @param {Picture} picture @param {Plate} plate @param {Sizes} size */
export function outsiders(picture, plate, size) {
  const { service } = plate, small = size.plateW < 200, from = plate.x + plate.w, y = plate.y + plate.h / 2, headless = service.shape === "headless";
  if (plate.dense || small) return;
  const shown = service.outside.slice(0, service.outside.length > MOST ? MOST - 1 : MOST), more = service.outside.length - shown.length, rows = shown.length + (more ? 1 : 0);
  const knotX = from + 70, x = from + (headless ? 90 : 128), x1 = headless ? from : knotX + 11;
  if (!headless && !service.links.length) picture.knots.push({ service: plate.id, x: knotX, y, from, share: rows > 1 ? `1 in ${service.behind} each` : "all to one", small: false });
  [...shown, ...(more ? [`and ${more} more`] : [])].forEach((address, i) => {
    const middle = y + (i - (rows - 1) / 2) * STEP;
    picture.outsiders.push({ service: plate.id, address, x, y: round(middle - HEIGHT / 2), w: WIDTH, h: HEIGHT });
    const d = `M${round(x1)} ${round(y)}L${round(x)} ${round(middle)}`;
    picture.lines.push({ key: `${plate.id} ${address}`, kind: headless ? "ray" : "via", service: plate.id, pod: "", outside: true, published: true, why: "", width: headless ? 1.75 : 1.4, d, casing: "" });
  });
}
