"""The apply form: what each document would do, what is wrong with it and where, all stored or none; with and without
JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site

Explore = Callable[..., Explorer]

NEW = """apiVersion: v1
kind: ConfigMap
metadata:
  name: colours
data:
  sky: blue
"""
CHANGED = """apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web-stateful
  ports:
    - protocol: TCP
      port: 8080
      targetPort: 80
"""
SAME = """apiVersion: v1
kind: Service
metadata:
  name: headless-svc
spec:
  clusterIP: None
  selector:
    app: web
  ports:
    - protocol: TCP
      port: 80
      targetPort: 8080
"""
WRONG = """apiVersion: v1
kind: Service
metadata:
  name: metrics
spec:
  selector:
    app: metrics
  ports:
    - port: 123456
"""
MIXED = "---\n".join((NEW, CHANGED, SAME, WRONG))
# The line of the wrong port, counted in the whole text.
WRONG_LINE = MIXED.splitlines().index("    - port: 123456") + 1


class Form:
    """The form as a person uses it. `typed` goes through the editor, or the plain field without JavaScript."""

    def __init__(self, page: Page, site: Site, slug: str, *, script: bool) -> None:
        self.page, self.site, self.slug, self.script = page, site, slug, script
        page.goto(f"{site.web}/clusters/{slug}/apply")
        self.editor = page.get_by_role("textbox", name="Manifests, YAML or JSON")
        if script:
            expect(page.locator(".cm-content")).to_be_visible()
        self.problems = page.locator("[data-verdict=refused]")

    def type(self, text: str) -> None:
        if self.script:
            # From the clipboard: typed lines would be helped by the editor's own indentation.
            self.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.site.web)
            self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
            self.editor.press("Control+v")
        else:
            self.editor.fill(text)

    def check(self) -> None:
        """With JavaScript the plan comes by itself."""
        if not self.script:
            self.page.get_by_role("button", name="Check").click()

    def document(self, name: str) -> Locator:
        return self.page.get_by_role("article").filter(has=self.page.get_by_role("heading", name=name))

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture(params=["script", "plain"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "script")


def test_each_document_says_what_it_would_do(visit: Visitors, site: Site, size: str, script: bool) -> None:
    slug = site.cluster(ARTICLE)
    form = Form(visit(size, java_script_enabled=script), site, slug, script=script)
    form.type(MIXED)
    form.check()
    expect(form.document("colours")).to_contain_text("ConfigMap, will be created")
    change = form.document("web")
    expect(change).to_contain_text(re.compile("Service, .*change"))
    expect(change.get_by_role("group", name="What changes in web")).to_contain_text("port: 80")
    expect(change.get_by_role("group", name="What changes in web")).to_contain_text("port: 8080")
    expect(form.document("headless-svc")).to_contain_text("Service, nothing to do")
    wrong = form.document("metrics")
    expect(wrong).to_contain_text("refused")
    expect(wrong).to_contain_text("between 1 and 65535")
    expect(wrong).to_contain_text("spec.ports[0].port")
    expect(wrong.get_by_role("link", name=f"line {WRONG_LINE}")).to_be_visible()


def test_who_writes_on_after_applying_looks_ahead_again(visit: Visitors, site: Site) -> None:
    """A plan that is not applied does not stand under what happened."""
    form = Form(visit(), site, site.cluster(ARTICLE), script=True)
    title = form.page.get_by_role("heading", level=2).filter(has_text=re.compile("^What "))
    form.type(NEW)
    expect(form.document("colours")).to_contain_text("ConfigMap, will be created")
    expect(title).to_have_text("What will happen")
    form.press("Apply it")
    expect(title).to_have_text("What happened")
    expect(form.document("colours")).to_contain_text("ConfigMap, created")
    expect(form.page.locator(".cm-content")).to_be_visible()
    form.editor.press("Control+End")
    form.type("  sea: green\n")
    expect(form.document("colours")).to_contain_text("line")
    expect(title).to_have_text("What will happen")


def test_nothing_is_stored_of_a_submission_with_a_fault(visit: Visitors, site: Site, size: str) -> None:
    """Pressed at once, before any check: the page says that nothing is stored, and nothing is."""
    slug = site.cluster(ARTICLE)
    visit.expect("422")
    form = Form(visit(size, java_script_enabled=False), site, slug, script=False)
    form.type(MIXED)
    before = site.get(f"/clusters/{slug}/objects/services/default/web")["object"]["metadata"]["resourceVersion"]
    form.press("Apply")
    expect(form.page.get_by_role("main")).to_contain_text("Nothing is stored: 1 of 4 documents is refused.")
    expect(form.editor).to_have_value(MIXED)
    assert not site.has(slug, "configmaps/default/colours")
    after = site.get(f"/clusters/{slug}/objects/services/default/web")["object"]["metadata"]["resourceVersion"]
    assert after == before


def test_the_page_says_that_a_refused_document_holds_all_back(visit: Visitors, site: Site, size: str) -> None:
    form = Form(visit(size), site, site.cluster(ARTICLE), script=True)
    form.type(MIXED)
    expect(form.document("metrics")).to_contain_text("refused")
    expect(form.page.get_by_role("main")).to_contain_text(re.compile("Nothing (is|will be|would be) stored"))
    expect(
        form.page.get_by_role("button", name=re.compile("^Apply( 4)?$")).and_(form.page.locator(":enabled"))
    ).to_have_count(0)


def test_all_are_stored_together(visit: Visitors, site: Site, explore: Explore, size: str, script: bool) -> None:
    slug = site.cluster(ARTICLE)
    watching = explore(slug)
    watching.mark()
    form = Form(visit(size, java_script_enabled=script), site, slug, script=script)
    form.type("---\n".join((NEW, CHANGED, ARTICLE.partition("---\n")[0].replace("headless-svc", "other-svc"))))
    form.check()
    form.press("Apply 3")
    main = form.page.get_by_role("main")
    expect(main).to_contain_text(re.compile(r"Stored at r\d+"))
    expect(form.document("colours")).to_contain_text("created")
    expect(form.document("web")).to_contain_text("changed")
    assert site.has(slug, "configmaps/default/colours")
    expect(watching.service("other-svc")).to_be_visible()
    assert watching.unloaded()


def test_the_rest_without_the_refused(visit: Visitors, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    form = Form(visit(), site, slug, script=True)
    form.type(MIXED)
    form.press("Apply 3, leave out metrics")
    expect(form.page.get_by_role("main")).to_contain_text(re.compile(r"Stored at r\d+"))
    assert site.has(slug, "configmaps/default/colours")
    assert not site.has(slug, "services/default/metrics")


def test_several_files(visit: Visitors, site: Site, tmp_path: Path, size: str, script: bool) -> None:
    slug = site.cluster(ARTICLE)
    files = []
    for name, text in (("colours.yaml", NEW), ("web.yaml", CHANGED), ("others.yaml", f"{SAME}---\n{WRONG}")):
        files.append(tmp_path / name)
        files[-1].write_text(text)
    visit.expect("422")
    form = Form(visit(size, java_script_enabled=script), site, slug, script=script)
    form.page.get_by_label("Open files").set_input_files(files)
    form.check()
    for name in ("colours", "web", "headless-svc"):
        expect(form.document(name)).to_be_visible()
    wrong = form.document("metrics")
    expect(wrong).to_contain_text("spec.ports[0].port")
    # The line the message names is the line in the text that the form now shows.
    line = int((wrong.get_by_role("link").inner_text()).removeprefix("line "))
    shown = form.page.locator("textarea[name=text]").input_value()
    assert shown.splitlines()[line - 1] == "    - port: 123456"
    assert "# web.yaml" in shown


def test_dropped_files_become_text(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(ARTICLE), script=True)
    transfer = form.page.evaluate_handle(
        """(texts) => { const data = new DataTransfer();
        for (const [name, text] of texts) data.items.add(new File([text], name));
        return data; }""",
        [["a.yaml", NEW], ["b.yaml", CHANGED]],
    )
    form.page.dispatch_event(".cm-content", "drop", {"dataTransfer": transfer})
    expect(form.document("colours")).to_contain_text("will be created")
    expect(form.document("web")).to_contain_text("change")
    text = form.page.locator("textarea[name=text]").input_value()
    assert text == f"# a.yaml\n{NEW}---\n# b.yaml\n{CHANGED}"


def test_a_fault_is_shown_at_its_line_and_mended(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(ARTICLE), script=True)
    form.type(WRONG.replace("port: 123456", 'port: "80"'))
    message = form.page.locator(".cm-content .msg")
    expect(message).to_be_visible()
    message.get_by_role("button").click()
    expect(form.document("metrics")).to_contain_text("will be created")
    expect(message).to_have_count(0)


def test_what_is_no_yaml_is_told_with_its_line(visit: Visitors, site: Site, script: bool) -> None:
    form = Form(visit(java_script_enabled=script), site, site.cluster(), script=script)
    form.type("kind: Service\nmetadata:\n\tname: tabs\n")
    form.check()
    expect(form.page.get_by_role("article")).to_contain_text(re.compile("tab", re.IGNORECASE))
    expect(form.page.get_by_role("article").get_by_role("link", name="line 3")).to_be_visible()


def test_typing_over_a_selection_breaks_no_rule(visit: Visitors, site: Site) -> None:
    """The browser would carry the old text's colours into the new one as an inline style, which the policy refuses."""
    form = Form(visit(), site, site.cluster(), script=True)
    form.type(NEW)
    form.editor.press("Control+a")
    form.page.keyboard.type("kind: List")
    expect(form.editor).to_have_text("kind: List")


