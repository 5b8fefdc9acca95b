"""Which load balancers are the origin of a CloudFront distribution whose viewers must use HTTPS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pulumi_guardrails.aws.cloudfront import viewers_use_https
from pulumi_guardrails.aws.resource_types import DISTRIBUTION, LOAD_BALANCER, RECORD
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.references import Incoming, IncomingReferences
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value


class LoadBalancerOrigins:
    """Finds each load balancer's distributions by its own DNS name, or by that of a record of the stack.

    Made once for a stack (`stack.shared(LoadBalancerOrigins)`): distributions are indexed by what their origins name.
    """

    def __init__(self, stack: Stack) -> None:
        records = stack.of(RECORD)
        targets = (value for record in records for value in _targets_of(record))
        self._records = IncomingReferences(stack, (LOAD_BALANCER,), targets)
        self._of_records = once(self._find)
        self._all = stack.of(DISTRIBUTION)
        self._stack = stack
        self._by_source: dict[str, list[Resource]] = {}
        self._by_name: dict[str, list[Resource]] = {}
        self._anywhere: list[Resource] = []
        for distribution in self._all:
            sources = stack.sources_of(distribution["origins"])
            for source in sources:
                if source is not None:
                    self._by_source.setdefault(source.urn, []).append(distribution)
            domains = _domains(distribution)
            for name in {domain.as_text() for domain in domains} - {None}:
                self._by_name.setdefault(name or "", []).append(distribution)
            if not sources and (distribution["origins"].is_unknown or any(domain.is_unknown for domain in domains)):
                self._anywhere.append(distribution)
        # Of which load balancer is asked does not matter to those that may have any of them.
        self._anywhere_with_https = kleene_any(
            kleene_all([None, viewers_use_https(distribution)]) for distribution in self._anywhere
        )

    def of(self, balancer: Resource) -> Answer:
        """Whether a load balancer is the origin of a distribution whose viewers must use HTTPS."""
        aliases = self._records.to(balancer)
        by_name = (
            kleene_all([_has_origin(self._stack, distribution, balancer, aliases), viewers_use_https(distribution)])
            for distribution in self._named(balancer, aliases)
        )
        return kleene_any([kleene_any(by_name), self._anywhere_with_https])

    def distributions_of(self, balancer: Resource) -> list[tuple[Resource, Answer]]:
        """The distributions that a load balancer is an origin of (true) or may be (`None`), however viewers connect."""
        aliases = self._records.to(balancer)
        named = self._named(balancer, aliases)
        found = named if named is self._all else {one.urn: one for one in (*self._anywhere, *named)}.values()
        answers = ((one, _has_origin(self._stack, one, balancer, aliases)) for one in found)
        return [(one, answer) for one, answer in answers if answer is not False]

    def _named(self, balancer: Resource, aliases: Sequence[Incoming]) -> Iterable[Resource]:
        """The distributions whose origins name a load balancer or a record of it, or may name such a record."""
        of_records = self._of_records(aliases)
        if of_records is None:
            return self._all
        named, computed = of_records
        name = balancer.output("dnsName").as_text()
        found = [*(self._by_name.get(name, ()) if name else ()), *named]
        found += [*self._by_source.get(balancer.urn, ()), *computed]
        return {distribution.urn: distribution for distribution in found}.values()

    def _find(self, aliases: Sequence[Incoming]) -> tuple[list[Resource], list[Resource]] | None:
        """The distributions whose origins have the name of a record, and those computed from one; `None` for any."""
        records = [alias.owner for alias in aliases]
        if any(record["name"].is_unknown for record in records):
            return None
        names = (record["name"].as_text() for record in records)
        named = [item for name in names if name for item in self._by_name.get(name, ())]
        return named, [item for record in records for item in self._by_source.get(record.urn, ())]


def _has_origin(stack: Stack, distribution: Resource, balancer: Resource, aliases: Iterable[Incoming]) -> Answer:
    """Whether a load balancer, which `aliases` are records of, is an origin of a distribution."""
    domains = _domains(distribution)
    by_name = [
        kleene_all([_is_named(alias.owner, domain), alias.answer])
        for alias in aliases
        for domain in domains
        if domain.is_known
    ]
    dns_name = balancer.output("dnsName").as_text()
    by_name.append(dns_name is not None and any(domain.as_text() == dns_name for domain in domains))
    sources = stack.sources_of(distribution["origins"])
    urns = {source.urn for source in sources if source is not None}
    hidden = sum(domain.is_unknown for domain in domains)
    by_source: Answer = False
    if hidden or distribution["origins"].is_unknown:
        possible = {alias.owner.urn for alias in aliases if alias.answer is None}
        if urns & {balancer.urn, *(alias.owner.urn for alias in aliases if alias.answer)}:
            # Every source is some origin's: with as many unknown domain names, each is the name of its resource.
            by_source = True if hidden >= len(sources) else None
        elif not sources or urns & possible:
            by_source = None
    return kleene_any([*by_name, by_source])


def _is_named(record: Resource, domain: Value) -> Answer:
    """Whether a known domain name is that of a record."""
    return None if record["name"].is_unknown else record["name"].as_text() == domain.as_text()


def _domains(distribution: Resource) -> list[Value]:
    return [origin["domainName"] for origin in distribution["origins"].elements() or ()]


def _targets_of(record: Resource) -> Iterator[Value]:
    for value in (record["records"], record["aliases"]):
        yield value
        for item in value.elements() or ():
            yield item
            yield item["name"]
