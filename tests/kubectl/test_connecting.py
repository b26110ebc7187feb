"""Tutorial "Connecting Applications with Services" (04); steps by their ids."""

from __future__ import annotations

import re

from tests.kubectl.driving import Kubectl

NGINX = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: my-nginx}
spec:
  selector: {matchLabels: {run: my-nginx}}
  replicas: 2
  template:
    metadata: {labels: {run: my-nginx}}
    spec:
      containers: [{name: my-nginx, image: nginx, ports: [{containerPort: 80}]}]
"""
SECURE = """
apiVersion: v1
kind: Service
metadata: {name: my-nginx, labels: {run: my-nginx}}
spec:
  type: NodePort
  ports:
  - {port: 8080, targetPort: 80, protocol: TCP, name: http}
  - {port: 443, protocol: TCP, name: https}
  selector: {run: my-nginx}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: my-nginx}
spec:
  selector: {matchLabels: {run: my-nginx}}
  template:
    metadata: {labels: {run: my-nginx}}
    spec:
      volumes:
      - {name: secret-volume, secret: {secretName: nginxsecret}}
      - {name: configmap-volume, configMap: {name: nginxconfigmap}}
      containers:
      - name: nginxhttps
        image: bprashanth/nginxhttps:1.0
        ports: [{containerPort: 443}, {containerPort: 80}]
        volumeMounts:
        - {mountPath: /etc/nginx/ssl, name: secret-volume}
        - {mountPath: /etc/nginx/conf.d, name: configmap-volume}
"""
NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: node-2}\n"
KEY = """
apiVersion: v1
kind: Secret
metadata: {name: nginxsecret}
type: kubernetes.io/tls
stringData: {tls.crt: certificate, tls.key: key}
"""


def started(k: Kubectl) -> list[str]:
    """The Deployment runs; its pods' names."""
    k.apply(NGINX)
    k("rollout status deployment my-nginx")
    return k("get pods -l run=my-nginx -o jsonpath={.items[*].metadata.name}").out.split()


def variables(k: Kubectl, pod: str) -> dict[str, str]:
    printed = k(["exec", pod, "--", "printenv"])
    return dict(line.split("=", 1) for line in printed.lines if "SERVICE" in line or "MY_NGINX" in line)


def test_c_01_to_c_06_pods_and_a_service_before_them(k: Kubectl) -> None:
    k.apply(NODE)
    started(k)
    pods = k("get pods -l run=my-nginx -o wide")  # C-01
    assert len(set(pods.column("IP"))) == 2
    assert len(set(pods.column("NODE"))) == 2
    listed = k("get pods -l run=my-nginx -o custom-columns=POD_IP:.status.podIPs").lines  # C-02
    assert listed[0] == "POD_IP"
    assert [re.fullmatch(r"\[map\[ip:10\.244\.\d+\.\d+\]\]", line) is not None for line in listed[1:]] == [True, True]
    assert k("expose deployment/my-nginx").out == "service/my-nginx exposed\n"  # C-03
    service = k("get svc my-nginx").rows[1]  # C-04
    assert service[1] == "ClusterIP"
    assert service[3:5] == ["<none>", "80/TCP"]
    address = service[2]
    k.until("get endpoints my-nginx -o jsonpath={.subsets[0].addresses[*].ip}", lambda p: len(p.out.split()) == 2)
    told = [line.split(":", 1)[0] for line in k("describe svc my-nginx").lines]  # C-05
    assert [each for each in told if each not in ("Internal Traffic Policy",)] == [
        "Name",
        "Namespace",
        "Labels",
        "Annotations",
        "Selector",
        "Type",
        "IP Family Policy",
        "IP Families",
        "IP",
        "IPs",
        "Port",
        "TargetPort",
        "Endpoints",
        "Session Affinity",
        "Events",
    ]
    described = k("describe svc my-nginx").out
    assert re.search(r"Port:\s+<unset>  80/TCP", described)
    assert re.search(rf"IP:\s+{re.escape(address)}\n", described)
    slices = k("get endpointslices -l kubernetes.io/service-name=my-nginx").rows[1]  # C-06
    assert re.fullmatch(r"my-nginx-[a-z0-9]{5}", slices[0])
    assert slices[1:3] == ["IPv4", "80"]
    assert sorted(slices[3].split(",")) == sorted(pods.column("IP"))


