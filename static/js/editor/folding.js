// Folding: a document as one line that says what it is, and blocks by their indentation.

import { codeFolding, foldGutter, foldKeymap, foldService } from "@codemirror/language";
import { keymap } from "@codemirror/view";

import { documentsOf, titleOf } from "./documents.js";

/** @type {WeakMap<import("@codemirror/state").Text, Map<number, number>>} first line -> last line of the documents that say something */
const known = new WeakMap();

/** @param {import("@codemirror/state").Text} doc */
function starts(doc) {
  const found = known.get(doc);
  if (found) return found;
  const lines = doc.toString().split("\n");
  /** @type {Map<number, number>} */ const made = new Map();
  for (const each of documentsOf(lines)) {
    let { from, to } = each;
    while (from < to && !lines[from - 1].trim()) from += 1;
    while (to > from && !lines[to - 1].trim()) to -= 1;
    if (each.says && to > from) made.set(from, to);
  }
  known.set(doc, made);
  return made;
}

const documents = foldService.of((state, from) => {
  const number = state.doc.lineAt(from).number, to = starts(state.doc).get(number);
  return to ? { from: state.doc.line(number).from, to: state.doc.line(to).to } : null;
});

/** @returns {import("@codemirror/state").Extension} */
export function folding() {
  return [
    documents,
    codeFolding({
      preparePlaceholder: (state, { from, to }) => {
        const lines = state.sliceDoc(from, to).split("\n");
        return from === state.doc.lineAt(from).from ? titleOf(lines) : `${lines.length - 1} lines`;
      },
      placeholderDOM: (_view, onclick, prepared) => {
        const shown = document.createElement("button");
        shown.type = "button";
        shown.tabIndex = -1;
        shown.className = "cm-foldPlaceholder";
        shown.textContent = prepared;
        shown.setAttribute("aria-label", `Folded: ${prepared}. Unfold`);
        shown.onclick = onclick;
        return shown;
      },
    }),
    foldGutter(),
    keymap.of(foldKeymap),
  ];
}
