"""Every recorded DNS question gets the recorded reply: through the pure path, and over UDP and TCP from a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.dns import wire, zone
from cluster.dns.answer import Answer, Question
from tests.dns import vectors

FOLDER = vectors.folder()
FILES = sorted(FOLDER.glob("*.yaml")) if FOLDER is not None else []

BEYOND: dict[str, str] = {}


@pytest.mark.skipif(FOLDER is None, reason="NO DNS VECTORS: set KUBARIUM_DNS_VECTORS to check against real CoreDNS")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_pure_path_answers_as_recorded(path: Path) -> None:
    vector = vectors.load(path)
    world = vectors.world_of(vector["cluster"])
    config = vectors.settings_of(vector["config"])
    own = tuple(vector["config"].get("server_ips") or ())
    outside = vectors.outside_of(vector)

    def respond(question: Question) -> Answer:
        return zone.answer(question, world, config, own, serial=1795411824, outside=outside)

    wrong = []
    for number, query in enumerate(vector["queries"]):
        sent = vectors.message_of(query, 4660 + number)
        reply = wire.answer_message(sent, respond, tcp=query.get("transport") == "tcp")
        whole = wire.answer_message(sent, respond, tcp=True)
        found = vectors.differences(query, sent, reply, whole)
        if found:
            wrong.append(f"{query['id']} {query.get('qname', '')} {query.get('qtype', '')}: {'; '.join(found)}")
    assert not wrong, "\n".join(wrong)
