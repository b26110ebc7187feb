"""What comes into the apply form and goes out of it: folders, templates, links; and a form with a hundred documents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.site import ARTICLE, Site
from tests.browser.test_apply import CHANGED, MIXED, NEW, SAME, WRONG, Form

DROP = """(files) => {
    const entry = ([path, content]) => ({
        isFile: true, isDirectory: false, name: path.split('/').pop(), fullPath: `/${path}`,
        file: (done) => done(new File([content], path.split('/').pop())),
    });
    const folder = (path) => {
        const below = files.filter(([each]) => each.startsWith(`${path}/`));
        const names = [...new Set(below.map(([each]) => each.slice(path.length + 1).split('/')[0]))];
        const inside = names.map((name) => below.find(([each]) => each === `${path}/${name}`) ?? `${path}/${name}`)
            .map((each) => (Array.isArray(each) ? entry(each) : folder(each)));
        return {
            isFile: false, isDirectory: true, name: path.split('/').pop(), fullPath: `/${path}`,
            createReader: () => ({ readEntries: (done) => done(inside.splice(0, 2)) }),
        };
    };
    const top = [...new Set(files.map(([path]) => path.split('/')[0]))];
    const items = top.map((name) => ({ webkitGetAsEntry: () => {
        const file = files.find(([path]) => path === name);
        return file ? entry(file) : folder(name);
    } }));
    const event = new Event('drop', { bubbles: true, cancelable: true });
    Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], files: [], items } });
    document.querySelector('.cm-content').dispatchEvent(event);
}"""
"""A folder dropped as a browser hands it over: entries that are read piece by piece."""


def written(page: Page) -> str:
    return page.locator("textarea[name=text]").input_value()


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Files").get_by_role("button", name=name, exact=True)


def folder(root: Path) -> Path:
    for name, text in {
        "shop/2-web.yaml": CHANGED,
        "shop/1-colours.yaml": NEW,
        "shop/more/rest.yml": f"{SAME}---\n{WRONG}",
        "shop/README.md": "# Read me",
        "shop/.git/config.yaml": "kind: Hidden",
        "shop/chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
        "shop/chart/templates/web.yaml": "kind: {{ .Kind }}",
        "shop/over/kustomization.yaml": "resources: [web.yaml]\n",
        "shop/over/web.yaml": CHANGED,
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root / "shop"


@pytest.mark.parametrize("by", ["button", "drop"])
def test_a_folder_becomes_sections(visit: Visitors, site: Site, tmp_path: Path, by: str) -> None:
    form = Form(visit(), site, site.cluster(ARTICLE), script=True)
    page, root = form.page, folder(tmp_path)
    if by == "button":
        page.get_by_label("Open folder").set_input_files(root)
    else:
        files = [[str(path.relative_to(tmp_path)), path.read_text()] for path in root.rglob("*") if path.is_file()]
        page.evaluate(DROP, files)
    expect(form.document("metrics")).to_contain_text("shop/more/rest.yml, document 2, line ")
    assert re.findall(r"^# (shop\S+)", written(page), re.MULTILINE) == [
        "shop/1-colours.yaml",
        "shop/2-web.yaml",
        "shop/more/rest.yml",
    ]
    said = page.get_by_role("alert")
    expect(said).to_contain_text("shop/chart is a Helm chart")
    expect(said).to_contain_text("Run helm template shop/chart > all.yaml")
    expect(said).to_contain_text("shop/over is a kustomization")
    expect(said.locator(".calm")).to_contain_text("Skipped: shop/README.md, no manifest")
    expect(page.locator("#kubectl-apply")).to_have_text(
        "kubectl apply -f shop/1-colours.yaml -f shop/2-web.yaml -f shop/more/rest.yml"
    )
    assert faults(page) == []


def test_files_have_tabs(visit: Visitors, site: Site, tmp_path: Path) -> None:
    form = Form(visit(), site, site.cluster(ARTICLE), script=True)
    page = form.page
    for name, text in (("a.yaml", NEW), ("b.yaml", WRONG)):
        (tmp_path / name).write_text(text)
    page.get_by_label("Open files").set_input_files([tmp_path / "b.yaml", tmp_path / "a.yaml"])
    expect(page.get_by_role("button", name="b.yaml, has a refused document")).to_be_visible()
    assert written(page) == f"# b.yaml\n{WRONG}---\n# a.yaml\n{NEW}"
    tab(page, "a.yaml").click()
    expect(page.locator(".cm-activeLine")).to_have_text("# a.yaml")
    # Opened again it takes its own place, and that is said.
    (tmp_path / "b.yaml").write_text(WRONG.replace("123456", "80"))
    page.get_by_label("Open files").set_input_files(tmp_path / "b.yaml")
    expect(page.get_by_role("alert")).to_contain_text("b.yaml was here already and is replaced.")
    expect(form.document("metrics")).to_contain_text("will be created")
    page.get_by_role("button", name="Take b.yaml out").click()
    expect(form.document("metrics")).to_have_count(0)
    assert written(page) == f"# a.yaml\n{NEW}"
    page.keyboard.press("Control+z")
    expect(form.document("metrics")).to_be_visible()


def test_a_template_goes_below_or_beside(visit: Visitors, site: Site, size: str) -> None:
    form = Form(visit(size), site, site.cluster(), script=True)
    page = form.page
    form.type(f"{NEW}---\n{NEW.replace('colours', 'shapes')}")
    page.keyboard.press("Control+Home")
    menu = page.get_by_text("Templates", exact=True)
    menu.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("^A Job")).press("Enter")
    expect(form.document("count")).to_contain_text("Job, will be created")
    kinds = re.findall(r"^kind: (\w+)", written(page), re.MULTILINE)
    assert kinds == ["ConfigMap", "Job", "ConfigMap"]
    expect(form.editor).to_be_focused()
    menu.click()
    page.get_by_role("button", name="As a file: A Secret").click()
    expect(tab(page, "secret.yaml")).to_be_visible()
    menu.click()
    page.get_by_role("link", name=re.compile("^Headless against ClusterIP")).click()
    expect(form.document("app-stateful")).to_be_visible()


def test_a_template_without_javascript(visit: Visitors, site: Site) -> None:
    form = Form(visit(java_script_enabled=False), site, site.cluster(), script=False)
    form.page.get_by_text("Templates", exact=True).click()
    form.page.get_by_role("link", name=re.compile("^A CronJob")).click()
    expect(form.editor).to_have_value(re.compile("kind: CronJob"))
    form.check()
    form.press("Apply it")
    expect(form.page.get_by_role("main")).to_contain_text(re.compile(r"Stored at r\d+"))


def test_a_document_is_left_out_and_taken_in_again(visit: Visitors, site: Site, size: str) -> None:
    slug = site.cluster(ARTICLE)
    form = Form(visit(size), site, slug, script=True)
    form.type(MIXED)
    box = form.page.get_by_role("checkbox", name="Leave out metrics")
    box.focus()
    form.page.keyboard.press("Space")
    expect(form.document("metrics")).to_contain_text("left out")
    expect(box).to_be_focused()
    expect(form.page.get_by_role("button", name="Apply 3")).to_be_enabled()
    form.page.get_by_role("checkbox", name="Leave out colours").check()
    expect(form.page.get_by_role("button", name="Apply 2")).to_be_enabled()
    # It is known by what it is: lines above it change nothing.
    form.editor.press("Control+Home")
    form.page.keyboard.type("# first\n---\n")
    expect(form.document("colours")).to_contain_text("line 3")
    expect(form.document("colours")).to_contain_text("left out")
    assert faults(form.page) == []
    form.page.get_by_role("checkbox", name="Leave out colours").uncheck()
    expect(form.document("colours")).to_contain_text("will be created")
    form.press("Apply 3")
    expect(form.page.get_by_role("main")).to_contain_text(re.compile(r"Stored at r\d+"))
    assert site.has(slug, "configmaps/default/colours")
    assert not site.has(slug, "services/default/metrics")
    form.page.get_by_role("link", name="web on the map").click()
    expect(form.page).to_have_url(re.compile(rf"/clusters/{slug}/#services/default/web$"))


def test_a_document_is_left_out_without_javascript(visit: Visitors, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    form = Form(visit(java_script_enabled=False), site, slug, script=False)
    form.type(MIXED)
    form.check()
    form.page.get_by_role("checkbox", name="Leave out web").check()
    form.check()
    expect(form.document("web")).to_contain_text("left out")
    form.press("Apply 2, leave out metrics")
    expect(form.page.get_by_role("main")).to_contain_text(re.compile(r"Stored at r\d+"))
    assert site.get(f"/clusters/{slug}/objects/services/default/web")["object"]["spec"]["ports"][0]["port"] == 80
    assert site.has(slug, "configmaps/default/colours")


def test_what_cannot_be_read_can_be_left_out(visit: Visitors, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    form = Form(visit(), site, slug, script=True)
    form.type(f"{NEW}---\nkind: [\n")
    expect(form.document("colours")).to_contain_text("will be created")
    form.press("Apply 1, leave out document 2")
    expect(form.page.get_by_role("main")).to_contain_text(re.compile(r"Stored at r\d+"))
    assert site.has(slug, "configmaps/default/colours")


def test_a_link_holds_the_text_and_does_nothing(visit: Visitors, site: Site, size: str) -> None:
    slug = site.cluster(ARTICLE)
    form = Form(visit(size), site, slug, script=True)
    form.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.web)
    form.type(MIXED)
    form.page.get_by_role("checkbox", name="Leave out metrics").check()
    expect(form.document("metrics")).to_contain_text("left out")
    form.page.get_by_label("Namespace for objects that name none").select_option("kube-public")
    form.press("Copy link")
    expect(form.page.get_by_role("main")).to_contain_text("Nothing is stored; who opens it")
    link = form.page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(rf"{site.web}/clusters/{slug}/apply#draft=[\w-]+", link)

    other = visit(size)
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.method))
    other.goto(link)
    expect(other.get_by_role("main")).to_contain_text("This text came with a link. Nothing of it is checked or applied")
    expect(other.locator(".cm-content")).to_contain_text("colours")
    assert written(other) == MIXED
    assert set(asked) == {"GET"}
    assert faults(other) == []
    expect(other.get_by_label("Namespace for objects that name none")).to_have_value("kube-public")
    other.get_by_role("button", name="Check it").click()
    expect(other.get_by_role("article").filter(has_text="metrics")).to_contain_text("left out")
    # Another link in the same window takes its place.
    other.evaluate("location.hash = '#draft=broken'")
    expect(other.get_by_role("main")).to_contain_text("The link is damaged")


def test_a_text_too_long_for_a_link_is_told(visit: Visitors, site: Site) -> None:
    form = Form(visit(), site, site.cluster(), script=True)
    form.page.evaluate("() => { globalThis.bytes = crypto.getRandomValues(new Uint8Array(30000)); }")
    noise: str = form.page.evaluate("Array.from(bytes, (each) => String.fromCharCode(97 + each % 26)).join('')")
    form.type(f"{NEW}  noise: {noise}\n")
    expect(form.document("colours")).to_be_visible()
    form.press("Copy link")
    expect(form.page.get_by_role("main")).to_contain_text("16,000 are the most that mail and chat carry whole")
    expect(form.page).to_have_url(re.compile("apply$"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_hundred_documents(visit: Visitors, site: Site, size: str, theme: str) -> None:
    form = Form(visit(size, color_scheme=theme), site, site.cluster(ARTICLE), script=True)
    names = [f"map-{number:03}" for number in range(97)]
    form.type("---\n".join([MIXED, *(NEW.replace("colours", name) for name in names)]))
    expect(form.page.get_by_role("article")).to_have_count(101)
    expect(form.page.get_by_text("98 new", exact=True)).to_be_visible()
    expect(form.page.get_by_role("article").first).to_contain_text("metrics")
    form.press("Apply 100, leave out metrics")
    expect(form.page.get_by_role("main")).to_contain_text(re.compile(r"Stored at r\d+"))


def test_a_server_that_does_not_answer_is_told_and_asked_again(visit: Visitors, site: Site) -> None:
    visit.expect("ERR_FAILED", "Failed to load resource")
    form = Form(visit(), site, site.cluster(ARTICLE), script=True)
    form.page.route("**/plan?html", lambda route: route.abort())
    form.type(NEW)
    main = form.page.get_by_role("main")
    expect(main).to_contain_text("The server cannot be reached. Nothing is checked.")
    form.page.unroute("**/plan?html")
    form.press("Check again")
    expect(form.document("colours")).to_contain_text("will be created")


def test_an_editor_that_does_not_come_leaves_the_plain_field(visit: Visitors, site: Site) -> None:
    visit.expect("ERR_FAILED", "Failed to load resource", "Failed to fetch dynamically imported module")
    slug = site.cluster(ARTICLE)
    page = visit()
    page.route("**/dist/editor.js", lambda route: route.abort())
    page.goto(f"{site.web}/clusters/{slug}/apply")
    page.get_by_role("textbox", name="Manifests, YAML or JSON").fill(NEW)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("article")).to_contain_text("colours")
    page.get_by_role("button", name="Apply it").click()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Stored at r\d+"))


def posts(page: Page) -> list[str]:
    """The addresses that a form is sent to from now on, plans left out."""
    sent: list[str] = []
    page.on(
        "request",
        lambda each: sent.append(each.url) if each.method == "POST" and each.is_navigation_request() else None,
    )
    return sent


def test_what_was_written_is_there_again(visit: Visitors, site: Site, size: str) -> None:
    slug = site.cluster(ARTICLE)
    form = Form(visit(size, color_scheme="dark"), site, slug, script=True)
    form.type(MIXED)
    form.page.get_by_role("checkbox", name="Leave out metrics").check()
    expect(form.document("metrics")).to_contain_text("left out")
    form.page.reload()
    expect(form.page.get_by_role("main")).to_contain_text("This is what you wrote here before.")
    expect(form.document("metrics")).to_contain_text("left out")
    assert written(form.page) == MIXED
    assert faults(form.page) == []
    form.page.goto(f"{site.web}/clusters/{slug}/apply?starter=configmap")
    expect(form.document("settings")).to_be_visible()
    form.page.goto(f"{site.web}/clusters/{slug}/apply")
    form.press("Begin with nothing")
    expect(form.page.locator("[data-size]")).to_have_text("")
    form.page.reload()
    expect(form.page.locator(".cm-content")).to_be_visible()
    assert written(form.page) == ""


def test_what_was_applied_is_not_applied_again(visit: Visitors, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    form = Form(visit(), site, slug, script=True)
    form.type(NEW)
    expect(form.document("colours")).to_contain_text("will be created")
    form.page.locator("button[value=apply]").click()
    expect(form.page.get_by_role("main")).to_contain_text(re.compile(r"Stored at r\d+"))
    expect(form.page.locator(".cm-content")).to_be_visible()
    sent = posts(form.page)
    form.page.reload()
    expect(form.document("colours")).to_contain_text("nothing to do")
    form.page.get_by_role("link", name="Map").first.click()
    expect(form.page).to_have_url(f"{site.web}/clusters/{slug}/")
    form.page.go_back()
    expect(form.document("colours")).to_contain_text("nothing to do")
    assert sent == []
    form.page.get_by_role("link", name="Map").first.click()
    expect(form.page).to_have_url(f"{site.web}/clusters/{slug}/")
    form.page.get_by_role("link", name="Apply").first.click()
    expect(form.page.locator(".cm-content")).to_be_visible()
    assert written(form.page) == ""
