"""Elastic Load Balancing: what a listener speaks, and where its rules send a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pulumi_guardrails.aws.cloudfront_origins import Fronting
from pulumi_guardrails.aws.elb import DEFAULT_TLS_POLICY, forward_secret_policies
from pulumi_guardrails.aws.resource_types import DISTRIBUTION, LISTENER, LISTENER_RULE, LOAD_BALANCER, RECORD
from pulumi_guardrails.core.policy import (
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    flag_setting,
    list_setting,
)
from pulumi_guardrails.core.references import IncomingReferences
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, mismatch, not_applicable, undecided

_GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application"

_FORWARD_SECRET_POLICIES = forward_secret_policies()


def _is_one_of(value: Value, accepted: Sequence[str]) -> Answer:
    """The protocol's case does not matter: the plugin raises it."""
    return value.holds(lambda text: isinstance(text, str) and text.upper() in accepted)


@ResourcePolicy(
    title="A listener's TLS policy allows only TLS 1.2 with forward secrecy, or TLS 1.3",
    why=(
        "The policy AWS takes by default still speaks TLS 1.0 and ciphers without forward secrecy: traffic recorded "
        "today can be read by whoever gets the key tomorrow. Allow an older one only for clients that can't do better."
    ),
    severity=Severity.HIGH,
    kinds=(LISTENER,),
    rows=("A listener's TLS policy is a modern one (TLS 1.2 with forward secrecy, or 1.3)",),
    controls=controls(NIST="sc_8_1 sc_23_5"),
    settings={"accepted": list_setting(_FORWARD_SECRET_POLICIES, "The TLS policies that a listener may have.")},
    remediation_steps=f'Set ssl_policy="{_FORWARD_SECRET_POLICIES[0]}".',
    example=(
        'aws.lb.Listener("https", load_balancer_arn=balancer.arn, port=443, protocol="HTTPS",\n'
        f'    certificate_arn=certificate.arn, ssl_policy="{_FORWARD_SECRET_POLICIES[0]}", default_actions=[...])'
    ),
    url=f"{_GUIDE}/describe-ssl-policies.html",
    topics=(Topic.LOAD_BALANCER, Topic.ENCRYPTION, Topic.ENCRYPTION_IN_TRANSIT),
    remediation=lambda _listener, settings: {"sslPolicy": settings["accepted"][0]} if settings["accepted"] else {},
)
def listener_tls_policy(listener: Resource, settings: Settings) -> Verdict:
    """An absent policy is AWS's default one; a listener without TLS has none."""
    protocol = listener["protocol"]
    speaks_tls = _is_one_of(protocol, ("HTTPS", "TLS"))
    if speaks_tls is False:
        return not_applicable("a listener without TLS")
    policy = listener["sslPolicy"].with_default(DEFAULT_TLS_POLICY)
    verdict = policy.must(
        lambda name: isinstance(name, str) and name in settings["accepted"],
        "a policy with TLS 1.2 and forward secrecy or with TLS 1.3",
    )
    if speaks_tls is None and not verdict.is_compliant:
        return undecided(protocol)
    return verdict


