// The server's verdict drawn into the text: grounds, signs in the gutter, and what is wrong below its line.

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, WidgetType, gutter, gutterLineClass } from "@codemirror/view";

/** @typedef {{ label: string, line: number, from: string, to: string }} Fix */
/** @typedef {{ line: number, field: string, message: string, api: string, fix: Fix|null }} Problem */
/** @typedef {{ line: number, sign: "+"|"~" }} Mark */

/** @typedef {{ problems: Problem[], marks: Mark[] }} Marks */

/** @type {import("@codemirror/state").StateEffectType<Marks>} */
const judged = StateEffect.define();

const WARN = '<svg class="i" width="15" height="15" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M8 2.4 14.2 13H1.8ZM8 6.4v3.2M8 11.3v.1"/></svg>';

class Said extends WidgetType {
  /** @param {Problem} problem */
  constructor(problem) {
    super();
    this.problem = problem;
  }

  /** @param {Said} other */
  eq(other) {
    return JSON.stringify(other.problem) === JSON.stringify(this.problem);
  }

  /** @param {EditorView} view */
  toDOM(view) {
    const { message, api, fix } = this.problem;
    // The space around it is the wrapper's padding: a margin would not count in the height the editor measures.
    const room = document.createElement("div"), box = room.appendChild(document.createElement("div"));
    room.className = "msg-room";
    box.className = "msg";
    box.innerHTML = WARN;
    const words = box.appendChild(document.createElement("div"));
    const first = words.appendChild(document.createElement("b"));
    const cut = message.search(/\. (?=[A-Z])/);
    first.textContent = cut < 0 ? message : message.slice(0, cut + 1);
    if (cut >= 0) words.append(message.slice(cut + 1));
    if (api && api !== message) {
      const line = words.appendChild(document.createElement("div"));
      line.className = "api";
      line.textContent = api;
    }
    if (fix) {
      const button = box.appendChild(document.createElement("button"));
      button.type = "button";
      button.className = "btn sm";
      button.textContent = fix.label;
      button.addEventListener("click", () => mend(view, fix));
    }
    return room;
  }

  ignoreEvent() {
    return true;
  }

  // Of those out of sight, so that what is scrolled to is where it is thought to be.
  get estimatedHeight() {
    return 56;
  }
}

/** @param {EditorView} view @param {Fix} fix */
function mend(view, fix) {
  if (fix.line > view.state.doc.lines) return;
  const line = view.state.doc.line(fix.line), at = line.text.lastIndexOf(fix.from);
  if (at < 0) return;
  view.dispatch({ changes: { from: line.from + at, to: line.from + at + fix.from.length, insert: fix.to }, userEvent: "input" });
  view.focus();
}

class Sign extends GutterMarker {
  /** @param {string} sign @param {string} title */
  constructor(sign, title) {
    super();
    this.sign = sign;
    this.title = title;
  }

  toDOM() {
    const mark = document.createElement("span");
    mark.className = { "+": "sign-new", "~": "sign-change", "!": "sign-wrong" }[this.sign] ?? "";
    mark.title = this.title;
    if (this.sign === "!") mark.innerHTML = WARN;
    else mark.textContent = this.sign;
    return mark;
  }
}

const SIGNS = { "+": new Sign("+", "new"), "~": new Sign("~", "changed"), "!": new Sign("!", "refused") };
const HERE = new Sign("", "");

/** A line's ground goes on under its number and its sign. */
class Ground extends GutterMarker {
  /** @param {string} name */
  constructor(name) {
    super();
    this.elementClass = name;
  }
}

const CHANGED = new Ground("line-change"), WRONG = new Ground("line-wrong");

/** @typedef {{ decorations: import("@codemirror/view").DecorationSet, signs: RangeSet<GutterMarker>, grounds: RangeSet<GutterMarker> }} Verdict */

/** @param {import("@codemirror/state").Text} doc @param {Problem[]} problems @param {Mark[]} marks @returns {Verdict} */
function drawn(doc, problems, marks) {
  const decorations = [], signs = [], grounds = [];
  const bad = new Set(problems.map((problem) => problem.line));
  for (const { line, sign } of marks) {
    if (line > doc.lines || bad.has(line)) continue;
    const from = doc.line(line).from;
    signs.push(SIGNS[sign].range(from));
    if (sign !== "~") continue;
    decorations.push(Decoration.line({ class: "line-change" }).range(from));
    grounds.push(CHANGED.range(from));
  }
  for (const number of bad) if (number > 0 && number <= doc.lines) {
    const { from } = doc.line(number);
    signs.push(SIGNS["!"].range(from));
    decorations.push(Decoration.line({ class: "line-wrong" }).range(from));
    grounds.push(WRONG.range(from));
  }
  for (const problem of problems) {
    if (problem.line < 1 || problem.line > doc.lines) continue;
    const line = doc.line(problem.line), wrong = problem.fix?.from ?? "", at = wrong ? line.text.lastIndexOf(wrong) : -1;
    if (at >= 0) decorations.push(Decoration.mark({ class: "wrong" }).range(line.from + at, line.from + at + wrong.length));
    decorations.push(Decoration.widget({ widget: new Said(problem), block: true, side: 1 }).range(line.to));
  }
  return { decorations: Decoration.set(decorations, true), signs: RangeSet.of(signs, true), grounds: RangeSet.of(grounds, true) };
}

/** @type {StateField<Verdict>} */
const verdict = StateField.define({
  create: () => ({ decorations: Decoration.none, signs: RangeSet.empty, grounds: RangeSet.empty }),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(judged)) return drawn(transaction.state.doc, effect.value.problems, effect.value.marks);
    if (!transaction.docChanged) return value;
    return { decorations: value.decorations.map(transaction.changes), signs: value.signs.map(transaction.changes), grounds: value.grounds.map(transaction.changes) };
  },
  provide: (field) => [EditorView.decorations.from(field, (value) => value.decorations), gutterLineClass.from(field, (value) => value.grounds)],
});

/** @returns {import("@codemirror/state").Extension} */
export const verdicts = () => [gutter({ class: "cm-signs", markers: (editor) => editor.state.field(verdict).signs, initialSpacer: () => HERE }), verdict];

/** @param {EditorView} view @param {Marks} marks */
export function judge(view, { problems, marks }) {
  view.dispatch({ effects: judged.of({ problems, marks }) });
}

/**
 * Change what stands around and between the lines; whoever writes keeps the own line in sight, which sentences that come
 * in above push down.
 * @param {EditorView} view @param {() => void} change
 */
export function steadily(view, change) {
  const here = view.hasFocus ? view.coordsAtPos(view.state.selection.main.head) : null, room = view.scrollDOM.getBoundingClientRect();
  const seen = here !== null && here.top >= room.top && here.bottom <= room.bottom;
  change();
  if (seen) view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head, { y: "nearest", yMargin: 36 }) });
}
