// The editor of manifests: CodeMirror with the cluster's own schemas and the server's verdict. A bundle of its own, so
// that pages load it when somebody edits:
//
//   const { mountEditor } = await import(address);
//   const editor = mountEditor(element, { text, schemas, kind, readOnly, onChange, marks });

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, indentService, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers, placeholder, tooltips } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

import { folding } from "./editor/folding.js";
import { helping } from "./editor/helping.js";
import { indentAfter } from "./editor/indent.js";
import { schemasAt } from "./editor/schemas.js";
import { judge, steadily, verdicts } from "./editor/verdict.js";

/**
 * @typedef {object} Options
 * @property {string} [text]
 * @property {{ apiVersion: string, kind: string }} [kind] what a document is that does not say it itself
 * @property {string} [schemas] address of the cluster's kinds; without it there is no completion and no help
 * @property {boolean} [readOnly]
 * @property {(text: string) => void} [onChange] after every change that did not come through the handle's `setText`
 * @property {import("./editor/verdict.js").Marks} [marks]
 * @property {string} [label] what a screen reader calls it
 * @property {string} [describedBy] id of the line that says how to leave it
 * @property {string} [hint] shown while it is empty
 * @property {(text: string) => void} [say] a line for screen readers
 */
/** @typedef {ReturnType<typeof mountEditor>} Editor */

const KEEPS_TAB_OFF = 10 * 60_000;

// The language's own rule knows no key that has no value yet.
const indenting = indentService.of((context, at) => indentAfter(context.lineAt(at, -1).text) ?? undefined);

/** @param {string} text */
function hint(text) {
  const shown = document.createElement("span");
  shown.className = "hint-lines";
  shown.textContent = text;
  return shown;
}

/** @param {HTMLElement} element @param {Options} [options] */
export function mountEditor(element, options = {}) {
  const { text = "", schemas = "", readOnly = false, onChange = () => {}, label = "Manifests, YAML or JSON", describedBy = "", say = () => {} } = options;
  const nonce = /** @type {HTMLElement|null} */ (document.querySelector("script[nonce]"))?.nonce ?? "";
  const locked = new Compartment();
  let quiet = false;
  const lock = (/** @type {boolean} */ on) => [EditorState.readOnly.of(on), EditorView.editable.of(!on)];
  element.classList.add("cm-host");
  const view = new EditorView({
    parent: element,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0", ...(describedBy ? { "aria-describedby": describedBy } : {}) }),
        locked.of(lock(readOnly)), tooltips({ parent: document.body }),
        verdicts(), lineNumbers(), folding(), history(), drawSelection(), indentUnit.of("  "), indenting, indentOnInput(), bracketMatching(), highlightActiveLine(),
        yaml(), syntaxHighlighting(classHighlighter), search({ top: true }), highlightSelectionMatches(),
        options.hint ? placeholder(hint(options.hint)) : [],
        schemas ? helping(schemasAt(schemas), options.kind ?? { apiVersion: "", kind: "" }, say) : [],
        keymap.of([
          ...searchKeymap, ...historyKeymap, indentWithTab, ...defaultKeymap,
          // Whoever types with the keyboard alone must be able to leave: after Esc the next Tab goes on.
          { key: "Escape", run: (editor) => (editor.setTabFocusMode(KEEPS_TAB_OFF), false) },
        ]),
        EditorView.domEventHandlers({ blur: (_event, editor) => editor.setTabFocusMode(false) }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  if (options.marks) judge(view, options.marks);

  return {
    text: () => view.state.doc.toString(),
    lines: () => view.state.doc.lines,
    /** The line the cursor is in. */
    line: () => view.state.doc.lineAt(view.state.selection.main.head).number,
    /** Put another text in; it can be undone. @param {string} given @param {{ line?: number, silent?: boolean }} [how] */
    setText(given, { line = 0, silent = false } = {}) {
      // Only what differs is replaced, so that folds, marks and the cursor stay where they are.
      const old = view.state.doc.toString();
      let from = 0, to = old.length, end = given.length;
      while (from < to && from < end && old[from] === given[from]) from += 1;
      while (to > from && end > from && old[to - 1] === given[end - 1]) [to, end] = [to - 1, end - 1];
      quiet = silent;
      if (from < to || from < end) view.dispatch({ changes: { from, to, insert: given.slice(from, end) }, userEvent: "input.paste" });
      quiet = false;
      if (line) this.goTo(line);
    },
    /** @param {import("./editor/verdict.js").Marks} marks */
    setMarks: (marks) => steadily(view, () => judge(view, marks)),
    /** Do what moves the page around the editor, with the cursor's line kept in sight. @param {() => void} change */
    steadily: (change) => steadily(view, change),
    /** @param {boolean} on */
    setReadOnly: (on) => view.dispatch({ effects: locked.reconfigure(lock(on)) }),
    /** @param {number} number */
    goTo(number) {
      const line = view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));
      view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
      view.focus();
    },
    /** @param {number} [offset] where the cursor is to stand; without it, where it stood */
    focus(offset) {
      if (offset !== undefined) view.dispatch({ selection: { anchor: Math.min(offset, view.state.doc.length) } });
      view.focus();
    },
    destroy() {
      view.destroy();
      element.classList.remove("cm-host");
    },
  };
}
