// Help at a field: completion of keys and values, and what the API says about a key, by pointer or by F1.

import { autocompletion, closeCompletion, completionKeymap, selectedCompletion, startCompletion } from "@codemirror/autocomplete";
import { Prec, StateEffect, StateField } from "@codemirror/state";
import { hoverTooltip, keymap, showTooltip } from "@codemirror/view";

import { documentAt } from "./documents.js";
import { keyAt, placeAt } from "./place.js";
import { briefly, fieldsOf, isRequired, nodeAt, opening, sortOf, valuesOf } from "./schema.js";

/** @typedef {import("./schemas.js").Schemas} Schemas */
/** @typedef {import("@codemirror/autocomplete").Completion} Completion */
/** @typedef {{ apiVersion: string, kind: string }} Identity */

/** The document around a position. @param {import("@codemirror/state").EditorState} state @param {number} at */
function around(state, at) {
  const line = state.doc.lineAt(at), lines = state.doc.toString().split("\n");
  const span = documentAt(lines, line.number);
  return { lines: lines.slice(span.from - 1, span.to), line: line.number - span.from + 1, column: at - line.from, start: line.from };
}

/** @param {Identity} said @param {Identity} assumed */
const whole = (said, assumed) => ({ apiVersion: said.apiVersion || (said.kind ? "" : assumed.apiVersion), kind: said.kind || assumed.kind });

/** @param {string} title @param {string} about @param {string} text @param {string[]} values */
function card(title, about, text, values) {
  const box = document.createElement("div");
  box.className = "help";
  const add = (/** @type {string} */ tag, /** @type {string} */ words) => {
    if (words) box.appendChild(document.createElement(tag)).textContent = words;
  };
  add("b", title);
  add("span", about);
  add("p", text);
  if (values.length) add("p", `Values: ${values.join(", ")}.`);
  return box;
}

/** @param {import("./schema.js").Schema} schema @param {import("./schema.js").Node} node @param {import("./place.js").Step[]} path */
function told(schema, node, path) {
  const standard = node.default !== undefined && !isRequired(schema, path) && typeof node.default !== "object" ? `, ${node.default} if left out` : "";
  return card(path.join(".").replaceAll(".[]", "[]"), `${sortOf(schema, node)}${isRequired(schema, path) ? ", required" : ""}${standard}`, briefly(node.description ?? ""), valuesOf(node));
}

/** @param {Schemas} schemas @param {Identity} assumed kind of a document that names none */
const source = (schemas, assumed) => async (/** @type {import("@codemirror/autocomplete").CompletionContext} */ context) => {
  const { lines, line, column, start } = around(context.state, context.pos);
  const place = placeAt(lines, line, column);
  if (!place || (!context.explicit && place.at === "key" && !place.word && !place.path.length)) return null;
  const from = start + place.from;
  const found = (/** @type {Completion[]} */ options) => (options.length ? { from, options, validFor: /^[\w./-]*$/ } : null);
  const top = place.path.length === 1 && place.at === "value" ? place.path[0] : "";
  if (top === "kind" || top === "apiVersion") return found(await identities(schemas, top, place));
  const { apiVersion, kind } = place.item ? place : whole(place, assumed);
  const schema = await schemas.of(apiVersion, kind);
  if (!schema) return place.path.length || place.at === "value" ? null : found(["apiVersion", "kind", "metadata"].filter((key) => !place.siblings.includes(key)).map((key) => keyOption(key, "", true, "", key === "metadata" ? ":\n  " : ": ", null)));
  const node = nodeAt(schema, place.path);
  if (!node) return null;
  if (place.at === "value" || !node.properties) {
    const values = valuesOf(node);
    return found(values.map((value) => ({ label: value, type: "enum", detail: String(node.default) === value ? "if left out" : "", boost: String(node.default) === value ? 1 : 0 })));
  }
  // The cluster writes the status; nobody applies one.
  const fields = fieldsOf(schema, node).filter((field) => !place.siblings.includes(field.name) && !(place.path.length === 0 && field.name === "status"));
  return found(fields.map((field, index) => keyOption(field.name, field.sort, field.required, "", opening(schema, field.node, place.from, place.flow), () => told(schema, field.node, [...place.path, field.name]), -index)));
};

