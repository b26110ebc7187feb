/**
 * A lesson's left column in the browser: buttons change it in place, and its checks follow the live cluster. The server
 * draws every part of it; the page is whole without this.
 */
import { Failure, json } from "./app/fetching.js";
import { Live } from "./app/live.js";
import { underHand } from "./app/takeover.js";
import { voice } from "./announce.js";
import { terminal } from "./lesson/terminal.js";

/** @typedef {{ step: number, checks: Record<string, string>, met: Record<string, boolean>, said: Record<string, string>, there: Record<string, string>, toGo: number, going: string }} Frame */

const column = /** @type {HTMLElement} */ (document.getElementById("column"));
const text = /** @type {HTMLElement} */ (document.querySelector("[data-lesson]"));
const frameOf = /** @type {HTMLElement} */ (document.querySelector(".les"));
/** What came of what one pressed, and what the cluster says: often in the same moment. */
const answer = voice(), report = voice();
const byId = (/** @type {string} */ id) => document.getElementById(id);

/** The step that is shown, from 0. */
let step = Number(text.dataset.step);
/** What the checks were when they were drawn last. @type {Record<string, boolean>} */
let met = {};
/** What the live connection told while somebody pressed, or the press was on its way: it says nothing twice, and the
 * answer may be older.
 * @type {Frame|null} */
let meanwhile = null;
/** What had the focus was drawn over: it goes to "Next" as soon as that may be pressed, if nobody took it elsewhere. */
let homeless = false;

// -- what one presses ---------------------------------------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target), pressed = /** @type {SubmitEvent} */ (event).submitter;
  if (!form.matches("[data-move]")) return;
  event.preventDefault();
  if (text.getAttribute("aria-busy") === "true") return;
  const body = new FormData(form, pressed), before = step, label = pressed?.textContent ?? "";
  text.setAttribute("aria-busy", "true");
  if (pressed && form.dataset.busy) pressed.textContent = form.dataset.busy;
  try {
    const told = await json(form.action, { method: "POST", body }).catch(refusal);
    draw(told.html, told.step, before === told.step ? label : "");
    if (told.message) answer(told.message);
    for (const detail of told.asked ?? []) document.dispatchEvent(new CustomEvent("kubarium:ask", { detail }));
  } catch (problem) {
    if (pressed) pressed.textContent = label;
    if (!(problem instanceof Failure)) throw problem;
    answer(problem.status ? problem.message : `${problem.message} Nothing was changed.`);
  } finally {
    text.removeAttribute("aria-busy");
    catchUp();
  }
});

function catchUp() {
  const told = meanwhile;
  meanwhile = null;
  if (told) follow(told);
}
// After what the end of the press does itself.
for (const end of ["pointerup", "pointercancel", "dragend", "keyup"]) addEventListener(end, () => setTimeout(catchUp));

/** A refusal that comes with the column, which says why, is an answer. @param {unknown} problem */
function refusal(problem) {
  if (problem instanceof Failure && problem.body?.html) return problem.body;
  throw problem;
}

/** Put in a new column, and the focus where it belongs: on the new step, or back on what was pressed.
 * @param {string} html @param {number} number @param {string} pressed */
function draw(html, number, pressed) {
  column.innerHTML = html;
  for (const each of column.querySelectorAll("[data-copy][hidden]")) each.removeAttribute("hidden");
  const moved = number !== step;
  step = number;
  met = {};
  const next = /** @type {HTMLButtonElement|null} */ (byId("next"));
  const same = [...column.querySelectorAll("button")].find((each) => pressed && each.textContent === pressed);
  const goal = moved ? byId("step") : next && !next.disabled ? next : same;
  homeless = !goal;
  goal?.focus({ preventScroll: true });
  if (moved) point();
  if (moved) column.querySelector("[aria-current=step], .ending")?.scrollIntoView({ block: "nearest" });
}

// -- what the cluster says ----------------------------------------------------------------------------------------

/** @param {Frame} frame */
function follow(frame) {
  if (text.getAttribute("aria-busy") === "true" || underHand(column)) {
    meanwhile = frame;
    return;
  }
  if (frame.step < step) return;
  // Somebody went on in another window.
  if (frame.step > step) return location.reload();
  for (const [id, html] of Object.entries(frame.checks)) {
    const line = column.querySelector(`[data-check="${CSS.escape(id)}"]`);
    if (!line || line.innerHTML === html) continue;
    const focused = line.contains(document.activeElement) ? document.activeElement?.textContent : "";
    line.innerHTML = html;
    line.className = frame.met[id] ? "ok" : "no";
    const same = [...line.querySelectorAll("button")].find((each) => each.textContent === focused);
    if (focused && same) same.focus();
    else if (focused) homeless = true;
  }
  const done = Object.keys(frame.met).filter((id) => frame.met[id] && met[id] === false).map((id) => frame.said[id]);
  met = frame.met;
  forgive(frame);
  const forMe = byId("do");
  if (forMe) {
    homeless ||= !frame.toGo && forMe.contains(document.activeElement);
    forMe.hidden = !frame.toGo;
  }
  const going = byId("going"), next = /** @type {HTMLButtonElement|null} */ (byId("next"));
  if (going) going.innerHTML = frame.going;
  if (next) {
    if (next.disabled && !frame.toGo) done.push(`You can go on: ${next.textContent}.`);
    homeless ||= next === document.activeElement && frame.toGo > 0;
    next.disabled = frame.toGo > 0;
    if (homeless && !next.disabled) {
      homeless = false;
      if (document.activeElement === document.body) next.focus({ preventScroll: true });
    }
  }
  if (done.length) report(done.join(". "));
}

/** What the checks said when a refusal was first seen. */
let refused = "";

/** A refusal goes when its cause is gone: the object that stood in the way, or what the checks said. @param {Frame} frame */
function forgive(frame) {
  const box = /** @type {HTMLElement|null} */ (column.querySelector("[data-refusal]")), said = JSON.stringify(frame.said);
  if (!box) return;
  const { about, uid, seen } = box.dataset;
  if (!seen) [box.dataset.seen, refused] = ["true", said];
  if (about ? frame.there[about] === uid : said === refused) return;
  homeless ||= box.contains(document.activeElement);
  box.remove();
}

/** The picture shows what the step speaks of. */
function point() {
  const ids = byId("step")?.dataset.about?.split(" ").filter(Boolean) ?? [];
  document.dispatchEvent(new CustomEvent("kubarium:about", { detail: ids }));
}
point();

const live = new Live(text.dataset.live ?? "", {
  frame: follow,
  opened: () => text.classList.remove("is-lost"),
  lost: () => text.classList.add("is-lost"), // the picture beside it says so in words
  ended: () => text.classList.add("is-lost"),
  since: () => "",
});
live.connect();

// -- on a phone either the text or the picture --------------------------------------------------------------------

// Until then nobody is offered what would do nothing.
frameOf.dataset.shown = "text";
for (const button of frameOf.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    frameOf.dataset.shown = button.getAttribute("data-show") ?? "text";
    for (const each of frameOf.querySelectorAll("[data-show]")) each.setAttribute("aria-pressed", String(each === button));
  });
}

terminal(frameOf);
