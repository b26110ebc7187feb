"""Tutorial "Run a Replicated Stateful Application" (10); steps by their ids."""

from __future__ import annotations

import re
import time

import pytest

from tests.kubectl.driving import Kubectl

CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: mysql, labels: {app: mysql}}
data:
  primary.cnf: |
    [mysqld]
    log-bin
  secondary.cnf: |
    [mysqld]
    super-read-only
"""
SERVICES = """
apiVersion: v1
kind: Service
metadata: {name: mysql, labels: {app: mysql}}
spec: {clusterIP: None, selector: {app: mysql}, ports: [{name: mysql, port: 3306}]}
---
apiVersion: v1
kind: Service
metadata: {name: mysql-read, labels: {app: mysql}}
spec: {selector: {app: mysql}, ports: [{name: mysql, port: 3306}]}
"""
SERVERS = r"""
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: mysql}
spec:
  selector: {matchLabels: {app: mysql}}
  serviceName: mysql
  replicas: 3
  template:
    metadata: {labels: {app: mysql}}
    spec:
      initContainers:
      - name: init-mysql
        image: mysql:5.7
        command:
        - bash
        - "-c"
        - |
          set -ex
          [[ $HOSTNAME =~ -([0-9]+)$ ]] || exit 1
          ordinal=${BASH_REMATCH[1]}
          echo [mysqld] > /mnt/conf.d/server-id.cnf
          echo server-id=$((100 + $ordinal)) >> /mnt/conf.d/server-id.cnf
          if [[ $ordinal -eq 0 ]]; then
            cp /mnt/config-map/primary.cnf /mnt/conf.d/
          else
            cp /mnt/config-map/secondary.cnf /mnt/conf.d/
          fi
        volumeMounts:
        - {name: conf, mountPath: /mnt/conf.d}
        - {name: config-map, mountPath: /mnt/config-map}
      containers:
      - name: mysql
        image: mysql:5.7
        env: [{name: MYSQL_ALLOW_EMPTY_PASSWORD, value: "1"}]
        ports: [{name: mysql, containerPort: 3306}]
        volumeMounts:
        - {name: data, mountPath: /var/lib/mysql, subPath: mysql}
        - {name: conf, mountPath: /etc/mysql/conf.d}
        resources: {requests: {cpu: 500m, memory: 1Gi}}
        livenessProbe:
          exec: {command: [mysqladmin, ping]}
          initialDelaySeconds: 30
          periodSeconds: 10
        readinessProbe:
          exec: {command: [mysql, "-h", 127.0.0.1, "-e", SELECT 1]}
          periodSeconds: 2
      - name: xtrabackup
        image: gcr.io/google-samples/xtrabackup:1.0
        ports: [{name: xtrabackup, containerPort: 3307}]
        command:
        - bash
        - "-c"
        - |
          set -ex
          mysql -h 127.0.0.1 -e "CHANGE MASTER TO MASTER_HOST='mysql-0.mysql', MASTER_USER='root'; START SLAVE;" || true
          exec ncat --listen --keep-open --send-only --max-conns=1 3307 -c "xtrabackup --backup --stream=xbstream"
        volumeMounts:
        - {name: data, mountPath: /var/lib/mysql, subPath: mysql}
        resources: {requests: {cpu: 100m, memory: 100Mi}}
      volumes:
      - {name: conf, emptyDir: {}}
      - {name: config-map, configMap: {name: mysql}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
"""
WRITTEN = """\
CREATE DATABASE test;
CREATE TABLE test.messages (message VARCHAR(250));
INSERT INTO test.messages VALUES ('hello');
"""

NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: node-2}\n"


def started(k: Kubectl, replicas: int = 3) -> None:
    assert k.apply(CONFIG) == ["configmap/mysql created"]  # M-01
    assert k.apply(SERVICES) == ["service/mysql created", "service/mysql-read created"]
    assert k.apply(SERVERS) == ["statefulset.apps/mysql created"]
    k.until("get pods -l app=mysql", lambda printed: printed.out.count("2/2") == replicas)


def client(k: Kubectl, words: list[str], stdin: str = "") -> str:
    """One command of a client's own pod."""
    command = ["run", "mysql-client", "--image=mysql:5.7", "-i", "--rm", "--restart=Never", "--"]
    return k([*command, "mysql", *words], stdin).out


def numbers(k: Kubectl, times: int = 12) -> set[str]:
    """The servers that connections to mysql-read come to."""
    command = f"for i in $(seq {times}); do mysql -N -h mysql-read -e 'SELECT @@server_id,NOW()'; done"
    lines = k(["exec", "mysql-0", "-c", "mysql", "--", "bash", "-c", command]).lines
    return {line.split("\t")[0] for line in lines}


def until_numbers(k: Kubectl, wanted: set[str]) -> None:
    end = time.monotonic() + 20
    while (found := numbers(k)) != wanted:
        assert time.monotonic() < end, found


def test_m_01_to_m_06_written_to_the_first_and_read_from_all(k: Kubectl) -> None:
    started(k)
    for name in ("mysql-0", "mysql-1", "mysql-2"):  # M-03
        asked = k(["exec", "mysql-0", "-c", "mysql", "--", "getent", "hosts", f"{name}.mysql"]).out
        assert re.fullmatch(rf"10\.244\.\S+\s+{name}\.mysql\.default\.svc\.cluster\.local\n", asked)
    printed = client(k, ["-h", "mysql-0.mysql"], WRITTEN)  # M-04
    assert 'pod "mysql-client" deleted' in printed
    assert "ERROR" not in printed
    read = client(k, ["-t", "-h", "mysql-read", "-e", "SELECT * FROM test.messages"])  # M-05
    assert "+---------+\n| message |\n+---------+\n| hello   |\n+---------+\n" in read
    assert numbers(k, 30) == {"100", "101", "102"}  # M-06


@pytest.mark.pace("brisk")
def test_m_02_pods_come_in_order_through_their_init_containers(k: Kubectl) -> None:
    with k.watching("get pods -l app=mysql --watch") as watch:
        k.apply(CONFIG + "---" + SERVICES + "---" + SERVERS)
        rows = watch.until(lambda rows: any(row[:3] == ["mysql-1", "2/2", "Running"] for row in rows))
    states = [row[1:3] for row in rows if row[0] == "mysql-1"]
    assert states[0] == ["0/2", "Pending"]
    for state in (["0/2", "Init:0/1"], ["0/2", "PodInitializing"], ["2/2", "Running"]):
        assert state in states, states
    ready = next(number for number, row in enumerate(rows) if row[:3] == ["mysql-0", "2/2", "Running"])
    assert all(number > ready for number, row in enumerate(rows) if row[0] == "mysql-1")


def test_m_07_to_m_09_one_that_is_not_ready_is_asked_no_more(k: Kubectl) -> None:
    started(k)
    k("exec mysql-2 -c mysql -- mv /usr/bin/mysql /usr/bin/mysql.off")  # M-07
    k.until("get pod mysql-2", lambda printed: "1/2" in printed.out)
    until_numbers(k, {"100", "101"})
    k("exec mysql-2 -c mysql -- mv /usr/bin/mysql.off /usr/bin/mysql")  # M-08
    k.until("get pod mysql-2", lambda printed: "2/2" in printed.out)
    until_numbers(k, {"100", "101", "102"})
    k("delete pod mysql-2")  # M-09
    k.until("get pod mysql-2", lambda printed: "2/2" in printed.out)
    until_numbers(k, {"100", "101", "102"})


def test_m_10_to_m_12_a_node_is_drained(k: Kubectl) -> None:
    k.apply(NODE)
    started(k)
    (node,) = k("get pod mysql-2 -o wide").column("NODE")  # M-10
    drained = k(f"drain {node} --force --delete-emptydir-data --ignore-daemonsets").out  # M-11
    assert f"node/{node} cordoned\n" in drained
    assert "evicting pod default/mysql-2\n" in drained
    assert "pod/mysql-2 evicted\n" in drained
    assert drained.endswith(f"node/{node} drained\n")
    back = k.until("get pod mysql-2 -o wide", lambda p: bool(p.lines) and p.column("READY") == ["2/2"])
    assert back.column("NODE") != [node]
    assert k(f"uncordon {node}").out == f"node/{node} uncordoned\n"  # M-12


def test_m_13_to_m_17_more_of_them_and_the_end(k: Kubectl) -> None:
    started(k)
    client(k, ["-h", "mysql-0.mysql"], WRITTEN)
    assert k("scale statefulset mysql --replicas=5").lines == ["statefulset.apps/mysql scaled"]  # M-13
    k.until("get pods -l app=mysql", lambda printed: printed.out.count("2/2") == 5)
    until_numbers(k, {"100", "101", "102", "103", "104"})
    assert "\nhello\n" in client(k, ["-h", "mysql-3.mysql", "-e", "SELECT * FROM test.messages"])
    k("scale statefulset mysql --replicas=3")  # M-14
    k.until("get pods -l app=mysql", lambda printed: len(printed.lines) == 4)
    claims = k("get pvc -l app=mysql").rows[1:]
    assert [row[0] for row in claims] == [f"data-mysql-{n}" for n in range(5)]
    assert {row[1] for row in claims} == {"Bound"}
    k("delete pvc data-mysql-3 data-mysql-4")  # M-15
    k("delete statefulset mysql")  # M-16
    k.until("get pods -l app=mysql", lambda printed: "No resources found" in printed.err)
    gone = k("delete configmap,service,pvc -l app=mysql").lines  # M-17
    assert [line.split()[0] for line in gone] == ["configmap", "service", "service", *["persistentvolumeclaim"] * 3]
