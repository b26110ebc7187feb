"""The store: the only writer of a cluster's objects, and its log.

    outcome = commit(cluster, [Create(obj), …], author="ada", cause="apply")
    outcome = await written(commit, cluster, intents, author=…, cause=…)
    changes = since(cluster, revision)

Knows nothing of who listens.
"""

from __future__ import annotations

from cluster.store.clusters import create_cluster, delete_cluster, fork_cluster
from cluster.store.commit import CommitRefused, Group, Outcome, Result, commit, commit_groups, survey
from cluster.store.log import since, snapshot
from cluster.store.writer import looked_back, read, written

__all__ = [
    "CommitRefused",
    "Group",
    "Outcome",
    "Result",
    "commit",
    "commit_groups",
    "create_cluster",
    "delete_cluster",
    "fork_cluster",
    "looked_back",
    "read",
    "since",
    "snapshot",
    "survey",
    "written",
]