def test_an_empty_form_says_what_it_is_for(visit: Visitors, site: Site) -> None:
    """Before anything is written, and again when all is taken away."""
    form = Form(visit(), site, site.cluster(), script=True)
    main = form.page.get_by_role("main")
    expect(form.page.locator(".cm-content")).to_contain_text(
        "Paste manifests here, drop files or a folder, or begin with a template."
    )
    expect(form.page.get_by_role("button", name="Apply", exact=True)).to_be_disabled()
    form.type(WRONG)
    expect(form.page.get_by_role("link", name="Go to line 9")).to_be_visible()
    form.editor.press("Control+a")
    form.editor.press("Delete")
    expect(main).to_contain_text("Each document is checked before anything is stored")
    expect(form.page.get_by_role("link", name="Go to line")).to_have_count(0)
    expect(form.page.get_by_role("button", name="Apply", exact=True)).to_be_disabled()


def test_what_is_no_text_is_left_out_with_a_word(visit: Visitors, site: Site, tmp_path: Path) -> None:
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    (tmp_path / "empty.yaml").write_bytes(b"")
    (tmp_path / "colours.yaml").write_text(NEW)
    (tmp_path / "README.md").write_text("# Colours")
    form = Form(visit(), site, site.cluster(), script=True)
    form.page.get_by_label("Open files").set_input_files(sorted(tmp_path.iterdir()))
    expect(form.document("colours")).to_be_visible()
    said = form.page.get_by_role("alert")
    expect(said).to_contain_text("picture.yaml is no text and was left out.")
    expect(said).to_contain_text("empty.yaml is empty and was left out.")
    expect(said.locator(".bad")).to_have_count(2)
    expect(said.locator(".calm")).to_have_text(re.compile("^Skipped: README.md, no manifest;"))


