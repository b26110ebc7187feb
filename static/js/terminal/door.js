/** The addresses of a cluster's API that a terminal needs. Pure. */

/** @typedef {{api: string, namespace: string, pod: string, container: string}} Place */

/** A shell: the better one where the image has it. */
const SHELL = ["sh", "-c", "command -v bash >/dev/null 2>&1 && exec bash || exec sh"];

/** @param {Place} place @param {string} [below] */
export const podAddress = ({ api, namespace, pod }, below = "") => `${api}/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}${below}`;

/** @param {Place} place @param {"exec"|"attach"} how @param {string[]} [command] */
export function streamAddress(place, how, command = how === "exec" ? SHELL : []) {
  const query = new URLSearchParams({ stdin: "true", stdout: "true", tty: "true" });
  if (place.container) query.set("container", place.container);
  for (const word of command) query.append("command", word);
  return `${podAddress(place, `/${how}`)}?${query}`;
}

/** The change that puts a container for looking around into a pod. @param {string} name @param {string} image */
export const debugging = (name, image) => ({
  spec: { ephemeralContainers: [{ name, image, command: ["sh"], stdin: true, tty: true, terminationMessagePolicy: "File" }] },
});

/** Five characters of those that Kubernetes takes for names. @param {(most: number) => number} pick */
export const suffix = (pick) => Array.from({ length: 5 }, () => "bcdfghjklmnpqrstvwxz2456789"[pick(27)]).join("");
