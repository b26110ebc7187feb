/**
 * What an address says: the fragment which object is selected (`#pods/default/web-0`, `#nodes//node-1`), the parameters
 * how the cluster is looked at (`?view=node&state=failed`) and of which moment (`?at=169`). Pure.
 *
 * @import { Filter, View } from "../types.d.ts"
 */
import { filterOf, filterParams } from "../model/filter.js";
import { BY_SERVICE, viewOf, viewText } from "../model/views.js";

const OBJECT = /^(?:[a-z]+\/[^/]*|loose)\/[^/]+$/;

/** The id in a fragment; "" when there is none in it. A fragment of the page before survives a redirect, and
 * a link within the page has one too. @param {string} hash as in location.hash */
export function objectIn(hash) {
  const given = hash.slice(1);
  try {
    const id = decodeURIComponent(given);
    return OBJECT.test(id) ? id : "";
  } catch (problem) {
    if (!(problem instanceof URIError)) throw problem;
    return "";
  }
}

/** @param {string} search as in location.search @returns {{ view: View, filter: Filter }} */
export function sights(search) {
  const params = new URLSearchParams(search);
  return { view: viewOf(params.get("view") ?? ""), filter: filterOf(params) };
}

/** The parameters with another view and filter in them; all others stay. @param {string} search @param {View} view @param {Filter} filter */
export function withSights(search, view, filter) {
  const params = new URLSearchParams(search);
  for (const name of ["view", "ns", "selector", "state", "kind"]) params.delete(name);
  if (viewText(view) !== viewText(BY_SERVICE)) params.set("view", viewText(view));
  for (const [name, value] of filterParams(filter)) params.set(name, value);
  const text = params.toString();
  return text ? `?${text}` : "";
}

/** Which moment an address names: revisions, and how fast it is to be played. @param {string} search as in location.search */
export function momentIn(search) {
  const given = new URLSearchParams(search);
  const number = (/** @type {string} */ name) => (/^\d{1,15}$/.test(given.get(name) ?? "") ? Number(given.get(name)) : null);
  const speed = Number(given.get("play"));
  return { at: number("at"), against: number("against"), play: given.has("play") && speed > 0 && speed <= 1000 ? speed : null };
}

/** The parameters with another moment in them; all others stay. @param {string} search
 * @param {{ at: number|null, against?: number|null, play?: number|null }} moment */
export function withMoment(search, { at, against = null, play = null }) {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries({ at, against: at === null ? null : against, play: at === null ? null : play })) {
    if (value === null) params.delete(name);
    else params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}
