/** What the search box can do besides finding: commands by their words. Pure. */

/** @typedef {{ does: "fit"|"tidy"|"far"|"near"|"ask"|"apply"|"dns"|"theme"|"keys"|"svg"|"png"|"manifests"|"by-service"|"by-workload"|"by-node"|"by-label"|"new"|"lessons"|"tour"|"tables"|"terminal"|"request"|"kubectl"|"shell"|"send"|"fork"|"pause"|"resume"|"step", words: string }} Command */

/** @type {readonly Command[]} */
const COMMANDS = [
  { does: "ask", words: "Ask the DNS: write a name" },
  { does: "apply", words: "Apply a manifest" },
  { does: "fit", words: "Fit everything in" },
  { does: "near", words: "Zoom in to names and addresses" },
  { does: "far", words: "Zoom out to all namespaces" },
  { does: "tidy", words: "Tidy: put tiles in order of name" },
  { does: "by-service", words: "View by Service" },
  { does: "by-workload", words: "View by workload" },
  { does: "by-node", words: "View by node" },
  { does: "by-label", words: "View by a label" },
  { does: "svg", words: "Save the picture as SVG" },
  { does: "png", words: "Save the picture as PNG" },
  { does: "manifests", words: "Export the cluster: save it as manifests" },
  { does: "dns", words: "Open the DNS page" },
  { does: "tables", words: "Open the tables of every kind" },
  { does: "request", words: "Open the requests page" },
  { does: "terminal", words: "Open the shell page" },
  { does: "kubectl", words: "Get a kubeconfig for kubectl" },
  { does: "shell", words: "Open a shell below the map" },
  { does: "send", words: "Send requests to a Service" },
  { does: "fork", words: "Fork: a new cluster that goes on from this moment" },
  { does: "pause", words: "Pause the cluster's clock" },
  { does: "step", words: "Step: carry out the next plan of a paused cluster" },
  { does: "resume", words: "Resume the cluster's clock" },
  { does: "new", words: "New cluster" },
  { does: "lessons", words: "Lessons: learn with a cluster of your own" },
  { does: "tour", words: "Show me around: a short look" },
  { does: "keys", words: "Keys: show the keyboard shortcuts" },
  { does: "theme", words: "Change the theme to dark or light" },
];

/** What the box offers before anything is typed, the most useful first. */
const FIRST = ["apply", "ask", "send", "shell", "tables", "by-node", "fit", "pause", "resume", "lessons", "new", "tour", "keys"];

/** What whoever may only look is not offered. */
const CHANGING = new Set(["pause", "step", "resume", "shell", "terminal"]);

/** Commands of which every typed word begins a word; before anything is typed, the most useful ones. @param {string} text @param {boolean} [canWrite] @returns {Command[]} */
export function commands(text, canWrite = true) {
  if (!text.trim()) return COMMANDS.filter(({ does }) => FIRST.includes(does) && (canWrite || !CHANGING.has(does))).sort((a, b) => FIRST.indexOf(a.does) - FIRST.indexOf(b.does));
  const typed = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (text.trim().length < 2) return [];
  return COMMANDS.filter(({ does, words }) => {
    if (!canWrite && CHANGING.has(does)) return false;
    const own = words.toLowerCase().split(/[\s:]+/);
    return typed.every((each) => own.some((word) => word.startsWith(each)));
  });
}

/** @typedef {{ does: "delete"|"restart"|"scale"|"cordon"|"drain", words: string, replicas: number|null }} Deed */
/** @typedef {{ scalable: ReadonlySet<string>, restartable: ReadonlySet<string> }} Able kinds that a server can scale and roll out anew */

/** How a set of kinds has a thing's: "pods", "deployments.apps". @param {{ key: string, resource: string }} item */
export const kindOf = ({ key, resource }) => [resource, key.split("/")[0]].filter(Boolean).join(".");

/** What can be done with a thing, of which every typed word begins a word; "scale 5" says how far.
 * @param {string} text @param {{ key: string, resource: string, kind: string, name: string, deleting?: boolean, cordoned?: boolean }} item @param {Able} able @returns {Deed[]} */
export function deeds(text, item, able) {
  if (item.deleting) return [];
  const number = /(?:^|\s)(\d{1,5})\s*$/.exec(text), replicas = number ? Number(number[1]) : null, thing = `${item.kind} ${item.name}`;
  const typed = text.toLowerCase().split(/\s+/).filter((word) => word && !/^\d+$/.test(word));
  /** @type {Deed[]} */ const all = [];
  if (able.scalable.has(kindOf(item))) all.push({ does: "scale", words: replicas === null ? `Scale ${thing}` : `Scale ${thing} to ${replicas}`, replicas });
  if (able.restartable.has(kindOf(item))) all.push({ does: "restart", words: `Restart ${thing}`, replicas: null });
  if (item.resource === "nodes") all.push({ does: "cordon", words: `${item.cordoned ? "Uncordon" : "Cordon"} ${thing}`, replicas: null }, { does: "drain", words: `Drain ${thing}`, replicas: null });
  else all.push({ does: "delete", words: `Delete ${thing}`, replicas: null });
  return all.filter(({ does, words }) => (replicas === null || does === "scale") && typed.every((each) => words.toLowerCase().split(/\s+/).some((word) => word.startsWith(each))));
}
