/** The explorer as a subject: its own page, fed by the harness, moved by the events that hands make. */
import { endpoint } from "../../js/frames.js";
import { measure, painted } from "./measure.js";

const surface = () => document.querySelector("svg.picture");
const TREEITEM = "svg.picture [role=treeitem]";
/** When the first of them was there: noticed by its coming, not by the frames that follow it. */
let there = () => {};
const drawn = new Promise((resolve) => (there = resolve));
new MutationObserver((_, watch) => {
  if (!document.querySelector(TREEITEM)) return;
  watch.disconnect();
  painted().then(() => there(performance.now()));
}).observe(document.documentElement, { childList: true, subtree: true });

/** @param {Partial<WheelEventInit>} init */
function wheel(init) {
  const box = surface().getBoundingClientRect();
  surface().dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, ...init }));
}

let turn = 0;
const subject = {
  /** From the moment the objects are there until they are on the screen. */
  async first() {
    const shown = await drawn;
    return shown - performance.getEntriesByName("fed")[0].startTime;
  },
  pan: (i, frames) => wheel({ deltaY: i < frames / 2 ? 24 : -24, deltaX: i % 2 ? 9 : -9 }),
  zoom: (i, frames) => wheel({ ctrlKey: true, deltaY: i < frames / 2 ? -14 : 14 }),
  async select(i) {
    const tiles = [...document.querySelectorAll('svg.picture [role=treeitem][data-id^="deployments/"]')], tile = tiles[(i * 7) % tiles.length], began = performance.now();
    tile.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    await painted();
    return performance.now() - began;
  },
  /** Four of five make a pod ready or not, with its slice; the fifth is another pod in the place of one that ends. */
  change(count) {
    const { objects, tell } = window.played, pods = [...objects.values()].filter((each) => each.resource === "pods"), changes = [];
    for (let i = 0; i < count; i++, turn++) {
      const pod = pods[(turn * 7919) % pods.length], service = pod.workload.name, ready = pod.state !== "ready";
      const next = { ...pod, state: ready ? "ready" : "notready", word: ready ? "Ready" : "Not ready", why: ready ? "" : "readiness probe fails" };
      if (turn % 5 === 4) {
        const other = { ...next, state: "ready", word: "Ready", why: "", name: `${pod.workload.name}-7d9f8b6c5-n${turn}`, id: `pods/${pod.ns}/${pod.workload.name}-7d9f8b6c5-n${turn}`, key: `/pods/${pod.ns}/${pod.workload.name}-7d9f8b6c5-n${turn}`, uid: `uid-n${turn}` };
        changes.push(["drop", pod], ["put", other]);
      } else changes.push(["put", next]);
      const slice = objects.get(`endpointslices/${pod.ns}/${service}-abc12`);
      changes.push(["put", { ...slice, endpoints: slice.endpoints.map((each) => (each.pod === pod.name ? endpoint({ ...next, hostname: "" }) : each)) }]);
    }
    tell(changes);
  },
};

window.bench = { measure: (how) => measure(subject, how), change: (count) => subject.change(count) };
