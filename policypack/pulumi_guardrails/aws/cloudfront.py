"""The parts of a CloudFront distribution, in the spelling of both resource types.

`Distribution` and `MultitenantDistribution` both create a distribution (CloudFront API reference, DistributionConfig),
the second one for several tenants; the provider spells some of the properties differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pulumi_guardrails.aws.published import published
from pulumi_guardrails.aws.subresources import first_set
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import ABSENT, Value

MULTITENANT = "aws:cloudfront/multitenantDistribution:MultitenantDistribution"
"""The type whose tenants may have domain names and certificates of their own."""

ENCRYPTED = ("redirect-to-https", "https-only")
"""Viewer protocol policies that do not allow HTTP (CloudFront API reference, CacheBehavior)."""

_TLS_POLICIES = Path(__file__).with_name("cloudfront_tls_policies.json")
_RESPONSE_HEADERS = Path(__file__).with_name("cloudfront_response_headers.json")
_SECURITY_HEADERS = "SECURITY_HEADERS"


def modern_tls_policies() -> tuple[str, ...]:
    """The security policies that allow only TLS 1.2 or later; the recommended one first."""
    return tuple(published(_TLS_POLICIES)["modern"])


def security_headers_policies() -> tuple[str, ...]:
    """The ids of the managed response headers policies with Strict-Transport-Security; the shortest name first."""
    named = published(_RESPONSE_HEADERS)
    return tuple(named[name] for name in sorted(named, key=len) if name.endswith(_SECURITY_HEADERS))


def behaviors_by_path(distribution: Resource) -> Value:
    """The cache behaviors other than the default one."""
    return first_set(distribution, "orderedCacheBehaviors", "cacheBehaviors")


def custom_origin(origin: Value) -> Value:
    """The configuration of a custom origin; absent for any other."""
    return _block(origin, "customOriginConfig", "customOriginConfigs")


def vpc_origin(origin: Value) -> Value:
    """The configuration of a VPC origin; absent for any other."""
    return _block(origin, "vpcOriginConfig", "vpcOriginConfigs")


def _block(origin: Value, *names: str) -> Value:
    block = first_set(origin, *names)
    return block.part(ABSENT, block.path) if block.raw == [] else block


def uses_https(behavior: Value) -> Answer:
    """Whether a cache behavior requires HTTPS from viewers."""
    return behavior["viewerProtocolPolicy"].holds(lambda text: text in ENCRYPTED)


def viewers_use_https(distribution: Resource) -> Answer:
    """Whether all cache behaviors of a distribution require HTTPS from viewers."""
    behaviors = _behaviors(distribution)
    return None if behaviors is None else kleene_all(map(uses_https, behaviors))


def reached_over_http(distribution: Resource, origin: Value) -> Answer:
    """Whether requests of viewers over HTTP reach an origin, by a cache behavior for it or for its origin group."""
    behaviors, groups = _behaviors(distribution), distribution["originGroups"].elements()
    if behaviors is None or groups is None:
        return False if viewers_use_https(distribution) else None
    own = _id(origin)

    def routes_here(behavior: Value) -> Answer:
        target = behavior["targetOriginId"]
        through = (kleene_all([_same(target, _id(group)), _has_member(group, own)]) for group in groups)
        return kleene_any([_same(target, own), *through])

    return kleene_any(kleene_all([kleene_not(uses_https(behavior)), routes_here(behavior)]) for behavior in behaviors)


def _behaviors(distribution: Resource) -> Sequence[Value] | None:
    by_path = behaviors_by_path(distribution).elements()
    return None if by_path is None else (distribution["defaultCacheBehavior"], *by_path)


def _id(part: Value) -> Value:
    return first_set(part, "originId", "id")


def _has_member(group: Value, origin: Value) -> Answer:
    members = group["members"].elements()
    return None if members is None else kleene_any(_same(member["originId"], origin) for member in members)


def _same(one: Value, other: Value) -> Answer:
    """Whether two ids are the same; `None` where one is not known or no text."""
    ids = (one.as_text(), other.as_text())
    return None if None in ids else ids[0] == ids[1]
