/**
 * What the page knows, as one value, and how frames change it. Pure: no DOM, no socket, no clock; `now` (ms) is an
 * argument. Refuses to know how anything is drawn.
 *
 * @import { State, Item, Tick, Walk, Answer, Question, Reason, Person, ClusterInfo, Act } from "./types.d.ts"
 */

/** How long a change is shown as one (ms): the soft ground, the struck-through old value. */
export const FRESH = 2000;
const LOG_KEPT = 600;
const MACHINES = /controller|collector|kubelet|scheduler|^node-|^system|^ipam$|^dns$|^worker$/;

/** @returns {State} */
export function initial() {
  return {
    phase: "loading", retryAt: 0, problem: "",
    cluster: null, revision: 0, time: 0, receivedAt: 0, speed: 1, next: null, user: null, people: [],
    objects: new Map(), reasons: new Map(), answers: new Map(), acts: new Map(), log: [],
    touched: new Map(), was: new Map(), gone: new Map(), said: "", news: "",
  };
}

/**
 * The state after some frames (the server's, by `t`) and local acts (`lost`, `asked`, `acted`, …), in order.
 * Maps are copied once for the whole batch, so a hundred changes in one animation frame cost one copy.
 * @param {State} state @param {readonly Record<string, any>[]} frames @param {number} now ms @returns {State}
 */
export function reduce(state, frames, now) {
  const next = { ...state };
  /** @type {Set<string>} */ const copied = new Set();
  /** Copy a map before its first change in this batch.
   * @template {"objects"|"reasons"|"answers"|"acts"|"touched"|"was"|"gone"} K @param {K} name
   * @returns {State[K] extends ReadonlyMap<infer A, infer B> ? Map<A, B> : never} */
  const own = (name) => {
    if (!copied.has(name)) {
      copied.add(name);
      /** @type {any} */ (next)[name] = new Map(/** @type {any} */ (next[name]));
    }
    return /** @type {any} */ (next[name]);
  };
  for (const frame of frames) HANDLERS[frame.t]?.(next, frame, now, own);
  return next;
}

/** @typedef {(name: any) => Map<any, any>} Own */

