"""Objects as YAML text: read back they are the same, for every reader, and they look as kubectl prints them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cluster import yamltext
from cluster.manifests import parse

TEXT = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="yesnoNofT0123456789xobe.:-+_~ \n\t#'\"{}[],&*!|>%@`ä", max_size=12),
    st.sampled_from(
        ["", "null", "~", "0x1F", "1e3", "12:30:45", "2026-01-01", "0o17", ".5", "a: b", "a #b", "- a", "no"]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)


@given(VALUES)
def test_it_reads_back_as_it_was(value: Any) -> None:
    text = yamltext.dump({"value": value})
    assert yaml.safe_load(text) == {"value": value}


@given(TEXT)
def test_the_manifest_reader_reads_a_text_as_that_text(text: str) -> None:
    object_ = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"key": text}}
    (manifest,) = parse([("x", yamltext.dump(object_))])
    assert manifest.object == object_


PRINTED = [
    ({"image": "nginx:alpine"}, "image: nginx:alpine\n"),
    ({"uid": "41754c26-e8e9-4da9-b1bd-7d0b793913ee"}, "uid: 41754c26-e8e9-4da9-b1bd-7d0b793913ee\n"),
    ({"resourceVersion": "412"}, 'resourceVersion: "412"\n'),
    ({"at": "2026-11-24T00:06:47Z"}, 'at: "2026-11-24T00:06:47Z"\n'),
    ({"b": {"z": 1, "a": []}, "a": True}, "a: true\nb:\n  a: []\n  z: 1\n"),
    ({"ports": [{"port": 80, "name": "http"}, {"port": 443}]}, "ports:\n- name: http\n  port: 80\n- port: 443\n"),
    ({"conf": "a\n\n  b\n"}, "conf: |\n  a\n\n    b\n"),
    ({"conf": "a\nb"}, "conf: |-\n  a\n  b\n"),
    ({"args": ["-c", "sleep 1"]}, 'args:\n- "-c"\n- sleep 1\n'),
    ({"path": "/etc/web"}, "path: /etc/web\n"),
    ({}, "{}\n"),
]


@pytest.mark.parametrize(("value", "text"), PRINTED, ids=[text.split("\n")[0] for _, text in PRINTED])
def test_it_prints_as_kubectl_does(value: dict[str, Any], text: str) -> None:
    assert yamltext.dump(value) == text
