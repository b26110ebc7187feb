/** What goes over a terminal's stream, and where it goes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { heard, resized, sentence, typed } from "../../static/js/terminal/channels.js";
import { debugging, podAddress, streamAddress, suffix } from "../../static/js/terminal/door.js";

const place = { api: "/k8s/demo", namespace: "default", pod: "web-0", container: "nginx" };
const frame = (channel, text) => new Uint8Array([channel, ...new TextEncoder().encode(text)]).buffer;

test("what is typed goes on channel 0, a size on 4", () => {
  assert.deepEqual([...typed("é")], [0, 0xc3, 0xa9]);
  assert.equal(new TextDecoder().decode(resized(80, 24).subarray(1)), '{"Width":80,"Height":24}');
  assert.equal(resized(80, 24)[0], 4);
});

test("output is shown from both channels", () => {
  assert.equal(new TextDecoder().decode(heard(frame(1, "hi")).output), "hi");
  assert.equal(new TextDecoder().decode(heard(frame(2, "no")).output), "no");
  for (const nothing of [new ArrayBuffer(0), frame(1, ""), frame(9, "x")]) assert.equal(heard(nothing), null);
});

for (const [status, words] of [
  ['{"metadata":{},"status":"Success"}', "The shell has ended."],
  ['{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}', "The shell has ended with 3."],
  ['{"status":"Failure","message":"executable file not found"}', "The shell has ended: executable file not found"],
  ["torn", "The shell has ended: torn"],
]) test(`it ends: ${words}`, () => assert.equal(sentence(heard(frame(3, status)).end), words));

test("addresses name pod, container and every word of the command", () => {
  assert.equal(podAddress(place, "/exec"), "/k8s/demo/api/v1/namespaces/default/pods/web-0/exec");
  const query = new URL(streamAddress(place, "exec", ["sh", "-c", "a b"]), "http://h").searchParams;
  assert.deepEqual(query.getAll("command"), ["sh", "-c", "a b"]);
  assert.equal(query.get("container"), "nginx");
  assert.equal(new URL(streamAddress(place, "attach"), "http://h").searchParams.has("command"), false);
});

test("a container for looking around has a terminal and a name of Kubernetes' letters", () => {
  const name = `debugger-${suffix(() => 0)}`;
  assert.equal(name, "debugger-bbbbb");
  assert.deepEqual(debugging(name, "busybox").spec.ephemeralContainers[0], { name, image: "busybox", command: ["sh"], stdin: true, tty: true, terminationMessagePolicy: "File" });
});
