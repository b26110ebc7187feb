/**
 * Doors on the left of a Service's plate: the one of a node port or balancer, the one that Ingresses open; and the rows
 * of words that both have below the plate. Pure.
 *
 * @import { Plate } from "../types.d.ts"
 */

/** @typedef {{ x: number, y: number, w: number, h: number }} Door */

const WIDE = 10;

/** @param {Plate} plate @param {boolean} phone @returns {{ port: Door|null, ingress: Door|null }} */
export function doorsOf({ x, y, h, service }, phone) {
  const left = x - (phone ? 12 : 18) - WIDE / 2, both = service.shape === "door" && service.entries.length > 0, tall = both ? Math.min(26, h * 0.36) : 26;
  const at = (/** @type {number} */ part) => ({ x: left, y: y + h * part - tall / 2, w: WIDE, h: tall });
  return { port: service.shape === "door" ? at(both ? 0.3 : 0.5) : null, ingress: service.entries.length ? at(both ? 0.74 : 0.5) : null };
}

/** Lines below a plate that say who comes in there. @param {Plate} plate @param {boolean} phone */
export function doorRows({ service, dense }, phone) {
  if (dense || phone) return 0;
  const ports = Number(service.shape === "door");
  return service.entries.length ? Math.min(2, ports + (isServed(service) ? 1 : 2)) : ports;
}

/** Whether a controller has told where its Ingresses are reached. @param {Plate["service"]} service */
export const isServed = (service) => service.entries.some(({ item }) => (item.external ?? []).length > 0);
