// Which lines of the text are new, changed or wrong, from the server's plan. Pure.

/** @typedef {{ sign: string, text: string }} DiffLine */
/** @typedef {import("../editor/verdict.js").Problem} Problem */
/** @typedef {{ document: number, line: number, outcome: string, diff: DiffLine[], problems: Problem[] }} PlanDocument */

/**
 * @param {string} text @param {{ documents: PlanDocument[], problems: Problem[] }} plan
 * @returns {{ problems: Problem[], marks: import("../editor/verdict.js").Mark[] }}
 */
export function marksOf(text, plan) {
  const lines = text.split("\n");
  const documents = [...plan.documents].sort((a, b) => a.line - b.line);
  /** @type {import("../editor/verdict.js").Mark[]} */
  const marks = [];
  documents.forEach((document, index) => {
    const end = (documents[index + 1]?.line ?? lines.length + 1) - 1;
    if (document.outcome === "create") marks.push(...newLines(lines, document.line, end));
    else if (document.outcome === "change") marks.push(...changedLines(lines, document, end));
  });
  return { problems: [...plan.problems, ...plan.documents.flatMap((document) => document.problems)], marks };
}

/** @param {string[]} lines @param {number} start @param {number} end @returns {import("../editor/verdict.js").Mark[]} */
function newLines(lines, start, end) {
  const found = [];
  for (let number = start; number <= end; number++) {
    const line = lines[number - 1]?.trim() ?? "";
    if (line.startsWith("---")) break;
    if (line && !line.startsWith("#")) found.push({ line: number, sign: /** @type {"+"} */ ("+") });
  }
  return found;
}

/** What the server would write is in its own form; a line of the text that reads the same is the one that changes it.
 * @param {string[]} lines @param {PlanDocument} document @param {number} end @returns {import("../editor/verdict.js").Mark[]} */
function changedLines(lines, document, end) {
  const wanted = document.diff.filter((line) => line.sign === "+").map((line) => plain(line.text));
  const found = [];
  for (let number = document.line; number <= end; number++) {
    const at = wanted.indexOf(plain(lines[number - 1] ?? ""));
    if (at < 0 || !wanted[at]) continue;
    wanted.splice(at, 1);
    found.push({ line: number, sign: /** @type {"~"} */ ("~") });
  }
  return found;
}

/** @param {string} line */
const plain = (line) => line.replace(/\s+#.*$/, "").trim().replace(/^- /, "").replace(/["']/g, "");

/** How many documents hold something. @param {string} text */
export function countDocuments(text) {
  return text.split(/^---.*$/m).filter((part) => part.split("\n").some((line) => line.trim() && !line.trim().startsWith("#"))).length;
}
