"""Objects that are questions: they are posted, answered, and stored nowhere."""

from __future__ import annotations

from cluster.access import reviews
from cluster.access.reviews import Verified
from cluster.api import subresources
from cluster.api.accounts import verified, verify_any
from cluster.api.negotiation import form
from cluster.api.request import Request
from cluster.api.response import Response, body
from cluster.api.routing import Target
from cluster.api.writeoptions import read
from cluster.api.writing import body_of, placed
from cluster.machinery.objects import name, spec


async def ask(request: Request, target: Target) -> Response:
    """Answer a review, or carry out a Binding. ApiError when it cannot be answered as it stands."""
    shape = form(request.headers.get("accept", ""), metadata_only=False)
    options = read(request, "CreateOptions")
    review = body_of(request, target, options)
    if target.resource.resource == "bindings":
        review = placed(review, target)
        return await subresources.bind(request, target._replace(name=name(review)), review, dry_run=options.dry_run)
    whose: Verified | None = None
    if target.resource.resource == "tokenreviews" and not spec(review).get("audiences"):
        whose = await verify_any(request, str(spec(review).get("token") or ""))
    answered = reviews.answer(
        review,
        request.user,
        request.world,
        lambda text, audiences: whose or verified(text, request.world, audiences),
    )
    return body(answered, shape.media, 201)
