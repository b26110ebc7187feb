"""A glance tells of commits by others, on a database that can tell."""

from __future__ import annotations

import pytest
from django.db import connection

from cluster.intents import Create
from cluster.store import commit, create_cluster
from cluster.store.stir import Stir
from tests.objects import config_map

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_stirs_at_each_commit_and_is_quiet_between() -> None:
    cluster = create_cluster("test", author="tester")
    with Stir() as stir:
        assert stir.tells == (connection.vendor == "sqlite")
        assert stir.stirred() is False
        commit(cluster.pk, [Create(config_map("a"))], author="ada", cause="test")
        assert stir.stirred() is stir.tells
        assert stir.stirred() is False
