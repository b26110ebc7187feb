/**
 * The page's one value and its loop: state (what the cluster is), ui (what the person does), one drawing a frame.
 * Frames that arrive between two drawings are reduced together.
 *
 * @import { Answer, Item, Model, PageData, Picture, Question, State, Walk } from "../types.d.ts"
 */
import { derive } from "../model/derive.js";
import { layout } from "../layout.js";
import { Traffic } from "../requests/traffic.js";
import { FRESH, initial, reduce } from "../state.js";
import { query } from "./asking.js";
import { Live } from "./live.js";

/**
 * @typedef {object} Ui
 * @property {string} selected @property {string} hover @property {string} tab
 * @property {"near"|"far"|""} level "" until the first picture says which @property {string} focus one namespace alone, or ""
 * @property {"age"|"name"} order @property {boolean} unfolded @property {number} spread how much larger than life the far picture is @property {number} columns its bands stand in
 * @property {string} panel tab of the inspector @property {""|"dns"|"object"} sheet what the phone's sheet shows
 * @property {{ pod: string, namespace: string, name: string, type: string }} form
 * @property {string[]} pinned ids of questions, newest first @property {string} current the question the walk shows
 * @property {boolean} nameless asked without a name
 * @property {boolean} dig @property {{ open: boolean, of: Walk|null, text: string, error: string }} raw the octets of the shown answer @property {{ left: string, right: string }} twin @property {boolean} choosing
 * @property {"dns"|"request"} tool which box the dock shows
 * @property {string} query @property {number} hit @property {boolean} searching @property {string} filter
 * @property {Record<string, string>} scale what is typed @property {string} sure an id whose deletion waits for a second press
 * @property {string} act id of the last act @property {number} speed how fast the clock went before it was paused
 * @property {{ id: string, rv: string, revision: number, at: number, data: any, error: string, loading: boolean }} object
 */

export const MOST_PINNED = 8;
/** Questions that stay open: the pinned ones and some that can be asked again. */
const MOST_OPEN = 12;
/** How long the command of a done act stays in sight (ms). */
const NOTED = 4000;
/** The shown object is fetched again at most so often while the cluster changes: events come without a change of it (ms). */
const LOOKED = 2000;

