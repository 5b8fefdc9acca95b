"""CloudFront: what viewers get, how it reaches the load balancer, the custom domain, and its logs."""

from __future__ import annotations

from typing import Any

import pytest

from ml_api.origin import choose_name
from ml_api.settings import CustomDomain
from tests.infra.program import ACCOUNT, CERTIFICATE, CLOUDFRONT_PREFIX_LIST, Stack, run

DOMAIN = {"domain_name": "api.example.com", "hosted_zone_id": "Z123"}
API = CustomDomain("api.example.com", "Z123", None)


@pytest.fixture(scope="module")
def ireland() -> Stack:
    """A stack outside us-east-1 with a domain whose certificate it has to make."""
    return run(DOMAIN | {"aws:region": "eu-west-1"}, zones=[f"eu-west-1{letter}" for letter in "abc"])


@pytest.fixture(scope="module")
def own_certificate() -> Stack:
    return run(DOMAIN | {"cloudfront_certificate_arn": CERTIFICATE})


def test_viewers_get_https_and_nothing_cached(dev: Stack) -> None:
    distribution = dev.one("Distribution")
    behavior = distribution["defaultCacheBehavior"]
    assert distribution["comment"] == "ML API CloudFront distribution for dev"
    assert distribution["enabled"] is True
    assert behavior["viewerProtocolPolicy"] == "redirect-to-https"
    assert set(behavior["allowedMethods"]) == {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}
    assert behavior["cachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert behavior["originRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert behavior["responseHeadersPolicyId"] == "67f7725c-6f97-4210-82d7-5512b31e9d03"


def test_an_error_page_is_one_that_the_load_balancer_serves(dev: Stack) -> None:
    pages = {
        (error["errorCode"], error["responseCode"], error["responsePagePath"])
        for error in dev.one("Distribution")["customErrorResponses"]
        if "responsePagePath" in error
    }
    assert pages == {(code, code, "/errors/unavailable") for code in (502, 503, 504)}
    rule = dev.one("ListenerRule", "error-page")
    assert rule["conditions"] == [{"pathPattern": {"values": ["/errors/unavailable"]}}]
    assert rule["actions"][0]["fixedResponse"]["statusCode"] == "200"


def test_errors_of_the_api_are_passed_on_uncached(dev: Stack) -> None:
    kept = {
        error["errorCode"]: error["errorCachingMinTtl"]
        for error in dev.one("Distribution")["customErrorResponses"]
        if "responsePagePath" not in error
    }
    assert kept == dict.fromkeys((400, 403, 404, 405, 500, 501), 0)


def origin(stack: Stack) -> dict[str, Any]:
    (found,) = stack.one("Distribution")["origins"]
    return dict(found)


def test_without_a_certificate_the_origin_is_the_load_balancers_own_name_over_http(dev: Stack) -> None:
    assert origin(dev)["customOriginConfig"]["originProtocolPolicy"] == "http-only"
    assert "LoadBalancer::load-balancer" in dev.one("Distribution").refers_to["origins"]


def test_with_a_certificate_the_origin_is_a_name_on_it_over_https(prod: Stack) -> None:
    assert origin(prod)["domainName"] == "origin.example.com"
    assert origin(prod)["customOriginConfig"]["originProtocolPolicy"] == "https-only"
    assert origin(prod)["customOriginConfig"]["originSslProtocols"] == ["TLSv1.2"]
    record = prod.one("Record", "origin")
    assert (record["name"], record["type"], record["zoneId"]) == ("origin.example.com", "A", "Z0123456789EXAMPLE00")
    assert record.refers_to["aliases"] == {"LoadBalancer::load-balancer"}


def test_a_certificate_alone_leaves_the_record_to_the_owner() -> None:
    stack = run({"alb_certificate_arn": CERTIFICATE}, certificate_names=["lb.example.org"])
    assert origin(stack)["domainName"] == "lb.example.org"
    assert not stack.all("Record")


@pytest.mark.parametrize(
    ("names", "domain", "chosen"),
    [
        (["lb.example.com"], API, "lb.example.com"),
        (["*.example.com"], API, "origin.example.com"),
        (["api.example.com", "lb.example.com"], API, "lb.example.com"),
        (["other.example.org", "*.api.example.com"], API, "origin.api.example.com"),
        (["*.example.com"], CustomDomain("example.com", "Z123", None), "origin.example.com"),
    ],
)
def test_the_name_of_the_origin(names: list[str], domain: CustomDomain, chosen: str) -> None:
    assert choose_name(names, domain) == chosen


@pytest.mark.parametrize("names", [["api.example.com"], ["lb.example.org"], ["xexample.com"]])
def test_a_certificate_without_a_name_for_the_origin_has_none_to_choose(names: list[str]) -> None:
    assert choose_name(names, API) is None


def test_a_certificate_for_the_domain_itself_is_warned_about(caplog: pytest.LogCaptureFixture) -> None:
    stack = run(DOMAIN | {"alb_certificate_arn": CERTIFICATE}, certificate_names=["api.example.com"])
    assert origin(stack)["domainName"] == stack.one("Record", "origin")["name"] == "origin.api.example.com"
    assert "alb_certificate_arn is a certificate for api.example.com" in caplog.text


def test_without_a_domain_the_certificate_is_cloudfronts_own(dev: Stack) -> None:
    assert dev.one("Distribution")["viewerCertificate"] == {"cloudfrontDefaultCertificate": True}
    assert "aliases" not in dev.one("Distribution").inputs


def test_with_a_domain_viewers_need_sni_and_tls_1_2(ireland: Stack) -> None:
    distribution = ireland.one("Distribution")
    assert distribution["aliases"] == ["api.example.com"]
    assert distribution["viewerCertificate"]["sslSupportMethod"] == "sni-only"
    assert distribution["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"
    assert distribution.refers_to["viewerCertificate"] >= {"CertificateValidation::edge"}


def test_the_domain_leads_to_the_distribution(ireland: Stack) -> None:
    for record_type in ("A", "AAAA"):
        record = ireland.one("Record", f"viewer-{record_type.lower()}")
        assert (record["name"], record["type"], record["zoneId"]) == ("api.example.com", record_type, "Z123")
        assert record.refers_to["aliases"] == {"Distribution::cdn"}


def test_the_certificate_is_made_in_us_east_1_and_proved_by_dns(ireland: Stack) -> None:
    certificate = ireland.one("Certificate")
    assert (certificate["domainName"], certificate["validationMethod"]) == ("api.example.com", "DNS")
    assert certificate["region"] == ireland.one("CertificateValidation")["region"] == "us-east-1"
    record = ireland.one("Record", "edge")
    assert record["zoneId"] == "Z123"
    assert record.refers_to["records"] == {"Certificate::edge"}


def test_a_configured_certificate_is_used_as_it_is(own_certificate: Stack) -> None:
    assert own_certificate.one("Distribution")["viewerCertificate"]["acmCertificateArn"] == CERTIFICATE
    assert not own_certificate.all("Certificate")


def test_access_logs_are_delivered_to_the_log_bucket_from_us_east_1(ireland: Stack) -> None:
    source, destination, delivery = (
        ireland.one(kind) for kind in ("LogDeliverySource", "LogDeliveryDestination", "LogDelivery")
    )
    assert source["logType"] == "ACCESS_LOGS"
    assert source.refers_to["resourceArn"] == {"Distribution::cdn"}
    assert destination["deliveryDestinationConfiguration"] == {
        "destinationResourceArn": f"arn:aws:s3:::ml-api-logs-dev-{ACCOUNT}"
    }
    assert "BucketPolicy::logs" in destination.after
    assert delivery["deliverySourceName"] == source["name"]
    assert delivery.refers_to["deliveryDestinationArn"] == {"LogDeliveryDestination::cdn"}
    assert {found["region"] for found in (source, destination, delivery)} == {"us-east-1"}


def test_the_bucket_lets_in_exactly_that_delivery(dev: Stack) -> None:
    name = dev.one("LogDeliverySource")["name"]
    assert f"arn:aws:logs:us-east-1:{ACCOUNT}:delivery-source:{name}" in dev.one("BucketPolicy")["policy"]


def test_with_a_web_acl_viewers_pass_it_and_nobody_passes_by_cloudfront(prod: Stack, dev: Stack) -> None:
    acl = prod.one("WebAcl", "edge-waf")
    assert (acl["scope"], acl["region"]) == ("CLOUDFRONT", "us-east-1")
    assert prod.one("Distribution").refers_to["webAclId"] == {"WebAcl::edge-waf"}
    (limit,) = (rule for rule in acl["rules"] if "rateBasedStatement" in rule["statement"])
    assert limit["statement"]["rateBasedStatement"]["aggregateKeyType"] == "IP"
    entrances = [
        rule
        for rule in prod.all("SecurityGroupIngressRule")
        if rule.refers_to["securityGroupId"] == {"SecurityGroup::load-balancer"}
    ]
    assert [(rule["prefixListId"], rule["fromPort"], rule["toPort"]) for rule in entrances] == [
        (CLOUDFRONT_PREFIX_LIST, 443, 443)
    ]
    assert "webAclId" not in dev.one("Distribution").inputs


def test_cloudfront_reaches_a_load_balancer_without_a_certificate_on_port_80() -> None:
    entrance = run({"waf": "true"}).one("SecurityGroupIngressRule", "load-balancer-cloudfront")
    assert (entrance["fromPort"], entrance["toPort"]) == (80, 80)


def test_the_logs_of_the_edge_are_encrypted_with_a_key_of_their_own_region_only() -> None:
    both = {"waf": "true", "customer_managed_key": "true"}
    assert run(both).one("LogGroup", "edge-waf").refers_to["kmsKeyId"] == {"Key::data"}
    abroad = run({**both, "aws:region": "eu-west-1"}, zones=[f"eu-west-1{letter}" for letter in "abc"])
    assert "kmsKeyId" not in abroad.one("LogGroup", "edge-waf").inputs
    assert abroad.one("LogGroup", "edge-waf")["region"] == "us-east-1"
