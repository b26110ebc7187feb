"""What a container's file system holds: its image, its volumes, what its kubelet writes, what its script wrote."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.contents import Tree, file
from cluster.machinery.objects import CONFIG_MAPS, NODES, PODS, Obj, key
from cluster.nodes import filesystem
from cluster.nodes.hostfiles import Names
from cluster.world import World
from tests.shell.containers import NOW, pod, world_of

SETTINGS: Obj = {
    "kind": "ConfigMap",
    "metadata": {"name": "settings", "namespace": "default"},
    "data": {"a.conf": "A\n", "b.conf": "B\n"},
    "binaryData": {"raw": "AP8="},
}
SECRET: Obj = {
    "kind": "Secret",
    "metadata": {"name": "key", "namespace": "default"},
    "data": {"password": "aHVudGVyMg=="},
}
VOLUME: Obj = {"kind": "PersistentVolume", "metadata": {"name": "pv-1", "uid": "pv-uid"}}
CLAIM: Obj = {
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "data", "namespace": "default"},
    "spec": {"volumeName": "pv-1"},
}


def mounted(volume: Obj, *mounts: Obj, **more: Any) -> Obj:
    given = [{"name": "v", **each} for each in mounts]
    return pod(volumeMounts=given, spec={"volumes": [{"name": "v", **volume}]}, **more)


def tree_of(made: Obj, world: World | None = None, at: float = NOW, names: Names | None = None) -> Tree:
    held = world or world_of(made, SETTINGS, SECRET, VOLUME, CLAIM)
    return filesystem.tree(held, made, made["spec"]["containers"][0], lambda: at, names or Names("web-0"))


@pytest.mark.parametrize(
    ("volume", "mount", "path", "held"),
    [
        ({"configMap": {"name": "settings"}}, {"mountPath": "/etc/app"}, "/etc/app/a.conf", b"A\n"),
        ({"configMap": {"name": "settings"}}, {"mountPath": "/etc/app"}, "/etc/app/raw", b"\x00\xff"),
        (
            {"configMap": {"name": "settings", "items": [{"key": "a.conf", "path": "deep/own.conf"}]}},
            {"mountPath": "/etc/app"},
            "/etc/app/deep/own.conf",
            b"A\n",
        ),
        ({"configMap": {"name": "settings"}}, {"mountPath": "/app.conf", "subPath": "b.conf"}, "/app.conf", b"B\n"),
        ({"secret": {"secretName": "key"}}, {"mountPath": "/run/key"}, "/var/run/key/password", b"hunter2"),
        (
            {"downwardAPI": {"items": [{"path": "name", "fieldRef": {"fieldPath": "metadata.name"}}]}},
            {"mountPath": "/info"},
            "/info/name",
            b"web-0",
        ),
        (
            {
                "projected": {
                    "sources": [{"configMap": {"name": "settings"}}, {"secret": {"name": "key"}}],
                }
            },
            {"mountPath": "/all"},
            "/all/password",
            b"hunter2",
        ),
    ],
)
def test_volumes_are_filled_from_objects(volume: Obj, mount: Obj, path: str, held: bytes) -> None:
    image = "debian" if path.startswith("/var/run") else "busybox"
    if path.startswith("/var/run"):
        path = path.removeprefix("/var")
    assert tree_of(mounted(volume, mount, image=image)).read(path) == held


def test_a_mounted_config_map_is_what_the_object_is_now_and_nobody_writes_to_it() -> None:
    made = mounted({"configMap": {"name": "settings"}}, {"mountPath": "/etc/app"})
    world = world_of(made, SETTINGS)
    assert [each for each in tree_of(made, world).listdir("/etc/app") if not each.startswith("..")] == [
        "a.conf",
        "b.conf",
        "raw",
    ]
    with pytest.raises(OSError, match="Read-only file system"):
        tree_of(made, world).write("/etc/app/a.conf", b"")
    world.put(key(CONFIG_MAPS, "default", "settings"), {**SETTINGS, "data": {"c.conf": "C\n"}})
    assert tree_of(made, world).read("/etc/app/c.conf") == b"C\n"
    with pytest.raises(FileNotFoundError):
        tree_of(made, world).read("/etc/app/a.conf")


@pytest.mark.parametrize(
    ("volume", "layer"),
    [
        ({"emptyDir": {}}, "emptyDir/web-0-uid/v"),
        ({"persistentVolumeClaim": {"claimName": "data"}}, "volume/pv-uid"),
        ({"hostPath": {"path": "/srv/shared"}}, "node/node-uid"),
    ],
)
def test_what_is_written_to_a_volume_is_kept_where_it_belongs(volume: Obj, layer: str) -> None:
    made = mounted(volume, {"mountPath": "/data", "subPath": "part"}, {"mountPath": "/whole", "readOnly": True})
    world = world_of(made, VOLUME, CLAIM)
    tree_of(made, world).write("/data/a", b"1")
    assert list(world.contents.layers) == [layer]
    assert tree_of(made, world).read("/whole/part/a") == b"1"
    with pytest.raises(OSError, match="Read-only file system"):
        tree_of(made, world).write("/whole/b", b"")


def test_own_changes_go_when_the_container_starts_again_and_an_empty_dir_stays() -> None:
    made = mounted({"emptyDir": {}}, {"mountPath": "/cache"})
    world = world_of(made)
    tree_of(made, world).write("/tmp/own", b"1")
    tree_of(made, world).write("/cache/kept", b"2")
    again = {**made, "status": {"containerStatuses": [{"name": "app", "restartCount": 1}]}}
    world.put(key(PODS, "default", "web-0"), again)
    assert tree_of(again, world).listdir("/tmp") == []
    assert tree_of(again, world).read("/cache/kept") == b"2"


def test_files_that_a_kubelet_writes() -> None:
    made = pod(spec={"hostAliases": [{"ip": "10.1.2.3", "hostnames": ["foo.local", "bar.local"]}]})
    names = Names("web-0", "web-0.nginx.default.svc.cluster.local", "nameserver 10.96.0.10\n")
    tree = tree_of(made, names=names)
    assert tree.read("/etc/hostname") == b"web-0\n"
    assert tree.read("/etc/resolv.conf") == b"nameserver 10.96.0.10\n"
    assert tree.read("/etc/hosts").decode() == (
        "# Kubernetes-managed hosts file.\n"
        "127.0.0.1\tlocalhost\n"
        "::1\tlocalhost ip6-localhost ip6-loopback\n"
        "fe00::0\tip6-localnet\n"
        "fe00::0\tip6-mcastprefix\n"
        "fe00::1\tip6-allnodes\n"
        "fe00::2\tip6-allrouters\n"
        "10.244.0.10\tweb-0.nginx.default.svc.cluster.local\tweb-0\n"
        "\n# Entries added by HostAliases.\n"
        "10.1.2.3\tfoo.local\tbar.local\n"
    )
    assert tree.read("/proc/1/cmdline") == b"sh\0"
    assert b"\0HOSTNAME=web-0\0KUBERNETES_SERVICE_HOST=10.96.0.1\0" in tree.read("/proc/1/environ")
    assert tree.read("/proc/sys/kernel/osrelease") == b"6.1.0-simulated\n"
    assert tree.read("/proc/meminfo").startswith(b"MemTotal:        8388608 kB\n")
    with pytest.raises(OSError, match="Device or resource busy"):
        tree.unlink("/etc/hosts")


@pytest.mark.parametrize(("at", "there"), [(-1.0, False), (0.0, True), (29.0, True), (31.0, False)])
def test_a_script_s_files_come_and_go(at: float, there: bool) -> None:
    script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"
    made = pod(command=["/bin/sh", "-c", script])
    assert ("healthy" in tree_of(made, at=NOW - 60 + at).listdir("/tmp")) is there


def test_an_init_container_prepares_a_volume() -> None:
    made = mounted({"emptyDir": {}}, {"mountPath": "/usr/share/nginx/html"}, image="nginx")
    said = 'echo "Hello from $HOSTNAME" > /work/index.html && echo more >> /work/index.html'
    made["spec"]["initContainers"] = [
        {
            "name": "prepare",
            "image": "busybox",
            "command": ["sh", "-c", said],
            "volumeMounts": [{"name": "v", "mountPath": "/work"}],
        }
    ]
    over = {"terminated": {"startedAt": "2025-11-24T15:58:00Z", "exitCode": 0}}
    made["status"]["initContainerStatuses"] = [{"name": "prepare", "state": over, "restartCount": 0}]
    assert tree_of(made).read("/usr/share/nginx/html/index.html") == b"Hello from web-0\nmore\n"


def test_what_a_script_writes_to_a_lasting_volume_is_told_until_it_is_there() -> None:
    made = mounted(
        {"persistentVolumeClaim": {"claimName": "data"}},
        {"mountPath": "/data"},
        command=["sh", "-c", "echo 1 > /data/a"],
    )
    world = world_of(made, VOLUME, CLAIM)
    due = list(filesystem.lasting(world, made))
    assert due == [("volume/pv-uid", "/a", file("1\n", at=NOW - 60))]
    for layer, path, entry in due:
        world.contents.put(layer, path, entry)
    assert list(filesystem.lasting(world, made)) == []


def test_a_node_that_is_not_there_has_no_files() -> None:
    made = mounted({"hostPath": {"path": "/srv"}}, {"mountPath": "/data"})
    world = world_of(made)
    world.drop(key(NODES, "", "node-1"))
    assert filesystem.volume_layer(world, made, made["spec"]["volumes"][0]) == ""
