/**
 * What an address says: the fragment which object is selected (`#pods/default/web-0`, `#nodes//node-1`), the parameters
 * how the cluster is looked at (`?view=node&state=failed`), of which moment (`?at=169`), what was asked last
 * (`?name=web&type=A&pod=web-0&namespace=default`, `?to=http://web&from=default/web-0&count=10`, `?shell=default/web-0`)
 * which namespace is looked into alone (`?near=shop`), and which of the panel's tabs is open (`?panel=logs`). Pure.
 *
 * @import { Filter, View } from "../types.d.ts"
 */
import { filterOf, filterParams } from "../model/filter.js";
import { BY_SERVICE, viewOf, viewText } from "../model/views.js";

const SUMMARY = "summary";
const OBJECT = /^(?:[a-z]+\/[^/]*|loose)\/[^/]+$/;
/** As a person writes it who leaves the namespace out: `nodes/node-1`, `pods/web-0`. */
const SHORT = /^(?!loose\/)([a-z]+)\/([^/]+)$/;
const OF_NO_NAMESPACE = /^(nodes|namespaces|persistentvolumes|[a-z]+classes|clusterrole(binding)?s|csi(drivers|nodes)|volumeattachments)$/;

/** The id in a fragment; "" when there is none in it. A fragment of the page before survives a redirect, and
 * a link within the page has one too. @param {string} hash as in location.hash */
export function objectIn(hash) {
  const given = hash.slice(1);
  try {
    const id = decodeURIComponent(given).replace(SHORT, (_, kind, name) => `${kind}/${OF_NO_NAMESPACE.test(kind) ? "" : "default"}/${name}`);
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

/** The namespace that an address looks into alone; "" for none. @param {string} search */
export const nearIn = (search) => new URLSearchParams(search).get("near") ?? "";

/** The parameters with another namespace looked into; all others stay. @param {string} search @param {string} namespace */
export function withNear(search, namespace) {
  const params = new URLSearchParams(search);
  if (namespace) params.set("near", namespace);
  else params.delete("near");
  return texted(params);
}

/** @typedef {{ tool: "dns", name: string, type: string, pod: string, namespace: string }} AskedDns */
/** @typedef {{ tool: "request", to: string, from: string, count: number }} AskedRequest */
/** @typedef {{ tool: "shell", namespace: string, pod: string, container: string, image: string }} AskedShell */
/** @typedef {AskedDns|AskedRequest|AskedShell} Asked */

/** What of an address asks. */
const ASKING = ["name", "type", "pod", "namespace", "to", "from", "count", "shell", "image"];

/** What an address asks; null when it asks nothing. @param {string} search as in location.search @returns {Asked|null} */
export function askingIn(search) {
  const given = new URLSearchParams(search), text = (/** @type {string} */ name) => given.get(name)?.trim() ?? "";
  if (text("shell")) {
    const [namespace, pod = "", container = ""] = text("shell").split("/");
    return pod ? { tool: "shell", namespace, pod, container, image: text("image") } : null;
  }
  if (text("to")) return { tool: "request", to: text("to"), from: text("from"), count: /^[1-9]\d{0,5}$/.test(text("count")) ? Number(text("count")) : 1 };
  if (text("name")) return { tool: "dns", name: text("name"), type: text("type").toUpperCase() || "A", pod: text("pod"), namespace: text("namespace") || "default" };
  return null;
}

/** The parameters with something else asked in them; all others stay. @param {string} search @param {Asked|null} asked */
export function withAsking(search, asked) {
  const params = new URLSearchParams(search);
  for (const name of ASKING) params.delete(name);
  if (asked?.tool === "dns") {
    const { name, type, pod, namespace } = asked;
    for (const [key, value] of Object.entries({ name, type, pod, namespace })) if (value) params.set(key, value);
  } else if (asked?.tool === "request") {
    const { to, from, count } = asked;
    for (const [key, value] of Object.entries({ to, from, count })) if (value) params.set(key, String(value));
  } else if (asked) {
    params.set("shell", [asked.namespace, asked.pod, asked.container].filter(Boolean).join("/"));
    if (asked.image) params.set("image", asked.image);
  }
  return texted(params);
}

/** Which tab of the panel an address opens, and of which container. @param {string} search */
export function panelIn(search) {
  const given = new URLSearchParams(search);
  return { panel: given.get("panel") || SUMMARY, container: given.get("container") ?? "" };
}

/** The parameters with another tab in them; all others stay. @param {string} search @param {{ panel: string, container?: string }} shown */
export function withPanel(search, { panel, container = "" }) {
  const params = new URLSearchParams(search);
  for (const name of ["panel", "container"]) params.delete(name);
  if (panel !== SUMMARY) params.set("panel", panel);
  if (panel === "logs" && container) params.set("container", container);
  return texted(params);
}

/** @param {URLSearchParams} params */
function texted(params) {
  const text = params.toString();
  return text ? `?${text}` : "";
}

/** The parameters with another view and filter in them; all others stay. @param {string} search @param {View} view @param {Filter} filter */
export function withSights(search, view, filter) {
  const params = new URLSearchParams(search);
  for (const name of ["view", "ns", "selector", "state", "kind"]) params.delete(name);
  if (viewText(view) !== viewText(BY_SERVICE)) params.set("view", viewText(view));
  for (const [name, value] of filterParams(filter)) params.set(name, value);
  return texted(params);
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
  return texted(params);
}
