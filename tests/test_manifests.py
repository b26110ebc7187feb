"""Manifests: values as kubectl reads them, lines of fields, and sentences for every way to be wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cluster import yamltext
from cluster.manifests import ManifestError, ManifestErrors, line_of, parse

_HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"

# As `kubectl annotate --local` reads them; test_values_as_kubectl asks it again where there is one.
VALUES: list[tuple[str, Any]] = [
    ("22:22", "22:22"), ("190:20:30", "190:20:30"), ("2024-01-01", "2024-01-01"), ("1.2.3", "1.2.3"),
    ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
    ("1e3", 1000), ("1E3", 1000), ("1e+3", 1000), ("3.0", 3), ("1.50", 1.5), (".5", 0.5), ("5.", 5), ("-0.0", 0),
    ("0o17", 15), ("0644", 420), ("-012", -10), ("08", 8), ("0_7", 7), ("1_000", 1000), ("1__0", 10), ("+12", 12),
    ("0x1F", 31), ("-0x1f", -31), ("0x1_f", 31), ("0b101", 5), ("-0b11", -3), ("0x", "0x"), ("0o8", "0o8"),
    ("1e", "1e"), (".", "."), ("+", "+"), ("1e3x", "1e3x"), ("1e400", "1e400"), ("=", "="), ("~", None),
    ("12345678901234567890", 12345678901234567890.0), ("123456789012345678901234", 1.2345678901234569e23),
    ("9223372036854775807", 9223372036854775807),
    ("y", True), ("Y", True), ("yes", True), ("on", True), ("On", True), ("true", True), ("tRue", "tRue"),
    ("n", False), ("N", False), ("no", False), ("off", False), ("FALSE", False), ("null", None), ("NULL", None),
    ("''", ""), ('"y"', "y"), ("'0644'", "0644"), ('"\\u00e9\\x41\\n"', "éA\n"), ("a b # c", "a b"), ("a#b", "a#b"),
    ("!!str 5", "5"), ('!!int "5"', 5), ("!!float 3", 3), ("!!bool yes", True), ("!!binary aGk=", "hi"),
    ("!foo 5", "5"),
    ("{1: a, y: b, 1.5: c, ? x}", {"1": "a", "true": "b", "1.5": "c", "x": None}), ("!!set {a}", {"a": None}),
    ("[a, [b], {c: d}, ]", ["a", ["b"], {"c": "d"}]), ('{"a":1}', {"a": 1}), ("[a:b, c]", ["a:b", "c"]),
    ("|\n  a\n  b\n", "a\nb\n"), (">-\n  a\n  b\n", "a b"), ("|+\n  a\n\n", "a\n\n"), ("a\n  b", "a b"),
    ("{<<: {p: 1, q: 2}, q: 3}", {"p": 1, "q": 3}),
    ("[&b {p: 1}, {<<: *b, q: *b}]", [{"p": 1}, {"p": 1, "q": {"p": 1}}]),
    ("{<<: [{p: 1}, {p: 2, q: 2}], r: 3}", {"p": 1, "q": 2, "r": 3}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[text for text, _ in VALUES])
def test_values(text: str, value: Any) -> None:
    (manifest,) = parse([("", f"{_HEAD}x: {text}")])
    read = manifest.object["x"]
    assert read == value
    assert type(read) is type(value)


def _go_number(text: str) -> int | float:
    """kubectl prints large floats without a point."""
    return int(text) if abs(int(text)) < 2**63 else float(text)


def test_values_as_kubectl(tmp_path: Path) -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        warnings.warn("NO KUBECTL: how it reads YAML is not compared", stacklevel=1)
        pytest.skip("NOT COMPARED: no kubectl here")
    documents = [f"{_HEAD}x: {text}" for text, _ in VALUES]
    (tmp_path / "all.yaml").write_text("".join(f"{each.removesuffix(chr(10))}\n---\n" for each in documents))
    command = [kubectl, "annotate", "--local", "-f", str(tmp_path / "all.yaml"), "q=w", "-o", "json"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    decoder, read, at = json.JSONDecoder(parse_int=_go_number), [], 0
    while at < len(output.rstrip()):
        obj, at = decoder.raw_decode(output, at)
        read.append(obj.get("x"))
        at += len(output[at:]) - len(output[at:].lstrip())
    assert dict(zip([text for text, _ in VALUES], read, strict=True)) == dict(VALUES)


TEXT = """\
# a Service
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    foo/bar: "x"
    plain: y
