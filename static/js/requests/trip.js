/**
 * A dot that goes the way of a request through the picture and back: asker, plate, knot, pod. `stops` is pure; `Trip`
 * moves the dot for 600 ms and takes it away. Nothing moves where no movement is wanted, or for many requests.
 *
 * @import { Picture, Trace } from "../types.d.ts"
 */
import { MOST_DOTS, still } from "./traffic.js";

const LASTS = 600, SVG = "http://www.w3.org/2000/svg";

/** @typedef {{ x: number, y: number }} Point */

/** Where the request comes by, in the picture's own units. @param {Picture} picture @param {Trace} trace @returns {Point[]} */
export function stops(picture, trace) {
  /** @type {(Point|undefined)[]} */ const found = [];
  const asker = picture.slotOf.get(trace.from.id ?? ""), plate = picture.plateOf.get(trace.service ?? "");
  found.push(asker && { x: asker.x, y: asker.y });
  if (plate) found.push({ x: plate.x + plate.w, y: plate.y + plate.h / 2 });
  const knot = trace.virtual && picture.knots.find((each) => each.service === trace.service);
  if (knot) found.push({ x: knot.x, y: knot.y });
  const last = [...trace.steps].reverse().find((step) => step.at === "pod"), pod = picture.slotOf.get(last?.id ?? "");
  if (pod) found.push({ x: pod.x - pod.r, y: pod.y });
  return found.flatMap((point) => point ?? []);
}

/** The point at `part` (0..1) of the way along `points`. @param {readonly Point[]} points @param {number} part @returns {Point} */
export function along(points, part) {
  const legs = points.slice(1).map((point, i) => Math.hypot(point.x - points[i].x, point.y - points[i].y));
  let left = part * legs.reduce((sum, leg) => sum + leg, 0);
  for (const [i, leg] of legs.entries()) {
    if (left <= leg && leg > 0) {
      const t = left / leg, from = points[i], to = points[i + 1];
      return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
    }
    left -= leg;
  }
  return points[points.length - 1];
}

export class Trip {
  /** @param {SVGSVGElement} surface @param {SVGGElement} world */
  constructor(surface, world) {
    this.surface = surface;
    this.world = world;
    /** @type {Trace|null} */ this.last = null;
    /** @type {SVGGElement|null} */ this.group = null;
  }

  /** Go once for each new trace. @param {Picture} picture @param {Trace|null} trace @returns {boolean} it is a new one */
  follow(picture, trace) {
    if (trace === this.last) return false;
    this.last = trace;
    this.group?.remove();
    this.group = null;
    if (!trace || trace.count > MOST_DOTS || still()) return true;
    const there = stops(picture, trace);
    if (there.length < 2) return true;
    const answered = trace.result === "answered" || trace.result === "connected";
    this.#move(answered ? [...there, ...there.slice(0, -1).reverse()] : there, answered);
    return true;
  }

  /** @param {Point[]} points @param {boolean} good */
  #move(points, good) {
    const group = document.createElementNS(SVG, "g"), dot = document.createElementNS(SVG, "circle"), began = performance.now();
    group.setAttribute("aria-hidden", "true");
    dot.setAttribute("class", good ? "trip" : "trip bad");
    dot.setAttribute("r", "6");
    group.append(dot);
    this.surface.append(group);
    this.group = group;
    const go = () => {
      if (this.group !== group) return;
      const part = (performance.now() - began) / LASTS, { x, y } = along(points, Math.min(1, part));
      // The picture may be moved meanwhile: the dot lies in it.
      group.setAttribute("transform", this.world.getAttribute("transform") ?? "");
      dot.setAttribute("cx", x.toFixed(1));
      dot.setAttribute("cy", y.toFixed(1));
      if (part < (good ? 1 : 1.6)) requestAnimationFrame(go);
      else group.remove();
    };
    go();
  }
}
