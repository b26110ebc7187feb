/** What somebody typed as a number of replicas: the number, or why it is none. Pure. */

/** As many as the server takes: a whole cluster holds 12,000 pods. */
export const MOST_REPLICAS = 10_000;

/** @param {string} text @returns {{ count: number|null, wrong: string }} */
export function replicasOf(text) {
  const typed = text.trim(), whole = /^\d{1,9}$/.test(typed), count = Number(typed);
  if (whole && count <= MOST_REPLICAS) return { count, wrong: "" };
  const found = typed ? `This is ${typed.length > 20 ? `${typed.slice(0, 20)}…` : typed}.` : "Nothing is written.";
  const why = whole || /^\d+$/.test(typed) ? " A cluster here holds 12,000 pods in all." : "";
  return { count: null, wrong: `Replicas are a whole number from 0 to 10,000. ${found}${why}` };
}
