// A text of manifests cut at its separators, as the server cuts it. Pure: lines in, lines out, all counted from 1.

/** @typedef {{ from: number, to: number, says: boolean }} Span the lines of a document without its separator; `says`: it holds more than comments */

const SEPARATOR = /^---(?=\s|$)/;

/** @param {string} line */
export const isSeparator = (line) => SEPARATOR.test(line);

/** @param {string[]} lines @returns {Span[]} every document, empty ones too */
export function documentsOf(lines) {
  const found = [{ from: 1, to: lines.length, says: false }];
  lines.forEach((line, index) => {
    const open = found[found.length - 1];
    if (isSeparator(line)) {
      open.to = index;
      found.push({ from: index + 2, to: lines.length, says: /^---\s+[^\s#]/.test(line) });
    } else if (/^\s*[^\s#%]/.test(line)) open.says = true;
  });
  // What stands before a first separator is a document only when it says something.
  return found.length > 1 && found[0].from > found[0].to ? found.slice(1) : found;
}

/** The document that holds a line; a separator's line belongs to what it ends. @param {string[]} lines @param {number} line */
export function documentAt(lines, line) {
  const found = documentsOf(lines);
  return found.findLast((each) => each.from <= Math.max(line, found[0].from)) ?? found[0];
}

/** What a folded document is called: "Service web, 8 lines". @param {string[]} lines of one document */
export function titleOf(lines) {
  const value = (/** @type {RegExp} */ pattern) => lines.map((line) => line.match(pattern)?.[1]).find(Boolean) ?? "";
  const kind = value(/^"?kind"?:\s*"?([\w.-]+)/), name = value(/^ +"?name"?:\s*"?([\w.-]+)/) || value(/^metadata:\s*\{.*?\bname:\s*"?([\w.-]+)/);
  const count = `${lines.length} line${lines.length === 1 ? "" : "s"}`;
  return [[kind, name].filter(Boolean).join(" "), count].filter(Boolean).join(", ");
}

/**
 * A text with another below the document that holds a line, with a separator where one is needed.
 * @param {string} text @param {number} line @param {string} more @returns {{ text: string, line: number }} and the first line of what is new
 */
export function inserted(text, line, more) {
  const lines = text.split("\n"), fresh = more.replace(/\n+$/, "").split("\n");
  if (!text.trim()) return { text: `${fresh.join("\n")}\n`, line: 1 };
  const here = documentAt(lines, line);
  const before = lines.slice(0, here.to), after = lines.slice(here.to);
  while (before.length && !before[before.length - 1].trim()) before.pop();
  const gap = !before.length || isSeparator(before[before.length - 1]) ? [] : ["---"];
  const rest = after.length && isSeparator(after[0]) ? after : ["", ...after].slice(after.length ? 1 : 0);
  return { text: [...before, ...gap, ...fresh, ...rest].join("\n"), line: before.length + gap.length + 1 };
}
