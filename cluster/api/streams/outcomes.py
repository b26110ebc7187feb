"""How a command ended, as the Status that a client is told. Pure."""

from __future__ import annotations

from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Obj

SUCCESS: Obj = {"metadata": {}, "status": "Success"}


def of_exit(code: int) -> Obj:
    """The program's own exit status."""
    if code == 0:
        return SUCCESS
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }


def of_error(error: ApiError) -> Obj:
    """A program that could not be started, or was not let run on."""
    return {"metadata": {}, **{name: value for name, value in error.status().items() if name not in _OF_OBJECTS}}


_OF_OBJECTS = ("kind", "apiVersion", "metadata")


def internal(message: str) -> ApiError:
    return ApiError(f"Internal error occurred: {message}")
