"""What the tests of Kubernetes' own suite have at hand: the official client, a namespace, patience, a watch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from kubernetes import client as _client
from kubernetes import config as _config
from kubernetes.client.exceptions import ApiException
from kubernetes.watch import Watch as _Watch

PATIENCE = 30.0
Watch: Any = _Watch
client: Any = _client
config: Any = _config
Obj = dict[str, Any]
JSON = "application/json"
MERGE_PATCH, JSON_PATCH = "application/merge-patch+json", "application/json-patch+json"
APPLY = "application/apply-patch+yaml"


class Answer(NamedTuple):
    code: int
    raw: bytes
    headers: Any

    @property
    def text(self) -> str:
        return self.raw.decode()

    @property
    def body(self) -> Any:
        return orjson.loads(self.raw)

    @property
    def lines(self) -> list[Obj]:
        """The events of a watch that has ended."""
        return [orjson.loads(line) for line in self.raw.splitlines()]


class Suite:
    def __init__(self, kubeconfig: Path, namespace: str) -> None:
        self.api = config.new_client_from_config(str(kubeconfig))
        self.namespace = namespace
        self.core = client.CoreV1Api(self.api)
        self.apps = client.AppsV1Api(self.api)
        self.batch = client.BatchV1Api(self.api)
        self.policy = client.PolicyV1Api(self.api)
        self.core.create_namespace({"metadata": {"name": namespace}})
        self.until(lambda: self.core.read_namespaced_service_account("default", namespace))

    def close(self) -> None:
        self.api.close()

    def until(self, asked: Callable[[], Any]) -> Any:
        """The first answer that is true; not found is not there yet."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if found := asked():
                    return found
            except ApiException as error:
                if error.status not in (404, 409):
                    raise
            assert time.monotonic() < end, "it never came to it"
            time.sleep(0.02)

    def gone(self, asked: Callable[[], Any]) -> None:
        def missing() -> bool:
            try:
                asked()
            except ApiException as error:
                return bool(error.status == 404)
            return False

        self.until(missing)

    def ask(self, method: str, path: str, body: object = None, media: str = JSON, accept: str = JSON) -> Answer:
        """A request that no typed client makes; bytes are sent as they stand."""
        headers = {"Content-Type": media, **self.api.default_headers, "Accept": accept}
        self.api.update_params_for_auth(headers, [], ["BearerToken"], path, method, body)
        sent = body if body is None or isinstance(body, bytes) else orjson.dumps(body)
        address = f"{self.api.configuration.host}{path}"
        pool = self.api.rest_client.pool_manager
        made: Any = pool.request(method, address, body=sent, headers=headers, redirect=False)
        return Answer(made.status, made.data, made.headers)

    def apply(self, path: str, body: Obj) -> Answer:
        """Server-side apply; who applies is in the path's query."""
        return self.ask("PATCH", path, body, APPLY)

    @contextmanager
    def refused(self, code: int, words: str = "") -> Iterator[None]:
        """What is done inside is answered with that code, in words that hold these."""
        try:
            yield
        except ApiException as error:
            assert (error.status, words in str(error.body)) == (code, True), error.body
        else:
            raise AssertionError(f"it was not refused with {code}")

    def events(self, listing: Callable[..., Any], version: str, **query: Any) -> Iterator[tuple[str, Any]]:
        """(type, object) of a watch from a version on."""
        for event in Watch().stream(listing, self.namespace, resource_version=version, timeout_seconds=10, **query):
            yield event["type"], event["object"]
