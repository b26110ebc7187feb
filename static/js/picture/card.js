/** A pinned answer: a card whose rows are joined to the pods they name. Old values stay struck through for a moment. */
import { nothing, svg } from "lit/html.js";
import { reasonLines } from "../layout/cards.js";
import { elide, textWidth } from "../layout/geometry.js";
import { former, isFresh, rowsOf } from "../model/answers.js";
import { outcome } from "../state.js";
import { count, nameOf } from "./words.js";

/** @import { Answer, Card, CardRow } from "../types.d.ts" */

/** @param {Card} card @param {number} now ms @param {number} small the zoom while details are hidden, else 0 */
export function cardShape(card, now, small) {
  if (card.folded) return foldedShape(card, now, small);
  const { x, y, w, h, answer, rows } = card, tx = x + 16, fresh = isFresh(answer, now);
  const found = rows.length > 0, { walk } = answer, lines = headName(answer, w - 26, small ? 11.5 / small : 12.5);
  let head = y + 19;
  const label = walk ? `${answer.question.name}: ${outcome(walk)}${answer.stale ? ", asked before the connection was lost" : ""}` : `${answer.question.name}: asking`;
  return svg`<g class="card ${answer.stale ? "stale" : ""}" role="group" aria-label=${label}>
    ${fresh ? svg`<rect class="changed" x=${x - 5} y=${y - 5} width=${w + 10} height=${h + 10} rx="13"></rect>` : nothing}
    <rect class="card-bg" x=${x + 0.5} y=${y + 0.5} width=${w} height=${h} rx="9"></rect>
    ${found ? svg`<path class="card-bar" d="M${x} ${y + 10}a9.5 9.5 0 0 1 4 -8V${y + h - 1}a9.5 9.5 0 0 1 -4 -8Z"></path>` : nothing}
    ${card.stub && !found ? svg`<path class="ans dotted" d="M${card.stub.x} ${card.stub.y}H${x}"></path><circle class="ans-hollow" cx=${x} cy=${card.stub.y} r="3.5"></circle>` : nothing}
    <text x=${tx} y=${head} class="card-h t-mono">${lines[0]}</text>${lines[1] ? svg`<text x=${tx} y=${(head += 15)} class="xs t-mono">${lines[1]}</text>` : nothing}
    ${walk ? body(card, tx, head + 16, fresh) : lineTexts(answer, w, tx, head + 18)}
    ${closer(card.id, answer.question.name, x + w - 26, y + 5)}
  </g>`;
}

/** An older answer as one line; a press unfolds it. @param {Card} card @param {number} now ms @param {number} small */
function foldedShape({ id, x, y, w, h, answer }, now, small) {
  const { question, walk } = answer, says = walk ? outcome(walk) : answer.refused ? "refused" : "asking";
  const { records = [] } = walk ?? {}, short = records.length > 1 ? `${records.length} ${records[0].type}` : records[0] ? elide(records[0].data, 92, 11, true) : says, [first] = question.name.split(".");
  const good = walk?.rcode === "NOERROR" && walk.records.length > 0, fresh = isFresh(answer, now);
  const name = small ? elide(first, w - 24, 11 / small, true) : elide(textWidth(question.name, 11.5, true) < w - 48 - textWidth(short, 11, good) ? question.name : first, w - 48 - textWidth(short, 11, good), 11.5, true);
  return svg`<g class="card folded ${answer.stale ? "stale" : ""}" role="group" aria-label=${`${question.name}: ${says}`}>
    ${fresh ? svg`<rect class="changed" x=${x - 4} y=${y - 4} width=${w + 8} height=${h + 8} rx="11"></rect>` : nothing}
    <g aria-hidden="true"><title>${[question.name, ...records.map((record) => record.data)].join(" ")}</title><rect class="card-bg" x=${x + 0.5} y=${y + 0.5} width=${w} height=${h} rx="8"></rect>
      <text x=${x + 12} y=${y + 19} class="fold-n t-mono">${name}</text><text x=${x + w - 28} y=${y + 19} class="xs end ${good ? "fill-answer t-mono" : "fill-wait"}">${short}</text></g>
    <rect class="unfold" role="button" tabindex="0" aria-label=${`Unfold ${question.name}: ${says}`} data-open=${id} x=${x + 0.5} y=${y + 0.5} width=${w - 26} height=${h} rx="8"></rect>
    ${closer(id, question.name, x + w - 25, y + 4)}</g>`;
}

