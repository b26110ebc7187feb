/** The kubectl commands that would do or show the same. Pure. */

/** @import { Item } from "../types.d.ts" */

const SINGULAR = /** @type {Record<string, string>} */ ({
  pods: "pod", services: "service", statefulsets: "statefulset", deployments: "deployment", replicasets: "replicaset", replicationcontrollers: "rc", daemonsets: "daemonset", jobs: "job", cronjobs: "cronjob", poddisruptionbudgets: "pdb", endpointslices: "endpointslice",
  namespaces: "namespace", nodes: "node", configmaps: "configmap", secrets: "secret", persistentvolumeclaims: "pvc", serviceaccounts: "serviceaccount",
});

/** @param {Item} item */
const which = (item) => `${SINGULAR[item.resource] ?? item.resource} ${item.name}${item.ns && item.ns !== "default" ? ` -n ${item.ns}` : ""}`;

/** @param {Item} item */
export const get = (item) => `kubectl get ${which(item)} -o ${item.resource === "pods" || item.resource === "services" ? "wide" : "yaml"}`;

/** @param {Item} item @param {number} replicas */
export const scale = (item, replicas) => `kubectl scale ${which(item)} --replicas=${replicas}`;

/** @param {Item} item @param {string} name @param {string} value "" takes the annotation away */
export const annotate = (item, name, value) => `kubectl annotate ${which(item)} ${value ? `${name}=${value}` : `${name}-`}`;

/** @param {Item} item @param {boolean} on */
export const cordon = (item, on) => `kubectl ${on ? "cordon" : "uncordon"} ${item.name}`;

/** @param {Item} item */
export const drain = (item) => `kubectl drain ${item.name} --ignore-daemonsets --delete-emptydir-data --force`;

/** @param {Item} item */
export const restart = (item) => `kubectl rollout restart ${which(item)}`;

/** @param {Item} item */
export const edit = (item) => `kubectl edit ${which(item)}`;

/** @param {Item} item */
export const remove = (item) => `kubectl delete ${which(item)}`;
