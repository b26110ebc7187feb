/** Builders of frames for tests and the harness: small clusters as plain values. */

export const T0 = 1_790_000_000;

/** @param {string} ns @param {string} name @param {object} [more] */
export const pod = (ns, name, more = {}) => ({
  id: `pods/${ns}/${name}`, key: `/pods/${ns}/${name}`, resource: "pods", kind: "Pod", name, ns, uid: `uid-${name}-1`, rv: 1, labels: {}, created: T0 - 1900, deleting: false,
  owner: null, seat: -1, state: "ready", word: "Ready", why: "", progress: 1, ip: "", node: "node-1", restarts: 0, since: T0 - 1860, ordinal: null, hostname: "", subdomain: "",
  images: ["nginx:alpine"], revision: "r1", ports: [], workload: null, ...more,
});

export const service = (ns, name, selector, clusterIP = "None", more = {}) => ({
  id: `services/${ns}/${name}`, key: `/services/${ns}/${name}`, resource: "services", kind: "Service", name, ns, uid: `uid-svc-${name}`, rv: 1, labels: {}, created: T0 - 2000, deleting: false, owner: null, seat: -1,
  type: "ClusterIP", clusterIP, headless: clusterIP === "None", ports: [{ name: "http", port: 80, targetPort: 80, protocol: "TCP", nodePort: 0 }], selector, externalName: "", publishNotReady: false, external: [], ...more,
});

export const slice = (ns, of, endpoints) => ({
  id: `endpointslices/${ns}/${of}-abc12`, key: `discovery.k8s.io/endpointslices/${ns}/${of}-abc12`, resource: "endpointslices", kind: "EndpointSlice", name: `${of}-abc12`, ns, uid: `uid-eps-${of}`, rv: 1,
  labels: {}, created: T0, deleting: false, owner: null, seat: -1, service: of, addressType: "IPv4", endpoints, ports: [{ name: "http", port: 80, protocol: "TCP" }],
});

/** @param {string} ns @param {string} name @param {[host: string, path: string, service: string][]} routes @param {object} [more] */
export const ingress = (ns, name, routes, more = {}) => ({
  id: `ingresses/${ns}/${name}`, key: `networking.k8s.io/ingresses/${ns}/${name}`, resource: "ingresses", kind: "Ingress", name, ns, uid: `uid-ing-${name}`, rv: 1, labels: {}, created: T0 - 1000, deleting: false, owner: null, seat: -1,
  ingressClass: "", routes: routes.map(([host, path, to]) => ({ host, path, service: to, port: "80" })), tls: [], external: [], ...more,
});

export const endpoint = (item) => ({ ip: [item.ip], ready: item.state === "ready", serving: item.state === "ready", terminating: item.state === "terminating", pod: item.name, hostname: item.hostname || null, node: item.node });

export const workload = (resource, kind, ns, name, wanted, more = {}) => ({
  id: `${resource}/${ns}/${name}`, key: `apps/${resource}/${ns}/${name}`, resource, kind, name, ns, uid: `uid-${name}`, rv: 1, labels: {}, created: T0 - 2000, deleting: false, owner: null, seat: -1,
  wanted, ready: wanted, current: wanted, start: 0, policy: "OrderedReady", serviceName: "", selector: {}, updated: wanted, images: ["nginx:alpine"], ...more,
});

export const namespace = (name) => ({ id: `namespaces//${name}`, key: `/namespaces//${name}`, resource: "namespaces", kind: "Namespace", name, ns: "", uid: `uid-${name}`, rv: 1, labels: {}, created: T0 - 9000, deleting: false, owner: null, seat: -1, phase: "Active" });
export const node = (name) => ({ id: `nodes//${name}`, key: `/nodes//${name}`, resource: "nodes", kind: "Node", name, ns: "", uid: `uid-${name}`, rv: 1, labels: {}, created: T0 - 9000, deleting: false, owner: null, seat: -1, ready: true, address: "10.0.0.2" });

/** A pod of a StatefulSet. */
export const seated = (ns, set, ordinal, subdomain, labels, more = {}) => pod(ns, `${set}-${ordinal}`, {
  ip: `10.244.0.${10 + ordinal}`, ordinal, seat: ordinal, hostname: `${set}-${ordinal}`, subdomain, labels, owner: { kind: "StatefulSet", name: set, uid: `uid-${set}` },
  workload: { id: `statefulsets/${ns}/${set}`, kind: "StatefulSet", name: set }, since: T0 - (ordinal ? 1860 : 1920), ...more,
});

