"""perl, as far as the example of a Job goes that everybody meets first: digits of pi. No other script is read."""

from __future__ import annotations

import re
from itertools import pairwise

from cluster.shell.process import Process

_PI = re.compile(r"\s*print\s*\(?\s*bpi\s*\(?\s*(\d{1,4})\s*\)?\s*\)?\s*;?\s*")
_SPARE = 10


async def perl(process: Process) -> int:
    words = process.argv[1:]
    flags = [word for word in words if word.startswith("-")]
    ends = "\n" if any(re.fullmatch(r"-\w*l\w*", word) for word in flags) else ""
    script = next((after for one, after in pairwise(words) if re.fullmatch(r"-\w*e", one)), "")
    found = _PI.fullmatch(script)
    if found is None or not any(re.fullmatch(r"-Mbig\w+=bpi", word) for word in flags):
        await process.stderr.write(b"perl: of its scripts only those that print bpi(N) are simulated here\n")
        return 126
    await process.stdout.write((pi(max(int(found[1]), 1)) + ends).encode())
    return 0


def pi(digits: int) -> str:
    """So many digits, the last one rounded; by Machin's formula."""
    one = 10 ** (digits - 1 + _SPARE)
    value = 4 * (4 * _arctan_of_one_over(5, one) - _arctan_of_one_over(239, one))
    text = str((value + 5 * 10 ** (_SPARE - 1)) // 10**_SPARE)
    return f"{text[0]}.{text[1:]}" if digits > 1 else text


def _arctan_of_one_over(x: int, one: int) -> int:
    power = total = one // x
    divisor, sign = 1, 1
    while power:
        power //= x * x
        divisor, sign = divisor + 2, -sign
        total += sign * (power // divisor)
    return total


PROGRAMS = {"perl": perl}