export class App {
  /** @param {PageData} page @param {(app: App) => void} draw */
  constructor(page, draw) {
    this.page = page;
    this.draw = draw;
    this.state = initial();
    /** @type {Ui} */
    this.ui = {
      tool: "dns",
      selected: "", hover: "", tab: "", level: "", focus: "", order: "age", unfolded: false, spread: 1, columns: 1, panel: "summary", sheet: "",
      form: { pod: "", namespace: "default", name: "", type: "A" }, pinned: [], current: "", nameless: false, dig: false, raw: { open: false, of: null, text: "", error: "" },
      twin: { left: "", right: "" }, choosing: false, query: "", hit: 0, searching: false, filter: "", scale: {}, sure: "", act: "", speed: 1,
      object: { id: "", rv: "", revision: 0, at: 0, data: null, error: "", loading: false },
    };
    this.traffic = new Traffic(this);
    this.width = 1120;
    this.height = 0;
    this.phone = false;
    /** @type {any[]} */ this.waiting = [];
    this.scheduled = false;
    this.counter = 0;
    /** @type {{ objects: unknown, key: string, picture: Picture }|null} */ this.laid = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.later = undefined;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.noted = undefined;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.looked = undefined;
    this.live = new Live(page.urls.live, {
      frame: (frame) => this.receive(frame),
      opened: () => this.opened(),
      lost: (retryAt) => this.receive({ t: "lost", retryAt }),
      ended: (problem) => this.receive({ t: "failed", problem }),
      since: () => (this.state.cluster ? `${this.state.cluster.uid}:${this.state.revision}` : ""),
    });
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
    if (!this.waiting.length) return;
    const now = Date.now(), frames = this.waiting;
    this.waiting = [];
    this.state = reduce(this.state, frames, now);
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

  /** @returns {Answer[]} pinned answers, newest first */
  get pinned() {
    return this.ui.pinned.flatMap((id) => this.state.answers.get(id) ?? []);
  }

  /** @returns {Picture} */
  get picture() {
    const { level, focus, order, unfolded, spread, columns } = this.ui, pinned = this.pinned;
    const key = [this.width, this.height, spread, columns, this.phone, level, focus, order, unfolded, pinned.map((a) => `${a.question.id}:${a.changedAt}:${a.walk ? a.walk.rcode + a.walk.records.map((r) => r.data).join() : ""}:${a.refused}`).join()].join("|");
    if (this.laid?.objects === this.state.objects && this.laid.key === key) return this.laid.picture;
    const picture = this.at({ level, spread, columns });
    if (!level && this.state.cluster) this.ui.level = picture.level;
    this.laid = { objects: this.state.objects, key, picture };
    return picture;
  }

  /** The picture at another level or size. @param {{ level: Ui["level"], spread: number, columns: number }} how @returns {Picture} */
  at({ level, spread, columns }) {
    const { focus, order, unfolded } = this.ui;
    return layout(this.state, { width: this.width / (level === "far" ? spread : 1), height: this.height, phone: this.phone, level: level || undefined, focus, order, unfolded, columns, pinned: this.pinned });
  }

  /** @param {string} id @returns {Item|undefined} */
  item(id) {
    return this.state.objects.get(id);
  }

  opened() {
    this.flush();
    // Asks first: the server answers them after the frames that bring the picture up to date.
    for (const { question } of this.state.answers.values()) this.live.send({ t: "ask", ...question });
  }

  /** Ask a question: it becomes the walk in the dock and the newest pinned card. @param {Partial<Ui["form"]>} [changes] */
  ask(changes = {}) {
    const form = { ...this.ui.form, ...changes };
    const name = form.name.trim();
    if (!name) return this.set({ nameless: true });
    const known = this.questions.find(({ question: q }) => q.name === name && q.type === form.type && q.pod === form.pod && q.namespace === form.namespace);
    /** @type {Question} */
    const question = known?.question ?? { id: `q${++this.counter}`, name, type: form.type, pod: form.pod, namespace: form.namespace };
    if (!known) this.put(question);
    const pinned = [question.id, ...this.ui.pinned.filter((id) => id !== question.id)].slice(0, MOST_PINNED);
    this.set({ form, pinned, current: question.id, dig: false, nameless: false });
    this.#forgetOldest();
    this.remember();
  }

  /** @param {string} id */
  unpin(id) {
    this.set({ pinned: this.ui.pinned.filter((each) => each !== id) });
    this.remember();
  }

  /** Earlier questions stay subscribed while they are shown as chips; the oldest go. */
  #forgetOldest() {
    const keep = new Set([...this.ui.pinned, this.ui.current]);
    const old = this.questions.map(({ question }) => question.id).filter((id) => !keep.has(id));
    for (const id of old.slice(0, Math.max(0, old.length + keep.size - MOST_OPEN))) this.drop(id);
  }

  /** Put a question to the server, which answers now and whenever the answer changes. @param {Question} question */
  put(question) {
    this.waiting.push({ t: "asked", question });
    this.live.send({ t: "ask", ...question });
    this.schedule();
  }

  /** @param {string} id */
  drop(id) {
    this.waiting.push({ t: "forgot", id });
    this.live.send({ t: "forget", id });
    this.schedule();
  }

  /** The person's questions, oldest first: what the page asks by itself is none. */
  get questions() {
    return [...this.state.answers.values()].filter(({ question }) => question.id.startsWith("q"));
  }

  /** Pinned questions outlive a reload of this tab. */
  remember() {
    const questions = this.pinned.map(({ question }) => question);
    try {
      sessionStorage.setItem(`kubarium:${this.page.slug}:pinned`, JSON.stringify(questions));
    } catch (problem) {
      if (!(problem instanceof DOMException)) throw problem; // storage is full or refused: the pins just end with the tab
    }
  }

  recall() {
    let questions = [];
    try {
      questions = JSON.parse(sessionStorage.getItem(`kubarium:${this.page.slug}:pinned`) ?? "[]");
    } catch (problem) {
      if (!(problem instanceof DOMException || problem instanceof SyntaxError)) throw problem; // unreadable: start without pins
    }
    for (const { name, type, pod, namespace } of questions.reverse()) this.ask({ name, type, pod, namespace });
  }

