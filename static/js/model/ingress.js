/** Ingresses by the Services they lead to, and what they say, in words. Pure. */

/** @import { Entry, Item, Route } from "../types.d.ts" */

/** @param {readonly Item[]} ingresses of one namespace @returns {Map<string, Entry[]>} by the name of the Service */
export function entriesOf(ingresses) {
  /** @type {Map<string, Entry[]>} */ const found = new Map();
  for (const item of ingresses) for (const route of item.routes ?? []) {
    if (!route.service) continue;
    const list = found.get(route.service) ?? [], entry = list.find((each) => each.item === item);
    if (entry) entry.routes.push(route);
    else list.push({ item, routes: [route] });
    found.set(route.service, list);
  }
  return found;
}

/** "shop.example.com/api", "any host" @param {Route} route */
export const routeWords = ({ host, path }) => (host || path ? `${host || "any host, "}${path || "/"}` : "any host");

/** "shop.example.com/ and 2 more" @param {readonly Entry[]} entries */
export function entryWords(entries) {
  const all = entries.flatMap(({ routes }) => routes.map(routeWords));
  return all.length > 1 ? `${all[0]} and ${all.length - 1} more` : all[0] ?? "";
}

/** What keeps an Ingress from having an effect; "" when a controller serves it. @param {Item} item */
export const unserved = (item) => (item.external?.length ? "" : "no controller serves it");
