"""The tables of the CloudFront policies on access logs, geographic restrictions, failover and the root object."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good, resource, rows

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
TENANTS = "aws:cloudfront/multitenantDistribution:MultitenantDistribution"
SOURCE, DELIVERY = "aws:cloudwatch/logDeliverySource:LogDeliverySource", "aws:cloudwatch/logDelivery:LogDelivery"


BY_EDGE = Ref(DISTRIBUTION, "cdn")


def source(of: Any = BY_EDGE, kind: Any = "ACCESS_LOGS", name: Any = "cdn") -> Resource:
    return resource(SOURCE, "source", resourceArn=of, logType=kind, name=name)


def delivery(of: Any = "cdn") -> Resource:
    return resource(DELIVERY, "delivery", deliverySourceName=of, deliveryDestinationArn=UNKNOWN)


def case(says: str, outcome: Any, *others: Resource, config: Any = ABSENT, finds: Any = ()) -> Case:
    """A row of the policy on access logs; without version 1 unless it says otherwise."""
    stack = [good(DISTRIBUTION, "cdn", loggingConfig=config), *others]
    return Case("cloudfront-access-logs", says, outcome, stack=stack, at="cdn", finds=finds)


GEO_RESTRICTION = "restrictions.geoRestriction"

CASES = [
    case("version 1", COMPLIANT, config={"bucket": "logs.s3.amazonaws.com"}),
    case("version 1, to a bucket that is not known yet", COMPLIANT, config={"bucket": UNKNOWN}),
    case("version 2", COMPLIANT, source(), delivery()),
    case("version 2, all by edges", COMPLIANT, source(), delivery(Ref(SOURCE, "source"))),
    case(
        "neither", VIOLATION, finds=("Access logging is not enabled, neither by logging_config nor by a log delivery",)
    ),
    case("version 1 without a bucket", VIOLATION, config={"includeCookies": True}),
    case("a source without a delivery", VIOLATION, source()),
    case("a delivery of another source", VIOLATION, source(), delivery("other")),
    case("a source of another kind of logs", VIOLATION, source(kind="CONNECTION_LOGS"), delivery()),
    case("a source of another distribution", VIOLATION, source("arn:aws:cloudfront::1:distribution/E2"), delivery()),
    case(
        "a source of another distribution, by an edge",
        VIOLATION,
        good(DISTRIBUTION, "other"),
        source(Ref(DISTRIBUTION, "other")),
        delivery(),
    ),
    case("a wrong type", VIOLATION, config="logs.s3.amazonaws.com"),
    case("unknown", UNDECIDED, config=UNKNOWN),
    case(
        "a source of an unknown resource",
        UNDECIDED,
        source(UNKNOWN),
        delivery(),
        finds=("'cdn': resourceArn of LogDeliverySource 'source' is not known",),
    ),
    case(
        "a delivery of an unknown source",
        UNDECIDED,
        source(),
        delivery(UNKNOWN),
        finds=("'cdn': deliverySourceName of LogDelivery 'delivery' is not known",),
    ),
    case(
        "a source of an unknown name",
        UNDECIDED,
        source(name=UNKNOWN),
        delivery(),
        finds=("'cdn': name of LogDeliverySource 'source' is not known",),
    ),
    case("a source of an unknown kind of logs", UNDECIDED, source(kind=UNKNOWN), delivery()),
    Case(
        "cloudfront-access-logs",
        "for tenants, version 2",
        COMPLIANT,
        stack=[good(TENANTS, "cdn"), source(Ref(TENANTS, "cdn")), delivery()],
        at="cdn",
    ),
    Case("cloudfront-access-logs", "for tenants, none", VIOLATION, stack=[good(TENANTS, "cdn")], at="cdn"),
    *rows(
        "cloudfront-geo-restriction",
        TENANTS,
        compliant=[("for tenants, a whitelist", {})],
        violation=[("for tenants, without countries", {f"{GEO_RESTRICTION}.items": []})],
        undecided=[("for tenants, of unknown countries", {f"{GEO_RESTRICTION}.items": UNKNOWN})],
    ),
    *rows(
        "cloudfront-origin-failover",
        TENANTS,
        compliant=[("for tenants, a pair", {})],
        violation=[("for tenants, absent", {"originGroups": ABSENT})],
    ),
    *rows(
        "cloudfront-default-root-object",
        TENANTS,
        violation=[("for tenants, absent", {"defaultRootObject": ABSENT})],
    ),
    *rows(
        "cloudfront-geo-restriction",
        compliant=[
            ("a whitelist", {}),
            ("a blacklist", {f"{GEO_RESTRICTION}.restrictionType": "blacklist"}),
        ],
        violation=[
            ("none", {f"{GEO_RESTRICTION}.restrictionType": "none"}, "none", "whitelist"),
            ("absent", {"restrictions": ABSENT}),
            ("a country of a wrong type", {f"{GEO_RESTRICTION}.locations": [49.0]}),
            ("an empty country", {f"{GEO_RESTRICTION}.locations": [""]}),
            ("a list without countries", {f"{GEO_RESTRICTION}.locations": []}, "country codes"),
            ("a wrong type", {f"{GEO_RESTRICTION}.restrictionType": ["whitelist"]}),
        ],
        undecided=[
            ("unknown", {"restrictions": UNKNOWN}),
            ("unknown countries", {f"{GEO_RESTRICTION}.locations": UNKNOWN}),
        ],
    ),
    *rows(
        "cloudfront-origin-failover",
        compliant=[
            ("two members", {}),
            (
                "members that are not known yet",
                {"originGroups.0.members": [{"originId": UNKNOWN}, {"originId": UNKNOWN}]},
            ),
        ],
        violation=[
            ("absent", {"originGroups": ABSENT}, "The distribution has no origin group with two members"),
            ("no group", {"originGroups": []}),
            ("one member", {"originGroups.0.members": [{"originId": "a"}]}, "two members"),
            ("a wrong type", {"originGroups": "both"}),
        ],
        undecided=[("unknown", {"originGroups": UNKNOWN}), ("unknown members", {"originGroups.0.members": UNKNOWN})],
    ),
    *rows(
        "cloudfront-default-root-object",
        compliant=[("a page", {}), ("one that is not known yet", {"defaultRootObject": UNKNOWN})],
        violation=[("absent", {"defaultRootObject": ABSENT}, "not set", "index.html")],
    ),
]
