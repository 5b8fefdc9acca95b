"""CloudFront, operations: access logs, geographic restrictions, origin failover and the default root object."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_guardrails.aws.cloudfront import MULTITENANT
from pulumi_guardrails.aws.log_delivery import delivered
from pulumi_guardrails.aws.resource_types import DISTRIBUTION
from pulumi_guardrails.aws.subresources import first_set
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls, sets
from pulumi_guardrails.core.references import Question
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, undecided, violation

_BY_DELIVERY = (
    "Add an aws.cloudwatch.LogDeliverySource of the distribution with log_type ACCESS_LOGS, a destination and an "
    "aws.cloudwatch.LogDelivery, all in us-east-1"
)


@StackPolicy(
    title="A CloudFront distribution has access logging enabled",
    why=(
        "Only the access logs of CloudFront show the IP addresses and requests of viewers, which are needed to "
        "investigate an attack: the logs of an origin show the addresses of CloudFront."
    ),
    severity=Severity.MEDIUM,
    kinds=(DISTRIBUTION,),
    rows=("Access logs are on",),
    controls=controls(
        FSBP="CloudFront.5",
        PCI="10.2.1.1.6 10.2.1.2.6 10.2.1.3.6 10.2.1.4.6 10.2.1.5.6 10.2.1.6.6 10.2.1.7.6 10.2.1.6",
        SOC2="cc_a_1_1 pi_1_2",
        ISO27001="A.8.15 A.8.16",
    ),
    remediation_steps=f"{_BY_DELIVERY}; or set logging_config with a bucket.",
    example=(
        'source = aws.cloudwatch.LogDeliverySource("cdn", name="cdn", log_type="ACCESS_LOGS",\n'
        "    resource_arn=distribution.arn)\n"
        'aws.cloudwatch.LogDelivery("cdn", delivery_source_name=source.name,\n'
        "    delivery_destination_arn=destination.arn)"
    ),
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html",
    topics=(Topic.CDN, Topic.LOGGING),
)
def cloudfront_access_logs(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """By either version of standard logging; version 2 has a delivery source, a destination and a delivery."""
    for distribution in stack.of(DISTRIBUTION):
        yield distribution, _logged(stack, distribution)


def _is_delivered(_stack: Stack) -> Question:
    return Question()


def _logged(stack: Stack, distribution: Resource) -> Verdict:
    config = distribution["loggingConfig"]
    bucket = config["bucket"]
    if not config.is_unknown and bucket.must_be_set().is_compliant:
        return COMPLIANT
    answer, unknown = delivered(stack, distribution, "ACCESS_LOGS")
    if answer:
        return COMPLIANT
    if config.is_unknown:
        return undecided(config, *unknown.about(config))
    if unknown.values:
        return stack.shared(_is_delivered).undecided(unknown, config)
    if distribution.type == MULTITENANT:
        return violation(
            "Access logging is not enabled by a log delivery of the distribution",
            expected="a log delivery whose source is the distribution",
            fix=f"{_BY_DELIVERY}.",
        )
    return violation(
        "Access logging is not enabled, neither by logging_config nor by a log delivery of the distribution",
        path=bucket.path,
        actual=bucket.shown,
        expected="a bucket, or a log delivery whose source is the distribution",
    )


@ResourcePolicy(
    title="A CloudFront distribution has geographic restrictions",
    why=(
        "Where law or licences limit the countries that content is for, CloudFront can reject requests from others. "
        "Most APIs have no such limit, so the policy is disabled by default."
    ),
    severity=Severity.LOW,
    off=True,
    kinds=(DISTRIBUTION,),
    rows=("Geographic restriction, origin failover, default root object (advisory, configurable)",),
    remediation_steps="Set restrictions.geo_restriction to a whitelist or a blacklist of country codes.",
    example=(
        """\
aws.cloudfront.Distribution(
    "cdn",
    restrictions={"geo_restriction": {"restriction_type": "whitelist", "locations": ["DE", "FR"]}},
    **others,
)"""
    ),
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/georestrictions.html",
    topics=(Topic.CDN, Topic.GEO_RESTRICTION),
)
def cloudfront_geo_restriction(distribution: Resource, settings: Settings) -> Verdict:
    """A whitelist or a blacklist with at least one country."""
    restriction = distribution["restrictions"]["geoRestriction"]
    restricted = restriction["restrictionType"].must_be_one_of("whitelist", "blacklist")
    if not restricted.is_compliant:
        return restricted
    locations = first_set(restriction, "locations", "items")
    missing = locations.mismatch(locations.shown, "country codes")
    return locations.some(lambda code: code.holds(lambda text: isinstance(text, str) and text != ""), missing)


@ResourcePolicy(
    title="A CloudFront distribution has origin failover",
    why=(
        "With an origin group CloudFront sends requests to a second origin when the first fails. An API with one "
        "origin in several Availability Zones has no second origin, so the policy is disabled by default."
    ),
    severity=Severity.LOW,
    off=True,
    kinds=(DISTRIBUTION,),
    rows=("Geographic restriction, origin failover, default root object (advisory, configurable)",),
    controls=controls(FSBP="CloudFront.4", ISO27001="A.8.14"),
    remediation_steps="Add an origin group with two members, and set it as the target_origin_id of a cache behavior.",
    example=(
        """\
aws.cloudfront.Distribution(
    "cdn",
    origin_groups=[{
        "origin_id": "api",
        "failover_criteria": {"status_codes": [502, 503]},
        "members": [{"origin_id": "first"}, {"origin_id": "second"}],
    }],
    default_cache_behavior={
        "target_origin_id": "api",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
    },
    **others,
)"""
    ),
    url=("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html"),
    topics=(Topic.CDN, Topic.AVAILABILITY),
)
def cloudfront_origin_failover(distribution: Resource, settings: Settings) -> Verdict:
    """An origin group with two members."""
    groups = distribution["originGroups"]
    missing = violation(
        "The distribution has no origin group with two members",
        path=groups.path,
        actual=groups.shown,
        expected="an origin group with two members",
    )
    for group in groups.elements() or ():
        members = group["members"].elements()
        if members is not None and len(members) > 1:
            return COMPLIANT
    return groups.some(lambda group: None if group["members"].is_unknown else False, missing)


@ResourcePolicy(
    title="A CloudFront distribution has a default root object",
    why=(
        "Without a default root object, a request for the root of a distribution may return the list of the objects in "
        "its S3 bucket. An API has no such objects, so the policy is disabled by default."
    ),
    severity=Severity.CRITICAL,
    off=True,
    kinds=(DISTRIBUTION,),
    rows=("Geographic restriction, origin failover, default root object (advisory, configurable)",),
    controls=controls(FSBP="CloudFront.1"),
    remediation_steps='Set default_root_object="index.html".',
    example="""\
aws.cloudfront.Distribution("site", default_root_object="index.html", **others)""",
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html",
    topics=(Topic.CDN, Topic.STORAGE),
    remediation=sets(defaultRootObject="index.html"),
)
def cloudfront_default_root_object(distribution: Resource, settings: Settings) -> Verdict:
    """Any object is accepted."""
    return distribution["defaultRootObject"].must_be_set("the name of an object")