/** @param {string} id @param {string} name @param {number} x @param {number} y */
const closer = (id, name, x, y) => svg`<g class="unpin" role="button" tabindex="0" aria-label=${`Unpin ${name}`} data-unpin=${id}><rect x=${x} y=${y} width="22" height="22" rx="5"></rect><path d="M${x + 7} ${y + 7}l8 8m0 -8l-8 8"></path></g>`;

/** @param {Answer} answer @param {number} room @param {number} size @returns {[string, string]} */
function headName({ question }, room, size) {
  const dot = question.name.indexOf(".");
  const [first, rest] = dot > 0 ? [question.name.slice(0, dot), question.name.slice(dot)] : [question.name, ""];
  return [elide(first, room, size, true), rest ? elide(rest, room + 20, 11, true) : ""];
}

/** @param {Card} card @param {number} tx @param {number} y @param {boolean} fresh */
function body(card, tx, y, fresh) {
  const { answer, rows, w } = card, walk = /** @type {NonNullable<Answer["walk"]>} */ (answer.walk);
  const { gone } = rowsOf(answer, fresh ? answer.changedAt : Infinity);
  const from = walk.asker.pod || walk.asker.namespace;
  if (!rows.length) {
    const tries = walk.steps.filter((step) => step.asked).length;
    const word = walk.rcode === "NOERROR" ? `no ${walk.question.type} record` : walk.rcode;
    return svg`<text x=${tx} y=${y + 5} class="s"><tspan class="fill-wait" font-weight="600">${word}</tspan> ${gone[0] ? svg`<tspan class="t-mono struck">${elide(gone[0], w - 44 - textWidth(word, 11.5), 11.5, true)}</tspan>` : `after ${count(tries, "try", "tries")}`}</text>
      ${lineTexts(answer, w, tx, y + 21)}`;
  }
  return svg`<text x=${tx} y=${y} class="xs"><tspan class="fill-answer" font-weight="600">${walk.rcode}</tspan>, from ${elide(from, w - 110, 11)}</text>
    ${rows.map((row) => rowText(row, tx, walk.route !== null, w, fresh && row.target ? former(answer, row.target, row.record.data) : ""))}
    ${gone.length ? svg`<text x=${tx} y=${card.y + card.h - 6} class="xs struck t-mono">${gone.slice(0, 2).join(" ")}</text>` : nothing}
    ${card.hidden ? svg`<text x=${tx} y=${card.y + card.h - 10} class="xs">and ${card.hidden} more</text>` : nothing}`;
}

/** @param {Answer} answer @param {number} w @param {number} tx @param {number} y */
const lineTexts = (answer, w, tx, y) => reasonLines(answer, w).map((line, i) => svg`<text x=${tx} y=${y + i * 15} class="xs">${line}</text>`);

/** What of a record's data a card has room for: of an SRV record port and host. @param {import("../types.d.ts").DnsRecord} record */
function brief({ type, data }) {
  const [, , port, host] = type === "SRV" ? data.split(" ") : [];
  return host ? `${port} ${host.split(".")[0]}` : data;
}

/** @param {CardRow} row @param {number} tx @param {boolean} virtual @param {number} w @param {string} was */
function rowText({ y, record, target }, tx, virtual, w, was) {
  const data = elide(brief(record), w - 30, 12.5, true);
  const names = virtual ? "virtual address" : target ? nameOf(target) : record.name;
  return svg`<text x=${tx} y=${y - 2} class="rec">${data === record.data ? nothing : svg`<title>${record.data}</title>`}${data}${was && textWidth(data + was, 12.5, true) < w - 30 ? svg`<tspan dx="8" class="struck">${was}</tspan>` : nothing}</text>
    <text x=${tx} y=${y + 14} class="xs">${record.type}, ${record.ttl} s, ${elide(names, w - 30 - textWidth(`${record.type}, ${record.ttl} s, `, 11), 11)}</text>`;
}

/** The line from a pod's row to its row on the card: straight where both stand at one height.
 * @param {Card} card @param {CardRow} row */
export function recordLine(card, row) {
  if (!row.lineFrom) return nothing;
  const x1 = row.lineFrom.x - 8, y1 = row.lineFrom.y, x2 = card.x, y2 = row.y;
  const d = Math.abs(y1 - y2) < 1 ? `M${x1} ${y1}H${x2}` : `M${x1} ${y1}C${x1 + 22} ${y1} ${x2 - 22} ${y2} ${x2} ${y2}`;
  return svg`<path class="ans" pathLength="1" d=${d}></path><circle class="ans-dot" cx=${x1} cy=${y1} r="3"></circle><circle class="ans-dot" cx=${x2} cy=${y2} r="3.5"></circle>`;
}
