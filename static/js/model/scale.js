/**
 * The scale of the timeline: time runs evenly, but a stretch in which nothing happened takes little of it, however long
 * it was. Pure. Knows seconds and places from 0 to 1, no revisions: which moment is meant is somebody else's.
 */

/** @typedef {{ from: number, to: number, x: number, w: number }} Break an idle stretch (unix s), drawn short from x on */
/** @typedef {{ at: (t: number) => number, time: (place: number) => number, breaks: Break[] }} Scale */

/** The most of the strip that one idle stretch takes; and the seconds that none is shortened below. */
const SHARE = 0.1, LEAST = 5;
/** Shortened by more than this, and so many seconds long, it is marked. */
const MARKED = 2, TOLD = 30;

/** @param {readonly number[]} times when something happened, in order (unix s) @param {number} first @param {number} end @returns {Scale} */
export function scale(times, first, end) {
  /** @type {[from: number, to: number][]} */ const idle = [];
  let last = first;
  for (const time of [...times, end]) {
    if (time - last > LEAST) idle.push([last, time]);
    last = Math.max(last, time);
  }
  const most = longest(idle.map(([from, to]) => to - from), Math.max(1, end - first));
  // What of each stretch is left out: the line of time without it is even.
  const out = idle.filter(([from, to]) => to - from > most).map(([from, to]) => ({ from, to, kept: most }));
  const total = Math.max(1, end - first - out.reduce((sum, { from, to, kept }) => sum + to - from - kept, 0));
  const at = (/** @type {number} */ t) => {
    let gone = 0;
    for (const { from, to, kept } of out) {
      if (t <= from) break;
      gone += (to - from - kept) * Math.min(1, (t - from) / (to - from));
    }
    return Math.max(0, Math.min(1, (t - first - gone) / total));
  };
  const time = (/** @type {number} */ place) => {
    let t = first + Math.max(0, Math.min(1, place)) * total;
    for (const { from, to, kept } of out) {
      if (t <= from) break;
      t = t < from + kept ? from + ((t - from) * (to - from)) / kept : t + to - from - kept;
      if (t < to) break;
    }
    return t;
  };
  // Before the first change there was nothing that could lie idle.
  const breaks = out.filter(({ from, to, kept }) => from >= (times[0] ?? end) && to - from > Math.max(TOLD, MARKED * kept)).map(({ from, to }) => ({ from, to, x: at(from), w: at(to) - at(from) }));
  return { at, time, breaks };
}

/** How many seconds an idle stretch may take, so that none takes more than its share of what is drawn.
 * @param {readonly number[]} lengths @param {number} span */
function longest(lengths, span) {
  const busy = span - lengths.reduce((sum, each) => sum + each, 0);
  // Grows to its limit with each turn, since what is drawn grows with it.
  let most = LEAST;
  for (let turn = 0; turn < 60; turn++) {
    const next = Math.max(LEAST, SHARE * (busy + lengths.reduce((sum, each) => sum + Math.min(each, most), 0)));
    if (next - most < 0.01) break;
    most = next;
  }
  return most;
}

/** "48 min", "3 h 20 min". @param {number} seconds */
export function lasting(seconds) {
  const minutes = Math.round(seconds / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (days) return `${days} d${hours % 24 ? ` ${hours % 24} h` : ""}`;
  return hours ? `${hours} h${minutes % 60 ? ` ${minutes % 60} min` : ""}` : `${minutes} min`;
}
