"""An update that names no version, or nothing that could be one."""

from __future__ import annotations

import pytest

from cluster.kinds.versions import admit_update
from cluster.machinery.errors import ApiError
from tests.kinds.sandbox import Sandbox


@pytest.mark.parametrize("version", [[], {}, 3, None, "v9"])
def test_it_is_taken_or_refused_in_words(version: object) -> None:
    sandbox = Sandbox()
    made = sandbox.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "default"}})
    kind = sandbox.kind(made)
    try:
        admit_update(kind, {**made, "apiVersion": version}, made, sandbox.admission)
    except ApiError as error:
        assert error.message
