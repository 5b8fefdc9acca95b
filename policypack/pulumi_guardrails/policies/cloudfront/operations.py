"""CloudFront, operations: access logs, and what an organisation may ask for besides."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_guardrails.aws.resource_types import DISTRIBUTION, LOG_DELIVERY, LOG_DELIVERY_SOURCE
from pulumi_guardrails.aws.subresources import first_set
from pulumi_guardrails.core.policy import Level, ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls, sets
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import kleene_all, kleene_any
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, undecided


@StackPolicy(
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
    remediation_steps=(
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
    topics=(Topic.CDN, Topic.LOGGING),
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
    delivered = {source: _delivers(stack, source, distribution) for source in stack.of(LOG_DELIVERY_SOURCE)}
    if any(delivered.values()):
        return COMPLIANT
    if config.is_unknown:
        return undecided(config)
    unsure = [source for source, answer in delivered.items() if answer is None]
    if unsure:
        parts = [source[name] for source in unsure for name in ("logType", "resourceArn", "name")]
        parts += [delivery["deliverySourceName"] for delivery in stack.of(LOG_DELIVERY)]
        return undecided(
            *(part for part in parts if not part.is_known), whether="access logs are delivered for this distribution"
        )
    return bucket.mismatch(bucket.shown, "a bucket, or a log delivery whose source is the distribution")


def _delivers(stack: Stack, source: Resource, distribution: Resource) -> bool | None:
    """Whether a source of access logs is of this distribution, and a delivery takes from it."""
    is_access_log = source["logType"].holds(lambda text: text == "ACCESS_LOGS")
    is_of_it = stack.reference(source["resourceArn"], DISTRIBUTION).to(distribution)
    names = (delivery["deliverySourceName"] for delivery in stack.of(LOG_DELIVERY))
    taken = kleene_any(stack.reference(name, LOG_DELIVERY_SOURCE, named="name").to(source) for name in names)
    return kleene_all([is_access_log, is_of_it, taken])


@ResourcePolicy(
    title="A distribution serves the declared countries only",
    why=(
        "Where the law or a licence says who may be served, CloudFront turns the others away. Most APIs have no such "
        "limit, so the policy is off until switched on."
    ),
    severity=Severity.LOW,
    level=Level.DISABLED,
    kinds=(DISTRIBUTION,),
    rows=("Geographic restriction, origin failover, default root object (advisory, configurable)",),
    remediation_steps="Set restrictions.geo_restriction to a whitelist or a blacklist of country codes.",
    example=(
        "aws.cloudfront.DistributionRestrictionsArgs(geo_restriction=\n"
        "    aws.cloudfront.DistributionRestrictionsGeoRestrictionArgs(\n"
        '        restriction_type="whitelist", locations=["DE", "FR"]))'
    ),
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/georestrictions.html",
    topics=(Topic.CDN, Topic.GEO_RESTRICTION),
)
def cloudfront_geo_restriction(distribution: Resource, settings: Settings) -> Verdict:
    """A whitelist or a blacklist, with a country in it."""
    restriction = distribution["restrictions"]["geoRestriction"]
    kind = restriction["restrictionType"].must_be_one_of("whitelist", "blacklist")
    if not kind.is_compliant:
        return kind
    locations = first_set(restriction, "locations", "items")
    nowhere = locations.mismatch(locations.shown, "country codes")
    return locations.some(lambda code: code.holds(lambda text: isinstance(text, str) and text != ""), nowhere)


@ResourcePolicy(
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
    remediation_steps="Add an origin group with two members and let a cache behavior's target_origin_id name it.",
    example=(
        'aws.cloudfront.DistributionOriginGroupArgs(origin_id="api",\n'
        "    failover_criteria=aws.cloudfront.DistributionOriginGroupFailoverCriteriaArgs(status_codes=[502, 503]),\n"
        '    members=[aws.cloudfront.DistributionOriginGroupMemberArgs(origin_id="first"),\n'
        '        aws.cloudfront.DistributionOriginGroupMemberArgs(origin_id="second")])'
    ),
    url=("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html"),
    topics=(Topic.CDN, Topic.AVAILABILITY),
)
def cloudfront_origin_failover(distribution: Resource, settings: Settings) -> Verdict:
    """An origin group with two members."""
    groups = distribution["originGroups"]
    missing = groups.mismatch(groups.shown, "an origin group with two members")
    for group in groups.elements() or ():
        members = group["members"].elements()
        if members is not None and len(members) > 1:
            return COMPLIANT
    return groups.some(lambda group: None if group["members"].is_unknown else False, missing)


@ResourcePolicy(
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
    remediation_steps='Set default_root_object="index.html".',
    example='aws.cloudfront.Distribution("site", default_root_object="index.html")',
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html",
    topics=(Topic.CDN, Topic.STORAGE),
    remediation=sets(defaultRootObject="index.html"),
)
def cloudfront_default_root_object(distribution: Resource, settings: Settings) -> Verdict:
    """Any object will do."""
    return distribution["defaultRootObject"].must_be_set("the name of an object")
