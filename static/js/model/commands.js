/** What the search box can do besides finding: commands by their words. Pure. */

/** @typedef {{ does: "fit"|"tidy"|"far"|"near"|"ask"|"apply"|"dns"|"theme"|"svg"|"png"|"by-service"|"by-workload"|"by-node"|"by-label", words: string }} Command */

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
  { does: "theme", words: "Change the theme to dark or light" },
];

/** Commands of which every typed word begins a word. @param {string} text @returns {Command[]} */
export function commands(text) {
  const typed = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (text.trim().length < 2) return [];
  return COMMANDS.filter(({ words }) => {
    const own = words.toLowerCase().split(/[\s:]+/);
    return typed.every((each) => own.some((word) => word.startsWith(each)));
  });
}