def test_c_07_to_c_11_variables_are_of_the_start_and_dns_is_of_now(k: Kubectl) -> None:
    before = started(k)
    # Objects know their times in whole seconds: a Service of the very second would count as there before.
    k.until("get pods -l run=my-nginx", lambda printed: not {"0s", "1s"} & set(printed.column("AGE")))
    k("expose deployment/my-nginx")
    old = variables(k, before[0])  # C-07
    assert {name for name in old if name.startswith("KUBERNETES_SERVICE")} == {
        "KUBERNETES_SERVICE_HOST",
        "KUBERNETES_SERVICE_PORT",
        "KUBERNETES_SERVICE_PORT_HTTPS",
    }
    assert not any(name.startswith("MY_NGINX") for name in old)
    k("scale deployment my-nginx --replicas=0")  # C-08
    k.until("get pods -l run=my-nginx -o name", lambda printed: not printed.lines)
    k("scale deployment my-nginx --replicas=2")
    k("rollout status deployment my-nginx")
    after = k("get pods -l run=my-nginx -o jsonpath={.items[*].metadata.name}").out.split()
    assert not set(before) & set(after)
    new = variables(k, after[0])  # C-09
    address = k("get svc my-nginx -o jsonpath={.spec.clusterIP}").out
    assert (new["MY_NGINX_SERVICE_HOST"], new["MY_NGINX_SERVICE_PORT"]) == (address, "80")
    assert new["MY_NGINX_PORT"] == f"tcp://{address}:80"
    dns = k("get services kube-dns --namespace=kube-system").rows[1]  # C-10
    assert dns[1:4] == ["ClusterIP", "10.96.0.10", "<none>"]
    assert dns[4].startswith("53/UDP,53/TCP")
    asked = k("run curl --image=radial/busyboxplus:curl -i --rm --restart=Never -- nslookup my-nginx")  # C-11
    assert re.search(r"Server:\s+10\.96\.0\.10", asked.out)
    assert re.search(rf"Name:\s+my-nginx\nAddress 1: {re.escape(address)}", asked.out)


def test_c_12_to_c_18_secured_and_exposed(k: Kubectl) -> None:
    k.apply(KEY)  # C-12
    secret = k("get secrets").rows
    assert secret[0] == ["NAME", "TYPE", "DATA", "AGE"]
    assert secret[1][:3] == ["nginxsecret", "kubernetes.io/tls", "2"]
    created = k(["create", "configmap", "nginxconfigmap", "--from-literal=default.conf=server {}"])  # C-13
    assert created.out == "configmap/nginxconfigmap created\n"
    assert k("get configmap nginxconfigmap").column("DATA") == ["1"]
    described = k("describe configmap nginxconfigmap").out
    assert "Data\n====\ndefault.conf:\n----\nserver {}\n" in described
    assert k.apply(SECURE) == ["service/my-nginx created", "deployment.apps/my-nginx created"]  # C-14
    k("rollout status deployment my-nginx")
    ports = [int(each) for each in k("get svc my-nginx -o jsonpath={.spec.ports[*].nodePort}").out.split()]
    assert len(ports) == 2
    assert all(30000 <= port <= 32767 for port in ports)
    page = k(
        "run curlpod --image=curlimages/curl -i --rm --restart=Never -- curl -sk https://my-nginx"  # C-15
    )
    assert "<title>Welcome to nginx!</title>" in page.out
    listed = k("get svc my-nginx -o yaml").out  # C-16
    assert re.search(r"name: http\n    nodePort: 3\d{4}\n    port: 8080", listed)
    assert re.search(r"name: https\n    nodePort: 3\d{4}\n    port: 443", listed)
    assert "InternalIP" in k("get nodes -o yaml").out  # C-17
    k.environment["KUBE_EDITOR"] = "sed -i s/type:.NodePort/type:\\ LoadBalancer/"  # C-18
    assert k("edit svc my-nginx").out == "service/my-nginx edited\n"
    balanced = k.until("get svc my-nginx", lambda printed: "<pending>" not in printed.out).rows[1]
    assert balanced[1] == "LoadBalancer"
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", balanced[3])
    assert re.fullmatch(r"8080:3\d{4}/TCP,443:3\d{4}/TCP", balanced[4])
