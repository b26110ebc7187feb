/** Shapes of the frames the server sends and of the picture made from them. Types only: no code. */

export interface Owner { kind: string; name: string; uid: string }
export interface Port { name?: string; port: number; targetPort?: number | string; protocol?: string; nodePort?: number }
export type PodState = "ready" | "notready" | "creating" | "pending" | "terminating" | "failed" | "unknown" | "completed";
export type SlotState = PodState | "seat";
export type Labels = Record<string, string>;

export interface Endpoint { ip: string[]; ready: boolean; serving: boolean; terminating: boolean; pod: string | null; hostname?: string | null; node?: string | null }

/** One object as the server projects it; which of the optional fields are there depends on `resource`. */
export interface Item {
  id: string; key: string; resource: string; kind: string; name: string; ns: string; uid: string; rv: number;
  labels: Labels; created: number; deleting: boolean; endedBy?: string; owner: Owner | null; seat: number;
  state?: PodState; word?: string; why?: string; progress?: number; ip?: string; node?: string; restarts?: number; running?: boolean;
  since?: number; ordinal?: number | null; hostname?: string; subdomain?: string; images?: string[]; revision?: string;
  workload?: { id: string; kind: string; name: string } | null;
  type?: string; clusterIP?: string; headless?: boolean; ports?: Port[]; selector?: Labels | null; externalName?: string;
  publishNotReady?: boolean; external?: string[];
  ingressClass?: string; routes?: Route[]; tls?: string[];
  service?: string; addressType?: string; endpoints?: Endpoint[];
  wanted?: number; ready?: number | boolean; current?: number; start?: number; policy?: string; serviceName?: string;
  /** Seats a workload had at the moment that is compared with. */ keeps?: number;
  updated?: number; schedule?: string; suspended?: boolean; phase?: string; address?: string; size?: number;
  /** Of a pod the claims it mounts, of a StatefulSet the names of its templates. */ claims?: string[]; volume?: string; storage?: string;
  cordoned?: boolean; taints?: string[]; room?: { pods?: string; cpu?: string; memory?: string }; /** A node's pods have addresses of this. */ range?: string;
}

/** One way through an Ingress; the default backend has neither host nor path. */
export interface Route { host: string; path: string; service: string; port: string }
/** An Ingress with its ways to one Service. */
export interface Entry { item: Item; routes: Route[] }

export interface Reason { level: "ok" | "wait" | "fail" | "info"; text: string; code: string; seat: number | null }
export interface DnsRecord { name: string; type: string; ttl: number; data: string }
export interface Step { qname: string; qtype: string; rcode: string; records: DnsRecord[]; asked: boolean }
export interface Walk {
  asker: { pod: string; namespace: string; ip?: string | null; hostname?: string; fqdn?: string; policy?: string; resolv_conf?: string };
  question: { name: string; type: string };
  steps: Step[]; rcode: string; records: DnsRecord[]; reasons: string[];
  targets: { ip: string; id: string | null }[];
  route: null | { service: string; address: string; backends: { pod: string | null; ip: string; share: number }[] };
  dig: string; command: { dig: string; nslookup: string };
}
export interface Question { id: string; name: string; type: string; pod: string; namespace: string }
/** A question with its answers: the present one, the one before it and when it changed (ms of this page's clock). */
export interface Answer { question: Question; walk: Walk | null; before: Walk | null; changedAt: number; refused: string; stale: boolean }

/** One station of a request's way, with its sentence. */
export interface Station { at: "name" | "address" | "rule" | "pod" | "answer"; text: string; ok: boolean; id: string | null }
export interface SpreadRow { id: string | null; name: string; ip: string; port: number; expected: number; count: number; outcomes: Record<string, number> }
/** What came of some requests: see cluster/requests. */
export interface Trace {
  revision: number; count: number; method: string; result: string; says: string; kubectl: string; service: string | null; virtual: boolean;
  from: { id: string | null; pod: string; namespace: string; ip: string; node: string };
  to: { url: string; scheme: string; host: string; port: number; path: string };
  steps: Station[]; outcomes: Record<string, number>; spread: SpreadRow[]; order: number[]; reasons: string[]; rules: string[];
  response: { status: number; phrase: string; headers: [string, string][]; body: string; cut: number } | null;
  affinity: { seconds: number; client: string; kept: boolean; text: string } | null;
}

export interface Person { name: string; initial: string }
export interface ClusterInfo { uid: string; slug: string; domain?: string; dns?: string; pace?: string }
export interface NextWait { controller: string; about: string; name: string }
export interface NextPlan extends NextWait { does: string[]; more: number; why: string[] }
/** What a paused cluster would do next; `later` is the cluster time of the next moment something waits for, `waits` what that is. */
export interface Next { plans: NextPlan[]; more: number; later: number | null; waits: NextWait | null; faults: string[] }
export interface Tick { revision: number; at: number; kind: "pod" | "wait" | "fail" | "svc" | "ctl"; id: string; author: string; cause: string; person: boolean; words: string }
export interface Act { id: string; verb: string; key: string; kubectl: string; refused: string; done: boolean }

export interface State {
  phase: "loading" | "live" | "lost" | "error"; retryAt: number; problem: string;
  cluster: ClusterInfo | null; revision: number; time: number; receivedAt: number; speed: number; next: Next | null;
  user: { name: string; initial: string; canWrite: boolean } | null; people: Person[];
  objects: ReadonlyMap<string, Item>; reasons: ReadonlyMap<string, Reason[]>;
  answers: ReadonlyMap<string, Answer>; acts: ReadonlyMap<string, Act>;
  log: readonly Tick[];
  touched: ReadonlyMap<string, number>;
  was: ReadonlyMap<string, { ip: string; at: number }>;
  gone: ReadonlyMap<string, { item: Item; revision: number; author: string }>;
  /** What somebody is told: of what they asked for, and of what the cluster did by itself. */
  said: string; news: string;
}

