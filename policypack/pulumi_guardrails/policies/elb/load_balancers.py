"""Elastic Load Balancing: what a load balancer and its target groups are set to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pulumi_guardrails.aws.resource_types import LOAD_BALANCER, SUBNET, TARGET_GROUP, WEB_ACL_ASSOCIATION
from pulumi_guardrails.core.policy import (
    Level,
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    number_setting,
    sets,
)
from pulumi_guardrails.core.references import Incoming, IncomingReferences
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import ABSENT, Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_of, mismatch, not_applicable, undecided

_GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application"


def _only_for(balancer: Resource, types: tuple[str, ...], judge: Callable[[], Verdict]) -> Verdict:
    """Judge only load balancers of these types."""
    kind = balancer["loadBalancerType"]
    answer = kind.holds(lambda value: value in types)
    if answer is None:
        return undecided(kind)
    return judge() if answer else not_applicable(f"a load balancer of another type than {' or '.join(types)}")


def _must_be_named(value: Value, expected: str) -> Verdict:
    """A text has to be there; what another resource computes is one."""
    if value.is_unknown:
        return COMPLIANT
    return value.must(lambda text: isinstance(text, str) and text != "", expected)


def _logs_on(balancer: Resource, _settings: Settings) -> dict[str, bool]:
    named = _must_be_named(balancer["accessLogs"]["bucket"], "").is_compliant
    return {"accessLogs.enabled": True} if named else {}


@ResourcePolicy(
    title="A load balancer writes access logs to a bucket",
    why=(
        "Access logs are the only record of who asked for what, from where and with which answer; without them an "
        "attack can't be reconstructed. A bucket that is named but not enabled keeps nothing."
    ),
    severity=Severity.MEDIUM,
    kinds=(LOAD_BALANCER,),
    rows=("Access logs are on, to a bucket that exists",),
    controls=controls(
        FSBP="ELB.5",
        SOC2="cc_7_2 cc_7_3 cc_a_1_1 pi_1_2",
        HIPAA="164_308_a_1_ii_d 164_308_a_3_ii_a 164_308_a_6_ii 164_312_b",
        ISO27001="A.8.15",
        NIST="ac_4_26 au_2_b au_3_a au_3_b au_3_c au_3_d au_3_e au_3_f",
    ),
    remediation_steps=(
        "Give the load balancer access_logs with a bucket that log delivery may write to, and enabled=True."
    ),
    example=(
        'aws.lb.LoadBalancer("api", access_logs=aws.lb.LoadBalancerAccessLogsArgs(bucket=logs.bucket, enabled=True))'
    ),
    url=f"{_GUIDE}/load-balancer-access-logs.html",
    topics=(Topic.LOAD_BALANCER, Topic.LOGGING),
    remediation=_logs_on,
)
def load_balancer_access_logs(balancer: Resource, _settings: Settings) -> Verdict:
    """Off unless `enabled` is true, also where a bucket is named. A gateway load balancer has no access logs."""
    logs = balancer["accessLogs"]
    return _only_for(
        balancer,
        ("application", "network"),
        lambda: all_of(
            logs["enabled"].with_default(False).must_be(True),
            _must_be_named(logs["bucket"], "the name of a bucket"),
        ),
    )


@ResourcePolicy(
    title="An application load balancer drops invalid header fields",
    why=(
        "A header name that is not valid HTTP may mean one thing to the load balancer and another to the application "
        "behind it, which is how requests are smuggled past a check. AWS passes such headers on by default."
    ),
    severity=Severity.MEDIUM,
    kinds=(LOAD_BALANCER,),
    rows=("Invalid header fields are dropped",),
    controls=controls(FSBP="ELB.4"),
    remediation_steps="Set drop_invalid_header_fields=True.",
    example='aws.lb.LoadBalancer("api", load_balancer_type="application", drop_invalid_header_fields=True)',
    url=f"{_GUIDE}/edit-load-balancer-attributes.html",
    topics=(Topic.LOAD_BALANCER,),
    remediation=sets(dropInvalidHeaderFields=True),
)
def load_balancer_drops_invalid_headers(balancer: Resource, _settings: Settings) -> Verdict:
    """Off by default; only application load balancers read headers."""
    return _only_for(balancer, ("application",), lambda: balancer["dropInvalidHeaderFields"].must_be(True))


@ResourcePolicy(
    title="An application load balancer mitigates desync attacks defensively or strictly",
    why=(
        "In mode monitor, requests on which two HTTP servers may disagree still reach the application, which allows "
        "request smuggling. Monitor is right only while compatibility with an old client is being tried out."
    ),
    severity=Severity.MEDIUM,
    kinds=(LOAD_BALANCER,),
    rows=("Desync mitigation is defensive or strictest",),
    controls=controls(FSBP="ELB.12"),
    remediation_steps=(
        'Set desync_mitigation_mode="defensive" or "strictest", or leave it out: defensive is the default.'
    ),
    example='aws.lb.LoadBalancer("api", load_balancer_type="application", desync_mitigation_mode="defensive")',
    url=f"{_GUIDE}/edit-load-balancer-attributes.html",
    topics=(Topic.LOAD_BALANCER,),
    remediation=sets(desyncMitigationMode="defensive"),
)
def load_balancer_desync_mitigation(balancer: Resource, _settings: Settings) -> Verdict:
    """Defensive by default; only application load balancers have it."""
    mode = balancer["desyncMitigationMode"]
    return _only_for(balancer, ("application",), lambda: mode.must_be_one_of("defensive", "strictest"))


@ResourcePolicy(
    title="A load balancer is protected against deletion",
    why=(
        "Deleting a load balancer takes the service off the network at once, and its address never comes back. "
        "Disabled by default, since an environment that is made to be removed has to be removable: enable it in "
        "production."
    ),
    severity=Severity.LOW,
    level=Level.DISABLED,
    kinds=(LOAD_BALANCER,),
    rows=("Load balancer: Deletion protection is on (production)",),
    controls=controls(
        FSBP="ELB.6",
        HIPAA="164_308_a_1_ii_b",
        NIST="ca_7_4_c cm_2_a cm_2_2 cm_3_a cm_8_6 cp_1_a_1_b cp_1_a_2 cp_2_a",
    ),
    remediation_steps="Set enable_deletion_protection=True.",
    example='aws.lb.LoadBalancer("api", enable_deletion_protection=True)',
    url=f"{_GUIDE}/edit-load-balancer-attributes.html",
    topics=(Topic.LOAD_BALANCER, Topic.AVAILABILITY, Topic.PRODUCTION),
    remediation=sets(enableDeletionProtection=True),
)
def load_balancer_deletion_protection(balancer: Resource, _settings: Settings) -> Verdict:
    """Off by default, for every type of load balancer."""
    return balancer["enableDeletionProtection"].must_be(True)


@StackPolicy(
    title="A load balancer spans several availability zones",
    why=(
        "A load balancer in one zone is gone with that zone, however many targets run elsewhere. AWS attaches a load "
        "balancer to at most one subnet of a zone, so several subnets are several zones."
    ),
    severity=Severity.MEDIUM,
    kinds=(LOAD_BALANCER,),
    rows=("It spans at least two availability zones",),
    controls=controls(FSBP="ELB.13", ISO27001="A.8.14"),
    settings={"minimumZones": number_setting(2, "The fewest availability zones a load balancer spans.", minimum=1)},
    remediation_steps="Give the load balancer subnets in at least two availability zones.",
    example='aws.lb.LoadBalancer("api", subnets=[public_a.id, public_b.id])',
    url=f"{_GUIDE}/application-load-balancers.html",
    topics=(Topic.LOAD_BALANCER, Topic.AVAILABILITY),
)
def load_balancer_multiple_zones(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Counts zones by the subnets' declared zones, else by subnet."""
    for balancer in stack.of(LOAD_BALANCER):
        yield balancer, _zones(stack, balancer, settings["minimumZones"])


