"""Elastic Load Balancing: what a load balancer and its target groups are set to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from pulumi_guardrails.aws.log_delivery import delivered
from pulumi_guardrails.aws.resource_types import LISTENER, LOAD_BALANCER, SUBNET, TARGET_GROUP, WEB_ACL_ASSOCIATION
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import (
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    number_setting,
    sets,
)
from pulumi_guardrails.core.references import Doubts, Incoming, IncomingReferences, Question
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import ABSENT, Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_of, not_applicable, undecided, violation

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
    title="Access logging of an Application Load Balancer is enabled",
    why=(
        "Access logs are the only record of who requested what, from where and with which response; without them an "
        "attack cannot be investigated. A bucket that is named while logging is not enabled receives nothing."
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
    """Off unless `enabled` is true, also where a bucket is named."""
    return _only_for(balancer, ("application",), lambda: _logs_to_bucket(balancer))


def _logs_to_bucket(balancer: Resource) -> Verdict:
    logs = balancer["accessLogs"]
    return all_of(
        logs["enabled"].with_default(False).must_be(True),
        _must_be_named(logs["bucket"], "the name of a bucket"),
    )


@StackPolicy(
    title="Access logging of a Network Load Balancer with a TLS listener is enabled",
    why=(
        "The access logs of a Network Load Balancer record the TLS connections of clients, with their addresses and "
        "ciphers. Without a TLS listener they record nothing, and are not required."
    ),
    severity=Severity.MEDIUM,
    kinds=(LOAD_BALANCER, LISTENER),
    rows=("Access logs are on, to a bucket that exists",),
    controls=controls(FSBP="ELB.5", ISO27001="A.8.15"),
    remediation_steps=(
        "Give the load balancer access_logs with a bucket and enabled=True, or add an aws.cloudwatch.LogDeliverySource "
        "of it with log_type NLB_ACCESS_LOGS, a destination and an aws.cloudwatch.LogDelivery."
    ),
    example=(
        """\
edge = aws.lb.LoadBalancer(
    "edge", load_balancer_type="network", access_logs={"bucket": logs.bucket, "enabled": True}
)
aws.lb.Listener(
    "tls",
    load_balancer_arn=edge.arn,
    port=443,
    protocol="TLS",
    certificate_arn=certificate.arn,
    default_actions=[{"type": "forward", "target_group_arn": target_group.arn}],
)"""
    ),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html",
    topics=(Topic.LOAD_BALANCER, Topic.LOGGING),
)
def network_load_balancer_access_logs(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """By the load balancer's own setting, or by a log delivery of it."""
    for balancer in stack.of(LOAD_BALANCER):
        yield balancer, _only_for(balancer, ("network",), partial(_tls_logged, stack, balancer))


def _tls_logged(stack: Stack, balancer: Resource) -> Verdict:
    encrypted, open_parts = stack.shared(_TlsListeners).of(balancer)
    if encrypted is False:
        return not_applicable("without a TLS listener its access logs record nothing")
    answer, unknown = delivered(stack, balancer, "NLB_ACCESS_LOGS")
    by_bucket = _logs_to_bucket(balancer)
    if answer or by_bucket.is_compliant:
        return COMPLIANT
    if answer is None:
        return stack.shared(_is_delivered).undecided(unknown, balancer["name"])
    if encrypted is None and by_bucket.is_violation:
        return stack.shared(_has_tls).undecided(open_parts, balancer["name"])
    return by_bucket


def _is_delivered(_stack: Stack) -> Question:
    return Question("its access logs are delivered")


def _has_tls(_stack: Stack) -> Question:
    return Question("it has a TLS listener")


class _TlsListeners:
    """The listeners of each load balancer that use TLS; told once for all that the same may be of."""

    def __init__(self, stack: Stack) -> None:
        arns = (listener["loadBalancerArn"] for listener in stack.of(LISTENER))
        self._incoming = IncomingReferences(stack, (LOAD_BALANCER,), arns)
        self._uses = once(_use_tls)

    def of(self, balancer: Resource) -> tuple[Answer, Doubts]:
        """Whether a load balancer has such a listener, and what is not known where that is not certain."""
        return self._uses(self._incoming.to(balancer))


def _use_tls(listeners: Sequence[Incoming]) -> tuple[Answer, Doubts]:
    uses = [(one.owner, kleene_all([one.answer, one.owner["protocol"].holds(_is_tls)])) for one in listeners]
    names = ("protocol", "loadBalancerArn")
    open_parts = [one[name] for one, it in uses if it is None for name in names if one[name].is_unknown]
    return kleene_any(answer for _, answer in uses), Doubts(open_parts, False)


def _is_tls(protocol: object) -> bool:
    return isinstance(protocol, str) and protocol.upper() == "TLS"


