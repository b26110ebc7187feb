/** What differs between two texts, line by line. Pure. */

/** @typedef {{ sign: " "|"+"|"-", text: string }} Differing */

/** Lines beyond which the middle is told as all gone and all new: nobody reads such a difference. */
const MOST = 1200;

/**
 * The lines that differ, each stretch with some around it; stretches are parted by a line "…".
 * @param {string} before @param {string} after @returns {Differing[]}
 */
export function linesBetween(before, after, around = 2) {
  const a = before.split("\n"), b = after.split("\n");
  let head = 0, tail = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const middle = between(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  if (!middle.length) return [];
  const same = (/** @type {string[]} */ list) => list.map((text) => /** @type {Differing} */ ({ sign: " ", text }));
  return folded([...same(a.slice(0, head)), ...middle, ...same(a.slice(a.length - tail))], around);
}

/** All lines of both. @param {string[]} a @param {string[]} b @returns {Differing[]} by the longest common subsequence */
export function between(a, b) {
  if (a.length * b.length > MOST * MOST) return [...a.map((text) => /** @type {Differing} */ ({ sign: "-", text })), ...b.map((text) => /** @type {Differing} */ ({ sign: "+", text }))];
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) length[i][j] = a[i] === b[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
  /** @type {Differing[]} */ const found = [];
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) found.push({ sign: " ", text: a[i++] }), j++;
    else if (i < a.length && (j >= b.length || length[i + 1][j] >= length[i][j + 1])) found.push({ sign: "-", text: a[i++] });
    else found.push({ sign: "+", text: b[j++] });
  }
  return found;
}

/** @param {Differing[]} all @param {number} around */
function folded(all, around) {
  const near = all.map((_, i) => all.slice(Math.max(0, i - around), i + around + 1).some(({ sign }) => sign !== " "));
  return all.flatMap((line, i) => (near[i] ? [line] : near[i - 1] && all.slice(i).some((_, n) => near[i + n]) ? [/** @type {Differing} */ ({ sign: " ", text: "…" })] : []));
}
