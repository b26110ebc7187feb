/**
 * A container with an image of one's own beside a pod's, as `kubectl debug` makes one. A window that made one for a pod
 * finds it again as long as it runs: to load a page anew must not make another.
 */
import { fetched, json } from "../app/fetching.js";
import { debugging, podAddress, suffix } from "./door.js";

/** @typedef {import("./door.js").Place} Place */

/** Under which name this window keeps what it put into a pod. @param {Place} place @param {string} image */
const keptAs = (place, image) => `kubarium.debugger ${podAddress(place)} ${image}`;

/** Whether this window put such a container into the pod before. @param {Place} place @param {string} image */
export const putBefore = (place, image) => sessionStorage.getItem(keptAs(place, image)) !== null;

/** Its name, and whether it was there already. @param {Place} place @param {string} image @returns {Promise<{ name: string, known: boolean }>} */
export async function beside(place, image) {
  const kept = keptAs(place, image), before = sessionStorage.getItem(kept);
  if (before && running(await json(podAddress(place)), before)) return { name: before, known: true };
  const name = await made(place, image);
  sessionStorage.setItem(kept, name);
  return { name, known: false };
}

/** @param {any} pod @param {string} name */
const state = (pod, name) => (pod.status?.ephemeralContainerStatuses ?? []).find((/** @type {{ name: string }} */ each) => each.name === name)?.state;
/** @param {any} pod @param {string} name */
const running = (pod, name) => Boolean(state(pod, name)?.running);

/**
 * Put a container with that image into the pod and wait until it runs; gives its name.
 * @param {Place} place @param {string} image
 */
async function made(place, image) {
  const name = `debugger-${suffix((most) => Math.floor(Math.random() * most))}`;
  await fetched(podAddress(place, "/ephemeralcontainers"), {
    method: "PATCH", headers: { "Content-Type": "application/strategic-merge-patch+json" }, body: JSON.stringify(debugging(name, image)),
  });
  const watch = await fetched(`${place.api}/api/v1/namespaces/${place.namespace}/pods?watch=1&timeoutSeconds=60&fieldSelector=metadata.name%3D${place.pod}`);
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (watch.body).pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the container ${name} did not start`);
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const now = state(JSON.parse(line).object, name), waits = now?.waiting;
      if (waits && !/^(ContainerCreating|PodInitializing)$/.test(waits.reason ?? "")) {
        await reader.cancel();
        throw new Error(`${name} is in ${waits.reason}${waits.message ? `: ${waits.message}` : ""}`);
      }
      if (now?.terminated) throw new Error(`the container ${name} has ended: ${now.terminated.reason}`);
      if (now?.running) {
        await reader.cancel();
        return name;
      }
    }
  }
}
