/**
 * The page's one value and its loop: state (what the cluster is), ui (what the person does), one drawing a frame.
 * Frames that arrive between two drawings are reduced together.
 *
 * @import { Filter, Item, Model, PageData, Picture, State, View, Walk } from "../types.d.ts"
 */
import { derive } from "../model/derive.js";
import { NO_FILTER } from "../model/filter.js";
import { BY_SERVICE, viewText } from "../model/views.js";
import { layout } from "../layout.js";
import { Traffic } from "../requests/traffic.js";
import { FRESH, initial, reduce } from "../state.js";
import { Acts } from "./acts.js";
import { Draining } from "./draining.js";
import { nearIn, sights, withNear, withSights } from "./address.js";
import { History } from "./history.js";
import { Editing } from "./editing.js";
import { Live } from "./live.js";
import { Logs } from "./logs.js";
import { Objects } from "./objects.js";
import { Past } from "./past.js";
import { Questions } from "./questions.js";
import { Records } from "./records.js";
import { Shell } from "./shell.js";

/**
 * @typedef {object} Ui
 * @property {string} selected @property {string} found the same as long as it was found by the search box @property {string} hover @property {string} tab
 * @property {"near"|"far"|""} level "" until the first picture says which @property {string} focus one namespace alone, or ""
 * @property {"age"|"name"} order @property {boolean} unfolded @property {boolean} needs whether all that needs a look is listed @property {number} spread how much larger than life the far picture is @property {number} columns its bands stand in
 * @property {string} panel tab of the inspector @property {""|"dns"|"object"} sheet what the phone's sheet shows
 * @property {{ pod: string, namespace: string, name: string, type: string }} form
 * @property {string[]} pinned ids of questions, newest first @property {string} current the question the walk shows
 * @property {boolean} nameless asked without a name
 * @property {boolean} dig @property {{ open: boolean, of: Walk|null, text: string, error: string }} raw the octets of the shown answer @property {{ left: string, right: string }} twin @property {boolean} choosing
 * @property {"dns"|"request"|"shell"} tool which box the dock shows @property {boolean} tall whether the dock takes most of the height @property {string} container whose log is shown @property {boolean} related whether the panel shows all relations and reasons
 * @property {boolean} lanes whether the timeline is opened @property {boolean} whole whether it reaches back as far as the log
 * @property {string} query @property {number} hit which of the found is chosen @property {string} hitOn what that is, once arrows led there @property {boolean} searching
 * @property {Filter} filter @property {boolean} filtering the filter is being chosen @property {View} view
 * @property {Record<string, string>} scale what is typed @property {string} sure an id whose deletion waits for a second press
 * @property {boolean} held a form was kept back for want of a connection @property {string} act id of the last act @property {number} speed how fast the clock went before it was paused
 * @property {{ id: string, rv: string, revision: number, at: number, data: any, error: string, loading: boolean }} object
 */

