"""What the official Python client gets to see of streams, printed as JSON. A program of its own, since that library
leaves its sockets open."""

from __future__ import annotations

import json
import sys
from typing import Any

from kubernetes import client, config
from kubernetes.stream import portforward, stream


def opened(core: Any, *command: str, **more: Any) -> Any:
    streams = {"stdin": False, "stdout": True, "stderr": True, "tty": False, **more}
    return stream(core.connect_get_namespaced_pod_exec, "web", "default", command=list(command), **streams)


def exit_code(core: Any, *command: str) -> int:
    talk = opened(core, *command, _preload_content=False)
    talk.run_forever(timeout=10)
    return int(talk.returncode)


def talk(core: Any) -> list[str]:
    """What is answered to two lines."""
    found = opened(core, "cat", stdin=True, _preload_content=False)
    lines = []
    for word in ("one", "two"):
        found.write_stdin(f"{word}\n")
        lines.append(found.readline_stdout(timeout=10))
    found.close()
    return lines


def refusal(core: Any) -> str:
    try:
        stream(core.connect_get_namespaced_pod_exec, "gone", "default", command=["ls"], stdout=True)
    except client.ApiException as error:
        return str(error)
    return "none"


def forwarded(core: Any) -> dict[str, Any]:
    ports = portforward(core.connect_get_namespaced_pod_portforward, "web", "default", ports="80,81")
    http = ports.socket(80)
    http.setblocking(True)
    http.settimeout(10)
    http.sendall(b"GET / HTTP/1.0\r\nHost: web\r\n\r\n")
    said = b""
    while piece := http.recv(4096):
        said += piece
    return {"said": said.decode(), "errors": [ports.error(80), ports.error(81)]}


def main() -> None:
    config.load_kube_config(sys.argv[1])
    core = client.CoreV1Api()
    found = {
        "printed": opened(core, "cat", "/etc/hostname"),
        "talk": talk(core),
        "codes": [exit_code(core, "true"), exit_code(core, "cat", "/no/such")],
        "refusal": refusal(core),
        "forwarded": forwarded(core),
        "log": core.read_namespaced_pod_log("web", "default"),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
