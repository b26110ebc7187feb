/** What an answer of the cluster's API says when it is no success. */

/** The sentence of its Status; how it was answered where it carries none. @param {Response} response */
export async function sentence(response) {
  const status = await response.json().catch(() => null);
  return String(status?.message ?? `The server answered ${response.status}.`);
}
