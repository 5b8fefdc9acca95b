"""Elastic Load Balancing: the protocols and TLS policies of listeners, and the actions of their rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from pulumi_guardrails.aws.cloudfront_origins import LoadBalancerOrigins
from pulumi_guardrails.aws.elb import DEFAULT_TLS_POLICY, forward_secret_policies
from pulumi_guardrails.aws.resource_types import (
    CLASSIC_LOAD_BALANCER,
    DISTRIBUTION,
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    RECORD,
)
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import (
    Constraint,
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    flag_setting,
    list_setting,
)
from pulumi_guardrails.core.references import Incoming, IncomingReferences
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value, snake_case
from pulumi_guardrails.core.verdict import COMPLIANT, Cause, Unknown, Verdict, not_applicable, undecided, violation

_GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application"

_OF_NETWORK_LOAD_BALANCERS = frozenset(("TCP", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"))
_FORWARD_SECRET_POLICIES = forward_secret_policies()


def _is_one_of(value: Value, accepted: Sequence[str]) -> Answer:
    """The protocol's case does not matter: the plugin raises it."""
    return value.holds(lambda text: isinstance(text, str) and text.upper() in accepted)


@ResourcePolicy(
    title="A listener's TLS policy allows only TLS 1.3, or TLS 1.2 with forward secrecy",
    why=(
        "The default policy allows TLS 1.0 and ciphers without forward secrecy: traffic recorded today can be "
        "decrypted by whoever obtains the key later. Allow an older policy only for clients that support nothing newer."
    ),
    severity=Severity.MEDIUM,
    kinds=(LISTENER,),
    rows=("A listener's TLS policy is a modern one (TLS 1.2 with forward secrecy, or 1.3)",),
    controls=controls(NIST="sc_8_1 sc_23_5"),
    settings={"accepted": list_setting(_FORWARD_SECRET_POLICIES, "The TLS policies that a listener may have.")},
    remediation_steps=f'Set ssl_policy="{_FORWARD_SECRET_POLICIES[0]}".',
    example=(
        """\
aws.lb.Listener(
    "https",
    load_balancer_arn=balancer.arn,
    port=443,
    protocol="HTTPS",
    certificate_arn=certificate.arn,
    ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    default_actions=[{"type": "forward", "target_group_arn": target_group.arn}],
)"""
    ),
    url=f"{_GUIDE}/describe-ssl-policies.html",
    topics=(Topic.LOAD_BALANCER, Topic.ENCRYPTION, Topic.ENCRYPTION_IN_TRANSIT),
    remediation=lambda _listener, settings: {"sslPolicy": settings["accepted"][0]} if settings["accepted"] else {},
)
def listener_tls_policy(listener: Resource, settings: Settings) -> Verdict:
    """An absent policy is AWS's default one; a listener without TLS has none."""
    protocol = listener["protocol"]
    uses_tls = _is_one_of(protocol, ("HTTPS", "TLS"))
    if uses_tls is False:
        return not_applicable("a listener without TLS")
    policy = listener["sslPolicy"].with_default(DEFAULT_TLS_POLICY)
    verdict = policy.must(
        lambda name: isinstance(name, str) and name in settings["accepted"],
        "a policy with TLS 1.2 and forward secrecy or with TLS 1.3",
        f'Set ssl_policy="{settings["accepted"][0]}".'
        if settings["accepted"]
        else "Name what is accepted in the setting accepted.",
        setting="accepted",
    )
    if uses_tls is None and not verdict.is_compliant:
        return undecided(protocol)
    return verdict


