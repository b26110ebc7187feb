from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.controllers.pod_template import SAFE, fnv32, fnv32a, revision_hash, same_template, template_hash
from cluster.machinery.objects import Obj


@pytest.mark.parametrize(("data", "value"), [(b"", 0x811C9DC5), (b"a", 0xE40C292C), (b"foobar", 0xBF9CF968)])
def test_the_hash_is_fnv_1a(data: bytes, value: int) -> None:
    assert fnv32a(data) == value


@pytest.mark.parametrize(("data", "value"), [(b"", 0x811C9DC5), (b"a", 0x050C5D7E), (b"foobar", 0x31F0B262)])
def test_the_hash_of_revisions_is_fnv_1(data: bytes, value: int) -> None:
    assert fnv32(data) == value


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 9)))
def test_a_hash_is_a_name_part_in_the_safe_alphabet(value: dict[str, int]) -> None:
    found = template_hash(value)
    assert 8 <= len(found) <= 10
    assert set(found) <= set(SAFE)


def test_order_does_not_matter_and_collisions_do() -> None:
    assert template_hash({"a": 1, "b": 2}) == template_hash({"b": 2, "a": 1})
    assert template_hash({"a": 1}) != template_hash({"a": 1}, 1) != template_hash({"a": 1}, 2)


POD: Obj = {"metadata": {"labels": {"app": "web"}, "creationTimestamp": None}, "spec": {"containers": [{"name": "c"}]}}

SAME: list[tuple[Obj, bool]] = [
    (POD, True),
    ({**POD, "metadata": {"labels": {"app": "web", "pod-template-hash": "x"}}}, True),
    ({**POD, "metadata": {"labels": {"app": "web"}, "annotations": {}}}, True),
    ({**POD, "metadata": {"labels": {"app": "web"}, "annotations": {"a": "b"}}}, False),
    ({**POD, "metadata": {"labels": {"app": "db"}}}, False),
    ({**POD, "spec": {"containers": [{"name": "d"}]}}, False),
]


@pytest.mark.parametrize(("other", "same"), SAME)
def test_templates_are_compared_without_their_hash(other: Obj, same: bool) -> None:
    assert same_template(POD, other) is same


@pytest.mark.parametrize("sign", ["<", ">", "&", "\u2028", "\u2029"])
def test_a_revision_is_hashed_as_go_writes_it(sign: str) -> None:
    """Go escapes these, so the escape is what is hashed; the probe of collisions is hashed even while it is 0."""
    escaped = f'{{"a":"\\u{ord(sign):04x}"}}0'.encode()
    assert revision_hash({"a": sign}) == "".join(SAFE[ord(digit) % len(SAFE)] for digit in str(fnv32(escaped)))
    assert revision_hash({"a": sign}) != revision_hash({"a": sign}, 1)
