/** The kinds a cluster can list, out of its own discovery, in the groups a person looks for them. Pure. */

/**
 * @typedef {object} TableKind
 * @property {string} id "pods" or "statefulsets.apps": what stands in the address
 * @property {string} group @property {string} version @property {string} resource @property {string} kind @property {string} singular
 * @property {boolean} namespaced @property {boolean} watchable @property {boolean} deletable @property {boolean} scalable
 * @property {string} shelf
 */

const SHELVES = /** @type {const} */ ([
  ["Workloads", "pods statefulsets deployments replicasets daemonsets jobs cronjobs replicationcontrollers horizontalpodautoscalers poddisruptionbudgets podtemplates controllerrevisions"],
  ["Network", "services endpoints endpointslices ingresses ingressclasses networkpolicies"],
  ["Settings", "configmaps secrets serviceaccounts resourcequotas limitranges priorityclasses runtimeclasses"],
  ["Storage", "persistentvolumeclaims persistentvolumes storageclasses csidrivers csinodes csistoragecapacities volumeattachments"],
  ["Cluster", "nodes namespaces events leases componentstatuses"],
  ["Access", "roles rolebindings clusterroles clusterrolebindings certificatesigningrequests"],
]);
const OWN = "Own kinds", REST = "API";
/** Groups that Kubernetes keeps for itself end so, or have no dot. */
const BUILT_IN = /^[a-z0-9]*$|\.k8s\.io$/;

/** One resource may be served under two groups; the older one is what `kubectl get` means. */
const SECOND = new Set(["events.events.k8s.io"]);

/** @param {any[]} discoveries what /api and /apis answer, aggregated @returns {TableKind[]} in order of shelf, then of use */
export function kindsOf(discoveries) {
  /** @type {TableKind[]} */ const found = [];
  for (const group of discoveries.flatMap((each) => each.items ?? [])) {
    const name = group.metadata?.name ?? "";
    /** @type {Set<string>} */ const seen = new Set();
    for (const { version, resources } of group.versions ?? []) {
      for (const each of resources ?? []) {
        const id = name ? `${each.resource}.${name}` : each.resource;
        if (seen.has(each.resource) || SECOND.has(id) || !each.verbs?.includes("list")) continue;
        seen.add(each.resource);
        found.push({
          id, group: name, version, resource: each.resource, kind: each.responseKind?.kind ?? each.resource, singular: each.singularResource ?? each.resource,
          namespaced: each.scope === "Namespaced", watchable: each.verbs.includes("watch"), deletable: each.verbs.includes("delete"),
          scalable: (each.subresources ?? []).some((/** @type {any} */ sub) => sub.subresource === "scale"), shelf: shelfOf(name, each.resource),
        });
      }
    }
  }
  return found.sort((a, b) => place(a) - place(b) || a.id.localeCompare(b.id));
}

/** @param {string} group @param {string} resource */
function shelfOf(group, resource) {
  if (!BUILT_IN.test(group)) return OWN;
  // metrics.k8s.io names its resources like the things it measures.
  if (group === "metrics.k8s.io") return REST;
  return SHELVES.find(([, names]) => names.split(" ").includes(resource))?.[0] ?? REST;
}

/** @param {TableKind} kind */
function place({ shelf, resource }) {
  const at = SHELVES.findIndex(([name]) => name === shelf);
  if (at < 0) return shelf === OWN ? 90_000 : 99_000;
  return at * 1000 + SHELVES[at][1].split(" ").indexOf(resource);
}

/** The kind that an address means: by its whole id, its plural, its singular or its kind. @param {readonly TableKind[]} kinds @param {string} text */
export function kindNamed(kinds, text) {
  const wanted = text.toLowerCase();
  return kinds.find((kind) => kind.id === wanted) ?? kinds.find((kind) => [kind.resource, kind.singular, kind.kind.toLowerCase()].includes(wanted));
}

/** @param {readonly TableKind[]} kinds @returns {[string, TableKind[]][]} */
export function shelves(kinds) {
  /** @type {Map<string, TableKind[]>} */ const by = new Map();
  for (const kind of kinds) by.set(kind.shelf, [...(by.get(kind.shelf) ?? []), kind]);
  return [...by];
}

/** How kubectl calls it: bare where no other group has that resource. @param {TableKind} kind */
export const spoken = ({ id, resource, group }) => (BUILT_IN.test(group) && group !== "metrics.k8s.io" ? resource : id);

/** The address of a kind's objects in the cluster's API, or of one. @param {string} api @param {TableKind} kind @param {string} namespace "" for all @param {string} [name] */
export function address(api, { group, version, resource, namespaced }, namespace, name = "") {
  const root = group ? `${api}/apis/${group}/${version}` : `${api}/api/${version}`;
  const parts = [root, ...(namespaced && namespace ? ["namespaces", encodeURIComponent(namespace)] : []), resource];
  if (name) parts.push(encodeURIComponent(name));
  return parts.join("/");
}

/** Groups and kinds of which the live connection tells nothing: how many there are is known once their table is open. */
const UNCOUNTED = new Set(["rbac.authorization.k8s.io", "apiregistration.k8s.io", "flowcontrol.apiserver.k8s.io", "metrics.k8s.io", "events", "csinodes", "componentstatuses"]);

/** @param {TableKind} kind */
export const isCounted = ({ group, resource }) => !UNCOUNTED.has(group) && !UNCOUNTED.has(resource);
