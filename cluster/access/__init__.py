"""Who may do what in a cluster, and who one is: roles, reviews, tokens of service accounts. Pure.

    allowed(world, user, Attributes("list", "", "pods", namespace="default")) -> Decision

Knows no HTTP and no web site: who asks is given, and so are the clock and the key that tokens are signed with.
"""

from cluster.access.attributes import Attributes, Subject, refusal
from cluster.access.authorizer import Decision, allowed, rules

__all__ = ["Attributes", "Decision", "Subject", "allowed", "refusal", "rules"]
