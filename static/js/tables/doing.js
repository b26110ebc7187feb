/**
 * What can be done to selected rows: each as requests to the cluster's API and as the kubectl command that does the same.
 *
 * @import { Row } from "./rows.js"
 * @import { TableKind } from "./kinds.js"
 */
import { Failure, fetched, textOf } from "../app/fetching.js";
import { address, spoken } from "./kinds.js";

/** @typedef {{ method: string, path: string, type?: string, body?: unknown }} Asked */
/** @typedef {"scale"|"restart"|"delete"} Verb */

const MERGE = "application/merge-patch+json";
/** Objects of which requests run at once. */
const ABREAST = 6;

/** @param {TableKind} kind @param {ReadonlySet<string>} restartable kinds that can be rolled out anew @returns {Verb[]} */
export const verbsOf = (kind, restartable) => [...(kind.scalable ? [/** @type {const} */ ("scale")] : []), ...(restartable.has(kind.id) ? [/** @type {const} */ ("restart")] : []), ...(kind.deletable ? [/** @type {const} */ ("delete")] : [])];

/** Pure. @param {Verb} verb @param {string} api @param {TableKind} kind @param {Row} row @param {{ replicas: number, now: string }} with_ @returns {Asked} */
export function request(verb, api, kind, row, { replicas, now }) {
  const path = address(api, kind, row.ns, row.name);
  if (verb === "delete") return { method: "DELETE", path, type: "application/json", body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Background", preconditions: { uid: row.uid } } };
  if (verb === "scale") return { method: "PATCH", path: `${path}/scale`, type: MERGE, body: { spec: { replicas } } };
  return { method: "PATCH", path, type: MERGE, body: { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": now } } } } } };
}

/** One command for each namespace. Pure. @param {Verb|"yaml"} verb @param {TableKind} kind @param {readonly Row[]} rows @param {number} replicas @returns {string[]} */
export function commands(verb, kind, rows, replicas) {
  /** @type {Map<string, string[]>} */ const by = new Map();
  for (const row of rows) by.set(row.ns, [...(by.get(row.ns) ?? []), row.name]);
  const words = /** @param {string[]} names */ (names) => ({ scale: `scale ${spoken(kind)} ${names.join(" ")} --replicas=${replicas}`, restart: `rollout restart ${spoken(kind)} ${names.join(" ")}`, delete: `delete ${spoken(kind)} ${names.join(" ")}`, yaml: `get ${spoken(kind)} ${names.join(" ")} -o yaml` })[verb];
  return [...by].map(([ns, names]) => `kubectl ${words(names)}${ns && ns !== "default" ? ` -n ${ns}` : ""}`);
}

/** Do it to every row; what could not be done, in sentences. @param {readonly Asked[]} all @param {(done: number) => void} told @returns {Promise<string[]>} */
export async function carryOut(all, told) {
  /** @type {string[]} */ const faults = [];
  const waiting = [...all];
  let done = 0;
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { method, path, type, body } = next;
      try {
        await fetched(path, { method, headers: type ? { "Content-Type": type } : {}, body: body === undefined ? undefined : JSON.stringify(body) });
      } catch (problem) {
        if (!(problem instanceof Failure)) throw problem;
        faults.push(problem.status ? problem.message : `${path.replace(/\/scale$/, "").split("/").pop()}: ${problem.message}`);
      }
      told(++done);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, worker));
  return faults;
}

/** The objects as one YAML text, as `kubectl get -o yaml` of them one by one. @param {string} api @param {TableKind} kind @param {readonly Row[]} rows */
export async function yamlOf(api, kind, rows) {
  const texts = await Promise.all(rows.map((row) => textOf(address(api, kind, row.ns, row.name), { headers: { Accept: "application/yaml" } })));
  return texts.join("---\n");
}
