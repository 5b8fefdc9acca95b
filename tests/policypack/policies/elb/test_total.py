"""No input makes a check of a load balancer fail: whatever the value of a property, there is a verdict."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.engine.configuration import configure
from tests.policypack.cases import Ref, policies_by_name, resource

BALANCER, LISTENER = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/listener:Listener"
DISTRIBUTION, RECORD = "aws:cloudfront/distribution:Distribution", "aws:route53/record:Record"

TO_BALANCER = Ref(BALANCER, "balancer")
HTTPS_ONLY = {"targetOriginId": "api", "viewerProtocolPolicy": "https-only"}

STACK: list[tuple[str, str, dict[str, Any]]] = [
    (BALANCER, "balancer", {"loadBalancerType": "application", "internal": False, "subnets": ["subnet-1"]}),
    (
        LISTENER,
        "listener",
        {"loadBalancerArn": TO_BALANCER, "protocol": "HTTP", "defaultActions": [{"type": "forward"}]},
    ),
    (
        "aws:lb/listenerRule:ListenerRule",
        "rule",
        {"listenerArn": Ref(LISTENER, "listener"), "actions": [{"type": "forward"}]},
    ),
    (
        DISTRIBUTION,
        "cdn",
        {
            "origins": [{"originId": "api", "domainName": TO_BALANCER}],
            "defaultCacheBehavior": HTTPS_ONLY,
            "orderedCacheBehaviors": [HTTPS_ONLY],
        },
    ),
    (RECORD, "origin", {"name": "api.example.org", "records": [TO_BALANCER], "aliases": []}),
    ("aws:wafv2/webAclAssociation:WebAclAssociation", "acl", {"resourceArn": TO_BALANCER}),
    ("aws:lb/targetGroup:TargetGroup", "targets", {"targetType": "ip", "protocol": "HTTP", "healthCheck": {}}),
]

anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.text(max_size=4),
        st.sampled_from((UNKNOWN, TO_BALANCER, Ref(LISTENER, "listener"), "HTTP", "HTTPS", "redirect", 7.0)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(("type", "redirect", "protocol", "domainName", "viewerProtocolPolicy", "subnetId")),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_value_in_any_property_is_judged(data: st.DataObject) -> None:
    stack: list[Resource] = []
    for token, name, properties in STACK:
        changed = data.draw(st.sampled_from((None, *properties)))
        given_properties = properties if changed is None else {**properties, changed: data.draw(anything)}
        stack.append(resource(token, name, **given_properties))
    seen = Stack(stack)
    for policy in policies_by_name().values():
        if policy.service != "elb":
            continue
        configuration = configure(policy, {})
        if policy.on_stack:
            list(policy.check(seen, configuration.settings))
        else:
            for judged in seen.of(*policy.kinds):
                policy.check(judged, configuration.settings)
