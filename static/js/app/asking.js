/** Addresses and commands with which the same question can be asked elsewhere. */

/** @import { Question } from "../types.d.ts" */

/** A whole address of this site. @param {string} path @param {string} [page] */
export const absolute = (path, page = location.href) => new URL(path, page).href;

/** The query part that asks a question by GET: the same for a page, `resolve` and a link to send to somebody.
 * @param {Pick<Question, "name"|"type"|"pod"|"namespace">} question */
export const query = ({ name, type, pod, namespace }) => new URLSearchParams({ name, type, ...(pod ? { pod } : {}), namespace }).toString();

/** @param {string} resolve the path of the JSON twin @param {Pick<Question, "name"|"type"|"pod"|"namespace">} question @param {string} [moment] the parameter of one of the past, with "&" before it @param {string} [page] */
export const curl = (resolve, question, moment = "", page) => `curl '${absolute(resolve, page)}?${query(question)}${moment}'`;