/** @param {object[]} objects @param {object} [more] */
export const snapshot = (objects, more = {}) => ({
  t: "snapshot", cluster: { uid: "c0ffee", slug: "demo", domain: "cluster.local", dns: "10.96.0.10", pace: "brisk" }, revision: 412, time: T0, wall: T0, speed: 1,
  user: { name: "ada", initial: "A", canWrite: true }, objects, reasons: {}, ...more,
});

const WEB = { app: "web-stateful" };

/** The article's cluster: `wanted` seats, `ready` pods, one on its way when there are more. */
export function demo(wanted = 3, ready = wanted) {
  const pods = Array.from({ length: ready }, (_, i) => seated("default", "app-stateful", i, "headless-svc-stateful", WEB));
  if (ready < wanted) pods.push(seated("default", "app-stateful", ready, "headless-svc-stateful", WEB, { ip: "", state: "creating", word: "Creating", why: "pulling image", progress: 0.6, created: T0 - 5, since: T0 - 5 }));
  const live = pods.filter((each) => each.ip);
  return [
    namespace("default"), namespace("kube-system"), node("node-1"),
    service("default", "kubernetes", null, "10.96.0.1"), service("default", "headless-svc", { app: "web" }), service("default", "headless-svc-stateful", WEB), service("default", "web", WEB, "10.96.143.27"),
    service("kube-system", "kube-dns", { "k8s-app": "kube-dns" }, "10.96.0.10"),
    workload("statefulsets", "StatefulSet", "default", "app-stateful", wanted, { ready, serviceName: "headless-svc-stateful", selector: WEB }),
    ...pods, slice("default", "headless-svc-stateful", live.map(endpoint)), slice("default", "web", live.map(endpoint)), slice("default", "headless-svc", []),
  ];
}

export const demoReasons = (wanted, ready) => ({
  "services/default/headless-svc": [{ level: "wait", text: "Selects nothing: no pod has app=web.", code: "SelectsNothing", seat: null }],
  ...(wanted > ready + 1 ? { "statefulsets/default/app-stateful": [{ level: "wait", text: `Waiting for app-stateful-${ready} to be Ready.`, code: "WaitingForReady", seat: ready + 1 }] } : {}),
  "pods/default/app-stateful-1": [{ level: "ok", text: "In headless-svc-stateful: has app=web-stateful and is Ready.", code: "", seat: null }, { level: "wait", text: "Not in headless-svc: it selects app=web.", code: "", seat: null }, { level: "ok", text: "Created after app-stateful-0 was Ready.", code: "", seat: null }],
});

const SHOP = [
  ["shop", "web", [["basket", 24, "c"], ["basket-cache", 3, "h"], ["catalog", 60, "c"], ["catalog-images", 18, "c"], ["checkout", 48, "c", { failed: 5, notready: 3 }], ["coupons", 8, "c"], ["gateway", 40, "c"], ["invoices", 10, "c"], ["pricing", 30, "c", { creating: 6, terminating: 4 }], ["reviews", 16, "c"], ["search", 36, "c"], ["shipping", 14, "c"], ["storefront", 90, "c", { terminating: 2, creating: 2 }]]],
  ["data", "data", [["cassandra", 36, "h", { notready: 1 }], ["clickhouse", 12, "b"], ["etcd", 5, "h"], ["kafka", 15, "h", { creating: 1, seat: 4 }], ["mongo", 9, "h"], ["orders-db", 3, "b"], ["redis", 30, "b"], ["search-index", 24, "h"], ["zookeeper", 5, "h", { failed: 1 }]]],
  ["platform", "infra", [["batch-import", 250, "-", { failed: 4, pending: 18 }], ["cert-rotator", 2, "-"], ["feature-flags", 6, "c"], ["identity", 27, "c"], ["mailer", 12, "c"], ["notifier", 52, "c"], ["queue-workers", 150, "-", { creating: 3 }], ["webhooks", 54, "c"]]],
  ["observe", "infra", [["alertmanager", 3, "h"], ["dashboards", 4, "c"], ["log-collector", 20, "h"], ["log-store", 12, "b"], ["metrics", 8, "h"], ["probes", 6, "c"], ["traces", 14, "c", { unknown: 1 }]]],
  ["jobs", "infra", [["coredns", 2, "c"], ["csi-node", 20, "-"], ["kube-proxy", 20, "-"], ["metrics-server", 2, "c"]]],
];
const WORDS = { failed: ["Failed", "back-off restarting: exit 1"], notready: ["Not ready", "readiness probe fails"], creating: ["Creating", "pulling image"], terminating: ["Terminating", ""], pending: ["Pending", "no node has 2 CPU free"], unknown: ["Unknown", "node-3 has not answered"] };

