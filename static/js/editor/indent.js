// How far in the next line begins. Pure.

/**
 * @param {string} line what stands before the break @returns {number|null} null where brackets decide
 */
export function indentAfter(line) {
  const start = line.search(/\S/), text = line.trim();
  if (start < 0) return line.length;
  if (text.startsWith("#")) return start;
  if (/[[{,]$/.test(text)) return null;
  // Behind dashes the keys of an item stand where its first one does.
  const dashes = text.match(/^(?:- +)+/)?.[0].length ?? 0;
  if (dashes && !/:(\s|$)/.test(text)) return start;
  return start + dashes + (/(:|:\s*[|>][\d+-]*)$/.test(text.replace(/\s#.*$/, "").trimEnd()) ? 2 : 0);
}
