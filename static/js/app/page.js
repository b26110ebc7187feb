/** What the template left for a page's script in the data attributes of its main landmark. */

/** @import { PageData } from "../types.d.ts" */

/** @param {HTMLElement} main @returns {PageData} */
export function pageData(main) {
  const { slug = "", base = "/", apply = "apply", doh = "", dnsPort = "", dnsCluster = "", canWrite = "false", scalable = "", restartable = "", user = "", home = "/", api = "", screenModule = "", screenStyle = "", editorModule = "", schemas = "", lessonPage = "" } = main.dataset;
  return {
    slug, dnsPort: dnsPort ? { address: dnsPort, cluster: dnsCluster } : null, user: { name: user, canWrite: canWrite === "true" },
    scalable: new Set(scalable.split(" ")), restartable: new Set(restartable.split(" ")),
    modules: { screen: screenModule, screenStyle, editor: editorModule },
    urls: { explorer: base, api, schemas, live: `${base}live`, objects: `${base}objects/`, resolve: `${base}resolve`, dns: `${base}dns`, request: `${base}request`, recent: `${base}recent`, tables: `${base}tables`, doh, apply, scenarios: home, lessons: "", lesson: lessonPage },
  };
}