@StackPolicy(
    title="A listener uses HTTPS or TLS, or redirects to HTTPS",
    why=(
        "Unencrypted HTTP can be read and changed in transit. One case is compliant unless a setting says otherwise: a "
        "load balancer without a certificate that is the origin of a CloudFront distribution whose viewers must use "
        "HTTPS; traffic from CloudFront to the load balancer is then still unencrypted, until it has a certificate."
    ),
    severity=Severity.MEDIUM,
    constraint=Constraint.ENCRYPTION,
    kinds=(LISTENER, LISTENER_RULE, CLASSIC_LOAD_BALANCER),
    rows=("A listener is HTTPS or TLS, or redirects to one",),
    controls=controls(FSBP="ELB.1"),
    settings={
        "protocols": list_setting(
            ("HTTPS", "TLS", "QUIC"), "The protocols that count as encrypted. Add TCP where the targets terminate TLS."
        ),
        "plainHttpBehindCloudFront": flag_setting(
            True, "Whether a load balancer without an HTTPS listener may use HTTP behind CloudFront."
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
            yield rule, undecided(arn, whether="its listener uses HTTPS or TLS")
        else:
            yield rule, not_applicable("its listener is not of this stack")
    for balancer in stack.of(CLASSIC_LOAD_BALANCER):
        yield balancer, balancer["listeners"].each(_of_classic(settings))


def _of_classic(settings: Settings) -> Callable[[Value], Verdict]:
    """The check of a listener of a Classic Load Balancer, which cannot redirect; its name for TLS is SSL."""
    accepted = [*settings["protocols"], *(["SSL"] if "TLS" in settings["protocols"] else [])]

    def check(listener: Value) -> Verdict:
        return listener["lbProtocol"].must(
            lambda text: isinstance(text, str) and text.upper() in accepted,
            "HTTPS or SSL",
            'Set lb_protocol="https" with ssl_certificate_id and lb_port=443.',
            "protocols",
        )

    return check


def _verdict(
    stack: Stack,
    judged: Resource,
    actions: Value,
    listener: Resource,
    settings: Settings,
    behind: Mapping[str, Answer],
) -> Verdict:
    """Judge a listener, or a rule of it, by its actions.

    `behind` says, by URN, whether a load balancer uses HTTP alone and is behind CloudFront.
    """
    arn, given = listener["loadBalancerArn"], listener["protocol"]
    owner = stack.reference(arn, LOAD_BALANCER).only
    gateway = _is_gateway(arn, owner) if given.is_absent else False
    if gateway:
        return not_applicable("a listener of a Gateway Load Balancer passes packets on unchanged")
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
        unknowns: list[Value | Unknown] = [protocol] if encrypted is None else []
        unknowns += _deciding_parts(actions) if redirects is None or downgrades is None else []
        unknowns += [arn] if owner is None and arn.is_unknown else []
        unknowns += [owner["loadBalancerType"]] if owner is not None and gateway is None else []
        if owner is None or exempt is not None:
            return undecided(*unknowns)
        behind_cloudfront = stack.shared(_of_cloudfront)
        return undecided(*unknowns, *behind_cloudfront) if unknowns else stack.shared(_open)(behind_cloudfront)
    if downgrades:
        return violation(
            f"{actions.path} redirect to HTTP, which is not encrypted",
            path=actions.path,
            fix=f"Set {' and '.join(_to_http(actions))}.",
        )
    of_network = protocol.as_text() in _OF_NETWORK_LOAD_BALANCERS or (
        owner is not None and owner["loadBalancerType"].holds(lambda text: text == "network") is True
    )
    if of_network:
        # Neither HTTPS nor a redirect is for a Network Load Balancer (Elastic Load Balancing, "Listeners for your
        # Network Load Balancers").
        return protocol.mismatch(protocol.shown, '"TLS"', 'Set protocol="TLS" with a certificate_arn.')
    verdict = _not_encrypted(judged, listener, protocol, actions, settings)
    return verdict.answered_by("protocols") if isinstance(protocol.effective, str) else verdict


def _not_encrypted(
    judged: Resource, listener: Resource, protocol: Value, actions: Value, settings: Settings
) -> Verdict:
    of_listener = "" if judged is listener else f" of {listener.label}"
    expected = [*settings["protocols"], "a redirect to HTTPS"]
    if settings["plainHttpBehindCloudFront"]:
        expected.append("HTTP alone behind a CloudFront distribution whose viewers must use HTTPS")
    return violation(
        f"{protocol.path}{of_listener} is {protocol.shown}, and {actions.path} do not only redirect to HTTPS; "
        f"expected {', '.join(expected[:-1])} or {expected[-1]}",
        path=protocol.path,
        actual=protocol.shown,
        expected=expected[0],
        fix=_how_to_encrypt(judged, listener, protocol, settings),
    )


def _to_http(actions: Value) -> list[str]:
    """What to write in place of each redirect to HTTP."""
    protocols = [action["redirect"]["protocol"] for action in actions.elements() or ()]
    return [f'{snake_case(one.path)}="HTTPS"' for one in protocols if _is_one_of(one, ("HTTP",))]


def _how_to_encrypt(judged: Resource, listener: Resource, protocol: Value, settings: Settings) -> str:
    """Advice in the words of what is judged: a rule has no protocol of its own."""
    encrypted = settings["protocols"][0] if settings["protocols"] else "HTTPS"
    if judged is listener:
        return f'Set protocol="{encrypted}" with a certificate_arn, or let the listener only redirect to HTTPS.'
    return f"Let the rule only redirect to HTTPS, or give {listener.label} the protocol {encrypted} and a certificate."


def _deciding_parts(actions: Value) -> list[Value]:
    """The unknown parts of actions that say whether they redirect, and to which protocol."""
    items = actions.elements()
    if items is None:
        return [actions]
    values = [value for item in items for value in (item["type"], item["redirect"]["protocol"])]
    return [value for value in values if value.is_unknown]


def _open(_stack: Stack) -> Callable[[Sequence[Value | Unknown]], Verdict]:
    """Undecided by the same values, one verdict for all listeners."""
    return once(lambda unknowns: undecided(*unknowns))


def _of_cloudfront(stack: Stack) -> Sequence[Value | Unknown]:
    """What leaves open whether a load balancer is behind CloudFront, how viewers reach it, and its other listeners."""
    names = ("origins", "defaultCacheBehavior", "orderedCacheBehaviors", "records", "aliases", "name")
    found = [part for one in stack.of(DISTRIBUTION, RECORD) for name in names for part in one[name].unknown_parts()]
    listeners = [one[name] for one in stack.of(LISTENER) for name in ("protocol", "loadBalancerArn")]
    values = [*found, *(value for value in listeners if value.is_unknown)]
    uncertain = [value for value in values if stack.reference(value, LOAD_BALANCER, RECORD).only is None]
    settle = "Set target_origin_id of every cache behavior."
    unread = [
        Unknown(f"cache behaviors of {one.label}", Cause.UNREADABLE, settle=settle) for one in stack.of(DISTRIBUTION)
    ]
    return uncertain or values or unread


def _redirects(actions: Value) -> Answer:
    """Whether every action redirects to HTTPS."""
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
    """Whether an action redirects to HTTP, which would send even an encrypted request on unencrypted."""
    items = actions.elements()
    if items is None:
        return None
    return kleene_any(_is_one_of(action["redirect"]["protocol"], ("HTTP",)) for action in items)


def _is_gateway(arn: Value, owner: Resource | None) -> Answer:
    if owner is not None:
        return owner["loadBalancerType"].holds(lambda text: text == "gateway")
    return arn.holds(lambda text: isinstance(text, str) and ":loadbalancer/gwy/" in text)


def _behind_cloudfront(stack: Stack, settings: Settings) -> dict[str, Answer]:
    """By URN, whether a load balancer has no encrypted listener and is the origin of a distribution with HTTPS."""
    origins = stack.shared(LoadBalancerOrigins)
    arns = (item["loadBalancerArn"] for item in stack.of(LISTENER))
    listeners = IncomingReferences(stack, (LOAD_BALANCER,), arns)
    encrypt = once(partial(_encrypt, settings["protocols"]))
    answers: dict[str, Answer] = {}
    for balancer in stack.of(LOAD_BALANCER):
        answers[balancer.urn] = kleene_all([kleene_not(encrypt(listeners.to(balancer))), origins.of(balancer)])
    return answers


def _encrypt(protocols: Sequence[str], listeners: Sequence[Incoming]) -> Answer:
    """Whether one of the listeners that are or may be of a load balancer has one of some protocols."""
    return kleene_any(kleene_all([one.answer, _is_one_of(one.owner["protocol"], protocols)]) for one in listeners)
