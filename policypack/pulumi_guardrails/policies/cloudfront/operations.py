"""CloudFront, operations: access logs, and what an organisation may ask for besides."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_guardrails.aws.resource_types import DISTRIBUTION, LOG_DELIVERY, LOG_DELIVERY_SOURCE
from pulumi_guardrails.aws.subresources import first_set
from pulumi_guardrails.core.policy import Level, Settings, Severity, controls, resource_policy, sets, stack_policy
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, undecided, violation


@stack_policy(
    title="A distribution's access logs are kept",
    why=(
        "Who asked for what, from where, is known at the edge only: without its logs an attack cannot be followed, and "
        "the origin's logs name CloudFront as everybody's address."
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
    mend=(
        "Add an aws.cloudwatch.LogDeliverySource of the distribution with log_type ACCESS_LOGS, a destination and an "
        "aws.cloudwatch.LogDelivery, all in us-east-1; or set logging_config with a bucket."
    ),
    example=(
        'source = aws.cloudwatch.LogDeliverySource("cdn", name="cdn", log_type="ACCESS_LOGS",\n'
        "    resource_arn=distribution.arn)\n"
        'aws.cloudwatch.LogDelivery("cdn", delivery_source_name=source.name,\n'
        "    delivery_destination_arn=destination.arn)"
    ),
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html",
    topics=("cdn", "logs"),
)
def cloudfront_access_logs(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """By either version of standard logging; version 2 is a source, a destination and the delivery between them."""
    for distribution in stack.of(DISTRIBUTION):
        yield distribution, _logged(stack, distribution)


def _logged(stack: Stack, distribution: Resource) -> Verdict:
    config = distribution["loggingConfig"]
    bucket = config["bucket"]
    if not config.is_unknown and bucket.must_be_set().is_compliant:
        return COMPLIANT
    delivered = [_delivers(stack, source, distribution) for source in stack.of(LOG_DELIVERY_SOURCE)]
    if any(delivered):
        return COMPLIANT
    if config.is_unknown:
        return undecided(config.path, config.shown, config.path)
    if None in delivered:
        return undecided("the delivery of access logs", "not known before the update to be of this distribution")
    return violation(bucket.path, bucket.shown, "a bucket, or a log delivery whose source is the distribution")


def _delivers(stack: Stack, source: Resource, distribution: Resource) -> bool | None:
    """Whether a source of access logs is of this distribution, and a delivery takes from it."""
    is_access_log = source["logType"].holds(lambda text: text == "ACCESS_LOGS")
    arn = source["resourceArn"]
    distributions = stack.referred(arn, source, DISTRIBUTION)
    if is_access_log is False or (not arn.is_unknown and distribution not in distributions):
        return False
    if distributions and distribution not in distributions:
        return False
    deliveries = [
        delivery
        for delivery in stack.of(LOG_DELIVERY)
        if source in stack.referred(delivery["deliverySourceName"], delivery, LOG_DELIVERY_SOURCE)
    ]
    sure = is_access_log and distributions == [distribution] and deliveries
    if sure:
        return True
    unnamed = source.output("name").is_unknown
    maybe = deliveries or any(
        unnamed or delivery["deliverySourceName"].is_unknown for delivery in stack.of(LOG_DELIVERY)
    )
    return None if maybe else False


@resource_policy(
    title="A distribution serves the declared countries only",
    why=(
        "Where the law or a licence says who may be served, CloudFront turns the others away. Most APIs have no such "
        "limit, so the policy is off until switched on."
    ),
    severity=Severity.LOW,
    level=Level.DISABLED,
    kinds=(DISTRIBUTION,),
    rows=("Geographic restriction, origin failover, default root object (advisory, configurable)",),
    mend="Set restrictions.geo_restriction to a whitelist or a blacklist of country codes.",
    example=(
        "aws.cloudfront.DistributionRestrictionsArgs(geo_restriction=\n"
        "    aws.cloudfront.DistributionRestrictionsGeoRestrictionArgs(\n"
        '        restriction_type="whitelist", locations=["DE", "FR"]))'
    ),
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/georestrictions.html",
    topics=("cdn", "geography"),
)
def cloudfront_geo_restriction(distribution: Resource, settings: Settings) -> Verdict:
    """A whitelist or a blacklist, with a country in it."""
    restriction = distribution["restrictions"]["geoRestriction"]
    kind = restriction["restrictionType"].must_be_one_of("whitelist", "blacklist")
    if not kind.is_compliant:
        return kind
    locations = first_set(restriction, "locations", "items")
    nowhere = violation(locations.path, locations.shown, "country codes")
    return locations.some(lambda code: code.holds(lambda text: isinstance(text, str) and text != ""), nowhere)


@resource_policy(
    title="A distribution fails over to a second origin",
    why=(
        "With an origin group CloudFront asks a second origin where the first fails. An API whose one origin spans "
        "three zones has no second: so the policy is off until switched on."
    ),
    severity=Severity.LOW,
    level=Level.DISABLED,
    kinds=(DISTRIBUTION,),
    rows=("Geographic restriction, origin failover, default root object (advisory, configurable)",),
    controls=controls(FSBP="CloudFront.4", ISO27001="A.8.14"),
    mend="Add an origin group with two members and let a cache behavior's target_origin_id name it.",
    example=(
        'aws.cloudfront.DistributionOriginGroupArgs(origin_id="api",\n'
        "    failover_criteria=aws.cloudfront.DistributionOriginGroupFailoverCriteriaArgs(status_codes=[502, 503]),\n"
        '    members=[aws.cloudfront.DistributionOriginGroupMemberArgs(origin_id="first"),\n'
        '        aws.cloudfront.DistributionOriginGroupMemberArgs(origin_id="second")])'
    ),
    url=("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html"),
    topics=("cdn", "availability"),
)
def cloudfront_origin_failover(distribution: Resource, settings: Settings) -> Verdict:
    """An origin group with two members."""
    groups = distribution["originGroups"]
    missing = violation(groups.path, groups.shown, "an origin group with two members")
    for group in groups.elements() or ():
        members = group["members"].elements()
        if members is not None and len(members) > 1:
            return COMPLIANT
    return groups.some(lambda group: None if group["members"].is_unknown else False, missing)


@resource_policy(
    title="A distribution has a default root object",
    why=(
        "Asked for its root, a distribution of files without one may answer with the listing of its bucket. An API has "
        "no files, so the policy is off until switched on."
    ),
    severity=Severity.LOW,
    level=Level.DISABLED,
    kinds=(DISTRIBUTION,),
    rows=("Geographic restriction, origin failover, default root object (advisory, configurable)",),
    controls=controls(FSBP="CloudFront.1"),
    mend='Set default_root_object="index.html".',
    example='aws.cloudfront.Distribution("site", default_root_object="index.html")',
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html",
    topics=("cdn", "storage"),
    remedy=sets(defaultRootObject="index.html"),
)
def cloudfront_default_root_object(distribution: Resource, settings: Settings) -> Verdict:
    """Any object will do."""
    return distribution["defaultRootObject"].must_be_set("the name of an object")
