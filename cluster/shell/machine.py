"""A container as its programs meet it: its files, programs and processes, the cluster as it is, time and the dice.

One `Machines` a cluster and process holds what containers share between sessions: processes, listeners, connections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from secrets import randbelow

from cluster import deeds, keeping, logs
from cluster.config import ClusterConfig
from cluster.contents import Place as Mounted
from cluster.contents import Who
from cluster.dns import resolver
from cluster.logs import Place
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import NODES, PODS, Obj, key, name, namespace, seconds, spec, status, uid
from cluster.machinery.podspecs import container_named
from cluster.nodes import environment, filesystem, hostfiles, identity, scripted, software
from cluster.nodes.hostfiles import Names
from cluster.shell import sharing
from cluster.shell.files import TreeFiles
from cluster.shell.images import Installed
from cluster.shell.language.gates import passed
from cluster.shell.launching import launch
from cluster.shell.network import Network
from cluster.shell.pipes import Nothing, Printed
from cluster.shell.process import Connection, Listener, Process, Program, Reader, Window, Writer
from cluster.shell.processes import Main, Processes
from cluster.watch import Mirror
from cluster.world import World

_MANY = 100


class Machines:
    """The containers of one cluster in this process, and its network (for which see `network.Surroundings`)."""

    def __init__(self, mirror: Mirror, pick: Callable[[int], int] = randbelow) -> None:
        self.mirror, self.pick = mirror, pick
        self.network = Network(self)
        self.on_main: Callable[[ContainerMachine, int, bool], None] | None = None
        """What becomes of a container's main process that is sent a signal, and whether it is process 1 of those who
        see it; None: nothing."""
        self.interfaces: dict[str, dict[str, bool]] = {}
        """By pod, what its containers have added to its network, and whether it is up."""
        self._processes: dict[tuple[str, str, int], Processes] = {}
        self._many = _MANY

    @property
    def world(self) -> World:
        return self.mirror.world

    @property
    def config(self) -> ClusterConfig:
        return self.mirror.config

    def now(self) -> float:
        """Cluster time, Unix seconds."""
        return self.mirror.now()

    async def sleep(self, seconds: float) -> None:
        """So long by the cluster's clock."""
        await self.mirror.sleep(seconds)

    def tell(self, make: deeds.Make) -> None:
        """What a program in one of the containers asked or sent."""
        deeds.tell(self.config.slug, make)

    def machine(self, pod: Obj, container: str) -> ContainerMachine:
        """The machine of one container. BadRequest when the pod has no such one."""
        return ContainerMachine(self, pod, container)

    def files(self, pod: Obj, container: str) -> TreeFiles:
        """What a container holds, as its node and its own server look at it."""
        return self.machine(pod, container).held

    async def log(self, pod: Obj, container: str, text: str, *, error: bool = False) -> None:
        """A line that the program of a container writes."""
        restarts = keeping.restarts(pod, container)
        place = Place(self.mirror.cluster, uid(pod), container, restarts)
        logs.append(place, text, self.now(), "stderr" if error else "stdout")

    async def run(self, pod: Obj, container: str, argv: list[str]) -> tuple[int, bytes] | None:
        """A command in a container: its status and what it printed; None where it cannot be started."""
        printed = Printed()
        try:
            status = await launch(self.machine(pod, container).process(argv, Nothing(), printed, printed))
        except OSError:
            return None
        return status, bytes(printed.data)

    def processes(self, machine: ContainerMachine) -> Processes:
        """Those that the container's present start sees, the same for every session."""
        if len(self._processes) > self._many:
            live = {uid(pod) for pod in self.world.bucket(PODS).values()}
            live |= {name(node) for node in self.world.bucket(NODES).values()}
            self._processes = {each: kept for each, kept in self._processes.items() if each[0] in live}
            self.interfaces = {each: kept for each, kept in self.interfaces.items() if each in live}
            self._many = max(_MANY, 2 * len(self._processes))
        space = sharing.space(machine.pod, machine.template)
        found = self._processes.get(space.key)
        if found is None:
            found = self._processes[space.key] = Processes(partial(self._mains, machine, space), machine.now)
        return found

    def _mains(self, machine: ContainerMachine, space: sharing.Space) -> list[Main]:
        """The main processes in that space, as the machine's world has them now."""
        mates = sharing.mates(self.world, machine.pod, machine.template)
        mains = [self.machine(pod, str(container["name"])).main(self._sent_to_main) for pod, container in mates]
        if space.sort == "pod":
            mains.insert(0, Main("pause", [sharing.PAUSE], machine.began, sharing.PAUSE_USER))
        elif space.sort == "node":
            mains[:0] = [Main(line, [line], 0.0) for line in sharing.OF_A_NODE]
        return mains

    def _sent_to_main(self, machine: ContainerMachine, number: int, *, first: bool) -> None:
        if self.on_main is not None:
            self.on_main(machine, number, first)


_machines: dict[int, Machines] = {}


def machines(mirror: Mirror) -> Machines:
    """Those of the cluster that this mirror shows."""
    found = _machines.get(mirror.cluster)
    if found is None or found.mirror is not mirror:
        for cluster in [cluster for cluster, each in _machines.items() if each.mirror.is_forgotten]:
            del _machines[cluster]
        found = _machines[mirror.cluster] = Machines(mirror)
    return found


