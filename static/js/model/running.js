/** Pods in which something runs. Pure. */

/** @import { Item } from "../types.d.ts" */

/** Whether somebody in the pod can ask, send and be talked to: it has an address and a container that runs.
 * @param {Item} item */
export const canAsk = ({ resource, ip, running }) => resource === "pods" && Boolean(ip) && running !== false;

/** By namespace and name. @param {Iterable<Item>} pods @returns {Item[]} */
export const running = (pods) => [...pods].filter((pod) => canAsk(pod) && !pod.deleting && pod.state !== "completed").sort((a, b) => a.ns.localeCompare(b.ns) || a.name.localeCompare(b.name, "en", { numeric: true }));