@ResourcePolicy(
    title="An Application Load Balancer drops invalid HTTP header fields",
    why=(
        "A header name that is not valid HTTP may mean one thing to the load balancer and another to the application "
        "behind it, which allows HTTP request smuggling. AWS passes such headers on by default."
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
    title="An Application Load Balancer uses defensive or strictest desync mitigation",
    why=(
        "In monitor mode, requests that two HTTP servers may interpret differently still reach the application, which "
        "allows HTTP request smuggling. Use monitor only while testing compatibility with an old client."
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
    title="Load balancer deletion protection is enabled",
    why=(
        "Deleting a load balancer makes the service unavailable at once, and its DNS name is lost. Disabled by "
        "default, since a temporary environment has to be removable: enable it in production."
    ),
    severity=Severity.MEDIUM,
    off=True,
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
    title="A load balancer spans several Availability Zones",
    why=(
        "A load balancer in one Availability Zone fails with that zone, however many targets run elsewhere. AWS "
        "attaches a load balancer to at most one subnet of a zone, so several subnets are several zones."
    ),
    severity=Severity.MEDIUM,
    kinds=(LOAD_BALANCER,),
    rows=("It spans at least two availability zones",),
    controls=controls(FSBP="ELB.13", ISO27001="A.8.14"),
    settings={
        "minimumZones": number_setting(2, "The least number of Availability Zones of a load balancer.", minimum=1)
    },
    remediation_steps="Give the load balancer subnets in more Availability Zones.",
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
    sources = stack.sources_of(subnets) if hidden else []
    behind = [source for source in sources if source is not None and source.kind is SUBNET]
    if len(behind) == len(hidden):
        spread += [_zone_of(subnet) for subnet in behind]
        left = 0
    else:
        # Several elements computed from fewer subnets name no more than those subnets.
        left = min(len(behind), len(hidden)) if behind and len(behind) == len(sources) else len(hidden)
    zones = {zone for zone in spread if zone is not None}
    most = len(zones) + spread.count(None) + left
    if len(zones) >= least:
        return COMPLIANT
    if most >= least:
        zones_of = [subnet[name] for subnet in behind for name in ("availabilityZone", "availabilityZoneId")]
        return undecided(*(hidden or [zone for zone in zones_of if zone.is_unknown] or [subnets]))
    found = f"{most} Availability Zone{'' if most == 1 else 's'}"
    return violation(
        f"{subnets.path} are in {found}; expected {least} or more",
        path=subnets.path,
        actual=found,
        expected=f"{least} or more",
    ).answered_by("minimumZones" if most else "")


def _zone(stack: Stack, subnet_id: Value, balancer: Resource) -> str | None:
    """The zone of a subnet known by its id; one of another stack counts as a zone of its own."""
    found = stack.reference(subnet_id, SUBNET).direct
    return _zone_of(found[0]) if found else subnet_id.as_text()


def _zone_of(subnet: Resource) -> str | None:
    """Its zone; None where that is computed. A subnet that names none counts as a zone of its own."""
    names = [subnet[name] for name in ("availabilityZone", "availabilityZoneId")]
    if any(name.is_unknown for name in names):
        return None
    return next((text for name in names if (text := name.as_text())), subnet.urn)


@ResourcePolicy(
    title="Target group health checks are enabled and use a path of the application",
    why=(
        "A load balancer routes requests to every target that it considers healthy. With health checks disabled, or on "
        "the default path /, which says nothing about the application, requests go to targets that fail."
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
    """Enabled by default, but only a declared path is one of the application; TCP needs none, functions no check."""
    kind, check = group["targetType"], group["healthCheck"]
    is_function = kind.holds(lambda value: value == "lambda")
    if is_function:
        return not_applicable("a Lambda function has no health check")
    asks = kleene_any(
        value.holds(lambda text: isinstance(text, str) and text.upper() in ("HTTP", "HTTPS"))
        for value in (group["protocol"], check["protocol"])
    )
    enabled = check["enabled"].with_default(True).must_be(True)
    path = _must_be_named(check["path"], "a path of the application")
    settled = all_of(enabled, path) if asks else enabled
    if is_function is None or (asks is None and not path.is_compliant and not enabled.is_violation):
        return undecided(*(value for value in (kind, group["protocol"], check["protocol"]) if value.is_unknown))
    return settled


@StackPolicy(
    title="An internet-facing Application Load Balancer has a web ACL",
    why=(
        "An application that is open to the internet is probed for known vulnerabilities all the time; a web ACL "
        "blocks such requests before they reach it. Disabled by default, since a web ACL costs money: enable it where "
        "required."
    ),
    severity=Severity.MEDIUM,
    off=True,
    kinds=(LOAD_BALANCER,),
    rows=("A public load balancer has a web ACL",),
    controls=controls(FSBP="ELB.16", PCI="6.4.1.1 6.4.2.1", NIST="ac_4_21"),
    remediation_steps="Associate a web ACL of scope REGIONAL with the load balancer by aws.wafv2.WebAclAssociation.",
    example='aws.wafv2.WebAclAssociation("api", resource_arn=balancer.arn, web_acl_arn=acl.arn)',
    url=f"{_GUIDE}/application-load-balancers.html",
    topics=(Topic.LOAD_BALANCER, Topic.WAF, Topic.PRODUCTION),
)
def public_load_balancer_web_acl(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Judges Application Load Balancers that are not internal: no other type takes a web ACL."""
    associations = (item["resourceArn"] for item in stack.of(WEB_ACL_ASSOCIATION))
    incoming = IncomingReferences(stack, (LOAD_BALANCER,), associations)
    open_question: Callable[[Sequence[Incoming]], Verdict] = once(
        lambda possible: undecided(*(association.value for association in possible))
    )
    for balancer in stack.of(LOAD_BALANCER):
        judged = partial(_web_acl, balancer, incoming, open_question)
        yield balancer, _only_for(balancer, ("application",), judged)


def _web_acl(
    balancer: Resource, incoming: IncomingReferences, open_question: Callable[[Sequence[Incoming]], Verdict]
) -> Verdict:
    public: Answer = kleene_not(balancer["internal"].is_true())
    if public is False:
        return not_applicable("an internal load balancer")
    if incoming.certain(balancer):
        return COMPLIANT
    possible = incoming.possible(balancer)
    if public is None:
        return undecided(balancer["internal"], *(association.value for association in possible))
    if possible:
        return open_question(possible)
    return violation("no web ACL is associated with it", expected="a web ACL association with this load balancer")
