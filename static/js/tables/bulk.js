/**
 * What one does with the selected rows, each with the command that does the same.
 *
 * @import { TableKind } from "./kinds.js"
 * @import { Row } from "./rows.js"
 */
import { html, nothing } from "lit/html.js";
import { MOST_REPLICAS, replicasOf } from "../model/replicas.js";
import { count } from "../picture/words.js";
import { command, icon } from "../panels/icons.js";
import { commands, verbsOf } from "./doing.js";
import { spoken } from "./kinds.js";

/** @typedef {import("./doing.js").Verb} Verb */
/** @typedef {{ verb: Verb|"", replicas: string, running: number, of: number, faults: string[], done: string, yaml: string }} Doing */

/** @type {Doing} */
export const IDLE = { verb: "", replicas: "1", running: 0, of: 0, faults: [], done: "", yaml: "" };
const WORDS = { scale: "Scale", restart: "Restart", delete: "Delete" };

/** @param {TableKind} kind @param {readonly Row[]} rows selected @param {Doing} doing @param {boolean} canWrite @param {ReadonlySet<string>} restartable kinds
 * @param {{ set: (changes: Partial<Doing>) => void, go: (verb: Verb) => void, yaml: () => void, clear: () => void }} acts */
export function bulkBar(kind, rows, doing, canWrite, restartable, acts) {
  if (!rows.length && !doing.done && !doing.faults.length) return nothing;
  const { verb } = doing, { count: replicas, wrong } = replicasOf(doing.replicas), busy = doing.of > 0;
  return html`<section class="bulk" aria-label="Selected">
    ${rows.length ? html`<div class="bulk-h"><b>${rows.length} selected</b><button type="button" class="link muted" @click=${acts.clear}>None</button><span class="grow"></span>
      ${canWrite ? verbsOf(kind, restartable).map((each) => html`<button type="button" class="btn sm ${verb === each ? "on" : ""}" aria-expanded=${verb === each ? "true" : "false"} ?disabled=${busy} @click=${() => acts.set({ verb: verb === each ? "" : each, faults: [], done: "" })}>${each === "delete" ? icon("trash", 13) : each === "restart" ? icon("reset", 13) : icon("stateful", 13)}${WORDS[each]}</button>`) : nothing}
      <button type="button" class="btn sm" ?disabled=${busy} data-copy-text=${commands("yaml", kind, rows, 0).join("\n")}>${icon("copy", 13)}Copy command</button>
      <button type="button" class="btn sm" ?disabled=${busy} @click=${acts.yaml}>${icon("copy", 13)}${doing.yaml || "Copy as YAML"}</button></div>` : nothing}
    ${verb && rows.length ? html`<form class="bulk-do" @submit=${(/** @type {Event} */ e) => {
    e.preventDefault();
    if (!busy && (verb !== "scale" || replicas !== null)) acts.go(verb);
  }}>${verb === "scale" ? html`<label class="field"><span class="lbl">Replicas of each</span><input type="text" inputmode="numeric" autocomplete="off" aria-label="Replicas of each" aria-invalid=${wrong ? "true" : nothing} .value=${doing.replicas} @input=${(/** @type {any} */ e) => acts.set({ replicas: e.target.value })}></label>` : nothing}
      <p>${verb === "delete" ? `${count(rows.length, kind.singular, spoken(kind))} will be deleted, with ${kind.id === "namespaces" ? "everything in" : "what"} ${rows.length === 1 ? "it" : kind.id === "namespaces" ? "them" : "they"}${kind.id === "namespaces" ? "" : rows.length === 1 ? " owns" : " own"}: ${names(rows)}.` : verb === "restart" ? `The pods of ${names(rows)} are replaced one after the other, as their update strategy says.` : wrong ? html`<span class="c-fail" role="alert">${wrong}</span>` : `${names(rows)}, from 0 to ${MOST_REPLICAS.toLocaleString("en")}.`}</p>
      <button class="btn sm ${verb === "delete" ? "danger" : "pri"}" ?disabled=${busy || (verb === "scale" && replicas === null)}>${busy ? `${doing.running} of ${doing.of}` : `${WORDS[verb]} ${rows.length}`}</button>
      <div class="bulk-c">${commands(verb, kind, rows, replicas ?? 0).slice(0, 4).map(command)}</div></form>` : nothing}
    ${doing.done ? html`<p class="muted" role="status">${doing.done}</p>` : nothing}
    ${doing.faults.length ? html`<div class="c-fail" role="alert"><p>${count(doing.faults.length, "object was", "objects were")} left as ${doing.faults.length === 1 ? "it was" : "they were"}:</p><ul>${doing.faults.slice(0, 5).map((each) => html`<li>${each}</li>`)}</ul></div>` : nothing}</section>`;
}

/** @param {readonly Row[]} rows */
const names = (rows) => `${rows.slice(0, 3).map((row) => row.name).join(", ")}${rows.length > 3 ? ` and ${rows.length - 3} more` : ""}`;

/** What was done, in words. @param {Verb} verb @param {TableKind} kind @param {number} done @param {number} replicas */
export const doneWords = (verb, kind, done, replicas) => `${done} ${done === 1 ? kind.singular : spoken(kind)} ${{ scale: `scaled to ${replicas}`, restart: "restarted", delete: "deleted" }[verb]}.`;
