/**
 * An object's YAML under somebody's hands: checked by the API without being stored, then put in the place of what is
 * stored if that has not changed meanwhile; what `kubectl edit` does.
 *
 * @import { App } from "./app.js"
 * @import { Item } from "../types.d.ts"
 */
import { Failure, json, textOf, told } from "./fetching.js";
import { linesBetween } from "../model/linediff.js";
import { merged } from "../model/linemerge.js";
import { lineOf } from "../model/yamlplace.js";

/** A pause in typing after which the text is checked (ms). */
const QUIET = 400;

export class Editing {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Item|null} */ this.item = null;
    this.path = "";
    this.before = "";
    this.text = "";
    /** @type {import("../model/linediff.js").Differing[]} */ this.changes = [];
    /** @type {string[]} */ this.problems = [];
    this.checked = "";
    this.busy = false;
    this.stored = "";
    /** @type {HTMLElement|null} */ this.host = null;
    /** @type {any} */ this.editor = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.timer = undefined;
  }

  /** @param {Item} item */
  of(item) {
    return this.item?.id === item.id && this.item.uid === item.uid;
  }

  /** @param {Item} item @param {any} data what the panel was told of it */
  begin(item, data) {
    this.end();
    Object.assign(this, { item, path: data.api, before: data.yaml, text: data.yaml, changes: [], problems: [], checked: data.yaml, stored: "" });
    this.app.schedule();
  }

  end() {
    clearTimeout(this.timer);
    this.editor?.destroy();
    this.host?.remove();
    Object.assign(this, { item: null, editor: null, host: null });
    this.app.schedule();
  }

  /** @param {string} text */
  typed(text) {
    this.text = text;
    this.stored = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), QUIET);
    this.app.schedule();
  }

  /** Ask what would come of it. @returns {Promise<void>} */
  async check() {
    const { text } = this;
    if (text === this.before) return this.#judge(text, [], []);
    const answer = await this.#put("?dryRun=All&fieldValidation=Strict");
    if (answer === "changed") return this.#behind();
    if (answer && text === this.text) this.#judge(text, answer.problems, answer.ok ? linesBetween(settled(this.before), settled(answer.yaml)) : []);
  }

  /** Store it. */
  async apply() {
    const { item } = this;
    if (!item || this.busy) return;
    this.busy = true;
    this.app.schedule();
    const answer = await this.#put("?fieldValidation=Strict");
    this.busy = false;
    if (answer === "changed") return this.#behind();
    if (answer?.ok) {
      this.end();
      this.stored = `${item.name} is stored.`;
    } else if (answer) this.#judge(this.text, answer.problems, this.changes);
    this.app.schedule();
  }

  /** What is stored changed under these hands: what was changed here is brought into what stands there now. @returns {Promise<void>} */
  async #behind() {
    const { text, before, item } = this;
    if (!item) return;
    let now;
    try {
      now = (await json(`${this.app.page.urls.objects}${item.resource}/${item.ns || "-"}/${item.name}`)).yaml;
    } catch (problem) {
      return this.#judge(text, [{ text: told(problem), field: "" }], []);
    }
    if (text !== this.text || item !== this.item) return; // typed on meanwhile: that text is checked by itself
    const whole = merged(before, text, now);
    if (whole === null) return this.#judge(text, [{ text: "The same lines were changed by somebody else meanwhile. Cancel, and begin again from what is stored now.", field: "" }], []);
    Object.assign(this, { before: now, text: whole });
    this.editor?.setText(whole, { silent: true });
    this.app.schedule();
    return this.check();
  }

  /** "changed": by somebody else, meanwhile.
   * @param {string} query @returns {Promise<{ ok: boolean, yaml: string, problems: { text: string, field: string }[] }|"changed"|null>} */
  async #put(query) {
    try {
      return { ok: true, yaml: await textOf(`${this.path}${query}`, { method: "PUT", headers: { "Content-Type": "application/yaml", Accept: "application/yaml" }, body: this.text }), problems: [] };
    } catch (problem) {
      if (!(problem instanceof Failure)) throw problem;
      // What is asked as YAML is refused as YAML; its causes are read as JSON.
      const why = problem.status && !problem.body ? await textOf(`${this.path}${query.includes("dryRun") ? query : `${query}&dryRun=All`}`, { method: "PUT", headers: { "Content-Type": "application/yaml", Accept: "application/json" }, body: this.text }).then(() => problem, (again) => again) : problem;
      if (!(why instanceof Failure)) throw why;
      const causes = why.body?.details?.causes ?? [];
      if (why.body?.reason === "Conflict") return "changed";
      return { ok: false, yaml: "", problems: causes.length ? causes.map((/** @type {any} */ each) => ({ text: `${each.field ? `${each.field}: ` : ""}${each.message}`, field: each.field ?? "" })) : [{ text: why.message, field: "" }] };
    }
  }

  /** @param {string} text @param {{ text: string, field: string }[]} problems @param {import("../model/linediff.js").Differing[]} changes */
  #judge(text, problems, changes) {
    Object.assign(this, { checked: text, problems: problems.map((each) => each.text), changes });
    this.editor?.setMarks({ problems: problems.filter(({ field, text: said }) => field || line(said)).map(({ field, text: said }) => ({ line: lineOf(text, field) || line(said) || 1, message: said, field, api: "", fix: null })), marks: [] });
    this.app.schedule();
  }

  /** The place of the editor stands in the page: put it there, once. @param {Element|undefined} place */
  async mount(place) {
    const { item } = this;
    if (!place || !item) return;
    if (this.host) {
      if (this.host.parentElement !== place) place.append(this.host);
      return;
    }
    const host = (this.host = document.createElement("div"));
    host.className = "editor-host";
    place.append(host);
    const { modules, urls } = this.app.page;
    try {
      const { mountEditor } = /** @type {typeof import("../editor.js")} */ (await import(modules.editor));
      if (this.host !== host) return;
      this.editor = mountEditor(host, { text: this.text, schemas: urls.schemas, label: `YAML of ${item.name}`, describedBy: "edit-keys", onChange: (text) => this.typed(text) });
      this.editor.focus(0);
    } catch (problem) {
      if (!(problem instanceof TypeError)) throw problem; // the module could not be fetched
      this.problems = ["The editor could not be fetched. Is the server there?"];
      this.app.schedule();
    }
  }
}

/** A line that a sentence of the server names. @param {string} said */
const line = (said) => Number(/\bline (\d+)/.exec(said)?.[1] ?? 0);

/** Without what the server changes by itself at every write. @param {string} yaml */
const settled = (yaml) => yaml.replace(/^ {2}managedFields:\n(?: {2}(?: .*|- .*)\n)*/m, "").replace(/^ {2}(resourceVersion|generation): .*\n/gm, "");