def _zones(stack: Stack, balancer: Resource, least: int) -> Verdict:
    by_mapping = balancer["subnetMappings"].raw not in (ABSENT, [])
    subnets = balancer["subnetMappings" if by_mapping else "subnets"]
    items = subnets.elements()
    if items is None:
        return subnets.each(lambda _: COMPLIANT)
    ids = [item["subnetId"] for item in items] if by_mapping else list(items)
    spread = [_zone(stack, item, balancer) for item in ids if item.as_text()]
    hidden = [item for item in ids if item.is_unknown]
    edges = set(balancer.dependencies.get(subnets.path, ())) if hidden else set()
    behind = [subnet for urn in edges if (subnet := stack.at(urn)) is not None and subnet.kind is SUBNET]
    if len(behind) == len(hidden):
        spread += [_zone_of(subnet) for subnet in behind]
        left = 0
    else:
        # Several elements computed from fewer subnets name no more than those subnets.
        left = min(len(behind), len(hidden)) if behind and len(behind) == len(edges) else len(hidden)
    zones = {zone for zone in spread if zone is not None}
    most = len(zones) + spread.count(None) + left
    if len(zones) >= least:
        return COMPLIANT
    if most >= least:
        zones_of = [subnet[name] for subnet in behind for name in ("availabilityZone", "availabilityZoneId")]
        return undecided(*(hidden or [zone for zone in zones_of if zone.is_unknown] or [subnets]))
    return subnets.mismatch(f"in {most} availability zone{'' if most == 1 else 's'}", f"{least} or more")