@StackPolicy(
    title="A listener is HTTPS or TLS, or redirects to it",
    why=(
        "Over plain HTTP anyone on the way reads and changes what is sent. One case is accepted unless a setting says "
        "otherwise: a load balancer without a certificate behind a CloudFront distribution whose viewers must use "
        "HTTPS; then the way from CloudFront to the load balancer is still plain, which a certificate mends."
    ),
    severity=Severity.HIGH,
    kinds=(LISTENER, LISTENER_RULE),
    rows=("A listener is HTTPS or TLS, or redirects to one",),
    controls=controls(FSBP="ELB.1"),
    settings={
        "protocols": list_setting(
            ("HTTPS", "TLS", "QUIC"), "The protocols taken as encrypted. Add TCP where the targets end TLS themselves."
        ),
        "plainHttpBehindCloudFront": flag_setting(
            True, "Whether a load balancer without an HTTPS listener may speak HTTP to CloudFront."
        ),
    },
    remediation_steps=(
        'Set protocol="HTTPS" with a certificate_arn, or let the listener and its rules only redirect to HTTPS.'
    ),
    example=(
        'aws.lb.Listener("http", load_balancer_arn=balancer.arn, port=80, protocol="HTTP", default_actions=[{\n'
        '    "type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}}])'
    ),
    url=f"{_GUIDE}/create-https-listener.html",
    topics=(Topic.LOAD_BALANCER, Topic.ENCRYPTION, Topic.ENCRYPTION_IN_TRANSIT),
)
def listener_encrypted(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Judges every listener by its protocol and default actions, and every rule by its listener and its actions."""
    behind = _behind_cloudfront(stack, settings)
    for listener in stack.of(LISTENER):
        yield listener, _verdict(stack, listener, listener["defaultActions"], listener, settings, behind)
    for rule in stack.of(LISTENER_RULE):
        arn = rule["listenerArn"]
        owner = stack.reference(arn, LISTENER).only
        if owner is not None:
            yield rule, _verdict(stack, rule, rule["actions"], owner, settings, behind)
        elif _redirects(rule["actions"]):
            yield rule, COMPLIANT
        elif arn.is_unknown:
            yield rule, undecided(arn)
        else:
            yield rule, not_applicable("its listener is not of this stack")


def _verdict(
    stack: Stack,
    judged: Resource,
    actions: Value,
    listener: Resource,
    settings: Settings,
    behind: Mapping[str, Answer],
) -> Verdict:
    """Judge a listener, or a rule of it, by its actions.

    `behind` says, by URN, whether a load balancer speaks HTTP alone and to CloudFront.
    """
    arn, given = listener["loadBalancerArn"], listener["protocol"]
    owner = stack.reference(arn, LOAD_BALANCER).only
    gateway = _is_gateway(arn, owner) if given.is_absent else False
    if gateway:
        return not_applicable("a gateway load balancer passes on packets as they are")
    protocol = given.with_default("HTTP")
    encrypted = _is_one_of(protocol, settings["protocols"])
    redirects, downgrades = _redirects(actions), _downgrades(actions)
    exempt: Answer = False
    if settings["plainHttpBehindCloudFront"]:
        exempt = behind[owner.urn] if owner is not None else None if arn.is_unknown else False
    answer = kleene_all([kleene_not(downgrades), kleene_any([encrypted, redirects, exempt])])
    if answer:
        return COMPLIANT
    if answer is None or gateway is None:
        unknown = [part for value in (protocol, actions, arn) for part in value.unknown_parts()]
        if owner is not None and not unknown:
            # Whether CloudFront stands before the load balancer, and how its viewers reach it, is not known.
            unknown = [part for one in stack.of(DISTRIBUTION, RECORD) for part in _origins_of(one)]
            unknown += [one["loadBalancerArn"] for one in stack.of(LISTENER) if one["loadBalancerArn"].is_unknown]
            unknown += [owner["loadBalancerType"]] if owner["loadBalancerType"].is_unknown else []
        return undecided(*unknown, whether="traffic is encrypted")
    if downgrades:
        return actions.mismatch("a redirect to HTTP", "a redirect to HTTPS")
    subject = protocol.path if judged is listener else "its listener's protocol"
    found = f"{protocol.shown}, and {actions.path} do not only redirect to HTTPS"
    accepted = [*settings["protocols"], "a redirect to HTTPS"]
    if settings["plainHttpBehindCloudFront"]:
        accepted.append("HTTP alone behind a CloudFront distribution whose viewers must use HTTPS")
    return mismatch(subject, found, ", ".join(accepted[:-1]) + f" or {accepted[-1]}")


def _origins_of(resource: Resource) -> list[Value]:
    """The unknown parts of what a distribution or a DNS record leads to, and of how viewers reach it."""
    names = ("origins", "defaultCacheBehavior", "orderedCacheBehaviors", "records", "aliases", "name")
    return [part for name in names for part in resource[name].unknown_parts()]


def _redirects(actions: Value) -> Answer:
    """Whether nothing is done but redirect to HTTPS."""
    items = actions.elements()
    if items is None:
        return None
    # Elastic Load Balancing keeps the protocol of the request where a redirect names none.
    return bool(items) and kleene_all(
        kleene_all(
            [
                action["type"].holds(lambda text: text == "redirect"),
                _is_one_of(action["redirect"]["protocol"], ("HTTPS",)),
            ]
        )
        for action in items
    )


def _downgrades(actions: Value) -> Answer:
    """Whether something is redirected to HTTP, which would lead even an encrypted request out of encryption."""
    items = actions.elements()
    if items is None:
        return None
    return kleene_any(_is_one_of(action["redirect"]["protocol"], ("HTTP",)) for action in items)


def _is_gateway(arn: Value, owner: Resource | None) -> Answer:
    if owner is not None:
        return owner["loadBalancerType"].holds(lambda text: text == "gateway")
    return arn.holds(lambda text: isinstance(text, str) and ":loadbalancer/gwy/" in text)


def _behind_cloudfront(stack: Stack, settings: Settings) -> dict[str, Answer]:
    """By URN, whether a load balancer has no encrypted listener and a distribution with HTTPS stands before it."""
    fronting = stack.shared(Fronting)
    arns = (item["loadBalancerArn"] for item in stack.of(LISTENER))
    listeners = IncomingReferences(stack, (LOAD_BALANCER,), arns)
    answers: dict[str, Answer] = {}
    for balancer in stack.of(LOAD_BALANCER):
        encrypts = kleene_any(
            kleene_all([listener.answer, _is_one_of(listener.owner["protocol"], settings["protocols"])])
            for listener in listeners.to(balancer)
        )
        answers[balancer.urn] = kleene_all([kleene_not(encrypts), fronting.of(balancer)])
    return answers
