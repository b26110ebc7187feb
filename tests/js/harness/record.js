/** Writes tests/data/frames/story.json: the demo, scaled to 5, a pod deleted that returns with another address. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { demo, demoReasons, endpoint, seated, slice, snapshot, T0, workload } from "../frames.js";

const WEB = { app: "web-stateful" };
const frames = [snapshot(demo(3), { reasons: demoReasons(3, 3) })];
const pods = new Map(demo(3).filter((item) => item.resource === "pods").map((item) => [item.name, item]));
let revision = 412, at = T0;

function tell(...changes) {
  at += 1;
  frames.push({ t: "changes", time: at, changes: changes.map(([op, item, author, cause]) => {
    revision += 1;
    return op === "put" ? { op, item: { ...item, rv: revision }, r: revision, author, cause, at } : { op, id: item.id, r: revision, author, cause, at };
  }), revision });
}
function slices() {
  const live = [...pods.values()].filter((pod) => pod.ip);
  return ["headless-svc-stateful", "web"].map((name) => ["put", slice("default", name, live.map(endpoint)), "endpointslice-controller", "sync"]);
}
function step(name, more, author = "kubelet", cause = "status") {
  const pod = { ...pods.get(name), ...more, since: at + 1 };
  pods.set(name, pod);
  tell(["put", pod, author, cause]);
}
function create(ordinal, ip, uid) {
  const name = `app-stateful-${ordinal}`;
  pods.set(name, seated("default", "app-stateful", ordinal, "headless-svc-stateful", WEB, { uid, ip: "", state: "pending", word: "Pending", why: "no node yet", progress: 0, created: at + 1 }));
  step(name, {}, "statefulset-controller", "create");
  step(name, { state: "creating", word: "Creating", why: "pulling image", progress: 0.6 });
  step(name, { state: "notready", word: "Not ready", why: "starting", progress: 1, ip });
  tell(...slices());
  step(name, { state: "ready", word: "Ready", why: "" });
  tell(...slices());
}

tell(["put", workload("statefulsets", "StatefulSet", "default", "app-stateful", 5, { ready: 3, serviceName: "headless-svc-stateful", selector: WEB }), "Ada", "scale"]);
create(3, "10.244.0.13", "uid-3");
create(4, "10.244.0.14", "uid-4");
step("app-stateful-1", { state: "terminating", word: "Terminating", deleting: true }, "Sam", "delete");
tell(...slices());
const ended = pods.get("app-stateful-1");
pods.delete("app-stateful-1");
tell(["drop", ended, "kubelet", "delete"]);
tell(...slices());
create(1, "10.244.0.31", "uid-1-again");

const folder = fileURLToPath(new URL("../../data/frames/", import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}story.json`, `[\n${frames.map((frame) => JSON.stringify(frame)).join(",\n")}\n]\n`);
