"""The rules of one Service port printed as `iptables-save` on the node would print them. Pure, and for reading only."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.network.endpoints import Endpoint
from cluster.network.proxy import chances
from cluster.network.rules import Door, PortRules, Rule

_WORDS: dict[Door, str] = {
    "cluster IP": "cluster IP",
    "node port": "",
    "load balancer": "loadbalancer IP",
    "external IP": "external IP",
}


def saved(rules: PortRules, pod_range: str) -> tuple[str, ...]:
    """Lines of the tables filter and nat, in the order packets meet them."""
    return tuple(_lines(rules, pod_range))


def _lines(rules: PortRules, pod_range: str) -> Iterator[str]:
    own = rules.inside[0]
    for rule in (own, *rules.outside):
        if rule.target != "endpoints":
            yield f"{_capture(rules, rule, filter_table=True)} -j {_refusal(rule)}"
    if not rules.endpoints:
        return
    for rule in (own, *rules.outside):
        if rule is not own or rule.target == "endpoints":
            yield f"{_capture(rules, rule)} -j {_first_chain(rules, rule)}"
    guarded = [rule for rule in rules.outside if _first_chain(rules, rule) != rule.chain]
    for rule in guarded[:1]:
        for network in rules.sources:
            said = f'"{rules.name} loadbalancer IP"'
            yield f"-A {_first_chain(rules, rule)} -s {network} -m comment --comment {said} -j {rule.chain}"
    if rules.outside:
        yield from _doorway(rules, pod_range)
    chains = {rule.chain: rule.endpoints for rule in (own,) if rule.endpoints}
    for rule in (*rules.inside[1:], *rules.outside):
        if rule.endpoints:
            chains.setdefault(_policy_chain(rules, rule), rule.endpoints)
    for chain, endpoints in chains.items():
        if chain == own.chain:
            yield _capture(rules, own, chain, f"! -s {pod_range} ") + " -j KUBE-MARK-MASQ"
        yield from _choosing(rules, chain, endpoints)
    for endpoint in rules.endpoints:
        yield from _sending(rules, endpoint)


def _capture(rules: PortRules, rule: Rule, chain: str = "", sender: str = "", *, filter_table: bool = False) -> str:
    protocol = rules.protocol.lower()
    outer = "KUBE-EXTERNAL-SERVICES" if filter_table and rule.door != "cluster IP" else "KUBE-SERVICES"
    if rule.door == "node port" and not filter_table:
        outer = "KUBE-NODEPORTS"
    words = _WORDS[rule.door]
    said = _comment(rules, rule) if filter_table else f"{rules.name} {words}".strip()
    if rule.address:
        goal = f"-d {rule.address}/{128 if ':' in rule.address else 32} "
        typed = ""
    else:
        goal, typed = "", " -m addrtype --dst-type LOCAL" if filter_table else ""
    called = f'"{said}"' if " " in said else said
    head = f"-A {chain or outer} {sender}{goal}-p {protocol} -m comment --comment {called}"
    return f"{head}{typed} -m {protocol} --dport {rule.port}"


def _first_chain(rules: PortRules, rule: Rule) -> str:
    """A load balancer that lets in some networks alone has a chain before the others."""
    guarded = rule.door == "load balancer" and rules.sources
    return rule.chain.replace("KUBE-EXT-", "KUBE-FW-") if guarded else rule.chain


def _comment(rules: PortRules, rule: Rule) -> str:
    return f"{rules.name} has no {'local ' if rule.target == 'DROP' else ''}endpoints"


def _refusal(rule: Rule) -> str:
    return "REJECT --reject-with icmp-port-unreachable" if rule.target == "REJECT" else "DROP"


def _policy_chain(rules: PortRules, rule: Rule) -> str:
    sort = "SVC" if rule in rules.inside or rules.masquerade else "SVL"
    return rule.chain.replace("KUBE-EXT-", f"KUBE-{sort}-")


def _doorway(rules: PortRules, pod_range: str) -> Iterator[str]:
    """What comes by an outer address, before one of its endpoints is chosen."""
    outer = rules.outside[0]
    wide = outer.chain.replace("KUBE-EXT-", "KUBE-SVC-")
    if rules.masquerade:
        said = f"masquerade traffic for {rules.name} external destinations"
        yield f'-A {outer.chain} -m comment --comment "{said}" -j KUBE-MARK-MASQ'
        yield f"-A {outer.chain} -j {wide}"
        return
    said = f"pod traffic for {rules.name} external destinations"
    yield f'-A {outer.chain} -s {pod_range} -m comment --comment "{said}" -j {wide}'
    if outer.endpoints:
        yield f"-A {outer.chain} -j {outer.chain.replace('KUBE-EXT-', 'KUBE-SVL-')}"


def _choosing(rules: PortRules, chain: str, endpoints: tuple[Endpoint, ...]) -> Iterator[str]:
    """First back to whom the client was before, then by chance: 1 in n, of the rest 1 in n - 1, and so on."""
    said = [f'"{rules.name} -> {each.address}:{each.port}"' for each in endpoints]
    if rules.affinity:
        for each, words in zip(endpoints, said, strict=True):
            sep = rules.sep(each)
            stays = f"--rcheck --seconds {rules.affinity} --reap --name {sep} --mask 255.255.255.255 --rsource"
            yield f"-A {chain} -m comment --comment {words} -m recent {stays} -j {sep}"
    for each, words, part in zip(endpoints, said, chances(len(endpoints)), strict=True):
        chance = f" -m statistic --mode random --probability {part:.11f}" if part < 1 else ""
        yield f"-A {chain} -m comment --comment {words}{chance} -j {rules.sep(each)}"


def _sending(rules: PortRules, endpoint: Endpoint) -> Iterator[str]:
    """A pod that gets its own connection must not see itself as the sender; then the goal is rewritten."""
    sep, protocol = rules.sep(endpoint), rules.protocol.lower()
    yield f"-A {sep} -s {endpoint.address}/32 -m comment --comment {rules.name} -j KUBE-MARK-MASQ"
    stays = f" -m recent --set --name {sep} --mask 255.255.255.255 --rsource" if rules.affinity else ""
    goal = f"{endpoint.address}:{endpoint.port}"
    yield (
        f"-A {sep} -p {protocol} -m comment --comment {rules.name}{stays} -m {protocol} -j DNAT --to-destination {goal}"
    )
