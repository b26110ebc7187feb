"""The rules of standing under their former name, for controllers that still ask here."""

from cluster.placement.standing import NAME_FIELD as NAME_FIELD
from cluster.placement.standing import NO_EXECUTE as NO_EXECUTE
from cluster.placement.standing import NO_SCHEDULE as NO_SCHEDULE
from cluster.placement.standing import matches_node as matches_node
from cluster.placement.standing import pinned_to as pinned_to
from cluster.placement.standing import untolerated as untolerated
