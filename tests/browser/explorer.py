"""The explorer as a person uses it: things of the map by their name, the DNS box, the inspector, the live sign."""

from __future__ import annotations

import re

from playwright.sync_api import FloatRect, Locator, Page, expect

AT_REST = """async (element) => {
    const place = () => Object.values(element.getBoundingClientRect().toJSON()).join();
    const frame = () => new Promise(requestAnimationFrame);
    for (let before = null, since = 0; since < 3; ) {
        await frame();
        since = place() === before ? since + 1 : 0;
        before = place();
    }
}"""


class Explorer:
    """One browser's page of one cluster."""

    def __init__(self, page: Page, web: str, slug: str, *, phone: bool) -> None:
        self.page, self.web, self.slug, self.phone = page, web, slug, phone
        self.main = page.locator("#main")
        self.inspector = page.get_by_role("complementary", name="Inspector")
        self.dns = page.get_by_role("region", name="DNS")
        self.map = page.get_by_role("region", name="Map")

    def open(self, selected: str = "") -> Explorer:
        self.page.goto(f"{self.web}/clusters/{self.slug}/{'#' + selected if selected else ''}")
        expect(self.main).to_have_attribute("data-phase", "live")
        return self

    def told(self, words: str | re.Pattern[str]) -> Locator:
        """What a screen reader is told: the line of each who speaks."""
        return self.page.locator("#announce > p").filter(has_text=words)

    # -- the map --

    def thing(self, id: str) -> Locator:
        """A namespace, Service, workload, pod or seat: what keys and screen readers meet."""
        return self.page.locator(f'[role=treeitem][data-id="{id}"]')

    def pod(self, name: str) -> Locator:
        return self.thing(f"pods/default/{name}")

    def service(self, name: str) -> Locator:
        return self.thing(f"services/default/{name}")

    def drawn(self, id: str, part: str) -> Locator:
        """A part of a thing's drawing, by its class."""
        return self.page.locator(f'svg.picture [data-id="{id}"] {part}')

    def links(self) -> set[tuple[str, str]]:
        """(Service, pod) of every line in the picture."""
        keys = self.page.locator("svg.picture [data-line]").evaluate_all(
            "(lines) => lines.map((each) => each.dataset.line)"
        )
        return {(service.rsplit("/", 1)[1], pod.rsplit("/", 1)[1]) for service, pod in map(str.split, keys)}

    def lit(self) -> set[str]:
        """Names of the pods that an answer lights up."""
        nodes = self.page.locator("svg.picture .node.pod", has=self.page.locator(".ring-lit"))
        ids: list[str] = nodes.evaluate_all("(nodes) => nodes.map((each) => each.dataset.id)")
        return {id.rsplit("/", 1)[1] for id in ids}

    def names(self) -> list[str]:
        """All that stands on the map, as a screen reader is told of it."""
        found: list[str] = self.page.get_by_role("treeitem").evaluate_all(
            "(items) => items.map((each) => each.getAttribute('aria-label'))"
        )
        return found

    def address(self, name: str) -> str:
        """A pod's, as its name tells it."""
        found = re.search(r"\b10\.244\.\d+\.\d+\b", self.pod(name).get_attribute("aria-label") or "")
        return found[0] if found else ""

    def place(self, id: str) -> FloatRect:
        """Where a thing stands, once it stands still: a picture that grows or is zoomed moves what is in it."""
        self.thing(id).evaluate(AT_REST)
        box = self.thing(id).bounding_box()
        assert box is not None, f"{id} is not drawn"
        return box

    def press(self, id: str) -> None:
        """Click in the middle of a thing."""
        box = self.place(id)
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def settled(self, workload: str, ready: int) -> None:
        """Wait until so many pods of a StatefulSet are wanted and Ready, and none is on its way out."""
        expect(self.thing(f"statefulsets/default/{workload}")).to_have_attribute(
            "aria-label", f"StatefulSet {workload}, {ready} of {ready} ready"
        )

    # -- the clock --

    def carried_out(self) -> None:
        """Do what was under way when the clock was stopped, step by step."""
        expect(self.page.get_by_role("button", name="Let the clock go on")).to_be_visible()
        for _ in range(400):  # a cluster that was made just now has its system yet to start
            told = self.page.request.get(f"{self.web}/clusters/{self.slug}/clock").json()
            if told["paused"] and not told["next"]["plans"]:
                return
            before = self.main.get_attribute("data-revision") or ""
            self.page.get_by_role("button", name="Take one step").click()
            expect(self.main).not_to_have_attribute("data-revision", before)
        raise AssertionError("something is always left to do")

    # -- the DNS box --

    def ask(self, name: str, asker: str = "app-stateful-0", type: str = "A") -> Locator:
        """Ask as a pod; the walk through its search list."""
        self.sheet()
        self.dns.get_by_label("From").select_option(label=asker)
        self.dns.get_by_label("Name", exact=True).fill(name)
        self.dns.get_by_label("Type").select_option(type)
        self.dns.get_by_role("button", name="Ask", exact=True).click()
        walk = self.walk(name)
        expect(walk).to_be_visible()
        return walk

    def sheet(self) -> None:
        """On a phone the DNS box is a sheet, which a tap opens."""
        head = self.dns.locator("button.sheet-h")
        if self.phone and head.get_attribute("aria-expanded") == "false":
            head.click()

    def walk(self, name: str) -> Locator:
        return self.dns.get_by_role("list", name=f"Search list for {name}", exact=True)

    def card(self, name: str) -> Locator:
        """A pinned answer."""
        return self.page.get_by_role("group", name=re.compile(rf"^{re.escape(name)}: "))

    # -- the inspector --

    def select(self, id: str) -> Locator:
        """Press a thing, and wait for the inspector to show it."""
        self.press(id)
        expect(self.inspector.get_by_role("heading", level=2)).to_have_text(id.rsplit("/", 1)[1])
        return self.inspector

    def scale(self, workload: str, replicas: int) -> None:
        self.select(f"statefulsets/default/{workload}")
        self.inspector.get_by_label("Replicas", exact=True).fill(str(replicas))
        self.inspector.get_by_role("button", name=f"Scale to {replicas}").click()

    def delete(self, id: str) -> None:
        self.select(id)
        self.inspector.get_by_role("button", name="Delete", exact=True).click()

    def close(self) -> None:
        self.inspector.get_by_role("button", name="Close", exact=True).click()

    # -- this page and no other --

    def mark(self) -> None:
        """So that `unloaded` can tell whether the page was loaded again since."""
        self.page.evaluate("globalThis.marked = true")

    def unloaded(self) -> bool:
        return bool(self.page.evaluate("globalThis.marked === true"))
