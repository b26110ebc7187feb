// The cluster's kinds and their types, asked for once each and only when somebody needs them.

/** @typedef {{ apiVersion: string, kind: string, namespaced: boolean }} KindName */

/** @param {string} address of the list of kinds; a kind's type is below it */
export function schemasAt(address) {
  /** @type {Map<string, Promise<any>>} */ const kept = new Map();
  /** @param {string} path @returns {Promise<any>} null when the server does not know it or does not answer */
  const ask = (path) => {
    const known = kept.get(path);
    if (known) return known;
    const asked = fetch(path, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
    kept.set(path, asked);
    // What was not answered may be another time; what is not known may come, as a kind of the cluster's own.
    void asked.then((found) => found ?? kept.delete(path));
    return asked;
  };
  return {
    /** @returns {Promise<KindName[]>} */
    kinds: async () => (await ask(address))?.kinds ?? [],
    /** @param {string} apiVersion @param {string} kind @returns {Promise<import("./schema.js").Schema|null>} */
    async of(apiVersion, kind) {
      if (!kind) return null;
      const version = apiVersion || (await this.kinds()).find((each) => each.kind === kind)?.apiVersion;
      const known = (await this.kinds()).some((each) => each.kind === kind && each.apiVersion === version);
      return known ? ask(`${address}/${version}/${encodeURIComponent(kind)}`) : null;
    },
  };
}

/** @typedef {ReturnType<typeof schemasAt>} Schemas */