spec:
  ports:
  - port: 80

    name: http
  - {port: 81, name: b}
  selector:
    app: web
--- # next
kind: List
apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: a}
- apiVersion: v1
  kind: PodList
  items:
  - metadata:
      name: b
---
...
"""


def test_documents_and_lists() -> None:
    found = parse([("one.yaml", TEXT), ("two.json", b'\xef\xbb\xbf\n{"apiVersion":"v1","kind":"Secret"}')])
    assert [(each.source, each.document, each.line, each.object["kind"]) for each in found] == [
        ("one.yaml", 1, 2, "Service"),
        ("one.yaml", 2, 21, "Pod"),
        ("one.yaml", 2, 27, "Pod"),
        ("two.json", 1, 2, "Secret"),
    ]
    assert found[2].object == {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}}


LINES = [
    ("apiVersion", 2),
    ("metadata", 4),
    ("metadata.name", 5),
    ("metadata.annotations[foo/bar]", 7),
    ("metadata.annotations[plain]", 8),
    ("metadata.annotations.plain", 8),
    ("spec.ports", 10),
    ("spec.ports[0]", 11),
    ("spec.ports[0].port", 11),
    ("spec.ports[0].name", 13),
    ("spec.ports[1].name", 14),
    ("spec.selector.app", 16),
    # not there: the nearest thing around it
    ("spec.ports[0].protocol", 11),
    ("spec.ports[7].port", 10),
    ("spec.type", 9),
    ("metadata.labels", 4),
    ("status.phase", 2),
    ("", 2),
]


@pytest.mark.parametrize(("field", "line"), LINES)
def test_lines(field: str, line: int) -> None:
    assert line_of(parse([("", TEXT)])[0], field) == line


def test_lines_are_a_mapping() -> None:
    lines = parse([("", TEXT)])[0].lines
    assert lines["spec.ports[0].name"] == 13
    assert "spec.type" not in lines
    assert list(lines)[:6] == [
        "apiVersion", "kind", "metadata", "metadata.name", "metadata.annotations", "metadata.annotations[foo/bar]",
    ]  # fmt: skip
    assert {path: lines[path] for path in lines} == dict(lines)
    assert len(lines) == 17


def test_what_an_alias_stands_for_is_a_copy() -> None:
    (manifest,) = parse([("", f"{_HEAD}a: &a {{b: [1]}}\nc: *a\nd: {{<<: *a}}\n")])
    manifest.object["a"]["b"].append(2)
    assert (manifest.object["c"], manifest.object["d"]) == ({"b": [1]}, {"b": [1]})


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_bytes(coding: str) -> None:
    (manifest,) = parse([("", f"{_HEAD}x: é😀\n".replace("\n", "\r\n").encode(coding))])
    assert manifest.object["x"] == "é😀"


def test_json_escapes() -> None:
    text = r'{"apiVersion":"v1","kind":"A","a":"\ud83d\ude00","b":"\\ud83d\\ude00","c":"\\\ud83d\ude00","d":"\/"}'
    assert parse([("", text)])[0].object == orjson.loads(text)


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.sampled_from(["yes", "0644", "1e3", "a: b", "- a", "#", "'", '"', "{{", "*a", "&a", "!a", "|", "---", "\ta"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab./- :#", max_size=4), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@given(_JSON)
def test_json_is_read_as_json(value: Any) -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "x": value}
    assert parse([("", orjson.dumps(obj))])[0].object == obj


@given(_JSON)
def test_what_we_write_as_yaml_is_read_again(value: Any) -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "x": value}
    assert parse([("", yamltext.dump(obj))])[0].object == obj


@given(st.text() | st.text("ab:-# \n\t'\"[]{}&*!|>%@,?<~.01", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse([("", text)])
    except ManifestErrors as refused:
        assert refused.errors
        assert all(error.message for error in refused.errors)
    else:
        assert all(isinstance(each.object, dict) for each in found)


def _bracketed(opening: str) -> str:
    return "a: " + opening * 100_000


MADE: dict[str, Callable[[], str | bytes]] = {
    "latin_1": lambda: "kind: Pod\nname: café\n".encode("latin-1"),
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "zeros": lambda: bytes(3_000_000),
    "utf_16_cut": lambda: b"\xff\xfek",
    "ten_megabytes": lambda: "key: value\n" * (10 * 1024 * 1024 // 11),
    "ten_megabytes_of_line": lambda: "k" * (10 * 1024 * 1024),
    "laughs": lambda: "\n".join(
        f"{name}: &{name} [{', '.join([('*' + before) if before else 'lol'] * 10)}]"
        for name, before in zip("abcdefghi", ["", *"abcdefgh"], strict=True)
    ),
    "echo": lambda: f"a: &a {'x' * 1_000_000}\nb:\n- [*a, *a, *a, *a]\n",
    "merges": lambda: "_: 0\n" + "\n".join(
        f"{name}: &{name} {{{', '.join(f'k{index}: ' + (('*' + before) if before else 'lol') for index in range(10))}}}"
        for name, before in zip("abcdefghi", ["", *"abcdefgh"], strict=True)
    ),
    "brackets": lambda: _bracketed("["),
    "braces": lambda: _bracketed("{a: "),
    "dashes": lambda: "- " * 100_000 + "x",
    "questions": lambda: "? " * 100_000 + "x",
    "tower": lambda: f"a: &a {'[' * 60}{']' * 60}\nb: &b {'[' * 30}*a{']' * 30}\nc: {'[' * 30}*b{']' * 30}\n",
    "million": lambda: "- a\n" * 700_000,
    "documents": lambda: "--- {apiVersion: v1, kind: Pod}\n" * 50_000,
    "long_key": lambda: "k" * 2_000_000 + ": x\n",
    "long_text": lambda: "a: " + "word " * 500_000,
    "long_number": lambda: "a: " + "9" * 2_000_000,
    "comments": lambda: "#\n" * 1_000_000,
    "blanks": lambda: "\n" * 3_000_000,
    "quotes": lambda: 'a: "' + "'" * 2_000_000,
}  # fmt: skip

BAD: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "data" / "bad" / "manifests.yaml").read_text())


def text_of(row: dict[str, Any]) -> str | bytes:
    return MADE[row["made"]]() if "made" in row else str(row["text"])


@pytest.mark.parametrize("row", BAD, ids=[row["name"] for row in BAD])
def test_bad(row: dict[str, Any]) -> None:
    with pytest.raises(ManifestErrors) as refused:
        parse([("", text_of(row))])
    said = [str(error) for error in refused.value.errors]
    if "made" in row:
        # A path into something deep is cut; the words and the line are what counts.
        said = [_shortened(error) for error in refused.value.errors]
    assert said == row["errors"]


def _shortened(error: ManifestError) -> str:
    return str(error._replace(field=error.field.split("[")[0].split(".")[0]))


def test_the_source_is_named() -> None:
    with pytest.raises(ManifestErrors) as refused:
        parse([("good.yaml", _HEAD), ("bad.yaml", "a: ["), ("worse.yaml", b"\xff")])
    assert [str(error) for error in refused.value.errors] == [
        "bad.yaml, document 1, line 1, a[0]: the [ opened on line 1 is never closed",
        "worse.yaml, line 1: this is not UTF-8 text (byte 0xff): save it as UTF-8",
    ]


def test_limits_are_those_of_the_whole_submission() -> None:
    with pytest.raises(ManifestErrors, match=r"5\.7 MB are too much"):
        parse([("a", "#" * 3_000_000), ("b", "#" * 3_000_000)])
    with pytest.raises(ManifestErrors, match=r"more than 100,000 values"):
        parse([("a", _HEAD + "x: [" + "1," * 60_000 + "]"), ("b", _HEAD + "x: [" + "1," * 60_000 + "]")])


_MEASURE = """
import os, resource, time
from tests.test_manifests import BAD, text_of
from cluster.manifests import ManifestErrors, parse
from cluster.machinery import schema
schema.known("v1", "Pod")
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
for row in BAD:
    child = os.fork()
    if not child:
        text = text_of(row)
        before, start = peak(), time.process_time()
        try:
            parse([("", text)])
        except ManifestErrors:
            print(peak() - before, time.process_time() - start, row["name"], flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="NOT MEASURED: ru_maxrss is in kilobytes on Linux only")
def test_no_text_costs_a_second_or_50_mb() -> None:
    """Processor seconds and megabytes of a process that reads this one text."""
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", _MEASURE]
    output = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout
    measured = {
        name: (float(megabytes), float(seconds))
        for megabytes, seconds, name in (line.split(" ", 2) for line in output.splitlines())
    }
    assert set(measured) == {str(row["name"]) for row in BAD}
    assert {name: cost for name, cost in measured.items() if cost[0] >= 50 or cost[1] >= 1} == {}
