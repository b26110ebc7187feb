"""How many clusters a person may have, and what a new one may be called."""

from __future__ import annotations

from itertools import count
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from cluster.models import Cluster

MOST_CLUSTERS = 20
"""Of one person who is not staff: each lives in memory, and its controllers run, whether somebody looks or not."""
TOO_MANY = f"You have {MOST_CLUSTERS} clusters, as many as one person may. Delete one first."


def cluster_name() -> forms.CharField:
    """The field a new cluster's name is written into."""
    return forms.CharField(
        label="Name",
        max_length=40,
        validators=[
            RegexValidator(
                r"\A[a-z]([-a-z0-9]*[a-z0-9])?\Z",
                "A name is lower-case letters, digits and hyphens, and begins with a letter: team-a.",
            )
        ],
    )


async def has_room(user: Any) -> bool:
    """Whether this person may make another."""
    return user.is_staff or await Cluster.objects.filter(owner_id=user.pk).acount() < MOST_CLUSTERS


async def free_name(wanted: str) -> str:
    """The name itself or, when it is taken, with the first free number: headless-2."""
    taken = {each async for each in Cluster.objects.values_list("slug", flat=True)}
    numbered = (f"{wanted}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(each for each in numbered if each not in taken)