export interface Link { service: string; pod: string; address: string; published: boolean; cause: "" | "no-port" | "not-ready"; why: string; share: number }
export interface ServiceModel {
  item: Item; shape: "headless" | "cluster" | "door" | "external"; links: Link[]; /** Pods in the answer. */ published: number; /** Addresses one comes to: theirs, and those that are no pod's. */ behind: number; selects: number; outside: string[]; entries: Entry[];
}
export interface Seat { index: number; ordinal: number | null; pod: Item | null; state: SlotState }
export interface Workload {
  id: string; kind: string; name: string; ns: string; item: Item | null; wanted: number; ready: number; created: number;
  pods: Item[]; seats: Seat[]; /** Empty seats that are not in the list. */ beyond: number; counts: Record<string, number>; worst: "ok" | "wait" | "bad"; services: ServiceModel[];
  /** Of a node: the places that are shown, and the third part of its first pod's address. */ rooms?: number; first?: number;
}
/** What one band holds: a namespace, or in another view a node or all with one value of a label. */
export interface NamespaceModel {
  id: string; sort: "namespace" | "node" | "label"; node?: Item | null;
  name: string; created: number; system: boolean; services: ServiceModel[]; folded: ServiceModel[]; workloads: Workload[]; pods: number; ready: number;
}
/** Each list empty: all of them. */
export interface Filter { ns: string[]; selector: string; state: string[]; kind: string[] }
/** Ids of what a filter leaves; of empty seats `workload#index`. */
export interface Kept { workloads: Set<string>; pods: Set<string>; seats: Set<string>; services: Set<string> }
export interface View { by: "service" | "workload" | "node" | "label"; /** Of a label. */ key: string }
export interface Model {
  namespaces: NamespaceModel[]; workloads: Map<string, Workload>; services: Map<string, ServiceModel>;
  pods: Map<string, Item>; workloadOf: Map<string, string>; linksOf: Map<string, Link[]>;
}

export interface Slot { key: string; x: number; y: number; r: number; seat: Seat }
export interface Tile { id: string; ns: string; x: number; y: number; w: number; h: number; room: number; mode: "column" | "comb" | "far"; workload: Workload; slots: Slot[]; more: number; /** Places of a node that nobody has. */ free?: { x: number; y: number }[]; /** Room for the words beside a node's pods. */ words?: number }
export interface Plate { id: string; ns: string; x: number; y: number; w: number; h: number; service: ServiceModel; /** One of many: a row, with one line to a workload. */ dense?: boolean; /** Seen from afar, where only those that lead to no workload stand for themselves. */ far?: boolean }
export interface Line { key: string; kind: "ray" | "via"; service: string; pod: string; d: string; casing: string; published: boolean; why: string; width: number; /** Drawn only where somebody looks. */ quiet?: boolean; /** The one line of many to all pods of a tile. */ tile?: string; /** To an address that no pod has. */ outside?: boolean }
/** Where words stand; `y` is the baseline of the first of `rows` lines. */
export interface Note { service: string; sort: "why" | "many" | "manyline" | "one" | "oneline" | "out" | "knot"; x: number; y: number; w: number; rows: number; anchor: "start" | "middle" }
export interface Outsider { service: string; address: string; x: number; y: number; w: number; h: number }
export interface Chip { key: string; service: string; pod: string; x: number; y: number; w: number; name: string; address: string }
export interface Knot { service: string; x: number; y: number; from: number; share: string; small: boolean }
export interface CardRow { y: number; record: DnsRecord; target: string | null; lineFrom: { x: number; y: number } | null }
export interface Card { id: string; x: number; y: number; w: number; h: number; answer: Answer; rows: CardRow[]; hidden: number; stub: { x: number; y: number } | null; folded: boolean }
export interface Band { id: string; name: string; x: number; y: number; w: number; h: number; namespace: NamespaceModel; columns: { services: number; workloads: number; answers: number; y: number } | null }
export interface Picture {
  level: "near" | "far"; phone: boolean; /** Whether tiles tell of Services. */ ports: boolean; width: number; height: number;
  bands: Band[]; tiles: Tile[]; plates: Plate[]; lines: Line[]; chips: Chip[]; knots: Knot[]; notes: Note[]; outsiders: Outsider[]; cards: Card[];
  cardColumn: { x: number; w: number; y: number } | null;
  fold: { x: number; y: number; text: string; mono: string; open: boolean } | null;
  foot: { x: number; y: number } | null;
  tileOf: Map<string, Tile>; slotOf: Map<string, Slot>; plateOf: Map<string, Plate>;
}
export interface LayoutOptions {
  width: number; height?: number; phone?: boolean; level?: "near" | "far"; focus?: string; view?: View; unfolded?: boolean; order?: "age" | "name"; /** Bands side by side in the far picture. */ columns?: number;
  pinned?: readonly Answer[]; now?: number;
}
export interface PageData {
  slug: string; dnsPort: { cluster: string; address: string } | null; user: { name: string; canWrite: boolean };
  /** Kinds that can be scaled and rolled out anew, as the server knows them: "deployments.apps". */
  scalable: ReadonlySet<string>; restartable: ReadonlySet<string>;
  /** Addresses of what is loaded when it is needed. */
  modules: { screen: string; screenStyle: string; editor: string };
  urls: { explorer: string; live: string; objects: string; resolve: string; request: string; recent: string; dns: string; apply: string; [name: string]: string };
}
