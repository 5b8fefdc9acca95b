"""What AWS accepts of CloudFront, WAF, Route 53, ACM and IAM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from offline.aws.check import Failure
from offline.aws.rules.kit import (
    Object,
    Rule,
    at_least,
    at_most,
    at_most_one,
    between,
    exactly_one,
    given,
    known,
    known_items,
    matching,
    one_of,
    types,
    when,
)

_DISTRIBUTIONS = types("cloudfront", "Distribution")
_CERTIFICATES = types("acm", "Certificate")
_RECORDS = types("route53", "Record")
_ACLS = types("wafv2", "WebAcl")
_ROLES = types("iam", "Role")
_TTLS = ("minTtl", "defaultTtl", "maxTtl")
_ERROR_CODES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
_PROTOCOLS = (
    *("SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021"),
    *("TLSv1.2_2025", "TLSv1.3_2025"),
)


def _origins(distribution: Object) -> Iterator[Failure]:
    origins, groups = known(distribution, "origins"), known_items(distribution, "originGroups")
    items = [item for item in known_items(distribution, "origins") if isinstance(item, Mapping)]
    names = [known(item, "originId") for item in [*items, *groups]]
    if not isinstance(origins, list) or len(items) != len(origins) or None in names:
        return
    for name in {name for name in names if names.count(name) > 1}:
        yield Failure("origins", f"has two origins with the originId {name}")
    behaviours = [("defaultCacheBehavior", known(distribution, "defaultCacheBehavior"))]
    behaviours += [
        (f"orderedCacheBehaviors[{index}]", item)
        for index, item in enumerate(known_items(distribution, "orderedCacheBehaviors"))
    ]
    for path, behaviour in behaviours:
        target = known(behaviour, "targetOriginId") if isinstance(behaviour, Mapping) else None
        if target is not None and target not in names:
            yield Failure(
                f"{path}.targetOriginId", f"names {target!r}, which is none of the origins: {', '.join(names)}"
            )


def _behaviour(behaviour: Object) -> Iterator[Failure]:
    yield from exactly_one("cachePolicyId", "forwardedValues")(behaviour)
    if given(behaviour, "cachePolicyId"):
        for name in _TTLS:
            if known(behaviour, name):
                yield Failure(name, "must not be set with cachePolicyId, which has its own")
    methods = known_items(behaviour, "allowedMethods")
    for method in known_items(behaviour, "cachedMethods"):
        if methods and method not in methods:
            yield Failure("cachedMethods", f"has {method}, which is not among the allowedMethods")


def _viewer_certificate(certificate: Object) -> Iterator[Failure]:
    kinds = ("acmCertificateArn", "iamCertificateId")
    own = [name for name in kinds if given(certificate, name)]
    if not own and known(certificate, "cloudfrontDefaultCertificate") is not True:
        yield Failure("cloudfrontDefaultCertificate", f"must be true unless one of {' and '.join(kinds)} is set")
    if own and not given(certificate, "sslSupportMethod"):
        yield Failure("sslSupportMethod", f"is required with {own[0]}")
    arn = known(certificate, "acmCertificateArn")
    if arn is not None and arn.split(":")[3:4] != ["us-east-1"]:
        yield Failure("acmCertificateArn", f"must be of a certificate in us-east-1, found {arn!r}")


def _aliases(distribution: Object) -> Iterator[Failure]:
    certificate = known(distribution, "viewerCertificate")
    unnamed = isinstance(certificate, Mapping) and known(certificate, "cloudfrontDefaultCertificate") is True
    if known_items(distribution, "aliases") and unnamed:
        yield Failure("viewerCertificate", "must be a certificate of one's own when aliases are set")


def _error_response(response: Object) -> Iterator[Failure]:
    if given(response, "responsePagePath") != given(response, "responseCode"):
        missing = "responseCode" if given(response, "responsePagePath") else "responsePagePath"
        yield Failure(missing, "is required: responseCode and responsePagePath go together")


def _record(record: Object) -> Iterator[Failure]:
    yield from exactly_one("records", "aliases")(record)
    if given(record, "records") and not given(record, "ttl"):
        yield Failure("ttl", "is required with records")
    if given(record, "aliases") and given(record, "ttl"):
        yield Failure("ttl", "must not be set with aliases")


def _certificate(certificate: Object) -> Iterator[Failure]:
    imported = given(certificate, "certificateBody") or given(certificate, "certificateAuthorityArn")
    if not imported and not given(certificate, "domainName"):
        yield Failure("domainName", "is required of a certificate that ACM issues")
    if given(certificate, "domainName") and not imported and not given(certificate, "validationMethod"):
        yield Failure("validationMethod", "is required of a certificate that ACM issues")


def _web_acl_rules(acl: Object) -> Iterator[Failure]:
    rules = [item for item in known_items(acl, "rules") if isinstance(item, Mapping)]
    for name in ("priority", "name"):
        values = [value for value in (known(rule, name) for rule in rules) if value is not None]
        for value in sorted({value for value in values if values.count(value) > 1}):
            shown = f"{value:g}" if isinstance(value, float) else value
            yield Failure("rules", f"has two rules with the {name} {shown}")


def _inline_policy_size(role: Object) -> Iterator[Failure]:
    policy = known(role, "policy")
    if isinstance(policy, str) and len("".join(policy.split())) > 10240:
        yield Failure("policy", "must have at most 10240 characters without white space")


_CLOUDFRONT_API = "DistributionConfig (Amazon CloudFront API reference)"
_WAF_API = "CreateWebACL (AWS WAFV2 API reference)"
_ROUTE53_API = "ChangeResourceRecordSets (Amazon Route 53 API reference)"
_ACM_API = "RequestCertificate (AWS Certificate Manager API reference)"
_IAM_QUOTAS = "IAM and AWS STS quotas, CreateRole (IAM)"
_BEHAVIOURS = ("defaultCacheBehavior", "orderedCacheBehaviors[]")

RULES = (
    Rule(_DISTRIBUTIONS, "", _origins, _CLOUDFRONT_API),
    Rule(_DISTRIBUTIONS, "", _aliases, _CLOUDFRONT_API),
    Rule(_DISTRIBUTIONS, "origins", at_least(1, "origin"), _CLOUDFRONT_API),
    Rule(
        _DISTRIBUTIONS,
        "origins[]",
        at_most_one("customOriginConfig", "s3OriginConfig", "vpcOriginConfig"),
        _CLOUDFRONT_API,
    ),
    Rule(
        _DISTRIBUTIONS,
        "origins[].customOriginConfig.originProtocolPolicy",
        one_of("http-only", "https-only", "match-viewer"),
        _CLOUDFRONT_API,
    ),
    *(Rule(_DISTRIBUTIONS, path, _behaviour, _CLOUDFRONT_API) for path in _BEHAVIOURS),
    *(
        Rule(
            _DISTRIBUTIONS,
            f"{path}.viewerProtocolPolicy",
            one_of("allow-all", "https-only", "redirect-to-https"),
            _CLOUDFRONT_API,
        )
        for path in _BEHAVIOURS
    ),
    Rule(_DISTRIBUTIONS, "comment", at_most(128, "characters"), _CLOUDFRONT_API),
    Rule(
        _DISTRIBUTIONS,
        "priceClass",
        one_of("PriceClass_All", "PriceClass_200", "PriceClass_100", "None"),
        _CLOUDFRONT_API,
    ),
    Rule(
        _DISTRIBUTIONS,
        "restrictions.geoRestriction.restrictionType",
        one_of("none", "whitelist", "blacklist"),
        _CLOUDFRONT_API,
    ),
    Rule(_DISTRIBUTIONS, "viewerCertificate", _viewer_certificate, _CLOUDFRONT_API),
    Rule(_DISTRIBUTIONS, "viewerCertificate.minimumProtocolVersion", one_of(*_PROTOCOLS), _CLOUDFRONT_API),
    Rule(_DISTRIBUTIONS, "viewerCertificate.sslSupportMethod", one_of("sni-only", "vip", "static-ip"), _CLOUDFRONT_API),
    Rule(_DISTRIBUTIONS, "customErrorResponses[]", _error_response, _CLOUDFRONT_API),
    Rule(_DISTRIBUTIONS, "customErrorResponses[].errorCode", one_of(*_ERROR_CODES), _CLOUDFRONT_API),
    Rule(_ACLS, "scope", one_of("REGIONAL", "CLOUDFRONT"), _WAF_API),
    Rule(_ACLS, "name", matching(r"[\w-]{1,128}", "1 to 128 letters, digits, hyphens and underscores"), _WAF_API),
    Rule(_ACLS, "defaultAction", exactly_one("allow", "block"), _WAF_API),
    Rule(_ACLS, "", _web_acl_rules, _WAF_API),
    Rule(_ACLS, "rules[]", exactly_one("action", "overrideAction"), _WAF_API),
    Rule(_RECORDS, "", _record, _ROUTE53_API),
    Rule(_CERTIFICATES, "", _certificate, _ACM_API),
    Rule(_CERTIFICATES, "validationMethod", one_of("DNS", "EMAIL", "HTTP", "NONE"), _ACM_API),
    Rule(
        _CERTIFICATES,
        "domainName",
        matching(r"(\*\.)?([A-Za-z0-9](-*[A-Za-z0-9])*\.)+[A-Za-z]{2,63}", "a domain name such as api.example.com"),
        _ACM_API,
    ),
    Rule(_ROLES, "name", matching(r"[\w+=,.@-]{1,64}", "1 to 64 letters, digits and _+=,.@-"), _IAM_QUOTAS),
    Rule(_ROLES, "maxSessionDuration", between(3600, 43200), _IAM_QUOTAS),
    Rule(
        _ROLES + types("iam", "Policy"),
        "path",
        matching(r"/|/.{0,510}/", "a path that begins and ends with /"),
        _IAM_QUOTAS,
    ),
    Rule(_ROLES, "description", at_most(1000, "characters"), _IAM_QUOTAS),
    Rule(
        types("iam", "RolePolicy"),
        "name",
        matching(r"[\w+=,.@-]{1,128}", "1 to 128 letters, digits and _+=,.@-"),
        _IAM_QUOTAS,
    ),
    Rule(types("iam", "RolePolicy"), "", _inline_policy_size, _IAM_QUOTAS),
    Rule(_RECORDS, "", when("type", ["CNAME"], refused=["aliases"]), _ROUTE53_API),
)
"""The rules of the edge and of identities."""
