"""The editor of manifests: completion and help from the cluster's own schemas, folding, search, leaving by keyboard."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.site import ARTICLE, Site
from tests.browser.test_apply import MIXED, NEW, Form
from tests.kinds.definitions import GROUP, definition, version


def written(page: Page) -> str:
    return page.locator("textarea[name=text]").input_value()


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Completions").get_by_role("option")


def choose(page: Page, name: str) -> None:
    """The option that what is written leads to."""
    expect(page.locator("[role=option][aria-selected=true] .cm-completionLabel")).to_have_text(name)
    page.keyboard.press("Enter")


def test_a_service_is_written_by_choosing(visit: Visitors, site: Site, size: str) -> None:
    form = Form(visit(size), site, site.cluster(ARTICLE), script=True)
    page, keys = form.page, form.page.keyboard
    form.editor.focus()
    keys.type("kind: Serv")
    choose(page, "Service")
    expect(page.locator("textarea[name=text]")).to_have_value("apiVersion: v1\nkind: Service")
    keys.press("Enter")
    keys.type("spe")
    choose(page, "spec")
    expect(options(page).first).to_have_text(re.compile("^allocateLoadBalancerNodePorts"))
    keys.type("typ")
    choose(page, "type")
    expect(options(page).locator(".cm-completionLabel")).to_have_text(
        ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
    )
    keys.type("Ext")
    choose(page, "ExternalName")
    assert written(page) == "apiVersion: v1\nkind: Service\nspec:\n  type: ExternalName"
    expect(form.document("document 1")).to_contain_text("metadata.name is missing")
    assert faults(page) == []


def test_lists_open_with_an_item(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(), script=True)
    form.type("apiVersion: v1\nkind: Service\nspec:\n  ")
    keys = form.page.keyboard
    keys.type("port")
    choose(form.page, "ports")
    expect(form.page.locator("textarea[name=text]")).to_have_value(re.compile(r"  ports:\n    - $"))
    expect(options(form.page).first).to_have_text(re.compile("^port"))
    expect(options(form.page).first).to_contain_text("required")
    # What has to be given stands first.
    choose(form.page, "port")
    keys.type("80")
    keys.press("Enter")
    keys.type("prot")
    choose(form.page, "protocol")
    keys.type("UD")
    choose(form.page, "UDP")
    assert written(form.page).endswith("  ports:\n    - port: 80\n      protocol: UDP")


def test_what_is_written_out_swallows_no_new_line(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(), script=True)
    form.editor.focus()
    for line in ("apiVersion: apps/v1", "kind: StatefulSet", "spec:"):
        form.page.keyboard.type(line)
        if not line.endswith(":"):
            expect(options(form.page).first).to_be_visible()
        form.page.keyboard.press("Enter")
    form.page.keyboard.type("podM")
    choose(form.page, "podManagementPolicy")
    assert written(form.page) == "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  podManagementPolicy: "


def test_what_is_there_already_is_not_offered(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(), script=True)
    form.type("apiVersion: v1\nkind: Service\nspec:\n  type: ClusterIP\n  ")
    form.page.keyboard.press("Control+Space")
    expect(options(form.page).filter(has_text=re.compile("^selector"))).to_have_count(1)
    expect(options(form.page).filter(has_text=re.compile("^type"))).to_have_count(0)
    form.page.keyboard.press("Escape")
    expect(options(form.page)).to_have_count(0)


def test_a_kind_of_the_clusters_own_is_completed(visit: Visitors, site: Site) -> None:
    colours = {"type": "string", "description": "How it looks.", "enum": ["blue", "green"]}
    schema = {"properties": {"spec": {"type": "object", "required": ["colour"], "properties": {"colour": colours}}}}
    slug = site.cluster(json.dumps(definition(version(schema))))
    form = Form(visit(), site, slug, script=True)
    served = f"/clusters/{slug}/schemas/{GROUP}/v1/CronTab"
    visit.expect("404")
    form.page.wait_for_function("async (path) => (await fetch(path)).ok", arg=served)
    keys = form.page.keyboard
    form.editor.focus()
    keys.type("kind: CronT")
    choose(form.page, "CronTab")
    keys.press("Enter")
    keys.type("spe")
    choose(form.page, "spec")
    choose(form.page, "colour")
    keys.type("gr")
    choose(form.page, "green")
    assert written(form.page) == f"apiVersion: {GROUP}/v1\nkind: CronTab\nspec:\n  colour: green"
    keys.press("F1")
    expect(form.page.locator(".help")).to_contain_text("How it looks.")


@pytest.mark.parametrize("by", ["keyboard", "pointer"])
def test_a_field_explains_itself(visit: Visitors, site: Site, by: str) -> None:
    form = Form(visit(), site, site.cluster(), script=True)
    page = form.page
    form.type("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: ClusterIP")
    if by == "keyboard":
        page.keyboard.press("F1")
        # The plan of what was written is told too, before or after: neither may take the other's words away.
        told = page.locator("#announce > p")
        expect(told.filter(has_text=re.compile(r"^spec\.type"))).to_have_count(1)
        expect(told.filter(has_text=re.compile(r"^1 "))).to_have_count(1)
    else:
        # The plan's sentences move the lines below them.
        expect(page.locator(".cm-content .msg")).to_be_visible()
        page.locator(".tok-propertyName", has_text="type").hover()
    help_ = page.locator(".help")
    expect(help_).to_contain_text("spec.type")
    expect(help_).to_contain_text("Values: ClusterIP, ExternalName, LoadBalancer, NodePort.")
    if by == "keyboard":
        page.keyboard.press("Escape")
        expect(help_).to_have_count(0)
        expect(form.editor).to_be_focused()


def test_a_document_folds_to_what_it_is(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(ARTICLE), script=True)
    form.type(MIXED)
    form.page.keyboard.press("Control+Home")
    form.page.keyboard.press("Control+Shift+BracketLeft")
    folded = form.page.get_by_role("button", name="Folded: ConfigMap colours, 6 lines. Unfold")
    expect(folded).to_be_visible()
    assert faults(form.page) == []
    folded.click()
    expect(folded).to_have_count(0)
    assert written(form.page) == MIXED


def test_a_text_is_searched_and_a_change_undone(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(ARTICLE), script=True)
    form.type(NEW)
    keys = form.page.keyboard
    keys.press("Control+f")
    find = form.page.get_by_role("textbox", name="Find")
    expect(find).to_be_focused()
    keys.type("blue")
    expect(form.page.locator(".cm-searchMatch")).to_have_text("blue")
    assert faults(form.page) == []
    form.page.get_by_role("textbox", name="Replace").fill("grey")
    form.page.get_by_role("button", name="replace all").click()
    assert "sky: grey" in written(form.page)
    keys.press("Escape")
    expect(find).to_have_count(0)
    keys.press("Control+z")
    assert written(form.page) == NEW


def test_whoever_writes_keeps_the_line_in_sight(visit: Visitors, site: Site) -> None:
    """Sentences of the server come in above it and push it down."""
    form = Form(visit(), site, site.cluster(ARTICLE), script=True)
    form.type("---\n".join([MIXED, *[f"kind: A{number}\n" for number in range(6)], "kind: Last"]))
    expect(form.page.locator(".cm-content .msg").last).to_be_attached()
    expect(form.page.locator(".cm-line", has_text="kind: Last")).to_be_in_viewport()
    expect(form.page.locator(".cm-cursor-primary")).to_be_in_viewport()


def test_the_plain_field_is_left_in_the_middle_of_a_word(visit: Visitors, site: Site) -> None:
    """The editor comes when it has arrived: what was written until then stays, and so does the cursor."""
    page, held = visit(), list[Route]()
    page.route("**/dist/editor.js", lambda route: held.append(route))
    page.goto(f"{site.web}/clusters/{site.cluster()}/apply")
    plain = page.get_by_role("textbox", name="Manifests, YAML or JSON")
    plain.press_sequentially("kind: Lt")
    plain.press("ArrowLeft")
    expect(plain).to_have_value("kind: Lt")
    held.pop().continue_()
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.type("is")
    expect(page.locator("textarea[name=text]")).to_have_value("kind: List")


def test_items_of_a_list_are_written_by_choosing(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(), script=True)
    page, keys = form.page, form.page.keyboard
    form.type("apiVersion: v1\nkind: List\nitems:\n- kind: Serv")
    keys.press("Control+Space")
    choose(page, "Service")
    expect(page.locator("textarea[name=text]")).to_have_value(
        "apiVersion: v1\nkind: List\nitems:\n- kind: Service\n  apiVersion: v1"
    )
    keys.press("Enter")
    keys.type("spe")
    choose(page, "spec")
    keys.press("Escape")
    keys.type("type: Nod")
    choose(page, "NodePort")
    assert written(page).endswith("\n  spec:\n    type: NodePort")


MOUNTED = """async ([text, options]) => {
    const { mountEditor } = await import(document.querySelector('[data-editor-module]').dataset.editorModule);
    const host = document.createElement('div');
    document.querySelector('.plan').prepend(host);
    const schemas = document.querySelector('form.ap').dataset.schemas;
    globalThis.mounted = mountEditor(host, { text, schemas, label: 'Mounted', ...options });
}"""


def test_a_kind_may_be_given_to_a_text_that_names_none(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(), script=True)
    kind = {"apiVersion": "apps/v1", "kind": "Deployment"}
    form.page.evaluate(MOUNTED, ["spec:\n  rep", {"kind": kind}])
    editor = form.page.get_by_role("textbox", name="Mounted")
    editor.press("Control+End")
    editor.press("Control+Space")
    choose(form.page, "replicas")
    expect(editor).to_contain_text("replicas:")
    # What names its kind itself is of that kind.
    form.page.evaluate("mounted.setText('apiVersion: v1\\nkind: Service\\nspec:\\n  sel')")
    editor.press("Control+End")
    editor.press("Control+Space")
    choose(form.page, "selector")


def test_a_text_that_is_only_to_be_read(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(), script=True)
    form.page.evaluate(MOUNTED, ["kind: Service\n", {"readOnly": True}])
    editor = form.page.get_by_role("textbox", name="Mounted")
    expect(editor).to_have_attribute("contenteditable", "false")
    editor.focus()
    form.page.keyboard.press("Control+Home")
    form.page.keyboard.type("x")
    form.page.keyboard.press("Delete")
    assert form.page.evaluate("mounted.text()") == "kind: Service\n"
    form.page.evaluate("mounted.setReadOnly(false)")
    expect(editor).to_have_attribute("contenteditable", "true")
    editor.focus()
    form.page.keyboard.press("Control+Home")
    form.page.keyboard.type("# ")
    assert form.page.evaluate("mounted.text()") == "# kind: Service\n"
