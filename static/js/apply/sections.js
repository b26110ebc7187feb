// The files that a text is made of: each begins, below a separator, with a comment that names it. Pure; the server reads
// them the same way (dashboard.clusters.joining).

/** @typedef {{ name: string, line: number, to: number }} Section `line` is its title's, `to` its last; both from 1 */

const TITLE = /^# (\S.*\.(?:ya?ml|json))\s*$/i;
const SEPARATOR = /^---\s*$/;

/** @param {string} text @returns {Section[]} */
export function sectionsOf(text) {
  const lines = text.split("\n");
  /** @type {Section[]} */ const found = [];
  lines.forEach((line, index) => {
    const name = index === 0 || SEPARATOR.test(lines[index - 1]) ? line.match(TITLE)?.[1] : undefined;
    if (!name) return;
    const before = found[found.length - 1];
    if (before) before.to = index - 1;
    found.push({ name, line: index + 1, to: lines.length });
  });
  return found;
}

/** A name as it can stand in a title. @param {string} name */
export const titled = (name) => `# ${[...name].map((sign) => (/[\p{C}\p{Zl}\p{Zp}]/u.test(sign) ? "?" : sign)).join("")}`;

/**
 * The text with a file below what stands there, or in the place of the one of that name.
 * @param {string} text @param {string} name @param {string} content @returns {{ text: string, line: number, replaced: boolean }} and its title's line
 */
export function withFile(text, name, content) {
  const title = titled(name), body = content.replace(/\r\n?/g, "\n").replace(/^\ufeff/, "").replace(/\n*$/, "\n");
  const old = sectionsOf(text).find((each) => `# ${each.name}` === title);
  if (old) {
    const lines = text.split("\n"), after = lines.slice(old.to);
    const whole = [...lines.slice(0, old.line - 1), title, ...body.split("\n").slice(0, -1), ...(after.length ? after : [""])];
    return { text: whole.join("\n"), line: old.line, replaced: true };
  }
  if (!text.trim()) return { text: `${title}\n${body}`, line: 1, replaced: false };
  const above = `${text.replace(/\n*$/, "\n")}---\n`;
  return { text: `${above}${title}\n${body}`, line: above.split("\n").length, replaced: false };
}

/** The text without one of its files. @param {string} text @param {Section} section */
export function withoutFile(text, section) {
  const lines = text.split("\n");
  // Its own separator goes with it: the one above, or below when it is the first.
  const from = section.line > 1 ? section.line - 2 : 0, to = section.line > 1 ? section.to : Math.min(section.to + 1, lines.length);
  const rest = [...lines.slice(0, from), ...lines.slice(to)].join("\n");
  return rest.trim() ? rest : "";
}

/** A name that no file has yet: "job.yaml", "job-2.yaml". @param {string} text @param {string} name */
export function freeName(text, name) {
  const taken = new Set(sectionsOf(text).map((each) => each.name));
  let number = 1;
  const made = () => (number === 1 ? `${name}.yaml` : `${name}-${number}.yaml`);
  while (taken.has(made())) number += 1;
  return made();
}