/** @param {string} name @param {string} sort @param {boolean} required @param {string} _text @param {string} behind @param {(() => Node)|null} info @param {number} [rank] @returns {Completion} */
function keyOption(name, sort, required, _text, behind, info, rank = 0) {
  return {
    label: name, type: required ? "required" : "property", detail: `${sort}${required ? (sort ? ", required" : "required") : ""}`, boost: Math.max(-99, required ? 50 + rank : rank), info: info ?? undefined,
    apply(view, _completion, from, to) {
      // A key whose colon stands there already keeps what is behind it.
      const rest = view.state.doc.lineAt(to).text.slice(to - view.state.doc.lineAt(to).from), insert = /^["']?\s*:/.test(rest) ? name : name + behind;
      view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.complete", scrollIntoView: true });
      if (insert !== name) setTimeout(() => startCompletion(view));
    },
  };
}

/** @param {Schemas} schemas @param {"kind"|"apiVersion"} which @param {import("./place.js").Place} place @returns {Promise<Completion[]>} */
async function identities(schemas, which, place) {
  const every = await schemas.kinds();
  if (which === "apiVersion") {
    const fitting = every.filter((each) => !place.kind || each.kind === place.kind);
    return [...new Set((fitting.length ? fitting : every).map((each) => each.apiVersion))].map((label) => ({ label, type: "enum" }));
  }
  if (place.apiVersion) return every.filter((each) => each.apiVersion === place.apiVersion).map((each) => ({ label: each.kind, type: "enum", detail: each.apiVersion }));
  return every.map((each) => ({
    label: each.kind, type: "enum", detail: each.apiVersion,
    apply(view, _completion, from, to) {
      const line = view.state.doc.lineAt(from), add = `apiVersion: ${each.apiVersion}\n`;
      if (place.item) {
        // The item's other keys stand below its dash, as deep as this one.
        const behind = place.flow ? "" : `\n${" ".repeat(/^[\s-]*/.exec(line.text)?.[0].length ?? 0)}apiVersion: ${each.apiVersion}`;
        view.dispatch({ changes: { from, to, insert: each.kind + behind }, selection: { anchor: from + each.kind.length + behind.length }, userEvent: "input.complete" });
        return;
      }
      view.dispatch({ changes: [{ from: line.from, insert: add }, { from, to, insert: each.kind }], selection: { anchor: from + add.length + each.kind.length }, userEvent: "input.complete" });
    },
  }));
}

/** Help for the key at a position. @param {Schemas} schemas @param {Identity} assumed @param {import("@codemirror/view").EditorView} view @param {number} at @param {boolean} [loosely] @returns {Promise<import("@codemirror/view").Tooltip|null>} */
async function helpAt(schemas, assumed, view, at, loosely) {
  const { lines, line, column, start } = around(view.state, at);
  const key = keyAt(lines, line, column, loosely);
  if (!key) return null;
  const { apiVersion, kind } = key.item ? key : whole(key, assumed);
  const schema = await schemas.of(apiVersion, kind), node = schema && nodeAt(schema, key.path);
  if (!schema || !node) return null;
  return { pos: start + key.from, end: start + key.to, above: true, create: () => ({ dom: told(schema, node, key.path) }) };
}

/** What is written out already is no choice: Enter goes on to the next line. @param {import("@codemirror/view").EditorView} view */
function goOn(view) {
  const chosen = selectedCompletion(view.state), { head } = view.state.selection.main, line = view.state.doc.lineAt(head);
  if (chosen && !chosen.apply && line.text.slice(0, head - line.from).endsWith(` ${chosen.label}`)) closeCompletion(view);
  return false;
}

/** @type {import("@codemirror/state").StateEffectType<import("@codemirror/view").Tooltip|null>} */
const helped = StateEffect.define();

/** @type {StateField<import("@codemirror/view").Tooltip|null>} */
const help = StateField.define({
  create: () => /** @type {import("@codemirror/view").Tooltip|null} */ (null),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(helped)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : value;
  },
  provide: (field) => showTooltip.from(field),
});

/**
 * @param {Schemas} schemas @param {Identity} assumed @param {(text: string) => void} say what a screen reader is told
 * @returns {import("@codemirror/state").Extension}
 */
export function helping(schemas, assumed, say) {
  return [
    autocompletion({ override: [source(schemas, assumed)], icons: false, tooltipClass: () => "completions", closeOnBlur: true, interactionDelay: 0, defaultKeymap: false }),
    hoverTooltip((view, at) => helpAt(schemas, assumed, view, at), { hoverTime: 350 }),
    help,
    Prec.highest(keymap.of([{ key: "Enter", run: goOn }, ...completionKeymap])),
    keymap.of([{
      key: "F1", preventDefault: true,
      run(view) {
        const at = view.state.selection.main.head;
        void helpAt(schemas, assumed, view, at, true).then((found) => {
          view.dispatch({ effects: helped.of(found) });
          say(found ? (found.create(view).dom.textContent ?? "") : "There is no help for what stands here.");
        });
        return true;
      },
    }, { key: "Escape", run: (view) => view.state.field(help) !== null && (view.dispatch({ effects: helped.of(null) }), true) }]),
  ];
}