/** @type {Record<string, (next: State, frame: any, now: number, own: Own) => void>} */
const HANDLERS = {
  snapshot(next, frame, now) {
    const again = next.cluster !== null;
    next.cluster = frame.cluster;
    next.user = frame.user ?? next.user;
    next.objects = new Map(frame.objects.map((/** @type {Item} */ item) => [item.id, item]));
    next.reasons = new Map(Object.entries(frame.reasons ?? {}));
    next.touched = new Map();
    next.was = new Map();
    next.gone = new Map();
    next.next = frame.next ?? null;
    next.said = again ? `The picture is fresh again at r${frame.revision}.` : `Cluster ${frame.cluster.slug}, r${frame.revision}.`;
    alive(next, frame, now);
  },
  user(next, frame) {
    next.user = frame.user;
    next.said = frame.user.canWrite ? "You may change this cluster now." : "You may only look at this cluster now.";
  },
  resumed(next, frame, now) {
    // The reasons follow whole: what is not among them any more must not stay.
    next.reasons = new Map();
    next.said = "Connected again.";
    alive(next, frame, now);
  },
  changes(next, frame, now, own) {
    const objects = own("objects"), touched = own("touched"), was = own("was"), gone = own("gone");
    /** @type {string[]} */ const said = [];
    /** @type {Tick[]} */ const ticks = [];
    for (const change of frame.changes) {
      const id = change.op === "put" ? change.item.id : change.id;
      /** @type {Item|undefined} */ const before = objects.get(id);
      /** @type {Item|undefined} */ const after = change.op === "put" ? change.item : undefined;
      if (after && before && before.rv > after.rv && before.uid === after.uid) continue;
      if (after) {
        // Who asked for the end is told, not who saw to it.
        objects.set(id, after.deleting ? { ...after, endedBy: before?.endedBy ?? change.author } : after);
      } else {
        objects.delete(id);
        if (before) gone.set(id, { item: before, revision: change.r, author: before.endedBy ?? change.author });
      }
      rememberAddress(was, gone, before, after, id, now);
      touched.set(id, now);
      ticks.push(tick(change, id, before, after));
      const words = sentence(before, after);
      if (words) said.push(words);
    }
    forget(touched, now, (at) => at);
    forget(was, now, (entry) => entry.at);
    if (gone.size > 200) for (const id of [...gone.keys()].slice(0, gone.size - 200)) gone.delete(id);
    next.log = [...next.log, ...ticks].slice(-LOG_KEPT);
    if (said.length) next.news = said.length > 3 ? `${said.length} changes, r${frame.revision}. ${said.at(-1)}` : said.join(" ");
    alive(next, frame, now);
  },
  reasons(next, frame, now, own) {
    const reasons = own("reasons");
    for (const [id, list] of Object.entries(frame.reasons)) {
      if (list.length) reasons.set(id, list);
      else reasons.delete(id);
    }
    next.revision = Math.max(next.revision, frame.revision ?? 0);
  },
  answer(next, frame, now, own) {
    const answers = own("answers");
    /** @type {Answer|undefined} */ const old = answers.get(frame.id);
    if (!old) return;
    const last = old.walk ?? old.before, changed = last !== null && !sameAnswer(last, frame.answer);
    answers.set(frame.id, {
      ...old, walk: frame.answer, refused: "", stale: false,
      before: changed ? last : old.before, changedAt: changed ? now : old.changedAt,
    });
    next.said = changed ? `The answer for ${old.question.name} changed: ${outcome(frame.answer)}.` : old.walk ? next.said : `${old.question.name}: ${outcome(frame.answer)}.`;
  },
  refused(next, frame, now, own) {
    const answer = next.answers.get(frame.id), act = next.acts.get(frame.id);
    // What was answered before holds no longer: who asked may be gone. It is asked again when it is back.
    if (answer) own("answers").set(frame.id, { ...answer, refused: frame.message, walk: null, before: answer.walk ?? answer.before });
    if (act) own("acts").set(frame.id, { ...act, refused: frame.message });
    next.said = frame.message;
  },
  done(next, frame, now, own) {
    const act = next.acts.get(frame.id);
    if (act) own("acts").set(frame.id, { ...act, done: true, kubectl: frame.kubectl });
    if (frame.kubectl) next.said = `Done: ${frame.kubectl}`;
  },
  clock(next, frame, now) {
    const before = next.speed, pace = next.cluster?.pace;
    if (next.cluster) next.cluster = { ...next.cluster, pace: frame.pace };
    alive(next, { ...frame, revision: next.revision }, now);
    if (next.speed !== before) next.said = next.speed === 0 ? "The clock is paused." : `The clock goes on, ${next.speed} times as fast as the wall's.`;
    else if (frame.pace !== pace) next.said = `The pace is ${frame.pace} now.`;
  },
  next(next, frame) {
    next.next = frame.next;
    const first = frame.next?.plans[0];
    if (first) next.said = `Next: ${first.controller}: ${first.does[0]}.`;
  },
  presence(next, frame) {
    next.people = frame.people;
  },
  // -- what this page does itself --
  lost(next, frame, now, own) {
    if (next.phase !== "lost") next.said = `Connection lost. The picture stands at r${next.revision}.`;
    next.phase = next.cluster ? "lost" : "loading";
    next.retryAt = frame.retryAt;
    next.problem = frame.problem ?? "";
    const answers = own("answers");
    for (const [id, answer] of next.answers) answers.set(id, { ...answer, stale: true });
  },
  failed(next, frame) {
    next.phase = "error";
    next.problem = frame.problem;
    next.said = frame.problem;
  },
  asked(next, frame, now, own) {
    /** @type {Question} */ const question = frame.question;
    own("answers").set(question.id, { question, walk: null, before: null, changedAt: 0, refused: "", stale: false });
  },
  forgot(next, frame, now, own) {
    own("answers").delete(frame.id);
  },
  acted(next, frame, now, own) {
    own("acts").set(frame.id, { id: frame.id, verb: frame.verb, key: frame.key, kubectl: frame.kubectl ?? "", refused: "", done: false });
  },
  say(next, frame) {
    next.said = frame.text;
  },
};

/** @param {State} next @param {any} frame @param {number} now */
function alive(next, frame, now) {
  next.phase = "live";
  next.retryAt = 0;
  next.problem = "";
  next.revision = Math.max(frame.t === "snapshot" ? 0 : next.revision, frame.revision);
  if (frame.time !== undefined) {
    next.time = frame.time;
    next.receivedAt = now;
  }
  if (frame.speed !== undefined) next.speed = frame.speed;
}

/** A pod's former address, so that it can be shown struck through: also when the same name came back as another pod.
 * @param {Map<string, {ip: string, at: number}>} was @param {ReadonlyMap<string, {item: Item}>} gone
 * @param {Item|undefined} before @param {Item|undefined} after @param {string} id @param {number} now */
function rememberAddress(was, gone, before, after, id, now) {
  if (after?.resource !== "pods" || !after.ip || before?.ip === after.ip) return;
  const former = before?.ip || gone.get(id)?.item.ip;
  if (former && former !== after.ip) was.set(id, { ip: former, at: now });
}

/** @template T @param {Map<string, T>} map @param {number} now @param {(value: T) => number} at */
function forget(map, now, at) {
  for (const [id, value] of map) if (now - at(value) > FRESH) map.delete(id);
}

/** Changes as the server tells them in few words, as ticks. @param {readonly any[]} changes @returns {Tick[]} */
export function ticksOf(changes) {
  /** @type {Map<string, any>} */ const before = new Map();
  return changes.map((change) => {
    const item = { id: change.id, resource: change.id.split("/")[0], name: change.id.split("/").at(-1), state: change.state, wanted: change.wanted };
    const old = before.get(change.id) ?? (change.type === "ADDED" ? undefined : item), after = change.type === "DELETED" ? undefined : item;
    before.set(change.id, after);
    return tick(change, change.id, old, /** @type {any} */ (after));
  });
}

