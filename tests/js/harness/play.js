/** Plays the server in the browser: a socket that answers questions and acts, and the object panel's GET. */
import { crowd, demo, demoReasons, endpoint, field, namespace, pod, seated, service, slice, snapshot, T0, workload } from "../frames.js";

const scene = new URLSearchParams(location.search).get("scene") ?? "demo";
const objects = new Map();
const put = (item) => objects.set(item.id, item);
let reasons = {};
if (scene === "crowd") crowd().forEach(put);
else if (scene === "load") crowd(5).forEach(put);
else if (scene === "field") field(Number(new URLSearchParams(location.search).get("pods"))).forEach(put);
else if (scene === "empty") put(namespace("default"));
else if (scene === "many") many().forEach(put);
else {
  const [wanted, ready] = scene === "five" ? [5, 3] : [3, 3];
  demo(wanted, ready).forEach(put);
  reasons = demoReasons(wanted, ready);
}

/** Every state, every kind of Service, a comb, a loose pod. */
function many() {
  const labels = { app: "states" }, states = [["ready", "Ready"], ["notready", "Not ready"], ["creating", "Creating"], ["pending", "Pending"], ["terminating", "Terminating"], ["failed", "Failed"], ["unknown", "Unknown"]];
  const pods = states.map(([state, word], i) => seated("default", "states", i, "states", labels, { state, word, why: { notready: "probe fails", creating: "pulling image", pending: "no node fits", failed: "exit 1", unknown: "node is silent" }[state] ?? "", ip: ["creating", "pending"].includes(state) ? "" : `10.244.1.${i + 4}`, progress: 0.6 }));
  const web = { app: "front" }, front = Array.from({ length: 22 }, (_, i) => pod("default", `front-6c9d-${i.toString(36)}k2x`, { ip: `10.244.2.${i}`, seat: i, labels: web, workload: { id: "deployments/default/front", kind: "Deployment", name: "front" }, ...(i === 4 ? { state: "failed", word: "Failed", why: "exit 1" } : {}) }));
  return [namespace("default"), namespace("team-b"), service("default", "kubernetes", null, "10.96.0.1"), workload("statefulsets", "StatefulSet", "default", "states", 8, { selector: labels }), ...pods, workload("deployments", "Deployment", "default", "front", 22, { selector: web }), ...front, pod("default", "debug", { ip: "10.244.9.9", seat: 0 }),
    service("default", "states", labels), service("default", "front", web, "10.96.7.7", { type: "NodePort", ports: [{ name: "http", port: 80, targetPort: 80, protocol: "TCP", nodePort: 30080 }] }), service("default", "front-peers", web), service("default", "billing", null, "", { type: "ExternalName", externalName: "billing.example.com" }), service("default", "nothing", { app: "none" }, "10.96.7.9"),
    slice("default", "states", pods.filter((p) => p.ip).map(endpoint)), slice("default", "front", front.map(endpoint)), slice("default", "front-peers", front.map(endpoint))];
}

let revision = 412, ip = 40;
const sockets = new Set();
const asks = new Map();
const time = () => T0 + Math.round((Date.now() - started) / 1000);
const started = Date.now();

function tell(changes) {
  const frame = { t: "changes", time: time(), changes: changes.map(([op, item, author = "statefulset-controller", cause = "sync"]) => {
    revision++;
    if (op === "put") { item.rv = revision; put(item); return { op, item: structuredClone(item), r: revision, author, cause, at: time() }; }
    objects.delete(item.id);
    return { op, id: item.id, r: revision, author, cause, at: time() };
  }) };
  frame.revision = revision;
  for (const socket of sockets) socket.tell(frame);
  for (const [id, question] of asks) for (const socket of sockets) socket.tell({ t: "answer", id, revision, answer: resolve(question) });
}

function resync() {
  const set = objects.get("statefulsets/default/app-stateful"), pods = [...objects.values()].filter((o) => o.resource === "pods" && o.ordinal !== null && o.workload?.id === set?.id).sort((a, b) => a.ordinal - b.ordinal);
  if (!set) return;
  const changes = ["headless-svc-stateful", "web"].map((name) => ["put", { ...objects.get(`endpointslices/default/${name}-abc12`), endpoints: pods.filter((p) => p.ip).map(endpoint) }, "endpointslice-controller"]);
  const over = pods.filter((p) => p.ordinal >= set.wanted && p.state !== "terminating").at(-1);
  if (over) { changes.push(["put", { ...over, state: "terminating", word: "Terminating", why: "", deleting: true }]); setTimeout(() => { tell([["drop", over]]); resync(); }, 700); }
  else if (!pods.some((p) => p.state !== "ready")) {
    const missing = Array.from({ length: set.wanted }, (_, i) => i).find((i) => !pods.some((p) => p.ordinal === i));
    if (missing !== undefined) create(missing, changes);
  }
  tell(changes);
}

function create(i, changes) {
  const base = seated("default", "app-stateful", i, "headless-svc-stateful", { app: "web-stateful" }, { ip: "", state: "pending", word: "Pending", why: "no node yet", progress: 0, created: time(), since: time(), uid: `uid-${Math.random()}` });
  changes.push(["put", base]);
  const stage = (ms, more) => setTimeout(() => { const now = objects.get(base.id); if (now?.uid === base.uid && now.state !== "terminating") { tell([["put", { ...now, ...more, since: time() }, "kubelet"]]); if (more.state === "ready") resync(); } }, ms);
  stage(200, { state: "creating", word: "Creating", why: "pulling image", progress: 0.15 });
  stage(500, { progress: 0.6 });
  stage(800, { ip: `10.244.0.${ip++}`, state: "notready", word: "Not ready", why: "starting", progress: 1 });
  stage(1100, { state: "ready", word: "Ready", why: "" });
}