def _zone(stack: Stack, subnet_id: Value, balancer: Resource) -> str | None:
    """The zone of a subnet known by its id; one of another stack stands for its zone."""
    found = stack.reference(subnet_id, SUBNET).direct
    return _zone_of(found[0]) if found else subnet_id.as_text()


def _zone_of(subnet: Resource) -> str | None:
    """Its zone; None where that is computed. A subnet that names none stands for the one AWS picks."""
    names = [subnet[name] for name in ("availabilityZone", "availabilityZoneId")]
    if any(name.is_unknown for name in names):
        return None
    return next((text for name in names if (text := name.as_text())), subnet.urn)


@ResourcePolicy(
    title="A target group checks the health of its targets on a path of theirs",
    why=(
        "A load balancer sends requests to every target it takes for healthy. With the check off, or on the default "
        "path / that says nothing of the application, requests go to targets that fail."
    ),
    severity=Severity.MEDIUM,
    kinds=(TARGET_GROUP,),
    rows=("A target group has a health check",),
    remediation_steps=(
        'Give the target group health_check with a path that answers only where the application works, as "/health".'
    ),
    example=(
        'aws.lb.TargetGroup("api", port=8080, protocol="HTTP", vpc_id=vpc.id, target_type="ip",\n'
        '    health_check=aws.lb.TargetGroupHealthCheckArgs(path="/health"))'
    ),
    url=f"{_GUIDE}/target-group-health-checks.html",
    topics=(Topic.LOAD_BALANCER, Topic.AVAILABILITY),
)
def target_group_health_check(group: Resource, _settings: Settings) -> Verdict:
    """On by default, but only a declared path is one of the application; TCP checks need none, functions no check."""
    kind, check = group["targetType"], group["healthCheck"]
    is_function = kind.holds(lambda value: value == "lambda")
    if is_function:
        return not_applicable("a function is not checked for health")
    asks = kleene_any(
        value.holds(lambda text: isinstance(text, str) and text.upper() in ("HTTP", "HTTPS"))
        for value in (group["protocol"], check["protocol"])
    )
    enabled = check["enabled"].with_default(True).must_be(True)
    path = _must_be_named(check["path"], "a path of the application")
    settled = all_of(enabled, path) if asks else enabled
    if is_function is None or (asks is None and not path.is_compliant and not enabled.is_violation):
        unknown = next(value for value in (kind, group["protocol"], check["protocol"]) if value.is_unknown)
        return undecided(unknown)
    return settled


@StackPolicy(
    title="A public load balancer has a web ACL",
    why=(
        "An application that the whole internet may ask is probed for known holes all day; a web ACL turns such "
        "requests away before they reach it. Disabled by default, since a web ACL has a price: enable it where "
        "required."
    ),
    severity=Severity.MEDIUM,
    level=Level.DISABLED,
    kinds=(LOAD_BALANCER,),
    rows=("A public load balancer has a web ACL",),
    controls=controls(FSBP="ELB.16", PCI="6.4.1.1 6.4.2.1", NIST="ac_4_21"),
    remediation_steps="Associate a web ACL of scope REGIONAL with the load balancer by aws.wafv2.WebAclAssociation.",
    example='aws.wafv2.WebAclAssociation("api", resource_arn=balancer.arn, web_acl_arn=acl.arn)',
    url=f"{_GUIDE}/application-load-balancers.html",
    topics=(Topic.LOAD_BALANCER, Topic.WAF, Topic.PRODUCTION),
)
def public_load_balancer_web_acl(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Judges application load balancers that are not internal: the only ones that take a web ACL and face outwards."""
    associations = (item["resourceArn"] for item in stack.of(WEB_ACL_ASSOCIATION))
    incoming = IncomingReferences(stack, (LOAD_BALANCER,), associations)
    for balancer in stack.of(LOAD_BALANCER):
        yield balancer, _web_acl(balancer, incoming.to(balancer))


def _web_acl(balancer: Resource, associations: Sequence[Incoming]) -> Verdict:
    return _only_for(balancer, ("application",), lambda: _web_acl_of_application(balancer, associations))


def _web_acl_of_application(balancer: Resource, associations: Sequence[Incoming]) -> Verdict:
    public: Answer = kleene_not(balancer["internal"].is_true())
    if public is False:
        return not_applicable("an internal load balancer")
    guarded = kleene_any(association.answer for association in associations)
    if guarded:
        return COMPLIANT
    if kleene_all([public, kleene_not(guarded)]) is None:
        unknowns = [balancer["internal"]] if public is None else [association.value for association in associations]
        return undecided(*unknowns, whether="a web ACL is associated with this load balancer")
    return mismatch("the web ACL", "none", "a web ACL association with this load balancer")