export class App {
  /** @param {PageData} page @param {(app: App) => void} draw */
  constructor(page, draw) {
    this.page = page;
    this.draw = draw;
    this.present = initial();
    /** @type {() => void} */ let begins = () => {};
    /** @type {Promise<void>} Until the cluster as it is now is here for the first time. */
    this.begun = new Promise((done) => (begins = done));
    this.begins = begins;
    /** @type {Ui} */
    this.ui = {
      tool: "dns", tall: false, container: "", related: false,
      selected: "", found: "", hover: "", tab: "", level: "", focus: "", order: "age", unfolded: false, needs: false, spread: 1, columns: 1, panel: "summary", sheet: "",
      form: { pod: "", namespace: "default", name: "", type: "A" }, pinned: [], current: "", nameless: false, dig: false, raw: { open: false, of: null, text: "", error: "" },
      twin: { left: "", right: "" }, choosing: false, lanes: false, whole: false, query: "", hit: 0, hitOn: "", searching: false, filter: NO_FILTER, filtering: false, view: BY_SERVICE, scale: {}, sure: "", act: "", held: false, speed: 1,
      object: { id: "", rv: "", revision: 0, at: 0, data: null, error: "", loading: false },
    };
    this.questions = new Questions(this);
    this.acts = new Acts(this);
    this.draining = new Draining(this);
    this.objects = new Objects(this);
    this.traffic = new Traffic(this);
    this.history = new History(this);
    this.past = new Past(this);
    this.records = new Records(this);
    this.logs = new Logs(this);
    this.shell = new Shell(this);
    this.editing = new Editing(this);
    /** The namespace that the address looks into. */ this.entered = "";
    /** A person went to another moment, and the map has not looked yet whether its picture suits that. */ this.elsewhere = false;
    this.width = 1120;
    this.height = 0;
    this.phone = false;
    /** @type {any[]} */ this.waiting = [];
    this.scheduled = false;
    /** @type {{ objects: unknown, key: string, picture: Picture }|null} */ this.laid = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.later = undefined;
    this.live = new Live(page.urls.live, {
      frame: (frame) => this.receive(frame),
      opened: () => this.opened(),
      lost: (retryAt) => this.receive({ t: "lost", retryAt }),
      ended: (problem) => this.receive({ t: "failed", problem }),
      since: () => (this.present.cluster ? `${this.present.cluster.uid}:${this.present.revision}` : ""),
    });
  }

  /** What the page shows: the cluster as it is, or as it was while somebody looks back. @returns {State} */
  get state() {
    return this.past.state ?? this.present;
  }

  /** Say something over the live connection; a question is put to the moment on show too. @param {Record<string, any>} frame */
  send(frame) {
    if (this.past.looking && frame.t === "ask") this.past.ask(frame);
    return this.live.send(frame);
  }

  /** @param {any} frame */
  receive(frame) {
    this.waiting.push(frame);
    this.schedule();
  }

  /** @param {Partial<Ui>} changes */
  set(changes) {
    Object.assign(this.ui, changes);
    this.schedule();
  }

  schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    const run = () => {
      this.scheduled = false;
      this.flush();
      this.draw(this);
    };
    // A hidden page gets no animation frames; it must not gather changes without end.
    if (document.visibilityState === "hidden") setTimeout(run, 250);
    else requestAnimationFrame(run);
  }

  flush() {
    const now = Date.now(), frames = this.waiting;
    if (!frames.length && !this.past.frames.length) return;
    this.waiting = [];
    this.present = reduce(this.present, frames, now);
    if (this.present.cluster) this.begins();
    this.history.from ||= frames.find((frame) => frame.t === "snapshot")?.revision ?? 0;
    this.past.flush(frames, now);
    this.draining.look();
    // Once more when the last soft ground and struck-through value are to go.
    clearTimeout(this.later);
    this.later = setTimeout(() => this.schedule(), FRESH + 60);
  }

  get now() {
    return Date.now();
  }

  /** @returns {Model} */
  get model() {
    return derive(this.state);
  }

  /** @returns {Picture} */
  get picture() {
    const { level, focus, order, unfolded, spread, columns, view } = this.ui, { pinned } = this.questions;
    const key = [this.width, this.height, spread, columns, this.phone, level, focus, viewText(view), order, unfolded, pinned.map((a) => `${a.question.id}:${a.changedAt}:${a.walk ? a.walk.rcode + a.walk.records.map((r) => r.data).join() : ""}:${a.refused}`).join()].join("|");
    if (this.laid?.objects === this.state.objects && this.laid.key === key) return this.laid.picture;
    const picture = this.at({ level, spread, columns });
    if (!level && this.state.cluster) this.ui.level = picture.level;
    this.laid = { objects: this.state.objects, key, picture };
    return picture;
  }

  /** The picture at another level or size. @param {{ level: Ui["level"], spread: number, columns: number }} how @returns {Picture} */
  at({ level, spread, columns }) {
    const { focus, order, unfolded, view } = this.ui;
    return layout(this.state, { width: this.width / (level === "far" ? spread : 1), height: this.height, phone: this.phone, level: level || undefined, focus, view, order, unfolded, columns, pinned: this.questions.pinned });
  }

  /** @param {string} id @returns {Item|undefined} */
  item(id) {
    return this.state.objects.get(id);
  }

  opened() {
    this.flush();
    const back = this.present.phase === "lost";
    // Asks first: the server answers them after the frames that bring the picture up to date.
    this.questions.resend();
    if (back) this.back();
  }

  /** The connection is there again: what was followed beside it is followed anew. */
  back() {
    this.ui.held = false;
    this.logs.again();
    document.dispatchEvent(new CustomEvent("kubarium:back"));
  }

  /** @param {string} id @param {{ push?: boolean, sheet?: boolean }} [how] */
  select(id, { push = true, sheet = true } = {}) {
    if (push && id !== this.ui.selected) history.pushState(null, "", id ? `#${id}` : location.pathname + location.search);
    this.set({ selected: id, found: id === this.ui.found ? id : "", tab: id || this.ui.tab, panel: id === this.ui.selected ? this.ui.panel : "summary", sure: "", scale: {}, ...(id === this.ui.selected ? {} : { container: "", related: false }), ...(this.phone ? { sheet: id && sheet ? "object" : "" } : {}) });
  }

  /** Somebody wants to ask DNS: from this pod, or for this name at once. @param {Partial<Ui["form"]>} given */
  toDns(given) {
    this.set({ tool: "dns" });
    if (given.name) this.questions.ask(given);
    else this.set({ form: { ...this.ui.form, ...given } });
    if (this.phone) this.set({ sheet: "dns" });
    /** @type {HTMLElement|null} */ (document.querySelector(".dns input[name=name]"))?.focus();
  }

  /** Somebody wants to send requests. @param {{ from?: string, to?: string }} given */
  toRequests(given) {
    this.traffic.show(given);
    requestAnimationFrame(() => /** @type {HTMLElement|null} */ (document.querySelector(".req input[name=to]"))?.focus());
  }

  /** Another view or filter, kept in the address. @param {{ view?: View, filter?: Filter }} changes */
  look(changes) {
    const { view, filter } = { ...this.ui, ...changes }, search = withSights(location.search, view, filter), fresh = viewText(view) !== viewText(this.ui.view);
    if (search !== location.search) history.pushState(null, "", location.pathname + search + location.hash);
    this.set({ view, filter, ...(fresh ? { level: "", focus: "", spread: 1, columns: 1 } : {}) });
  }

  /** Look into one namespace alone, or at all of them from afar, kept in the address.
   * @param {"near"|"far"} level @param {string} focus */
  enter(level, focus) {
    const search = withNear(location.search, focus);
    if (search !== location.search) history.pushState(null, "", location.pathname + search + location.hash);
    this.entered = focus;
    this.set({ level, focus, tab: this.ui.selected, spread: 1, columns: 1 });
  }

  /** Something else came into sight: an address that names a namespace names that one. @param {string} focus */
  moved(focus) {
    if (!this.entered || this.entered === focus) return;
    this.entered = focus;
    history.replaceState(null, "", location.pathname + withNear(location.search, focus) + location.hash);
  }

  /** What the address says, at the start and after going back or forth. */
  recall() {
    const { view, filter } = sights(location.search);
    const near = nearIn(location.search), came = near !== this.entered;
    this.entered = near;
    if (viewText(view) !== viewText(this.ui.view) || came) this.set({ level: near ? "near" : "", focus: near, spread: 1, columns: 1 });
    this.set({ view, filter });
  }

  /** Somebody wants a shell in this pod. @param {{ namespace: string, pod: string }} given */
  toShell(given) {
    this.shell.show(given);
  }

  /** Something was asked, or a shell opened or closed: who has an address for that puts it there. @type {(asked: import("./address.js").Asked|null) => void} */
  asking = () => undefined;

  /** Show a moment of the past, where there is a map. @param {number} revision */
  toMoment(revision) {
    this.past.go(revision);
  }

  /** Something is to be brought into sight: the explorer's map does that. @type {(id: string) => void} */
  revealed = () => undefined;
}
