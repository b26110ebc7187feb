"""Command lines that are carried out: what nodes count on is there."""

from __future__ import annotations

from cluster.nodes.carried import CARRIED_OUT
from cluster.shell.builtins import BUILTINS
from cluster.shell.language.lexing import RESERVED
from cluster.shell.programs import known


def test_what_scripts_are_judged_by_can_be_carried_out() -> None:
    assert CARRIED_OUT - BUILTINS.keys() - known().keys() - RESERVED == frozenset()