function resolve({ name, type, pod: from, namespace: ns }) {
  const search = [`${ns}.svc.cluster.local`, "svc.cluster.local", "cluster.local", ""], steps = [];
  let records = [], targets = [], route = null, rcode = "NXDOMAIN";
  for (const suffix of search) {
    const qname = `${name}${suffix ? `.${suffix}` : ""}.`;
    if (records.length) { steps.push({ qname, qtype: type, rcode: "", records: [], asked: false }); continue; }
    const parts = qname.replace(".svc.cluster.local.", "").split("."), [svc, space] = parts.slice(-2), host = parts.length > 2 ? parts[0] : "";
    const item = qname.endsWith(".svc.cluster.local.") && objects.get(`services/${space}/${svc}`);
    if (item) {
      const live = objects.get(`endpointslices/${space}/${svc}-abc12`)?.endpoints.filter((e) => e.ready && (!host || e.hostname === host)) ?? [];
      if (!item.headless && !host) { records = [{ name: qname, type, ttl: 30, data: item.clusterIP }]; targets = [{ ip: item.clusterIP, id: item.id }]; route = { service: item.id, address: item.clusterIP, backends: live.map((e) => ({ pod: `pods/${space}/${e.pod}`, ip: e.ip[0], share: 1 / live.length })) }; }
      else { records = live.map((e) => ({ name: qname, type, ttl: 30, data: e.ip[0] })); targets = live.map((e) => ({ ip: e.ip[0], id: `pods/${space}/${e.pod}` })); }
    }
    if (records.length) rcode = "NOERROR";
    steps.push({ qname, qtype: type, rcode: records.length ? "NOERROR" : "NXDOMAIN", records, asked: true });
  }
  const why = records.length ? [] : name === "headless-svc" ? ["No pod matches app=web, so headless-svc has no address."] : ["No name until the pod is Ready."];
  return { asker: { pod: from, namespace: ns, ip: "10.244.0.10" }, question: { name, type }, steps, rcode, records, reasons: why, targets, route, dig: `;; ->>HEADER<<- opcode: QUERY, status: ${rcode}, id: 4242\n\n;; ANSWER SECTION:\n${records.map((r) => `${r.name}\t${r.ttl}\tIN\t${r.type}\t${r.data}`).join("\n")}`, command: { dig: `dig ${name}`, nslookup: `nslookup ${name}` } };
}

class Played extends EventTarget {
  static OPEN = 1;
  readyState = 0;
  constructor() {
    super();
    if (scene === "loading") return;
    setTimeout(() => {
      this.readyState = 1;
      sockets.add(this);
      this.dispatchEvent(new Event("open"));
      const first = JSON.stringify(snapshot([...objects.values()], { reasons, revision }));
      performance.mark("fed");
      this.say(first);
      this.tell({ t: "presence", people: [{ name: "Ada", initial: "A" }, { name: "Lin", initial: "L" }] });
      if (scene === "lost") setTimeout(() => this.close(), 600);
    }, 30);
  }
  tell(frame) { this.say(JSON.stringify(frame)); }
  say(data) { this.dispatchEvent(new MessageEvent("message", { data })); }
  send(text) {
    const frame = JSON.parse(text);
    if (frame.t === "ask") { asks.set(frame.id, frame); setTimeout(() => this.tell({ t: "answer", id: frame.id, revision, answer: resolve(frame) }), 20); }
    if (frame.t === "forget") asks.delete(frame.id);
    if (frame.t !== "act") return;
    const [, resource, ns, name] = frame.key.split("/"), item = objects.get(`${resource}/${ns}/${name}`);
    if (frame.verb === "scale") { tell([["put", { ...item, wanted: frame.replicas }, "Ada", "scale"]]); resync(); }
    if (frame.verb === "delete") { tell([["put", { ...item, state: "terminating", word: "Terminating", deleting: true }, "Ada", "delete"]]); setTimeout(() => { tell([["drop", item]]); resync(); }, 700); }
    this.tell({ t: "done", id: frame.id, revision, kubectl: frame.verb === "scale" ? `kubectl scale statefulset ${name} --replicas=${frame.replicas}` : `kubectl delete pod ${name}` });
  }
  close() { this.readyState = 3; sockets.delete(this); this.dispatchEvent(new Event("close")); }
}
let refused = false;
window.WebSocket = new Proxy(Played, { construct(target, args) { if (refused) { const dead = new EventTarget(); setTimeout(() => dead.dispatchEvent(new Event("close")), 5); return dead; } refused = scene === "lost"; return Reflect.construct(target, args); } });

window.fetch = async (url) => {
  const [resource, ns, name] = new URL(url, location.href).pathname.split("/objects/")[1].split("/"), item = objects.get(`${resource}/${ns === "-" ? "" : ns}/${name}`);
  const body = { yaml: `apiVersion: v1\nkind: ${item?.kind}\nmetadata:\n  name: ${name}\n  namespace: ${ns}\n`, object: {}, events: [{ type: "Normal", reason: "Started", message: "container nginx", age: "31m", count: 1 }, { type: "Normal", reason: "Pulled", message: "nginx:alpine, already present", age: "31m", count: 1 }, { type: "Normal", reason: "Scheduled", message: "to node-1", age: "31m", count: 1 }], relations: [{ id: "statefulsets/default/app-stateful", kind: "StatefulSet", name: "app-stateful", how: "owned by" }], reasons: [], kubectl: [`kubectl get pod ${name} -o wide`], columns: {} };
  return new Response(JSON.stringify(item ? body : { message: `There is no ${name}.` }), { status: item ? 200 : 404, headers: { "Content-Type": "application/json" } });
};
window.played = { tell, objects, resync, sockets };
