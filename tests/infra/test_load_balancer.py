"""The load balancer, its access logs, and the web ACL."""

from __future__ import annotations

import json

import pytest

from tests.infra.program import ACCOUNT, CERTIFICATE, Stack, run


@pytest.fixture(scope="module")
def https() -> Stack:
    return run({"alb_certificate_arn": CERTIFICATE})


def path_rules(stack: Stack, action: str) -> set[str]:
    return {
        rule["conditions"][0]["pathPattern"]["values"][0]
        for rule in stack.all("ListenerRule")
        if rule["actions"][0]["type"] == action
    }


def test_it_faces_the_internet_in_all_public_subnets(dev: Stack) -> None:
    balancer = dev.one("LoadBalancer")
    assert balancer["loadBalancerType"] == "application"
    assert balancer["internal"] is False
    assert balancer.refers_to["subnets"] == {"Subnet::public-1", "Subnet::public-2", "Subnet::public-3"}
    assert balancer.refers_to["securityGroups"] == {"SecurityGroup::load-balancer"}
    assert balancer["dropInvalidHeaderFields"] is True
    assert balancer["desyncMitigationMode"] == "defensive"


def test_target_group(dev: Stack) -> None:
    targets = dev.one("TargetGroup")
    assert (targets["name"], targets["targetType"], targets["port"]) == ("ml-api-tg-dev", "ip", 8080)
    assert (targets["healthCheck"]["path"], targets["healthCheck"]["interval"]) == ("/health", 30)


def test_without_a_certificate_requests_are_served_over_http(dev: Stack) -> None:
    listener = dev.one("Listener")
    assert (listener["port"], listener["protocol"]) == (80, "HTTP")
    assert path_rules(dev, "forward") == {"/api/v1/*", "/api/v2/*", "/health"}


def test_with_a_certificate_requests_are_served_over_https(https: Stack) -> None:
    listener = https.one("Listener", "https")
    assert (listener["port"], listener["protocol"], listener["certificateArn"]) == (443, "HTTPS", CERTIFICATE)
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    assert path_rules(https, "forward") == {"/api/v1/*", "/api/v2/*", "/health"}
    assert all(rule.refers_to["listenerArn"] == {"Listener::https"} for rule in https.all("ListenerRule"))


def test_with_a_certificate_http_redirects(https: Stack) -> None:
    (action,) = https.one("Listener", "http")["defaultActions"]
    assert action["type"] == "redirect"
    assert action["redirect"] == {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}


def test_rules_have_priorities_of_their_own(dev: Stack) -> None:
    priorities = [rule["priority"] for rule in dev.all("ListenerRule")]
    assert len(set(priorities)) == len(priorities)


def test_access_logs_go_to_the_bucket_once_its_policy_is_there(dev: Stack) -> None:
    balancer = dev.one("LoadBalancer")
    assert balancer["accessLogs"] == {"bucket": f"ml-api-logs-dev-{ACCOUNT}", "enabled": True}
    assert "BucketPolicy::logs" in balancer.after


def test_the_log_bucket_is_private_encrypted_and_forgets_after_30_days(dev: Stack) -> None:
    block = dev.one("BucketPublicAccessBlock")
    assert all(block[key] is True for key in block.inputs if key != "bucket")
    assert len(block.inputs) == 5
    (encryption,) = dev.one("BucketServerSideEncryptionConfiguration")["rules"]
    assert encryption["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "AES256"
    assert dev.one("BucketOwnershipControls")["rule"]["objectOwnership"] == "BucketOwnerEnforced"
    assert dev.one("BucketVersioning")["versioningConfiguration"]["status"] == "Enabled"
    (lifecycle,) = dev.one("BucketLifecycleConfiguration")["rules"]
    assert lifecycle["expiration"] == {"days": 30}
    assert lifecycle["status"] == "Enabled"
    assert lifecycle["abortIncompleteMultipartUpload"]


def test_only_log_delivery_writes_to_the_log_bucket_and_everyone_uses_tls(dev: Stack) -> None:
    deny, *allow = json.loads(dev.one("BucketPolicy")["policy"])["Statement"]
    assert deny["Effect"] == "Deny"
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert deny["Resource"] == [
        f"arn:aws:s3:::ml-api-logs-dev-{ACCOUNT}",
        f"arn:aws:s3:::ml-api-logs-dev-{ACCOUNT}/*",
    ]
    assert {statement["Principal"]["Service"] for statement in allow} == {
        "logdelivery.elasticloadbalancing.amazonaws.com",
        "delivery.logs.amazonaws.com",
    }
    for statement in allow:
        assert statement["Action"] == ["s3:PutObject"]
        assert statement["Resource"] == [f"arn:aws:s3:::ml-api-logs-dev-{ACCOUNT}/AWSLogs/{ACCOUNT}/*"]


def test_there_is_no_web_acl_unless_it_is_asked_for(dev: Stack) -> None:
    assert not dev.all("WebAcl")


def test_the_web_acl_guards_the_load_balancer(prod: Stack) -> None:
    acl = prod.one("WebAcl", "waf")
    assert acl["scope"] == "REGIONAL"
    association = prod.one("WebAclAssociation")
    assert association.refers_to["resourceArn"] == {"LoadBalancer::load-balancer"}
    assert association.refers_to["webAclArn"] == {"WebAcl::waf"}
    groups = {
        rule["statement"]["managedRuleGroupStatement"]["name"]
        for rule in acl["rules"]
        if "managedRuleGroupStatement" in rule["statement"]
    }
    assert groups == {
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesAmazonIpReputationList",
    }
    limits = [rule for rule in acl["rules"] if "rateBasedStatement" in rule["statement"]]
    assert {rule["statement"]["rateBasedStatement"]["aggregateKeyType"] for rule in limits} == {"FORWARDED_IP", "IP"}
    assert all(rule["action"] == {"block": {}} for rule in limits)
    assert all(rule["visibilityConfig"]["cloudwatchMetricsEnabled"] for rule in acl["rules"])


@pytest.mark.parametrize("name", ["waf", "edge-waf"])
def test_the_web_acls_log_without_credentials(name: str, prod: Stack) -> None:
    logging = prod.one("WebAclLoggingConfiguration", name)
    assert logging.refers_to["logDestinationConfigs"] == {f"LogGroup::{name}"}
    assert prod.one("LogGroup", name)["name"].startswith("aws-waf-logs-")
    assert {field["singleHeader"]["name"] for field in logging["redactedFields"]} == {"authorization", "cookie"}
