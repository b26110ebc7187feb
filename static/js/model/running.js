/** Pods in which something runs. Pure. */

/** @import { Item } from "../types.d.ts" */

/** By namespace and name. @param {Iterable<Item>} pods @returns {Item[]} */
export const running = (pods) => [...pods].filter((pod) => pod.ip && !pod.deleting && pod.state !== "completed").sort((a, b) => a.ns.localeCompare(b.ns) || a.name.localeCompare(b.name, "en", { numeric: true }));
