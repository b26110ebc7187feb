/** What the search box can do besides finding: commands by their words. Pure. */

/** @typedef {{ does: "fit"|"tidy"|"far"|"near"|"ask"|"apply"|"dns"|"theme"|"svg"|"png"|"by-service"|"by-workload"|"by-node"|"by-label"|"tour"|"tables"|"terminal"|"request"|"kubectl"|"shell"|"send"|"pause"|"resume"|"step", words: string }} Command */

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
  { does: "dns", words: "Open the DNS page" },
  { does: "tables", words: "Open the tables of every kind" },
  { does: "request", words: "Open the requests page" },
  { does: "terminal", words: "Open the shell page" },
  { does: "kubectl", words: "Get a kubeconfig for kubectl" },
  { does: "shell", words: "Open a shell below the map" },
  { does: "send", words: "Send requests to a Service" },
  { does: "pause", words: "Pause the cluster's clock" },
  { does: "step", words: "Step: carry out the next plan of a paused cluster" },
  { does: "resume", words: "Resume the cluster's clock" },
  { does: "tour", words: "Show me around: a short look" },
  { does: "theme", words: "Change the theme to dark or light" },
];

/** What whoever may only look is not offered. */
const CHANGING = new Set(["pause", "step", "resume", "shell", "terminal"]);

/** Commands of which every typed word begins a word. @param {string} text @param {boolean} [canWrite] @returns {Command[]} */
export function commands(text, canWrite = true) {
  const typed = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (text.trim().length < 2) return [];
  return COMMANDS.filter(({ does, words }) => {
    if (!canWrite && CHANGING.has(does)) return false;
    const own = words.toLowerCase().split(/[\s:]+/);
    return typed.every((each) => own.some((word) => word.startsWith(each)));
  });
}
