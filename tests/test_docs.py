"""What the documents name is there: links, files, commands and their options, make's targets, settings, addresses,
annotations. What it cannot judge, whether a sentence is true, is left to whoever writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import Resolver404, resolve

from tests.server import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```.*?^```", re.M | re.S)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"manage\.py (\w+)([^\n|;&`]*)")
TARGET = re.compile(r"(?:^|[`\s])make ([a-z][a-z-]*)")
ADDRESS = re.compile(r"(?<![\w.])/(?:clusters|lessons|accounts)/[^\s`)\"']*")
ANNOTATION = re.compile(r"kubarium\.dev/[a-z-]+")
FILE = re.compile(r"(?:cluster|dashboard|tests|docs|static|templates|lessons)/[\w./-]*\w/?")
BOLD = re.compile(r"\*\*([^*]+)\*\*")
TOLD_OTHERWISE = {"CONTRIBUTING.md", "architecture.md", "compatibility.md"}
"""Where bold is no control's name."""
SETTING = re.compile(r"\b[A-Z][A-Z]+(?:_[A-Z]+)+\b|\bDEBUG\b")


def _links(page: Path, text: str) -> Iterator[str]:
    for found in LINK.findall(FENCED.sub("", text)):
        if "://" in found:
            continue
        path, _, anchor = found.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield f"the link {found}"
        elif anchor and anchor not in _anchors(target.read_text()):
            yield f"the heading {found}"


def _anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.M)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def _commands(page: Path, text: str) -> Iterator[str]:
    for name, rest in COMMAND.findall(text):
        if name not in get_commands():
            yield f"manage.py {name}"
            continue
        app = get_commands()[name]
        command = load_command_class(app, name) if isinstance(app, str) else app
        known = {
            option for action in command.create_parser("manage.py", name)._actions for option in action.option_strings
        }
        for option in re.findall(r"(?<!\S)--?[a-zA-Z][\w-]*", rest):
            if option not in known:
                yield f"manage.py {name} {option}"


def _targets(page: Path, text: str) -> Iterator[str]:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    code = "\n".join([*(f"`{span}`" for span in SPAN.findall(text)), *FENCED.findall(text)])
    yield from (f"make {name}" for name in TARGET.findall(code) if name not in known)


def _addresses(page: Path, text: str) -> Iterator[str]:
    for found in ADDRESS.findall(text):
        path = re.sub(r"<[^>]*>", "demo", found.partition("?")[0].partition("#")[0]).rstrip(".,:;")
        try:
            resolve(path)
        except Resolver404:
            yield f"the address {found}"


def _annotations(page: Path, text: str) -> Iterator[str]:
    source = "\n".join(each.read_text() for each in (ROOT / "cluster").rglob("*.py"))
    for found in sorted(set(ANNOTATION.findall(text))):
        if found not in source and f'"{found.partition("/")[2]}"' not in source:
            yield f"the annotation {found}"


def _files(page: Path, text: str) -> Iterator[str]:
    for span in SPAN.findall(FENCED.sub("", text)):
        if FILE.fullmatch(span) and not (ROOT / span).exists():
            yield f"the file {span}"


def _settings(page: Path, text: str) -> Iterator[str]:
    code = [ROOT / "dashboard/settings.py", *(ROOT / "dashboard").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    source = "\n".join(each.read_text() for each in code if each != Path(__file__))
    for found in sorted({name for span in SPAN.findall(text) for name in SETTING.findall(span)}):
        if found.startswith("BASH_"):
            continue  # bash's own
        if found not in source:
            yield f"the setting {found}"


def _controls(page: Path, text: str) -> Iterator[str]:
    """What stands in bold on a page for users is what the page writes on a button, a tab or a heading."""
    if page.name in TOLD_OTHERWISE:
        return
    pages = [*(ROOT / "static/js").rglob("*.js"), *(ROOT / "templates").rglob("*.html")]
    source = "\n".join(each.read_text() for each in pages)
    for found in BOLD.findall(FENCED.sub("", text)):
        name = " ".join(found.split())
        is_name = name[0].isupper() and name[-1] != "." and "Ctrl" not in name
        if is_name and not re.search(rf"[>\"`}}]\s*{re.escape(name)}\s*[<\"`{{]", source):
            yield f"the control {name}"


CHECKS: dict[str, Callable[[Path, str], Iterator[str]]] = {
    "links": _links,
    "commands": _commands,
    "targets": _targets,
    "addresses": _addresses,
    "annotations": _annotations,
    "files": _files,
    "settings": _settings,
    "controls": _controls,
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text()
    assert [missing for check in CHECKS.values() for missing in check(page, text)] == []


@pytest.mark.parametrize(
    ("check", "text", "missing"),
    [
        ("links", "[more](docs/nothing.md)", "the link docs/nothing.md"),
        ("links", "[more](README.md#nowhere)", "the heading README.md#nowhere"),
        ("links", "[more](README.md#start)", None),
        ("commands", "run `manage.py fly`", "manage.py fly"),
        ("commands", "run `manage.py up --wings 2`", "manage.py up --wings"),
        ("commands", "run `manage.py up --port 8000`", None),
        ("targets", "`make tea`", "make tea"),
        ("targets", "they make sense", None),
        ("addresses", "open `/clusters/<cluster>/teapot`", "the address /clusters/<cluster>/teapot"),
        ("addresses", "open `/clusters/<cluster>/dns?name=web`", None),
        ("annotations", "`kubarium.dev/wings`", "the annotation kubarium.dev/wings"),
        ("files", "in `cluster/nothing.py`", "the file cluster/nothing.py"),
        ("settings", "set `NO_SUCH_SETTING`", "the setting NO_SUCH_SETTING"),
        ("controls", "press **Fly away**", "the control Fly away"),
        ("controls", "press **Play**", "the control Play"),
        ("controls", "**Play what\nhappened**, and **Start over**. **So it is.**", None),
    ],
)
def test_what_is_not_there_is_found(check: str, text: str, missing: str | None) -> None:
    assert list(CHECKS[check](ROOT / "README.md", text)) == ([missing] if missing else [])


def test_every_setting_is_told() -> None:
    """What the environment is asked for stands in a document for users."""
    read = set(re.findall(r'environ(?:\.get\(|, )"([A-Z_]+)"', (ROOT / "dashboard/settings.py").read_text()))
    told = "\n".join(page.read_text() for page in PAGES)
    assert read and {name for name in read if name not in told} == set()


def test_every_page_of_a_cluster_is_told() -> None:
    """Each tab of the top bar is explained under its name."""
    bar = (ROOT / "templates/base.html").read_text()
    tabs = set(re.findall(r"%}([A-Z]\w+)</a>", bar.partition('aria-label="Views"')[2].partition("</nav>")[0]))
    told = "\n".join(page.read_text() for page in PAGES if page.name != "CONTRIBUTING.md")
    assert "Apply" in tabs and {tab for tab in tabs if f"**{tab}**" not in told} == set()


def test_every_document_is_led_to() -> None:
    """From the README or from a document that it leads to."""
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        for found in LINK.findall(page.read_text()):
            target = (page.parent / found.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.exists() and target not in seen:
                waiting.append(target)
    assert {page.name for page in PAGES} - {page.name for page in seen} == set()
