/**
 * An object's YAML under somebody's hands: checked by the API without being stored, then put in the place of what is
 * stored if that has not changed meanwhile; what `kubectl edit` does. If it has, that is told, with who changed what, and
 * what was changed here is brought into what stands there now: it is stored when it is applied again.
 *
 * @import { App } from "./app.js"
 * @import { Item, Tick } from "../types.d.ts"
 * @import { Differing } from "../model/linediff.js"
 */
import { ticksOf } from "../state.js";
import { Failure, json, textOf, told } from "./fetching.js";
import { linesBetween } from "../model/linediff.js";
import { merged } from "../model/linemerge.js";
import { lineOf } from "../model/yamlplace.js";

/** A pause in typing after which the text is checked (ms). */
const QUIET = 400;
/** So often it is applied again by itself while only controllers report on the object, and so many changes of it are asked for. */
const TRIES = 5, TOLD = 100;

/** @typedef {{ now: string, revision: string, ticks: Tick[], changes: Differing[], met: boolean }} Meanwhile what somebody else changed; `met`: the same lines as here */

export class Editing {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Item|null} */ this.item = null;
    this.path = "";
    /** What stood there when it was begun, and what the text is compared with. */
    this.begun = "";
    this.before = "";
    /** @type {Meanwhile|null} */ this.meanwhile = null;
    this.text = "";
    /** @type {Differing[]} */ this.changes = [];
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
    Object.assign(this, { item, path: data.api, begun: data.yaml, before: data.yaml, meanwhile: null, text: data.yaml, changes: [], problems: [], checked: data.yaml, stored: "" });
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

  /** Store it. @param {number} [tries] @returns {Promise<void>} */
  async apply(tries = TRIES) {
    const { item } = this;
    if (!item || this.busy) return;
    this.busy = true;
    this.app.schedule();
    const answer = await this.#put("?fieldValidation=Strict");
    this.busy = false;
    if (answer === "changed") return this.#behind(tries);
    if (answer?.ok) {
      this.end();
      this.stored = `${item.name} is stored.`;
    } else if (answer) this.#judge(this.text, answer.problems, this.changes);
    this.app.schedule();
  }

  /** What is stored changed under these hands. What only controllers report is nobody's to look at: it is taken in, and what
   * was to be applied is applied. @param {number} [tries] to apply it @returns {Promise<void>} */
  async #behind(tries = 0) {
    const { text, before, item } = this;
    if (!item) return;
    let now;
    try {
      now = (await json(`${this.app.page.urls.objects}${item.resource}/${item.ns || "-"}/${item.name}`)).yaml;
    } catch (problem) {
      return this.#judge(text, [{ text: told(problem), field: "" }], []);
    }
    if (text !== this.text || item !== this.item) return; // typed on meanwhile: that text is checked by itself
    const changes = linesBetween(wanted(this.begun), wanted(now)), whole = merged(before, text, now);
    if (changes.length) {
      this.meanwhile = { now, revision: versionOf(now), ticks: await this.#since(item), changes, met: whole === null };
      if (text !== this.text || item !== this.item) return;
      requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector(".meanwhile")?.scrollIntoView({ block: "nearest" })));
    }
    if (whole === null) return this.#judge(text, [], []);
    this.#stand(now, whole);
    return !changes.length && tries > 1 ? this.apply(tries - 1) : this.check();
  }

  /** Both changed the same lines: let those of one stand. @param {"mine"|"theirs"} first @returns {Promise<void>|undefined} */
  settle(first) {
    const { meanwhile } = this, whole = meanwhile && merged(this.before, this.text, meanwhile.now, first);
    if (!meanwhile || whole === null) return;
    this.meanwhile = { ...meanwhile, met: false };
    this.#stand(meanwhile.now, whole);
    this.editor?.focus();
    return this.check();
  }

  /** @param {string} before @param {string} text */
  #stand(before, text) {
    Object.assign(this, { before, text });
    this.editor?.setText(text, { silent: true });
    this.app.schedule();
  }

  /** Who changed it since it was begun: people, or whoever did where no person did; none where that cannot be had.
   * @param {Item} item @returns {Promise<Tick[]>} */
  async #since(item) {
    const found = await json(`${this.app.page.urls.recent}?limit=${TOLD}&object=${encodeURIComponent(item.key)}`).catch(told);
    const ticks = typeof found === "string" ? [] : ticksOf(found.changes).filter(({ revision }) => revision > Number(versionOf(this.begun)));
    return ticks.some(({ person }) => person) ? ticks.filter(({ person }) => person) : ticks;
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

  /** @param {string} text @param {{ text: string, field: string }[]} problems @param {Differing[]} changes */
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

/** Which revision it was of. @param {string} yaml */
const versionOf = (yaml) => /^ {2}resourceVersion: "?(\d+)/m.exec(yaml)?.[1] ?? "";

/** What somebody wants of it, without what controllers report and what kubectl notes down for itself. @param {string} yaml */
const wanted = (yaml) => settled(yaml).replace(/^status:.*\n(?:[ -].*\n?)*/m, "").replace(/^ {4}kubectl\.kubernetes\.io\/last-applied-configuration:.*\n(?: {6}.*\n|\n)*/m, "");

/** Without what the server changes by itself at every write. @param {string} yaml */
const settled = (yaml) => yaml.replace(/^ {2}managedFields:\n(?: {2}(?: .*|- .*)\n)*/m, "").replace(/^ {2}(resourceVersion|generation): .*\n/gm, "");