  /** @param {{ verb: string, speed?: number, pace?: string }} change */
  setClock(change) {
    const id = `a${++this.counter}`;
    // A clock that was made faster or slower goes on as it did before the pause.
    if (change.verb === "pause") this.ui.speed = this.state.speed || 1;
    this.waiting.push({ t: "acted", id, verb: change.verb, key: "" });
    if (!this.live.send({ t: "clock", id, ...change })) this.waiting.push({ t: "refused", id, message: "Not connected. Nothing was changed." });
    this.set({ act: id });
  }

  /** @param {{ verb: "scale"|"delete"|"fault"|"cordon", key: string, replicas?: number, fault?: string, on?: boolean }} act @param {string} kubectl */
  act(act, kubectl) {
    const id = `a${++this.counter}`;
    this.waiting.push({ t: "acted", id, verb: act.verb, key: act.key, kubectl });
    if (!this.live.send({ t: "act", id, ...act })) this.waiting.push({ t: "refused", id, message: "Not connected. Nothing was changed." });
    this.set({ act: id, sure: "" });
    clearTimeout(this.noted);
    this.noted = setTimeout(() => this.ui.act === id && !this.state.acts.get(id)?.refused && this.set({ act: "" }), NOTED);
  }

  /** @param {string} id @param {{ push?: boolean, sheet?: boolean }} [how] */
  select(id, { push = true, sheet = true } = {}) {
    if (push && id !== this.ui.selected) history.pushState(null, "", id ? `#${id}` : location.pathname + location.search);
    this.set({ selected: id, tab: id || this.ui.tab, panel: id === this.ui.selected ? this.ui.panel : "summary", sure: "", scale: {}, ...(this.phone ? { sheet: id && sheet ? "object" : "" } : {}) });
  }

  /** What happened before this page was opened, for the strip at the foot. The page is whole without it. */
  async past() {
    try {
      const response = await fetch(this.page.urls.recent, { headers: { Accept: "application/json" } });
      if (response.ok) this.receive({ t: "history", changes: (await response.json()).changes ?? [] });
    } catch (problem) {
      if (!(problem instanceof TypeError)) throw problem; // no connection: the live one says so already
    }
  }

  /** The octets of the shown answer while somebody looks at them; asked again when it changed. */
  async bytes() {
    const answer = this.state.answers.get(this.ui.current), walk = answer?.walk ?? null;
    if (!answer || !walk || !this.ui.raw.open || this.ui.raw.of === walk) return;
    this.ui.raw = { ...this.ui.raw, of: walk };
    const found = { text: "", error: "" };
    try {
      const response = await fetch(`${this.page.urls.resolve}?${query(answer.question)}&raw=1`, { headers: { Accept: "application/json" } });
      const { raw, message } = await response.json();
      if (!response.ok) throw new Error(message ?? `The server answered ${response.status}.`);
      found.text = `question, as dig sends it\n${raw.question}\nanswer\n${raw.answer}`;
    } catch (problem) {
      found.error = problem instanceof Error ? problem.message : String(problem);
    }
    if (this.ui.raw.of === walk) this.set({ raw: { ...this.ui.raw, ...found } });
  }

  /** The whole object for the inspector; asked again when it changed. */
  async look() {
    const { selected, object } = this.ui, item = this.item(selected);
    if (!item) return;
    const rv = `${item.uid}:${item.rv}`, { revision } = this.state, same = object.id === selected && object.rv === rv;
    if (object.loading || (same && object.revision === revision)) return;
    const wait = same ? object.at + LOOKED - this.now : 0;
    if (wait > 0) {
      clearTimeout(this.looked);
      this.looked = setTimeout(() => this.schedule(), wait);
      return;
    }
    this.ui.object = { ...(object.id === selected ? object : { data: null, error: "" }), id: selected, rv, revision, at: this.now, error: "", loading: true };
    const url = `${this.page.urls.objects}${item.resource}/${item.ns || "-"}/${item.name}`;
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      const body = await response.json();
      if (!response.ok) throw new Error(body.message ?? `The server answered ${response.status}.`);
      this.ui.object = { ...this.ui.object, data: body, loading: false };
    } catch (problem) {
      this.ui.object = { ...this.ui.object, error: problem instanceof Error ? problem.message : String(problem), loading: false };
    }
    this.schedule();
  }
}
