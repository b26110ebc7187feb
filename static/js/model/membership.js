/**
 * Why a pod is in a Service and not in one that is near, told from either side, label by label; and why a StatefulSet's
 * pod came when it did. Pure. Says it also where all is well; what is ill the server's reasons say.
 *
 * @import { Item, Labels, Link, Model, Reason, ServiceModel, Workload } from "../types.d.ts"
 */
import { and } from "../picture/words.js";
import { aims, compare, whyNot } from "./derive.js";

/** @typedef {Reason & { how: string, about: { id: string, name: string }[] }} Membership "In" `about` ": has app=web and is Ready." */

/** Labels by which people say what belongs together. */
const APP = ["app", "app.kubernetes.io/name", "app.kubernetes.io/instance"];

/** @param {[string, string][]} pairs */
const written = (pairs) => and(pairs.map(([label, value]) => `${label}=${value}`));
/** @param {Labels|null|undefined} selector */
const pairsOf = (selector) => Object.entries(selector ?? {});

/** What labels have in place of what is asked for: "track=stable and no tier". @param {[string, string][]} pairs @param {Labels} labels */
const instead = (pairs, labels) => and(pairs.filter(([label, value]) => labels[label] !== value).map(([label]) => (labels[label] === undefined ? `no ${label}` : `${label}=${labels[label]}`)));

/** @param {Reason["level"]} level @param {string} code @param {string} how @param {{ id: string, name: string }} about @param {string} text @returns {Membership} */
const said = (level, code, how, { id, name }, text) => ({ level, code, seat: null, how, about: [{ id, name }], text });

/** Which Services a pod is in and why, then which near ones it is not in and why not; those of which the same is to be
 * said are said together.
 * @param {Item} pod @param {Pick<Model, "services"|"workloads"|"linksOf"|"workloadOf">} model @returns {Membership[]} */
export function podMemberships(pod, { services, workloads, linksOf, workloadOf }) {
  const links = new Map((linksOf.get(pod.id) ?? []).map((link) => [link.service, link])), workload = workloads.get(workloadOf.get(pod.id) ?? "");
  const all = [...services.values()].filter(({ item, shape }) => item.ns === pod.ns && shape !== "external").sort((a, b) => compare(a.item.name, b.item.name));
  const into = all.flatMap((service) => {
    const link = links.get(service.item.id);
    return link ? inside(pod, service, link) : [];
  });
  const out = all.filter(({ item }) => !links.has(item.id) && pairsOf(item.selector).length > 0).filter((service) => near(pod, service, workload)).map(({ item, links: own }) =>
    said(own.length ? "info" : "wait", "not-in", "Not in", item, `it selects ${written(pairsOf(item.selector))}; this pod has ${instead(pairsOf(item.selector), pod.labels)}.`));
  return [...together([...into.filter(({ level }) => level === "ok"), ...into.filter(({ level }) => level !== "ok")]), ...turn(pod, workload), ...together(out)];
}

/** @param {Item} pod @param {ServiceModel} service @param {Link} link */
function inside(pod, { item }, link) {
  const pairs = pairsOf(item.selector), has = `has ${written(pairs)}`;
  if (!pairs.length) return said(link.published ? "ok" : "wait", link.published ? "in" : "left-out", link.published ? "In" : "Left out of", item, `its endpoints, kept by hand, name it${link.published ? "" : " as not ready"}.`);
  if (!link.published) return said(pod.deleting || pod.state === "completed" ? "info" : "wait", "left-out", "Left out of", item, `${has}, but ${link.why}.`);
  if (pod.state === "ready") return said("ok", "in", "In", item, `${has} and is Ready.`);
  return said("info", "in", "In", item, item.publishNotReady ? `${has}, and is published though it ${whyNot(pod)}: publishNotReadyAddresses is on.` : `${has}.`);
}