/** @param {any} change @param {string} id @param {Item|undefined} before @param {Item|undefined} after @returns {Tick} */
function tick(change, id, before, after) {
  const item = after ?? before, resource = item?.resource ?? id.split("/")[0];
  const author = change.author ?? "", cause = change.cause ?? "";
  return {
    revision: change.r, at: change.at ?? 0, id, author, cause: causeWords(cause), kind: tickKind(resource, after),
    person: author !== "" && cause !== "reconcile" && !MACHINES.test(author), words: actWords(cause, before, after, id),
  };
}

/** Why, in words: what came as a request was asked of the API. @param {string} cause */
export const causeWords = (cause) => (/^(POST|PUT|PATCH|DELETE) \//.test(cause) ? "API" : cause);

/** @param {string} resource @param {Item|undefined} after @returns {Tick["kind"]} */
function tickKind(resource, after) {
  if (resource === "services") return "svc";
  if (resource !== "pods") return "ctl";
  if (!after) return "ctl";
  if (after.state === "ready" || after.state === "completed") return "pod";
  return after.state === "failed" ? "fail" : "wait";
}

const METHODS = /** @type {Record<string, string>} */ ({ POST: "create", PUT: "change", PATCH: "change", DELETE: "delete" });
const STATES = /** @type {Record<string, string>} */ ({ notready: "not ready", ready: "Ready" });

/** @param {string} cause @param {Item|undefined} before @param {Item|undefined} after @param {string} id */
function actWords(cause, before, after, id) {
  const name = after?.name ?? before?.name ?? id.split("/").at(-1) ?? "";
  if (cause === "scale" && after?.wanted !== undefined) return `scale to ${after.wanted}`;
  // What a controller does it calls one thing: its effect says more.
  if (cause === "reconcile" && before && after) return after.state ? `${name} ${after.word ?? STATES[after.state] ?? after.state}` : `change ${name}`;
  if (cause === "apply" || cause === "reconcile" || cause === "") return `${before ? (after ? "change" : "delete") : "create"} ${name}`;
  // A request to the API tells its method and address.
  const request = /^(POST|PUT|PATCH|DELETE) \S*?(?:\/(\w+))?$/.exec(cause);
  if (request) return request[2] === "ephemeralcontainers" ? `shell in ${name}` : `${METHODS[request[1]]} ${name}`;
  // "create cluster", "scenario headless": said whole, not once for each of its objects.
  return cause.includes(" ") ? cause : `${cause} ${name}`;
}

/** What a screen reader should hear about a change; most changes say nothing.
 * @param {Item|undefined} before @param {Item|undefined} after */
function sentence(before, after) {
  const item = after ?? before;
  if (item?.resource === "pods") {
    if (!after) return `${item.name} is gone.`;
    if (before?.state !== after.state && after.state !== "creating") return `${item.name} is ${after.word ?? after.state}${after.state === "ready" && after.ip ? `, ${after.ip}` : ""}.`;
    return "";
  }
  if (item?.resource === "services" && (!before || !after)) return `Service ${item.name} ${after ? "created" : "deleted"}.`;
  if (after?.wanted !== undefined && before?.wanted !== undefined && before.wanted !== after.wanted && after.resource !== "replicasets") return `${after.name} wants ${after.wanted}, had ${before.wanted}.`;
  return "";
}

/** Do two walks say the same? Order of the records is the server's shuffle, no news. @param {Walk} a @param {Walk} b */
export function sameAnswer(a, b) {
  const key = (/** @type {Walk} */ walk) => `${walk.rcode}|${walk.records.map((r) => `${r.type} ${r.data}`).sort().join()}|${walk.reasons.join()}`;
  return key(a) === key(b);
}

/** "3 addresses", "NXDOMAIN", …: an answer in two words. @param {Walk} walk */
export function outcome(walk) {
  if (walk.rcode !== "NOERROR") return walk.rcode;
  const n = walk.records.filter((r) => r.type === "A" || r.type === "AAAA").length || walk.records.length;
  if (n === 0) return "no records of this type";
  const noun = walk.records.some((r) => r.type === "A" || r.type === "AAAA") ? "address" : "record";
  return n === 1 ? `1 ${noun}` : `${n} ${noun === "address" ? "addresses" : "records"}`;
}

/** The address a pod had until a moment ago, "" when there is none to show. @param {State} state @param {string} id @param {number} now ms */
export function formerAddress(state, id, now) {
  const was = state.was.get(id);
  return was && now - was.at < FRESH ? was.ip : "";
}

/** The cluster's clock now, from the last frame. @param {State} state @param {number} now ms @returns {number} unix s */
export const clusterTime = (state, now) => state.time + ((now - state.receivedAt) / 1000) * state.speed;

/** "31m", as kubectl writes an age. @param {number} seconds */
export function age(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 120) return `${s}s`;
  if (s < 600) return s % 60 ? `${Math.floor(s / 60)}m${s % 60}s` : `${s / 60}m`;
  if (s < 10800) return `${Math.floor(s / 60)}m`;
  if (s < 172800) return `${Math.floor(s / 3600)}h`;
  return `${Math.floor(s / 86400)}d`;
}
