/**
 * Measures in the page: how long frames take while something is done in each. Both pages offer the same `subject`:
 * { first(): ms, pan(frames), zoom(frames), select(i): Promise<ms>, change(count) }.
 */

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
/** Two frames: the second one comes when the first was painted. */
export const painted = async () => {
  await frame();
  await frame();
};

/** @param {number[]} times @param {number} share */
const quantile = (times, share) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))];

/** Longer than this nobody waits for so many frames, ms. */
const MOST = 6000;

/** Do something in each of so many frames: mean and 95th percentile of their length (ms). The trace has the part's tasks between its marks. @param {string} part @param {number} frames @param {(i: number) => void} each */
export async function during(part, frames, each) {
  await painted();
  performance.mark(`bench:${part}`);
  const times = [], began = performance.now();
  let before = began;
  for (let i = 0; i < frames && before - began < MOST; i++) {
    each(i);
    await frame();
    const now = performance.now();
    times.push(now - before);
    before = now;
  }
  await painted();
  performance.mark("bench:");
  return { mean: times.reduce((sum, time) => sum + time, 0) / times.length, p95: quantile(times, 0.95) };
}

/** So many changes a second for some seconds, however long frames take. @param {string} part @param {number} perSecond @param {number} seconds @param {(count: number) => void} change */
export function follow(part, perSecond, seconds, change) {
  const began = performance.now(), slices = Math.min(perSecond, 20);
  let made = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * slices) * (perSecond / slices);
    if (due > made) change(due - made);
    made = Math.max(made, due);
  }, 1000 / slices / 2);
  return during(part, Math.round(seconds * 60), () => {}).finally(() => clearInterval(timer));
}

/** @param {any} subject */
export async function measure(subject, { frames = 90, seconds = 3 } = {}) {
  const found = { first: await subject.first() };
  found.pan = await during("pan", frames, (i) => subject.pan(i, frames));
  found.zoom = await during("zoom", frames, (i) => subject.zoom(i, frames));
  await painted();
  const selected = [];
  for (let i = 0; i < 8; i++) selected.push(await subject.select(i));
  found.select = quantile(selected, 0.5);
  for (const perSecond of [1, 10, 100]) found[`changes${perSecond}`] = await follow(`changes${perSecond}`, perSecond, seconds, (count) => subject.change(count));
  return found;
}
