/** The first question one could ask in a cluster, ready in the form. Pure. */

import { SYSTEM } from "./derive.js";

/** @import { Model, ServiceModel } from "../types.d.ts" */
/** @typedef {{ name: string, pod: string, namespace: string }} Preset */

/** @type {Preset} what a form says before anything is known */
export const UNSET = { name: "", pod: "", namespace: "default" };

/** Of people's own Services the first headless one that answers, else any that does. @param {Iterable<ServiceModel>} services */
export function firstService(services) {
  const own = [...services].filter((each) => each.published && !SYSTEM.has(each.item.ns));
  return own.find((each) => each.item.headless) ?? own[0];
}

/** The first Service, asked for from one of its pods; null while there is none. @param {Model} model @returns {Preset|null} */
export function preset(model) {
  const service = firstService(model.services.values());
  const pod = service?.links.map((link) => model.pods.get(link.pod)).find((each) => each?.ip && !each.deleting);
  return service && pod ? { name: service.item.name, pod: pod.name, namespace: pod.ns } : null;
}

/** Whether the form says still what was preset: nobody has typed. @param {Preset} form @param {Preset} before */
export const isUntouched = (form, before) => form.name === before.name && form.pod === before.pod && form.namespace === before.namespace;

/** Whether what was preset can still be asked; nobody's form changes without need. @param {Model} model @param {Preset} before */
export function stands(model, before) {
  const pod = model.pods.get(`pods/${before.namespace}/${before.pod}`), service = model.services.get(`services/${before.namespace}/${before.name}`);
  return Boolean(pod?.ip && !pod.deleting && service?.published);
}
