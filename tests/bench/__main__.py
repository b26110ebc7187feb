"""`make bench`: measure the product's limits on this machine and print a table. Exit status 1 when one is missed.

`python -m tests.bench start pods frames stall api dns` runs a part of it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import api, dns, frames, pods, stall, start
from tests.bench.report import Measure, machine, table


def _dns(folder: Path) -> list[Measure]:
    found = dns.measure()
    wrong = len(found["wrong"])
    note = f"{found['load']}, {found['names']:,} names, {found['checked']:,} replies checked, {found['lost']} lost"
    measures = [
        Measure("DNS answers on one core", found["answers_per_second"], "/s", 60_000, more_is_better=True, note=note),
        Measure("the same by the core's own time", found["answers_per_cpu_second"], "/s"),
        Measure("wrong replies in the sample", wrong, "", 0, note="; ".join(found["wrong"])),
    ]
    whole = dns.measure_whole(folder / "up")
    note = f"the demo's names, {whole['lost']} lost"
    measures.append(Measure("of a whole `manage.py up`", whole["answers_per_second"], "/s", 60_000, True, note=note))
    measures.append(Measure("the same by the core's own time", whole["answers_per_cpu_second"], "/s"))
    if (other := dns.measure_coredns(folder)) is not None:
        note = "the same names out of a zone file"
        measures.append(Measure("CoreDNS on the same core", other["answers_per_second"], "/s", note=note))
        measures.append(Measure("the same by the core's own time", other["answers_per_cpu_second"], "/s"))
    return measures


PARTS: dict[str, Callable[[Path], list[Measure]]] = {
    "start": start.measure,
    "pods": pods.measure,
    "frames": frames.measure,
    "stall": stall.measure,
    "api": api.measure,
    "dns": _dns,
}


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.exit(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    measures: list[Measure] = []
    print(machine(), flush=True)
    for name in wanted or PARTS:
        with tempfile.TemporaryDirectory(prefix=f"kubarium-bench-{name}-") as folder:
            print(f"measuring {name} …", flush=True)
            measures.extend(PARTS[name](Path(folder)))
    print(table(measures))
    return 0 if all(each.holds for each in measures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