/** A Service somebody may take to be this pod's: it has one of the labels that are selected, or another value of one of
 * which no pod has what is selected; or the Service is its workload's, or of the same app.
 * @param {Item} pod @param {ServiceModel} service @param {Workload} [workload] */
function near(pod, { item, links }, workload) {
  const pairs = pairsOf(item.selector);
  return pairs.some(([label, value]) => pod.labels[label] === value || (!links.length && pod.labels[label] !== undefined))
    || (workload !== undefined && (workload.item?.serviceName === item.name || (workload.item !== null && aims(item.selector, workload))))
    || APP.some((label) => item.labels[label] !== undefined && item.labels[label] === pod.labels[label]);
}

/** Pods of a StatefulSet that come in order come each after the one before. @param {Item} pod @param {Workload} [workload] */
function turn(pod, workload) {
  const item = workload?.item, ordinal = pod.ordinal ?? 0;
  if (workload?.kind !== "StatefulSet" || !item || item.policy !== "OrderedReady" || ordinal <= (item.start ?? 0) || pod.created < item.created) return [];
  const before = `${workload.name}-${ordinal - 1}`;
  return [said("ok", "in-order", "Created after", { id: `pods/${pod.ns}/${before}`, name: before }, "was Ready.")];
}

/** Which pods a Service selects and by what, workload by workload, then those that have some of its labels and not all,
 * or whose mates it selects.
 * @param {ServiceModel} service @param {Pick<Model, "workloads">} model @returns {Membership[]} */
export function serviceMemberships({ item, links }, { workloads }) {
  const pairs = pairsOf(item.selector), chosen = new Set(links.map(({ pod }) => pod));
  if (!pairs.length || !chosen.size) return []; // where nothing is selected the server says what is near
  /** @type {Membership[]} */ const into = [], /** @type {Membership[]} */ out = [];
  for (const workload of [...workloads.values()].filter(({ ns }) => ns === item.ns).sort((a, b) => compare(a.name, b.name))) {
    const { pods } = workload, ours = pods.filter(({ id }) => chosen.has(id)), alone = workload.kind === "Pods";
    if (ours.length) into.push({ ...said("ok", "selects", "Selects", workload, `${alone ? (ours.length === 1 ? "has" : "have") : having(ours.length, pods.length)} ${written(pairs)}.`), ...(alone ? { about: ours } : {}) });
    out.push(...missed(pairs, pods.filter((pod) => !chosen.has(pod.id) && ((ours.length && !alone) || pairs.some(([label, value]) => pod.labels[label] === value)))));
  }
  return [...into, ...out];
}

/** "its pod has", "its 3 pods have", "1 of its 3 pods has" @param {number} some @param {number} all */
const having = (some, all) => `${some < all ? `${some} of its ${all} pods` : all === 1 ? "its pod" : `its ${all} pods`} ${some === 1 ? "has" : "have"}`;

/** Pods a Service does not select, those that lack the same together. @param {[string, string][]} pairs @param {Item[]} pods @returns {Membership[]} */
function missed(pairs, pods) {
  /** @type {Map<string, Item[]>} */ const by = new Map();
  for (const pod of pods) {
    const has = instead(pairs, pod.labels);
    by.set(has, [...(by.get(has) ?? []), pod]);
  }
  return [...by].map(([has, about]) => {
    const lacks = pairs.filter(([label, value]) => about[0].labels[label] !== value);
    return { ...said("info", "not-selected", "Not", about[0], `${about.length === 1 ? "has" : "have"} ${has} where ${written(lacks)} is selected.`), about };
  });
}

/** @param {Membership[]} list @returns {Membership[]} */
function together(list) {
  /** @type {Map<string, Membership>} */ const by = new Map();
  for (const each of list) {
    const key = `${each.level} ${each.how} ${each.text}`, before = by.get(key);
    by.set(key, before ? { ...before, about: [...before.about, ...each.about] } : each);
  }
  return [...by.values()];
}
