"""A Firefox of the system's own, driven by what it speaks itself: WebDriver BiDi (w3.org/TR/webdriver-bidi) over a
socket. Things are found by role and name, and pressed where they stand, as a person does it.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson
from websockets.sync.client import ClientConnection, connect

PATIENCE = 60.0
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
LEFT = re.compile("^downloadable font: download failed .* status=2152398850 ")
"""What Firefox says of a page that is left before its fonts have come (NS_BINDING_ABORTED)."""
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c", "ArrowLeft": "\ue012", "Home": "\ue011"}
PREFERENCES: Mapping[str, Any] = {
    "remote.active-protocols": 1,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.disabledForTesting": True,
    "app.normandy.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "dom.disable_beforeunload": True,
}
COLOURS = {"dark": 0, "light": 1}
"""Of `layout.css.prefers-color-scheme.content-override`."""

Node = dict[str, Any]


class Firefox:
    """`with Firefox(folder, "dark") as firefox: firefox.tab(1440, 900)`."""

    def __init__(self, executable: str, profile: Path, theme: str) -> None:
        profile.mkdir(parents=True, exist_ok=True)
        wanted = {**PREFERENCES, "layout.css.prefers-color-scheme.content-override": COLOURS[theme]}
        lines = [f"user_pref({orjson.dumps(name).decode()}, {orjson.dumps(wanted[name]).decode()});" for name in wanted]
        (profile / "user.js").write_text("\n".join(lines) + "\n")
        self.command = [executable, "--headless", "--no-remote", "--profile", str(profile)]
        self.command += ["--remote-debugging-port", "0"]
        self.output = profile / "output"
        self.noise: list[str] = []
        self.at = ""
        self.loads: Counter[str] = Counter()
        """Pages that have come, by tab."""
        self._asked = 0

    def __enter__(self) -> Self:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(self.command, stdout=output, stderr=output)
        self.socket: ClientConnection = connect(f"{self._address()}/session", max_size=None)
        self("session.new", capabilities={})
        self("session.subscribe", events=["log.entryAdded", "browsingContext.load"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait(PATIENCE)

    def __call__(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Carry out a command; AssertionError when Firefox refuses it. Errors on consoles are kept in `noise`."""
        self._asked += 1
        self.socket.send(orjson.dumps({"id": self._asked, "method": method, "params": parameters}).decode())
        while True:
            told = self.hear()
            if told.get("id") == self._asked:
                assert told["type"] == "success", f"{method}: {told['error']}: {told['message']}"
                result: dict[str, Any] = told["result"]
                return result

    def hear(self) -> dict[str, Any]:
        """The next message, once it comes; what events tell is kept."""
        told: dict[str, Any] = orjson.loads(self.socket.recv(PATIENCE))
        if told.get("method") == "log.entryAdded":
            self._note(told["params"])
        elif told.get("method") == "browsingContext.load":
            self.loads[told["params"]["context"]] += 1
        return told

    def _note(self, entry: dict[str, Any]) -> None:
        if entry["level"] == "error" and not LEFT.search(entry["text"]):
            frames = (entry.get("stackTrace") or {"callFrames": []})["callFrames"]
            self.noise.append(f"{entry['text']} of {self.at} at {frames[:1]}")

    def tab(self, width: int, height: int) -> Tab:
        context = self("browsingContext.create", type="tab")["context"]
        self("browsingContext.setViewport", context=context, viewport={"width": width, "height": height})
        return Tab(self, context)

    def _address(self) -> str:
        """Where it listens, which it says once it does."""
        with subprocess.Popen(
            ["tail", "-n", "+1", "-F", str(self.output), f"--pid={self.process.pid}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as following:
            assert following.stdout is not None
            try:
                for line in following.stdout:
                    if found := LISTENS.search(line):
                        return found[1]
            finally:
                following.terminate()
        raise AssertionError(f"Firefox did not start:\n{self.output.read_text()[-2000:]}")


class Tab:
    def __init__(self, firefox: Firefox, context: str) -> None:
        self.firefox, self.context = firefox, context

    def close(self) -> None:
        self.firefox("browsingContext.close", context=self.context)

    def goto(self, url: str) -> None:
        self.firefox.at = url
        self.firefox("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def run(self, expression: str) -> Any:
        """What a JavaScript expression, or the promise that it is, gives: a text, number, truth or nothing."""
        told = self.firefox(
            "script.evaluate", expression=expression, target={"context": self.context}, awaitPromise=True
        )
        assert told["type"] == "success", f"{expression}: {told['exceptionDetails']['text']}"
        return told["result"].get("value")

    def until(self, expression: str) -> Any:
        """Wait until an expression, or the promise that it is, is true, and give what it is."""
        return self.run(
            f"""(async () => {{
                for (const end = performance.now() + {PATIENCE / 2 * 1000}; performance.now() < end; ) {{
                    const found = await ({expression});
                    if (found) return found;
                    await new Promise((after) => setTimeout(after, 20));
                }}
                throw new Error("it never became true; the page says: " + document.body.innerText.slice(0, 2000));
            }})()"""
        )

    def says(self, words: str, selector: str = "body") -> None:
        """Wait for these words in a part of the page, wherever its lines are broken."""
        part, looked_for = orjson.dumps(selector).decode(), orjson.dumps("".join(words.split())).decode()
        self.until(f"document.querySelector({part})?.innerText.replaceAll(/\\s/g, '').includes({looked_for})")

    def find(self, role: str, name: str) -> Node:
        """The first thing of this role and exact name, once it is there."""
        locator = {"type": "accessibility", "value": {"role": role, "name": name}}
        deadline = time.monotonic() + PATIENCE / 2
        while True:
            found = self.firefox("browsingContext.locateNodes", context=self.context, locator=locator, maxNodeCount=1)
            if found["nodes"]:
                node: Node = found["nodes"][0]
                return node
            assert time.monotonic() < deadline, f"no {role} {name!r} in: {self.run('document.body.innerText')[:2000]}"
            self.run("new Promise((after) => setTimeout(after, 20))")

    def press(self, role: str, name: str) -> None:
        """With the mouse, in the middle of it."""
        node = self.find(role, name)
        self._of(node, "(it) => it.scrollIntoView({block: 'nearest', inline: 'nearest'})")
        middle = {"type": "element", "element": {"sharedId": node["sharedId"]}}
        steps = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": middle},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": steps})

    def follow(self, role: str, name: str) -> None:
        """Press what leads to another page, and wait until that has come."""
        before = self.firefox.loads[self.context]
        self.press(role, name)
        while self.firefox.loads[self.context] == before:
            self.firefox.hear()

    def focus(self, role: str, name: str) -> None:
        self._of(self.find(role, name), "(it) => it.focus()")

    def fill(self, role: str, name: str, text: str) -> None:
        """Write over what stands in a field."""
        self._of(self.find(role, name), "(it) => { it.focus(); it.select(); }")
        self.type(text)

    def type(self, text: str) -> None:
        self._keys(*text)

    def key(self, name: str) -> None:
        self._keys(KEYS[name])

    def _keys(self, *keys: str) -> None:
        steps = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": steps})

    def _act(self, source: dict[str, Any]) -> None:
        self.firefox("input.performActions", context=self.context, actions=[source])

    def _of(self, node: Node, function: str) -> None:
        told = self.firefox(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[{"sharedId": node["sharedId"]}],
            target={"context": self.context},
            awaitPromise=False,
        )
        assert told["type"] == "success", told
