/**
 * The questions a person asked of DNS: put to the server, pinned to the picture, remembered while the tab lives.
 *
 * @import { Answer, Question } from "../types.d.ts"
 * @import { App, Ui } from "./app.js"
 */
import { query } from "./asking.js";
import { json, told } from "./fetching.js";

export const MOST_PINNED = 8;
/** Questions that stay open: the pinned ones and some that can be asked again. */
const MOST_OPEN = 12;

export class Questions {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.counter = 0;
  }

  /** @returns {Answer[]} pinned answers, newest first */
  get pinned() {
    return this.app.ui.pinned.flatMap((id) => {
      const answer = this.app.state.answers.get(id);
      // What could not be asked at all is said in the box, and is no answer of the cluster.
      return answer && (answer.walk || !answer.refused) ? [answer] : [];
    });
  }

  /** After a new connection. The server answers them after the frames that bring the picture up to date. */
  resend() {
    for (const { question } of this.app.present.answers.values()) this.app.live.send({ t: "ask", ...question });
  }

  /** Ask a question: it becomes the walk in the dock and the newest pinned card. @param {Partial<Ui["form"]>} [changes] */
  ask(changes = {}) {
    const question = this.#ask(changes);
    if (question) this.app.asking({ tool: "dns", name: question.name, type: question.type, pod: question.pod, namespace: question.namespace });
  }

  /** @param {Partial<Ui["form"]>} changes @returns {Question|null} null for want of a name */
  #ask(changes) {
    const form = { ...this.app.ui.form, ...changes };
    const name = form.name.trim();
    if (!name) {
      this.app.set({ nameless: true });
      return null;
    }
    const known = this.all.find(({ question: q }) => q.name === name && q.type === form.type && q.pod === form.pod && q.namespace === form.namespace);
    /** @type {Question} */
    const question = known?.question ?? { id: `q${++this.counter}`, name, type: form.type, pod: form.pod, namespace: form.namespace };
    if (!known) this.put(question);
    const pinned = [question.id, ...this.app.ui.pinned.filter((id) => id !== question.id)].slice(0, MOST_PINNED);
    this.app.set({ form, pinned, current: question.id, dig: false, nameless: false });
    this.#forgetOldest();
    this.app.flush(); // the new question is among the state's answers, as all that are pinned
    this.remember();
    return question;
  }

  /** @param {string} id */
  unpin(id) {
    this.app.set({ pinned: this.app.ui.pinned.filter((each) => each !== id) });
    this.remember();
  }

  /** Earlier questions stay subscribed while they are shown as chips; the oldest go. */
  #forgetOldest() {
    const keep = new Set([...this.app.ui.pinned, this.app.ui.current]);
    const old = this.all.map(({ question }) => question.id).filter((id) => !keep.has(id));
    for (const id of old.slice(0, Math.max(0, old.length + keep.size - MOST_OPEN))) this.drop(id);
  }

  /** Put a question to the server, which answers now and whenever the answer changes. @param {Question} question */
  put(question) {
    this.app.waiting.push({ t: "asked", question });
    this.app.send({ t: "ask", ...question });
    this.app.schedule();
  }

  /** @param {string} id */
  drop(id) {
    this.app.waiting.push({ t: "forgot", id });
    this.app.live.send({ t: "forget", id });
    this.app.schedule();
  }

  /** The person's questions, oldest first: what the page asks by itself is none. */
  get all() {
    return [...this.app.state.answers.values()].filter(({ question }) => question.id.startsWith("q"));
  }

  /** Pinned questions outlive a reload of this tab. */
  remember() {
    const questions = this.pinned.map(({ question }) => question);
    try {
      sessionStorage.setItem(`kubarium:${this.app.page.slug}:pinned`, JSON.stringify(questions));
    } catch (problem) {
      if (!(problem instanceof DOMException)) throw problem; // storage is full or refused: the pins just end with the tab
    }
  }

  recall() {
    let questions = [];
    try {
      questions = JSON.parse(sessionStorage.getItem(`kubarium:${this.app.page.slug}:pinned`) ?? "[]");
    } catch (problem) {
      if (!(problem instanceof DOMException || problem instanceof SyntaxError)) throw problem; // unreadable: start without pins
    }
    for (const { name, type, pod, namespace } of questions.reverse()) this.ask({ name, type, pod, namespace });
  }

  /** The octets of the shown answer while somebody looks at them; asked again when it changed. */
  async bytes() {
    const answer = this.app.state.answers.get(this.app.ui.current), walk = answer?.walk ?? null;
    if (!answer || !walk || !this.app.ui.raw.open || this.app.past.playing || this.app.ui.raw.of === walk) return;
    this.app.ui.raw = { ...this.app.ui.raw, of: walk };
    const found = { text: "", error: "" };
    try {
      const { raw } = await json(`${this.app.page.urls.resolve}?${query(answer.question)}&raw=1${this.app.past.query("&")}`);
      found.text = `question, as dig sends it\n${raw.question}\nanswer\n${raw.answer}`;
    } catch (problem) {
      found.error = told(problem);
    }
    if (this.app.ui.raw.of === walk) this.app.set({ raw: { ...this.app.ui.raw, ...found } });
  }
}
