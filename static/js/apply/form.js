// The manifest form while one writes: the server's plan, files and templates, leaving out, the link.
// Sending is still the form's own: the page that comes back says what was stored.

import { voice } from "../announce.js";
import { json, textOf, told } from "../app/fetching.js";
import { forget, keep, kept, rest } from "./drafts.js";
import { takeFiles } from "./files.js";
import { LONGEST, packed, unpacked } from "./link.js";
import { countDocuments, marksOf } from "./marks.js";
import { freeName, sectionsOf, withFile, withoutFile } from "./sections.js";
import { inserted } from "../editor/documents.js";

const PAUSE = 300;
/** Sentences about files, the newest; the rest is counted. */
const MOST_SAID = 6;

const form = /** @type {HTMLFormElement} */ (document.querySelector("form.ap"));
const textarea = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea[name=text]"));
const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (form.querySelector(`[data-${name}]`));
const [list, foot, badges, size, preview, files, tabs, note, share] = ["outcome", "foot", "badges", "size", "preview", "files", "tabs", "note", "share"].map(part);
const namespace = /** @type {HTMLSelectElement} */ (form.elements.namedItem("namespace"));
const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrfmiddlewaretoken")).value;
/** What the page says while nothing is written. */
const empty = { list: /** @type {HTMLTemplateElement} */ (form.querySelector("template[data-empty]")).innerHTML, foot: /** @type {HTMLTemplateElement} */ (form.querySelector("template[data-empty-foot]")).innerHTML };
/** What is shown came of storing this text; whoever writes on looks ahead again. */
let stored = Boolean(list.querySelector(".verdict.good"));
/** It is what came of sending the form, and no page that was asked for. */
const answer = "answer" in form.dataset;
/** @type {Set<string>} marks of documents that stay out */
const leftOut = new Set([...list.querySelectorAll("input[name=leave_out]:checked")].map((each) => /** @type {HTMLInputElement} */ (each).value));

/** What came of something one did, and what the plan is now: it may come meanwhile, and swallows nothing. */
const say = voice(), tellPlan = voice();

/** @type {ReturnType<typeof setTimeout>|undefined} */ let timer;
let asked = 0;
/** @type {number[]} lines that the server found wrong */ let faults = [];
/** It was written in since it was kept last. */ let dirty = false;
/** @type {import("../editor.js").Editor} */ let editor;

/** Put an editor in the plain field's place. @param {typeof import("../editor.js").mountEditor} mountEditor */
export async function begin(mountEditor) {
  const host = document.createElement("div");
  // Who wrote in the plain field before the editor was there goes on in it.
  const held = document.activeElement === textarea ? textarea.selectionEnd : undefined;
  editor = mountEditor(host, { text: textarea.value, schemas: form.dataset.schemas, describedBy: "editor-keys", hint: textarea.placeholder, say, onChange: changed });
  textarea.hidden = true;
  textarea.labels?.forEach((label) => label.remove());
  textarea.before(host);
  if (held !== undefined) editor.focus(held);
  for (const each of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-script]"))) each.hidden = false;
  form.querySelector("button[value=check]")?.remove();
  takeFiles(form, { add, complain });
  listen();
  measure();
  addEventListener("pagehide", () => dirty && keep(present()));
  if (await open()) return;
  if (!answer && !location.hash) restore();
  if (editor.text().trim() && !stored) void check({ quiet: true });
}

/** @returns {import("./drafts.js").Draft} */
const present = () => ({ text: editor?.text() ?? textarea.value, namespace: namespace.value, leftOut: [...leftOut] });

// At once: whoever loads the answer anew does not wait for an editor.
if (answer) rest(present(), stored);

/** What was written here before and is in no cluster yet, as far as the address does not name another text. */
function restore() {
  const before = kept(), given = editor.text();
  if (!before?.text.trim() || before.text === given) return;
  take(before);
  const anew = pressed(given.trim() ? "Take the template as it is" : "Begin with nothing", () => {
    editor.setText(given);
    history.replaceState(null, "", location.href);
    forget();
    editor.focus();
  });
  note.replaceChildren(sentence("This is what you wrote here before.", "calm"), anew);
}

/** @param {import("./drafts.js").Draft} draft */
function take(draft) {
  if ([...namespace.options].some((each) => each.value === draft.namespace)) namespace.value = draft.namespace;
  leftOut.clear();
  for (const mark of draft.leftOut) leftOut.add(mark);
  editor.setText(draft.text, { silent: true });
  textarea.value = draft.text;
  measure();
}

/** Without an editor the form works as it does without JavaScript. */
export function stay() {
  note.replaceChildren(sentence("The editor could not be loaded. The plain field does the same: write, and press Check."));
}

