/** Where a field stands in a YAML text written in block style, as the server dumps it. Pure. */

/** "spec.containers[0].env[1].name" -> ["spec", "containers", 0, "env", 1, "name"]; a key in brackets may be quoted.
 * @param {string} path @returns {(string|number)[]} */
export const steps = (path) => [...path.matchAll(/\[(\d+)\]|\["?([^\]"]+)"?\]|([^.[\]]+)/g)].map(([, index, quoted, plain]) => (index !== undefined ? Number(index) : quoted ?? plain));

/**
 * The line (from 1) of the field, or of the nearest of its parents that is written; 0 when not even the first is.
 * @param {string} text @param {string} path as the API names it
 */
export function lineOf(text, path) {
  const lines = text.split("\n").map((line, i) => ({ number: i + 1, indent: line.length - line.trimStart().length, words: line.trim() })).filter(({ words }) => words && !words.startsWith("#") && words !== "---");
  let from = 0, to = lines.length, indent = 0, found = 0;
  for (const step of steps(path)) {
    const at = typeof step === "number" ? nth(lines, from, to, step) : key(lines, from, to, indent, step);
    if (at < 0) return found;
    found = lines[at].number;
    const own = column(lines[at], step), end = lines.findIndex((line, i) => i > at && i < to && ends(line, own, step));
    to = end < 0 ? to : end;
    // What belongs to a list's item begins on the item's own line.
    from = typeof step === "number" ? at : at + 1;
    indent = typeof step === "number" ? own + 2 : lines[from] ? column(lines[from], lines[from].words.startsWith("- ") ? 0 : "") : own;
  }
  return found;
}

/** @typedef {{ number: number, indent: number, words: string }} Line */

/** @param {Line} line @param {string|number} step */
const column = ({ indent, words }, step) => (typeof step === "string" && words.startsWith("- ") ? indent + 2 : indent);

/** Whether a line is no part of what began at that column; a list may stand at the column of its key. @param {Line} line @param {number} own @param {string|number} step */
const ends = (line, own, step) => line.indent < own || (line.indent === own && !(typeof step === "string" && line.words.startsWith("-")));

/** @param {readonly Line[]} lines @param {number} from @param {number} to @param {number} indent @param {string} name */
function key(lines, from, to, indent, name) {
  for (let i = from; i < to; i++) {
    const words = lines[i].words.replace(/^- /, ""), where = lines[i].words.startsWith("- ") ? lines[i].indent + 2 : lines[i].indent;
    if (where === indent && (words.startsWith(`${name}:`) || words.startsWith(`"${name}":`) || words.startsWith(`'${name}':`))) return i;
  }
  return -1;
}

/** The n-th item of the list that begins here. @param {readonly Line[]} lines @param {number} from @param {number} to @param {number} n */
function nth(lines, from, to, n) {
  if (!lines[from]?.words.startsWith("-")) return -1;
  const { indent } = lines[from];
  let seen = -1;
  for (let i = from; i < to; i++) if (lines[i].indent === indent && lines[i].words.startsWith("-") && (seen += 1) === n) return i;
  return -1;
}