class ContainerMachine:
    """See `cluster.shell.process.Machine`."""

    def __init__(self, machines: Machines, pod: Obj, container: str) -> None:
        self._machines, self._pod, self._container = machines, pod, container
        self._where = key(PODS, namespace(pod), name(pod))
        if self._template() is None:
            raise BadRequest(f"container {container} is not valid for pod {name(pod)}")
        self._files: tuple[World, int, TreeFiles] | None = None
        self.programs: Mapping[str, Program] = Installed(lambda: self.files, self.path)

    # -- the cluster ---------------------------------------------------------------------------------------

    @property
    def world(self) -> World:
        return self._machines.world

    @property
    def config(self) -> ClusterConfig:
        return self._machines.config

    def now(self) -> float:
        return self._machines.now()

    async def sleep(self, seconds: float) -> None:
        await self._machines.sleep(seconds)
        await passed()

    def pick(self, n: int) -> int:
        return self._machines.pick(n)

    async def exchange(self, server: str, port: int, packet: bytes, *, tcp: bool = False) -> bytes | None:
        return await self._machines.network.exchange(self._where, server, port, packet, tcp=tcp)

    async def connect(self, address: str, port: int, *, udp: bool = False) -> Connection:
        return await self._machines.network.connect(self._where, address, port, udp=udp)

    def listen(self, port: int, *, udp: bool = False, local: bool = False) -> Listener:
        return self._machines.network.listen(self._where, port, udp=udp, local=local)

    # -- the container -------------------------------------------------------------------------------------

    @property
    def pod(self) -> Obj:
        found = self.world.get(self._where)
        if found is not None and uid(found) == uid(self._pod):
            self._pod = found
        return self._pod

    @property
    def container(self) -> str:
        return self._container

    @property
    def template(self) -> Obj:
        """The container as its pod's spec has it."""
        return self._template() or {}

    @property
    def image(self) -> str:
        return str(self.template.get("image") or "")

    @property
    def instance(self) -> tuple[str, str, int]:
        """(pod's uid, container, how often it was started again)."""
        return sharing.start(self.pod, self.template)

    @property
    def names(self) -> Names:
        """What the pod calls itself, and what its resolver is told."""
        called = resolver.hostname(self.pod, self.config)
        conf = resolver.resolv_conf(self.pod, namespace(self.pod), self.config)
        return Names(called.printed, called.full, resolver.file(conf))

    @property
    def files(self) -> TreeFiles:
        world = self.world
        if self._files is None or self._files[0] is not world or self._files[1] != world.edits:
            self._files = world, world.edits, TreeFiles(self._places(), self.now, world.contents, self.who)
        return self._files[2]

    def _places(self) -> dict[str, Mounted]:
        """Those of the others that it sees are below /proc."""
        pod, world, trust, names = self.pod, self.world, self.config.trust, self.names
        if sharing.space(pod, self.template).sort not in ("target", "pod"):
            return filesystem.places(world, pod, self.template, self.now, names, trust)
        processes = self.processes
        found = filesystem.places(world, pod, self.template, self.now, names, trust, processes.first(self.instance))
        for _, mate in sharing.mates(world, pod, self.template):
            if mate.get("name") != self._container:
                pid = processes.first(sharing.start(pod, mate))
                found |= dict(filesystem.beside(world, pod, mate, self.now, names, trust, pid))
        return found

    @property
    def held(self) -> TreeFiles:
        """The same files, and nothing of them is kept from who looks."""
        return TreeFiles(self._places(), self.now, self.world.contents)

    @property
    def who(self) -> Who:
        """Whose its processes are."""
        return identity.who(self.pod, self.template)

    @property
    def processes(self) -> Processes:
        return self._machines.processes(self)

    @property
    def interfaces(self) -> dict[str, bool]:
        return self._machines.interfaces.setdefault(uid(self.pod), {})

    @property
    def path(self) -> str:
        """PATH as the image has it."""
        return software.of(self.image).environment.get("PATH", software.PATH)

    @property
    def began(self) -> float:
        """When the pod's node took it up, cluster time."""
        return seconds(status(self.pod).get("startTime"))

    def main(self, sent: Callable[..., None]) -> Main:
        """Its main process and that one's children. `sent` is called with this machine, a signal, and `first`."""
        words = hostfiles.command_line(self.template)
        lines: list[tuple[str, ...]] = [words]
        if words[:1] == ("nginx",):
            lines = [("nginx: master process nginx -g daemon off;",), ("nginx: worker process",)]
        since, user = scripted.started(self.pod, self._container), identity.user(self.pod, self.template)
        return Main(self.instance, lines, since, user, partial(sent, self), bool(self.template.get("tty")))

    def process(
        self, argv: Sequence[str], stdin: Reader, stdout: Writer, stderr: Writer, tty: Window | None = None
    ) -> Process:
        """A process as the runtime starts one in this container."""
        env = environment.environment(self.world, self.pod, self.template, self.names.hostname)
        if tty is not None:
            env.setdefault("TERM", "xterm")
        folder = str(self.template.get("workingDir") or software.of(self.image).folder)
        user = identity.user(self.pod, self.template)
        return Process(list(argv), self, stdin, stdout, stderr, env, folder, tty, user)

    def _template(self) -> Obj | None:
        return container_named(spec(self._pod), self._container)