def test_numbers_stand_beside_their_lines_below_a_message(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(), script=True)
    form.type(WRONG + "---\n" + NEW)
    expect(form.page.locator(".cm-content .msg")).to_be_visible()
    apart: float = form.page.evaluate(
        """() => {
        const top = (each) => each.getBoundingClientRect().top;
        const lines = [...document.querySelectorAll('.cm-content > .cm-line')];
        const numbers = [...document.querySelectorAll('.cm-lineNumbers .cm-gutterElement')]
          .filter((each) => /^\\d+$/.test(each.textContent) && each.style.visibility !== 'hidden');
        return Math.max(...lines.slice(9).map((line, i) => Math.abs(top(line) - top(numbers[i + 9]))));
        }"""
    )
    assert apart < 1.5


def test_on_a_phone_the_buttons_stand_above_the_navigation(visit: Visitors, site: Site) -> None:
    form = Form(visit("phone"), site, site.cluster(), script=True)
    form.type(NEW + "---\n" + CHANGED)
    button = form.page.get_by_role("button", name="Apply 2")
    expect(button).to_be_in_viewport(ratio=1)
    on_top: bool = button.evaluate(
        """(each) => { const { x, y, width, height } = each.getBoundingClientRect();
        return each.contains(document.elementFromPoint(x + width / 2, y + height - 2)); }"""
    )
    assert on_top


def test_a_fault_is_placed_in_its_file(visit: Visitors, site: Site, tmp_path: Path) -> None:
    for name, text in (("a.yaml", NEW), ("b.yaml", WRONG)):
        (tmp_path / name).write_text(text)
    form = Form(visit(), site, site.cluster(), script=True)
    form.page.get_by_label("Open files").set_input_files(sorted(tmp_path.iterdir()))
    expect(form.document("metrics")).to_contain_text("b.yaml, line 9")
