"""The example of a Job that everybody meets first."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest

from cluster.shell.programs.perl import pi
from tests.shell.containers import machine_of, pod, run

WORDS = ["perl", "-Mbignum=bpi", "-wle", "print bpi(100)"]
PI_100 = (
    "3.141592653589793238462643383279502884197169399375105820974944592307816406286208998628034825342117068"  # rounded
)


async def test_digits_of_pi() -> None:
    outcome = await run(machine_of(pod("perl:5.34.0")), *WORDS)
    assert (outcome.status, outcome.out, outcome.err) == (0, f"{PI_100}\n", "")


async def test_nothing_else_is_read() -> None:
    outcome = await run(machine_of(pod("perl:5.34.0")), "perl", "-e", "print 1")
    assert outcome.status == 126 and "are simulated here" in outcome.err


@pytest.mark.parametrize("digits", [1, 2, 10, 500, 2000])
def test_as_another_formula_has_them(digits: int) -> None:
    with localcontext() as context:
        context.prec = digits + 15
        a, b, t, p = Decimal(1), 1 / Decimal(2).sqrt(), Decimal("0.25"), Decimal(1)
        for _ in range(12):  # Gauss and Legendre: the digits double each time
            a, b, t, p = (a + b) / 2, (a * b).sqrt(), t - p * ((a - b) / 2) ** 2, 2 * p
        context.prec, found = digits, (a + b) ** 2 / (4 * t)
        assert pi(digits) == str(+found)