function changed() {
  textarea.value = editor.text();
  dirty = true;
  // The address named the text as it came; what stands here now is another.
  if (location.hash.startsWith("#draft=")) history.replaceState(null, "", location.pathname + location.search);
  measure();
  clearTimeout(timer);
  timer = setTimeout(() => void check(), PAUSE);
}

function measure() {
  const documents = countDocuments(editor.text());
  // Of what is not written nothing can be applied; without JavaScript the server says so.
  for (const button of foot.querySelectorAll("button[value=apply]")) if (!documents) button.toggleAttribute("disabled", true);
  size.textContent = documents ? `${documents} document${documents === 1 ? "" : "s"}, ${editor.lines()} lines` : "";
  share.toggleAttribute("disabled", !documents);
  showFiles();
}

/** A tab for each file: it goes there, its cross takes the file out. */
function showFiles() {
  const sections = sectionsOf(editor.text()), bad = new Set(faults.map((line) => sections.findLast((each) => line > each.line)?.name));
  tabs.hidden = !sections.length;
  const focused = tabs.contains(document.activeElement) ? [...tabs.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement)) : -1;
  tabs.replaceChildren(...sections.map((section) => {
    const tab = document.createElement("li"), go = tab.appendChild(document.createElement("button")), out = tab.appendChild(document.createElement("button"));
    tab.className = bad.has(section.name) ? "bad" : "";
    go.type = out.type = "button";
    go.textContent = section.name;
    if (bad.has(section.name)) go.setAttribute("aria-label", `${section.name}, has a refused document`);
    go.dataset.line = String(section.line);
    out.textContent = "×";
    out.setAttribute("aria-label", `Take ${section.name} out`);
    out.addEventListener("click", () => {
      editor.setText(withoutFile(editor.text(), section));
      say(`${section.name} is taken out. Ctrl+Z brings it back.`);
      editor.focus();
    });
    return tab;
  }));
  if (focused >= 0) tabs.querySelectorAll("button")[focused]?.focus();
}

/** @param {{ quiet?: boolean }} [how] quiet: what is said beside the plan stays */
async function check({ quiet = false } = {}) {
  const text = editor.text(), mine = (asked += 1);
  clearTimeout(timer);
  if (!quiet) {
    note.replaceChildren();
    keep(present());
    dirty = false;
  }
  lookAhead();
  if (!text.trim()) {
    list.removeAttribute("aria-busy");
    list.innerHTML = empty.list;
    foot.innerHTML = empty.foot;
    badges.replaceChildren();
    preview.replaceChildren();
    judged([], []);
    return;
  }
  list.setAttribute("aria-busy", "true");
  const body = new FormData();
  body.set("text", text);
  body.set("namespace", namespace.value);
  for (const mark of leftOut) body.append("leave_out", mark);
  const plan = await json(form.dataset.plan ?? "", { method: "POST", body, headers: { "X-CSRFToken": token } }).catch((problem) => ({ message: `${told(problem)} Nothing is checked.` }));
  if (mine !== asked) return;
  list.removeAttribute("aria-busy");
  if (!plan.documents) {
    list.replaceChildren(sentence(plan.message), pressed("Check again", () => void check()));
    preview.replaceChildren();
    return;
  }
  const { problems, marks } = marksOf(text, plan);
  editor.steadily(() => {
    show(list, plan.html);
    show(foot, plan.foot);
    badges.innerHTML = plan.badges;
    preview.innerHTML = plan.preview;
    for (const [verb, command] of Object.entries(plan.kubectl)) commanded(verb, /** @type {string} */ (command));
    judged(problems, marks);
  });
  tellPlan([...badges.children].map((badge) => badge.textContent).join(", ") || "Checked.");
}

/** From here on the list is of what is to come, and says so. */
function lookAhead() {
  stored = false;
  const title = /** @type {HTMLElement} */ (document.getElementById("plan-title"));
  title.textContent = title.dataset.ahead ?? "";
}

/** New content in the old one's place; whoever stood on a control of it stands on the same one again. @param {HTMLElement} element @param {string} html */
function show(element, html) {
  const on = document.activeElement, value = element.contains(on) && on instanceof HTMLInputElement ? on.value : null;
  element.innerHTML = html;
  if (value !== null) /** @type {HTMLElement|undefined} */ ([...element.querySelectorAll("input")].find((each) => each.value === value))?.focus();
}

/** @param {import("../editor/verdict.js").Problem[]} problems @param {import("../editor/verdict.js").Mark[]} marks */
function judged(problems, marks) {
  editor.setMarks({ problems, marks });
  faults = problems.map((each) => each.line);
  showFiles();
}

/** @param {string} verb @param {string} command */
function commanded(verb, command) {
  const shown = document.getElementById(`kubectl-${verb}`);
  if (shown) shown.textContent = command;
}