/** 41 workloads and 1,200 pods, some of them ill; `times` copies of it for load. */
export function crowd(times = 1) {
  const objects = [];
  let address = 0;
  const fresh = () => `10.${244 + (address >> 16)}.${(address >> 8) & 255}.${address++ & 255}`;
  for (let copy = 0; copy < times; copy++) {
    for (const [space, tier, workloads] of SHOP) {
      const ns = copy ? `${space}-${copy}` : space;
      objects.push(namespace(ns));
      for (const [name, wanted, kind, ill = {}] of workloads) {
        const stateful = kind === "h" || kind === "b", labels = { app: name, tier }, list = [];
        const resource = stateful ? "statefulsets" : "deployments", sort = stateful ? "StatefulSet" : "Deployment";
        for (let i = 0; i < wanted - (ill.seat ?? 0); i++) list.push(i);
        const states = spread(list.length, ill, stateful);
        const pods = list.map((i) => {
          const state = states[i], [word, why] = WORDS[state] ?? ["Ready", ""];
          return pod(ns, stateful ? `${name}-${i}` : `${name}-7d9f8b6c5-${i.toString(36).padStart(5, "x")}`, { ip: ["pending", "creating"].includes(state) ? "" : fresh(), state, word, why, seat: i, ordinal: stateful ? i : null, hostname: stateful ? `${name}-${i}` : "", subdomain: stateful ? name : "", labels, restarts: state === "failed" ? 6 : 0, progress: 0.5, workload: { id: `${resource}/${ns}/${name}`, kind: sort, name } });
        });
        objects.push(workload(resource, sort, ns, name, wanted, { ready: pods.filter((p) => p.state === "ready").length, selector: labels, serviceName: stateful ? name : "" }), ...pods);
        if (kind === "h" || kind === "b") objects.push(service(ns, name, labels), slice(ns, name, pods.filter((p) => p.ip).map(endpoint)));
        if (kind === "c" || kind === "b") objects.push(service(ns, kind === "b" ? `${name}-read` : name, labels, `10.96.${address >> 8 & 255}.${address & 255}`), slice(ns, kind === "b" ? `${name}-read` : name, pods.filter((p) => p.ip).map(endpoint)));
      }
    }
  }
  return objects;
}

/** As many pods as asked for, 25 to a Service and its Deployment, 20 of those to a namespace; all of them ready. */
export function field(pods, each = 25) {
  const objects = [];
  for (let at = 0; at < pods; at += each) {
    const n = at / each, ns = `space-${String(Math.floor(n / 20)).padStart(2, "0")}`, name = `svc-${n}`, labels = { app: name };
    if (n % 20 === 0) objects.push(namespace(ns));
    const members = Array.from({ length: Math.min(each, pods - at) }, (_, i) => pod(ns, `${name}-7d9f8b6c5-${i.toString(36).padStart(5, "x")}`, { ip: `10.${244 + (at >> 16)}.${(at >> 8) & 255}.${(at & 255) + i}`, seat: i, labels, workload: { id: `deployments/${ns}/${name}`, kind: "Deployment", name } }));
    objects.push(workload("deployments", "Deployment", ns, name, members.length, { selector: labels }), ...members, service(ns, name, labels, `10.96.${n >> 8}.${n & 255}`), slice(ns, name, members.map(endpoint)));
  }
  return objects;
}

function spread(n, ill, stateful) {
  const states = Array(n).fill("ready");
  let at = 5;
  for (const [state, count] of Object.entries(ill)) {
    if (state === "seat") continue;
    for (let i = 0; i < count; i++) {
      if (stateful) at = state === "creating" ? n - 1 - i : 3 + i * 5;
      else for (at = (at * 7 + 11) % n; states[at] !== "ready"; ) at = (at + 1) % n;
      states[at] = state;
    }
  }
  return states;
}
