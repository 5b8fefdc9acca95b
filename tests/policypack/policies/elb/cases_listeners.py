"""The tables of the listener policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, good, resource, rows

LB = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
RULE = "aws:lb/listenerRule:ListenerRule"
CLASSIC = "aws:elb/loadBalancer:LoadBalancer"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
RECORD = "aws:route53/record:Record"

TO_HTTPS = [{"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}]
TO_HTTP = [{"type": "redirect", "redirect": {"protocol": "HTTP", "statusCode": "HTTP_301"}}]
KEEPING = [{"type": "redirect", "redirect": {"host": "example.com", "statusCode": "HTTP_301"}}]
FORWARD = [{"type": "forward", "targetGroupArn": UNKNOWN}]

BALANCER = good(LB, "balancer")
TO_BALANCER = Ref(LB, "balancer")


def listener(name: str = "listener", token: str = LISTENER, **changes: Any) -> Resource:
    return good(token, name, **{"loadBalancerArn": TO_BALANCER, **changes})


def plain(name: str = "listener", **changes: Any) -> Resource:
    return listener(name, **{"protocol": "HTTP", "port": 80.0, "defaultActions": FORWARD, **changes})


def rule(on: Any = Ref(LISTENER, "listener"), **changes: Any) -> Resource:  # noqa: B008 - a reference never changes
    return good(RULE, "rule", **{"listenerArn": on, **changes})


def distribution(
    domain: Any = TO_BALANCER, viewers: Any = "redirect-to-https", name: str = "cdn", **properties: Any
) -> Resource:
    return resource(
        DISTRIBUTION,
        name,
        **{
            "origins": [{"originId": "api", "domainName": domain}],
            "defaultCacheBehavior": {"targetOriginId": "api", "viewerProtocolPolicy": viewers},
            **properties,
        },
    )


def record(**properties: Any) -> Resource:
    return resource(RECORD, "origin", **{"name": "origin.example.com", "type": "A", **properties})


def on(
    says: str, outcome: Outcome, *stack: Resource, at: str = "listener", finds: tuple[str, ...] = (), **given: Any
) -> Case:
    return Case("listener-encrypted", says, outcome, stack=[BALANCER, *stack], at=at, finds=finds, settings=given)


def behind(says: str, outcome: Outcome, *stack: Resource, **given: Any) -> Case:
    return on(f"plain HTTP: {says}", outcome, plain(), *stack, **given)


ALLOWING: Mapping[str, Any] = {"pathPattern": "/old/*", "viewerProtocolPolicy": "allow-all"}

CASES = [
    *(
        Case(
            "listener-encrypted",
            f"a Classic Load Balancer with {says}",
            outcome,
            stack=[good(CLASSIC, "classic", listeners=[{"lbPort": 80.0, "lbProtocol": name} for name in protocols])],
            at="classic",
            settings=settings,
        )
        for says, outcome, protocols, settings in (
            ("HTTPS", COMPLIANT, ["https"], {}),
            ("HTTPS and SSL", COMPLIANT, ["HTTPS", "ssl"], {}),
            ("HTTP", VIOLATION, ["http"], {}),
            ("HTTP beside HTTPS", VIOLATION, ["https", "HTTP"], {}),
            ("TCP", VIOLATION, ["tcp"], {}),
            ("TCP, which may be", COMPLIANT, ["tcp"], {"protocols": ["HTTPS", "TLS", "TCP"]}),
            ("a protocol not known yet", UNDECIDED, [UNKNOWN], {}),
        )
    ),
    *rows(
        "listener-tls-policy",
        compliant=[
            ("TLS 1.3 and forward-secret TLS 1.2", {}),
            ("TLS 1.3 alone", {"sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06"}),
            ("post-quantum", {"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"}),
            ("forward-secret TLS 1.2 alone", {"sslPolicy": "ELBSecurityPolicy-FS-1-2-Res-2020-10"}),
            ("a network load balancer's TLS", {"protocol": "TLS"}),
        ],
        violation=[
            ("absent, which is AWS's oldest", {"sslPolicy": ABSENT}, "ELBSecurityPolicy-2016-08", "ssl_policy"),
            ("TLS 1.0", {"sslPolicy": "ELBSecurityPolicy-TLS13-1-0-2021-06"}),
            ("TLS 1.2 without forward secrecy", {"sslPolicy": "ELBSecurityPolicy-TLS-1-2-2017-01"}),
            ("TLS 1.3 with ciphers without it", {"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06"}),
            ("forward secrecy with TLS 1.1", {"sslPolicy": "ELBSecurityPolicy-FS-1-1-2019-08"}),
            ("a name that there is not", {"sslPolicy": "ELBSecurityPolicy-TLS13"}),
            ("a wrong type", {"sslPolicy": ["ELBSecurityPolicy-TLS13-1-2-Res-2021-06"]}),
            ("TLS with an old policy", {"protocol": "TLS", "sslPolicy": "ELBSecurityPolicy-2016-08"}),
        ],
        undecided=[
            ("unknown", {"sslPolicy": UNKNOWN}),
            ("an unknown protocol with an old policy", {"protocol": UNKNOWN, "sslPolicy": ABSENT}),
        ],
        not_applicable=[
            ("HTTP", {"protocol": "HTTP", "sslPolicy": ABSENT}),
            ("no protocol", {"protocol": ABSENT, "sslPolicy": ABSENT}),
        ],
    ),
    *rows("listener-tls-policy", "aws:alb/listener:Listener", violation=[("the twin type", {"sslPolicy": ABSENT})]),
    Case(
        "listener-tls-policy",
        "a policy outside the configured list",
        VIOLATION,
        settings={"accepted": ["ELBSecurityPolicy-TLS13-1-3-2021-06"]},
    ),
    Case("listener-tls-policy", "a configured list that accepts nothing", VIOLATION, settings={"accepted": []}),
    # --- listeners by themselves
    on("HTTPS", COMPLIANT, listener()),
    on("HTTPS in small letters", COMPLIANT, listener(protocol="https")),
    on("TLS", COMPLIANT, listener(protocol="TLS")),
    on("HTTP that redirects to HTTPS", COMPLIANT, plain(defaultActions=TO_HTTPS)),
    on("HTTPS that keeps the protocol in a redirect", COMPLIANT, listener(defaultActions=KEEPING)),
    on("TCP where it is configured", COMPLIANT, listener(protocol="TCP"), protocols=["TLS", "TCP"]),
    on(
        "HTTP that forwards",
        VIOLATION,
        plain(),
        finds=('protocol is "HTTP"', "HTTPS, TLS, QUIC, a redirect to HTTPS or HTTP alone behind", "certificate_arn"),
    ),
    on(
        "absent protocol, which is HTTP",
        VIOLATION,
        plain(protocol=ABSENT),
        finds=('not set, which AWS takes as "HTTP", and',),
    ),
    on("HTTP that answers itself", VIOLATION, plain(defaultActions=[{"type": "fixed-response"}])),
    on("HTTP that redirects and forwards", VIOLATION, plain(defaultActions=[*TO_HTTPS, *FORWARD])),
    on(
        "HTTP that redirects to HTTP",
        VIOLATION,
        plain(defaultActions=TO_HTTP),
        finds=("defaultActions redirect to HTTP, which is not encrypted",),
    ),
    on("HTTP that keeps the protocol in a redirect", VIOLATION, plain(defaultActions=KEEPING)),
    on(
        "HTTPS that redirects to HTTP",
        VIOLATION,
        listener(defaultActions=TO_HTTP),
        finds=("defaultActions redirect to HTTP, which is not encrypted.",),
    ),
    on("HTTP without actions", VIOLATION, plain(defaultActions=ABSENT)),
    on("TCP, which the targets may encrypt or not", VIOLATION, listener(protocol="TCP")),
    on("a wrong type of protocol", VIOLATION, plain(protocol={"a": 1})),
    on("a wrong type of actions", VIOLATION, plain(defaultActions="redirect")),
    on("a load balancer of another stack", VIOLATION, plain(loadBalancerArn="arn:aws:elasticloadbalancing:x")),
    on("no load balancer at all", VIOLATION, plain(protocol=ABSENT, loadBalancerArn=ABSENT)),
    on("a load balancer of a wrong type", VIOLATION, plain(protocol=ABSENT, loadBalancerArn=7.0)),
    on("the twin type", VIOLATION, listener(token="aws:alb/listener:Listener", protocol="HTTP")),
    on("an unknown protocol", UNDECIDED, plain(protocol=UNKNOWN), finds=("protocol is",)),
    on("unknown actions", UNDECIDED, plain(defaultActions=UNKNOWN), finds=("defaultActions is",)),
    on("an unknown kind of action", UNDECIDED, plain(defaultActions=[{**TO_HTTPS[0], "type": UNKNOWN}])),
    on("an unknown load balancer", UNDECIDED, plain(loadBalancerArn=UNKNOWN), finds=("loadBalancerArn is",)),
    Case(
        "listener-encrypted",
        "a gateway load balancer",
        NOT_APPLICABLE,
        stack=[good(LB, "balancer", loadBalancerType="gateway"), plain(protocol=ABSENT)],
        at="listener",
    ),
    on(
        "a gateway load balancer of another stack",
        NOT_APPLICABLE,
        plain(protocol=ABSENT, loadBalancerArn="arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/gwy/a/1"),
    ),
    on(
        "an application load balancer beside a gateway one",
        VIOLATION,
        good(LB, "other", loadBalancerType="gateway"),
        plain(protocol=ABSENT),
    ),
    on(
        "no protocol on a load balancer that may be a gateway one",
        UNDECIDED,
        plain(protocol=ABSENT, loadBalancerArn=UNKNOWN),
        plainHttpBehindCloudFront=False,
    ),
    on(
        "HTTPS that asks who it is and redirects to HTTP",
        VIOLATION,
        listener(defaultActions=[{"type": "authenticate-oidc"}, *TO_HTTP]),
    ),
    # --- plain HTTP behind CloudFront
    behind("the origin of a distribution", COMPLIANT, distribution()),
    behind("viewers must use HTTPS", COMPLIANT, distribution(viewers="https-only")),
    behind(
        "one of several origins",
        COMPLIANT,
        distribution(origins=[{"domainName": "files.example.com"}, {"domainName": TO_BALANCER}]),
    ),
    behind(
        "a record's name known", COMPLIANT, record(aliases=[{"name": TO_BALANCER}]), distribution("origin.example.com")
    ),
    behind(
        "a record's name by its edge", COMPLIANT, record(records=[TO_BALANCER]), distribution(Ref(RECORD, "origin"))
    ),
    behind("one of two distributions", COMPLIANT, distribution("files.example.com", name="files"), distribution()),
    behind("an origin computed from something else", VIOLATION, distribution(Ref("aws:s3/bucket:Bucket", "files"))),
    behind(
        "an origin computed from a record of who knows what",
        UNDECIDED,
        record(records=UNKNOWN),
        distribution(Ref(RECORD, "origin")),
    ),
    behind("not where it is switched off", VIOLATION, distribution(), plainHttpBehindCloudFront=False),
    behind("viewers may use HTTP", VIOLATION, distribution(viewers="allow-all")),
    behind("viewers may use HTTP on a path", VIOLATION, distribution(orderedCacheBehaviors=[ALLOWING])),
    behind("viewers of tenants may use HTTP on a path", VIOLATION, distribution(cacheBehaviors=[ALLOWING])),
    behind("no word of the viewers", VIOLATION, distribution(defaultCacheBehavior=ABSENT)),
    behind("another origin", VIOLATION, distribution("files.example.com")),
    behind("a record of something else", VIOLATION, record(records=["192.0.2.1"]), distribution("origin.example.com")),
    behind("beside an HTTPS listener", VIOLATION, distribution(), listener("https")),
    behind("unknown whether viewers may use HTTP", UNDECIDED, distribution(viewers=UNKNOWN)),
    behind("unknown behaviours", UNDECIDED, distribution(orderedCacheBehaviors=UNKNOWN)),
    behind("an origin from nowhere", UNDECIDED, distribution(UNKNOWN)),
    behind("unknown origins", UNDECIDED, distribution(origins=UNKNOWN)),
    behind("beside a listener that may be HTTPS", UNDECIDED, distribution(), listener("other", protocol=UNKNOWN)),
    # --- rules
    on("a rule on HTTPS", COMPLIANT, listener(), rule(), at="rule"),
    on("a rule that redirects to HTTPS", COMPLIANT, plain(defaultActions=TO_HTTPS), rule(actions=TO_HTTPS), at="rule"),
    on("a rule on HTTP behind CloudFront", COMPLIANT, plain(), rule(), distribution(), at="rule"),
    on("a rule that redirects, on an unknown listener", COMPLIANT, rule(UNKNOWN, actions=TO_HTTPS), at="rule"),
    on(
        "a rule that forwards on HTTP that redirects",
        VIOLATION,
        plain(defaultActions=TO_HTTPS),
        rule(),
        at="rule",
        finds=("protocol of Listener 'listener' is \"HTTP\", and actions do not only redirect to HTTPS;",),
    ),
    on("a rule on HTTPS that redirects to HTTP", VIOLATION, listener(), rule(actions=TO_HTTP), at="rule"),
    on("a rule of an unknown kind", UNDECIDED, plain(), rule(actions=UNKNOWN), at="rule", finds=("actions is",)),
    on("a rule on an unknown listener", UNDECIDED, rule(UNKNOWN), at="rule", finds=("listenerArn is",)),
    on("a rule on another stack's listener", NOT_APPLICABLE, rule("arn:aws:elasticloadbalancing:listener"), at="rule"),
]
