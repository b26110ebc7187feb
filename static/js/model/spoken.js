/** What somebody asks the search box for with a verb and a name: "why does web not answer", "scale db to 5". Pure. */
import { deeds } from "./commands.js";
import { aims, compare } from "./derive.js";
import { find } from "./find.js";
import { canAsk } from "./running.js";

/** @import { Item, Model, State } from "../types.d.ts" */
/** @import { Able, Deed } from "./commands.js" */
/** @typedef {"why"|"ask"|"send"|"scale"|"restart"|"delete"|"shell"|"logs"} Verb */
/** @typedef {{ verb: Verb, names: string[], replicas: number|null }} Spoken */
/** @typedef {{ verb: Verb, item: Item, words: string, deed: Deed|null }} Offer what is done; with a deed, that is */

export const VERBS = /** @type {const} */ (["why", "ask", "send", "scale", "restart", "delete", "shell", "logs"]);
const LOOKING = new Set(["why", "ask", "send", "logs"]), MOST = 6;
/** Words between the verb and the name that say nothing of their own. */
const FILLERS = new Set("a all an answer answers answering are be can can't cannot do does doesn't down for from have how i in is isn't me my no not of on open or pod pods reach reachable ready resolve resolves service that the there to unreachable up work working works with".split(" "));
/** Kinds of which there is something to tell, in the order they are meant. */
const TOLD = ["services", "statefulsets", "deployments", "daemonsets", "jobs", "cronjobs", "pods", "replicasets", "nodes", "namespaces"];

/** @param {string} text @returns {Spoken|null} null when it does not begin with a verb and go on with a name */
export function spoken(text) {
  const [first = "", ...rest] = text.trim().toLowerCase().replace(/[?!,]/g, " ").split(/\s+/), verb = VERBS.find((each) => each === first);
  const tokens = rest.filter(Boolean);
  // "scale 5" is said of the selected thing.
  if (!verb || !tokens.length || (verb === "scale" && tokens.length === 1 && /^\d+$/.test(tokens[0]))) return null;
  const last = tokens[tokens.length - 1], replicas = verb === "scale" && tokens.length > 1 && /^\d{1,5}$/.test(last) ? Number(last) : null;
  const said = replicas === null ? tokens : tokens.slice(0, -1), names = said.filter((each) => !FILLERS.has(each));
  return { verb, names: names.length ? names : said, replicas };
}

/** What can be done of what was said, the likeliest first. @param {State} state @param {string} text @param {Able} able @param {boolean} may whether things may be changed @returns {Offer[]} */
export function offers(state, text, able, may) {
  const said = spoken(text);
  if (!said || (!may && !LOOKING.has(said.verb))) return [];
  const { verb, names, replicas } = said;
  const items = [...new Set(names.flatMap((name) => find(state, name, Infinity).map(({ item }) => item)))];
  const found = items.flatMap((item) => offer(verb, item, replicas, able));
  const rank = (/** @type {Item} */ { name, resource }) => (names.includes(name) ? 0 : 100) + (TOLD.indexOf(resource) + 1 || TOLD.length + 1);
  return found.sort((a, b) => rank(a.item) - rank(b.item) || compare(a.item.id, b.item.id)).slice(0, MOST);
}

/** A Service was to be scaled or restarted, and no workload has such a name: what runs its pods, which can be.
 * @param {State} state @param {Model} model @param {string} text @param {Able} able @returns {{ words: string, offers: Offer[] }|null} */
export function behind(state, model, text, able) {
  const said = spoken(text);
  if (!said || (said.verb !== "scale" && said.verb !== "restart") || offers(state, text, able, true).length) return null;
  const { verb, names, replicas } = said, service = [...model.services.values()].filter(({ item }) => names.includes(item.name)).sort((a, b) => compare(a.item.id, b.item.id))[0];
  if (!service) return null;
  const ids = new Set(service.links.map(({ pod }) => model.workloadOf.get(pod) ?? "")), { item } = service;
  for (const workload of model.workloads.values()) if (workload.ns === item.ns && aims(item.selector, workload)) ids.add(workload.id);
  const found = [...ids].sort(compare).flatMap((id) => state.objects.get(id) ?? []).flatMap((one) => offer(verb, one, replicas, able));
  const deed = verb === "scale" ? "scaled" : "restarted", what = found.length ? "; what runs its pods can" : ", and nothing that can be stands behind it";
  return { words: `A Service cannot be ${deed}: ${item.name} only leads to pods${what}.`, offers: found.slice(0, MOST) };
}

/** @param {Verb} verb @param {Item} item @param {number|null} replicas @param {Able} able @returns {Offer[]} none where that cannot be done with it */
function offer(verb, item, replicas, able) {
  const { resource, kind, name } = item, one = (/** @type {string} */ words) => [{ verb, item, words, deed: null }];
  switch (verb) {
    case "why": return TOLD.includes(resource) ? one(`Why ${kind} ${name} is as it is`) : [];
    case "ask": return resource === "services" ? one(`Ask the DNS for ${kind} ${name}`) : canAsk(item) ? one(`Ask the DNS from ${kind} ${name}`) : [];
    case "send": return resource === "services" ? one(`Send to ${kind} ${name}`) : canAsk(item) ? one(`Send from ${kind} ${name}`) : [];
    case "shell": return canAsk(item) ? one(`Open a shell in ${kind} ${name}`) : [];
    case "logs": return resource === "pods" ? one(`Logs of ${kind} ${name}`) : [];
    default: return deeds(replicas === null ? verb : `${verb} ${replicas}`, item, able).map((deed) => ({ verb, item, words: deed.words, deed }));
  }
}