/** @param {string} text @param {string} [look] */
function sentence(text, look = "bad") {
  const line = document.createElement("p");
  line.className = `verdict ${look}`;
  line.textContent = text;
  return line;
}

/** @param {string} label @param {() => void} act */
function pressed(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn sm";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

/** What the page does once there is an editor to do it with. */
function listen() {
  form.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = target.closest("[data-line]"), starter = target.closest("[data-starter]");
    if (link instanceof HTMLElement) {
      event.preventDefault();
      editor.goTo(Number(link.dataset.line));
    } else if (starter instanceof HTMLElement) {
      event.preventDefault();
      void start(starter);
    }
  });

  list.addEventListener("change", (event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    if (box.name !== "leave_out") return;
    if (box.checked) leftOut.add(box.value);
    else leftOut.delete(box.value);
    void check();
  });

  namespace.addEventListener("change", () => void check());
  share.addEventListener("click", () => void copyLink());
  window.addEventListener("hashchange", () => void open());
  // The server was away, and the cluster may be another: the plan is made anew.
  document.addEventListener("kubarium:back", () => void (editor.text().trim() && !stored && check()));
}

/** A template into the text: below the document with the cursor, or as a file. @param {HTMLElement} chosen */
async function start(chosen) {
  const name = chosen.dataset.starter ?? "", address = /** @type {HTMLElement} */ (chosen.closest("[data-starters]")).dataset.starters ?? "";
  chosen.closest("details")?.removeAttribute("open");
  let text;
  try {
    text = await textOf(address.replace("NAME", name));
  } catch (problem) {
    return complain([`The template ${name} could not be fetched. ${told(problem)}`]);
  }
  const whole = "file" in chosen.dataset ? withFile(editor.text(), freeName(editor.text(), name), text) : inserted(editor.text(), editor.line(), text);
  editor.setText(whole.text, { line: whole.line });
}

/** What became of files, for eyes and ears: nothing may vanish without a word.
 * @param {string[]} refused @param {string[]} [calm] what needs nobody: skipped, replaced */
function complain(refused, calm = []) {
  const shown = refused.slice(0, MOST_SAID).map((text) => sentence(text));
  if (refused.length > MOST_SAID) shown.push(sentence(`And ${refused.length - MOST_SAID} more were left out.`));
  shown.push(...calm.map((text) => sentence(text, "calm")));
  files.replaceChildren(...shown);
}

/** @param {{ name: string, text: string }[]} given @returns {string[]} what has to be said of it */
function add(given) {
  let text = editor.text(), line = 0;
  const said = [];
  for (const { name, text: content } of given) {
    const whole = withFile(text, name, content);
    text = whole.text;
    line ||= whole.line;
    if (whole.replaced) said.push(`${name} was here already and is replaced. Ctrl+Z brings the old one back.`);
  }
  if (given.length) editor.setText(text, { line });
  return said;
}

/** The text as an address, copied. */
async function copyLink() {
  const hash = await packed({ text: editor.text(), namespace: namespace.value, leftOut: [...leftOut] });
  const address = location.origin + location.pathname + hash;
  if (address.length > LONGEST) {
    note.replaceChildren(sentence(`This text makes a link of ${address.length.toLocaleString("en")} characters; ${LONGEST.toLocaleString("en")} are the most that mail and chat carry whole. Take documents out, or send the files.`));
    return;
  }
  const copied = await (navigator.clipboard ? navigator.clipboard.writeText(address).then(() => true, () => false) : false);
  history.replaceState(null, "", location.pathname + location.search + hash);
  const how = copied ? "The link is copied" : "The link is in the address bar";
  note.replaceChildren(sentence(`${how}: ${address.length.toLocaleString("en")} characters that hold the text itself. Nothing is stored; who opens it checks and applies for themselves.`, "calm"));
  say(`${how}.`);
}

/** A text that came in the address: shown, and nothing more until somebody asks. */
async function open() {
  const draft = await unpacked(location.hash);
  if (draft === undefined) return false;
  if (draft === null) {
    note.replaceChildren(sentence("The link is damaged: it was cut or changed on its way. Ask for it again."));
    return false;
  }
  const known = [...namespace.options].some((each) => each.value === draft.namespace);
  take(draft);
  judged([], []);
  lookAhead();
  list.innerHTML = empty.list;
  foot.innerHTML = empty.foot;
  badges.replaceChildren();
  preview.replaceChildren();
  const elsewhere = known ? "" : ` It was for the namespace ${draft.namespace}, which is not here.`;
  note.replaceChildren(sentence(`This text came with a link. Nothing of it is checked or applied yet.${elsewhere}`, "calm"), pressed("Check it", () => void check()));
  return true;
}
