// The apply form with JavaScript: an editor instead of the textarea, and the server's plan while one types.
// Sending is still the form's own: the page that comes back says what was stored.

import { editorFor } from "./apply/editor.js";
import { takeFiles } from "./apply/files.js";
import { countDocuments, marksOf } from "./apply/marks.js";

const PAUSE = 300;

const form = /** @type {HTMLFormElement} */ (document.querySelector("form.ap"));
const textarea = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea[name=text]"));
const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (form.querySelector(`[data-${name}]`));
const [list, foot, badges, size, preview, files] = ["outcome", "foot", "badges", "size", "preview", "files"].map(part);
const namespace = /** @type {HTMLSelectElement} */ (form.elements.namedItem("namespace"));
const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrfmiddlewaretoken")).value;
/** What the page says while nothing is written. */
const empty = { list: /** @type {HTMLTemplateElement} */ (form.querySelector("template[data-empty]")).innerHTML, foot: /** @type {HTMLTemplateElement} */ (form.querySelector("template[data-empty-foot]")).innerHTML };
const stored = Boolean(list.querySelector(".verdict.good"));

/** @param {string} text */
const say = (text) => {
  const line = document.getElementById("announce");
  if (line) line.textContent = text;
};

/** @type {ReturnType<typeof setTimeout>|undefined} */ let timer;
let asked = 0;

const editor = editorFor(textarea, () => {
  measure();
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE);
});

function measure() {
  const documents = countDocuments(editor.text());
  // Of what is not written nothing can be applied; without JavaScript the server says so.
  for (const button of foot.querySelectorAll("button[value=apply]")) if (!documents) button.toggleAttribute("disabled", true);
  size.textContent = documents ? `${documents} document${documents === 1 ? "" : "s"}, ${editor.lines()} lines` : "";
}

async function check() {
  const text = editor.text(), mine = (asked += 1);
  if (!text.trim()) {
    list.removeAttribute("aria-busy");
    list.innerHTML = empty.list;
    foot.innerHTML = empty.foot;
    badges.replaceChildren();
    preview.replaceChildren();
    editor.judge([], []);
    return;
  }
  list.setAttribute("aria-busy", "true");
  const body = new FormData();
  body.set("text", text);
  body.set("namespace", namespace.value);
  const plan = await fetch(form.dataset.plan ?? "", { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" } })
    .then((answer) => answer.json()).catch(() => ({ message: "The server does not answer. Nothing is checked." }));
  if (mine !== asked) return;
  list.removeAttribute("aria-busy");
  if (!plan.documents) {
    const note = document.createElement("p");
    note.className = "verdict bad";
    note.textContent = plan.message;
    list.replaceChildren(note);
    preview.replaceChildren();
    return;
  }
  list.innerHTML = plan.html;
  foot.innerHTML = plan.foot;
  badges.innerHTML = plan.badges;
  preview.innerHTML = plan.preview;
  const { problems, marks } = marksOf(text, plan);
  editor.judge(problems, marks);
  say([...badges.children].map((badge) => badge.textContent).join(", ") || "Checked.");
}

form.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("[data-line]");
  if (!(link instanceof HTMLElement)) return;
  event.preventDefault();
  editor.goTo(Number(link.dataset.line));
});

namespace.addEventListener("change", () => {
  const command = document.getElementById("kubectl");
  if (command) command.textContent = `kubectl apply -f -${namespace.value === "default" ? "" : ` -n ${namespace.value}`}`;
  void check();
});

/** What became of files, for eyes and ears: nothing may vanish without a word. @param {string[]} refused */
function complain(refused) {
  files.replaceChildren(...refused.map((text) => {
    const line = document.createElement("p");
    line.className = "verdict bad";
    line.textContent = text;
    return line;
  }));
}

takeFiles(form, /** @type {HTMLInputElement} */ (form.elements.namedItem("files")), { add: editor.append, complain });
form.querySelector("button[value=check]")?.remove();
measure();
if (textarea.value.trim() && !stored) void check();
