/**
 * Where everything stands: `layout(state, options)` gives bands, tiles with slots, plates, links and cards. Pure, so
 * two people with the same state see the same picture and a test can say what it is.
 *
 * A place depends on names, wanted sizes and seats (the store allocates them), never on which pods happen to be there:
 * a pod that ends, comes or changes moves nothing else. Refuses to know colours, zoom and the DOM.
 *
 * @import { LayoutOptions, Picture, State, NamespaceModel, Model } from "./types.d.ts"
 */
import { derive, compare } from "./model/derive.js";
import { far } from "./layout/far.js";
import { farMachines, nearMachines } from "./layout/machines.js";
import { near } from "./layout/near.js";
import { wall } from "./layout/wall.js";
import { BY_SERVICE, byLabel, byNode } from "./model/views.js";

/** Above these the first sight is the far picture; a few workloads are near however many pods they have. */
const NEAR_WORKLOADS = 10, NEAR_PODS = 80, FEW_WORKLOADS = 2, NEAR_ON_NODES = 200;

/** @param {State} state @param {LayoutOptions} options @returns {Picture} */
export function layout(state, options) {
  const model = derive(state);
  /** @type {Picture} */
  const picture = {
    level: options.level ?? fitting(model, options.view), phone: options.phone ?? false, ports: !["workload", "node"].includes(options.view?.by ?? ""), width: options.width, height: 0,
    bands: [], tiles: [], plates: [], lines: [], chips: [], knots: [], notes: [], outsiders: [], cards: [], cardColumn: null, fold: null, foot: null,
    tileOf: new Map(), slotOf: new Map(), plateOf: new Map(),
  };
  const spaces = shown(model, options);
  VIEWS[(options.view ?? BY_SERVICE).by](picture, spaces, options, state);
  const fold = options.focus ? null : foldWords(model, options.unfolded ?? false);
  if (fold) {
    // The near picture keeps a line for it at the foot of its first band; elsewhere it stands under everything.
    const foot = picture.level === "near" ? picture.foot : null;
    picture.fold = { ...(foot ?? { x: options.phone ? 20 : 36, y: picture.height + 8 }), ...fold, open: options.unfolded ?? false };
    if (!foot) picture.height += 22;
  }
  for (const tile of picture.tiles) {
    picture.tileOf.set(tile.id, tile);
    if (tile.mode !== "far") for (const slot of tile.slots) picture.slotOf.set(slot.key, slot);
  }
  for (const plate of picture.plates) picture.plateOf.set(plate.id, plate);
  return picture;
}

/** @type {Record<import("./types.d.ts").View["by"], (picture: Picture, spaces: NamespaceModel[], options: LayoutOptions, state: State) => void>} */
const VIEWS = {
  service: (picture, spaces, options) => picture.level === "far" ? far(picture, spaces, options) : near(picture, spaces, options),
  workload: (picture, spaces, options) => (picture.level === "far" ? far : wall)(picture, spaces, options),
  label: (picture, spaces, options) => (picture.level === "far" ? far : wall)(picture, byLabel(spaces, options.view?.key ?? "", options.order === "name"), options),
  node: (picture, spaces, options, state) => (picture.level === "far" ? farMachines : nearMachines)(picture, byNode(state, spaces, options.order === "name"), options),
};

/** Near while a person can take it in, far above. @param {Model} model @param {import("./types.d.ts").View} [view] @returns {"near"|"far"} */
export function fitting(model, view) {
  const shownPods = model.namespaces.filter((s) => !s.system).reduce((sum, s) => sum + s.workloads.reduce((m, w) => m + Math.max(w.wanted, w.pods.length), 0), 0);
  const tiles = model.namespaces.filter((s) => !s.system).reduce((sum, s) => sum + s.workloads.length, 0);
  if (view?.by === "node") return shownPods > NEAR_ON_NODES ? "far" : "near";
  return tiles > NEAR_WORKLOADS || (shownPods > NEAR_PODS && tiles > FEW_WORKLOADS) ? "far" : "near";
}

/** @param {Model} model @param {LayoutOptions} options @returns {NamespaceModel[]} in the order they are drawn */
function shown(model, options) {
  const byName = options.order === "name";
  // What came later stands later, so that a new thing moves no other; what came at once stands in order of name.
  const order = (/** @type {{created: number, name: string}} */ a, /** @type {{created: number, name: string}} */ b) => (byName ? 0 : a.created - b.created) || compare(a.name, b.name);
  return model.namespaces
    .filter((space) => !space.system || (options.unfolded && (space.workloads.length > 0 || space.services.length > 0)))
    .filter((space) => !options.focus || space.name === options.focus)
    .sort((a, b) => Number(a.system) - Number(b.system) || order(a, b))
    .map((space) => ({
      ...space,
      workloads: [...space.workloads].sort((a, b) => Number(a.kind === "Pods") - Number(b.kind === "Pods") || order(a, b) || compare(a.kind, b.kind)),
      services: [...[...space.services].sort((a, b) => order(a.item, b.item)), ...(options.unfolded ? space.folded : [])],
      folded: options.unfolded ? [] : space.folded,
    }));
}

/** What is folded away, as the words of one line; null when nothing is. @param {Model} model @param {boolean} open */
export function foldWords(model, open) {
  const system = model.namespaces.filter((space) => space.system && (space.workloads.length || space.services.length));
  const services = [...model.namespaces.flatMap((space) => space.folded), ...system.flatMap((space) => space.services)];
  const pods = system.reduce((sum, space) => sum + space.pods, 0);
  if (!services.length && !pods) return null;
  const counts = [services.length ? `${services.length} system ${services.length === 1 ? "Service" : "Services"}` : "", pods ? `${pods} ${pods === 1 ? "pod" : "pods"}` : ""].filter(Boolean).join(", ");
  return { text: open ? "Fold the system namespaces: " : `${counts} folded: `, mono: services.map((s) => `${s.item.name} ${s.item.clusterIP ?? ""}`).join(", ") };
}
