"""The edge: a CloudFront distribution that gives viewers HTTPS in front of the load balancer."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .edge_certificate import EdgeCertificate, EdgeCertificateArgs
from .firewall import HTTP_PORT, HTTPS_PORT
from .listeners import ERROR_PAGE_PATH
from .names import Names
from .settings import CustomDomain

# Ids of policies that AWS manages, the same in every account: nothing is cached, all of the viewer's request but its
# Host header goes to the origin, and answers carry security headers. Sources: Amazon CloudFront Developer Guide, "Use
# managed cache policies", "Use managed origin request policies", "Use managed response headers policies".
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"

METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")
# The answers of a load balancer whose tasks do not answer, and of CloudFront when the load balancer does not.
UNAVAILABLE_CODES = (502, 503, 504)
# Answers of the API itself, passed on as they are and not kept: CloudFront would otherwise repeat them for ten seconds.
API_ERROR_CODES = (400, 403, 404, 405, 500, 501)


@dataclass(frozen=True)
class CdnArgs:
    """Names and settings, the origin with its protocol, and the custom domain and the web ACL if there are any."""

    names: Names
    origin_domain_name: pulumi.Input[str]
    origin_protocol: str
    domain: CustomDomain | None
    web_acl_arn: pulumi.Input[str] | None
    protect: bool


class Cdn(pulumi.ComponentResource):
    """The distribution, and the domain's records. Returns the distribution's ARN and name, and the URL for clients."""

    distribution_arn: pulumi.Output[str]
    domain_name: pulumi.Output[str]
    url: pulumi.Output[str]

    def __init__(self, name: str, args: CdnArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:edge:Cdn", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._args = args
        distribution = self._distribution(name)
        if args.domain is not None:
            self._records(args.domain, distribution)
        self.distribution_arn = distribution.arn
        self.domain_name = distribution.domain_name
        self.url = pulumi.Output.concat("https://", args.domain.name if args.domain else distribution.domain_name)
        self.register_outputs({"url": self.url})

    def _distribution(self, name: str) -> aws.cloudfront.Distribution:
        args = self._args
        return aws.cloudfront.Distribution(
            name,
            enabled=True,
            comment=f"ML API CloudFront distribution for {args.names.environment}",
            aliases=[args.domain.name] if args.domain else None,
            web_acl_id=args.web_acl_arn,
            http_version="http2and3",
            is_ipv6_enabled=True,
            # The stack may be in any region, and its clients near it.
            price_class="PriceClass_All",
            origins=[
                aws.cloudfront.DistributionOriginArgs(
                    origin_id="load-balancer",
                    domain_name=args.origin_domain_name,
                    custom_origin_config=aws.cloudfront.DistributionOriginCustomOriginConfigArgs(
                        origin_protocol_policy=args.origin_protocol,
                        origin_ssl_protocols=["TLSv1.2"],
                        http_port=HTTP_PORT,
                        https_port=HTTPS_PORT,
                    ),
                )
            ],
            default_cache_behavior=aws.cloudfront.DistributionDefaultCacheBehaviorArgs(
                target_origin_id="load-balancer",
                viewer_protocol_policy="redirect-to-https",
                allowed_methods=METHODS,
                cached_methods=["GET", "HEAD"],
                cache_policy_id=CACHING_DISABLED,
                origin_request_policy_id=ALL_VIEWER_EXCEPT_HOST_HEADER,
                response_headers_policy_id=SECURITY_HEADERS,
                compress=True,
            ),
            custom_error_responses=[
                *(
                    aws.cloudfront.DistributionCustomErrorResponseArgs(
                        error_code=code,
                        response_code=code,
                        response_page_path=ERROR_PAGE_PATH,
                        error_caching_min_ttl=5,
                    )
                    for code in UNAVAILABLE_CODES
                ),
                *(
                    aws.cloudfront.DistributionCustomErrorResponseArgs(error_code=code, error_caching_min_ttl=0)
                    for code in API_ERROR_CODES
                ),
            ],
            restrictions=aws.cloudfront.DistributionRestrictionsArgs(
                geo_restriction=aws.cloudfront.DistributionRestrictionsGeoRestrictionArgs(restriction_type="none")
            ),
            viewer_certificate=self._viewer_certificate(),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )

    def _viewer_certificate(self) -> aws.cloudfront.DistributionViewerCertificateArgs:
        """CloudFront's own certificate, or the domain's: the configured one, else one that the stack makes."""
        domain = self._args.domain
        if domain is None:
            return aws.cloudfront.DistributionViewerCertificateArgs(cloudfront_default_certificate=True)
        arn = domain.certificate_arn or EdgeCertificate("edge", EdgeCertificateArgs(domain), self._child).arn
        return aws.cloudfront.DistributionViewerCertificateArgs(
            acm_certificate_arn=arn, ssl_support_method="sni-only", minimum_protocol_version="TLSv1.2_2021"
        )

    def _records(self, domain: CustomDomain, distribution: aws.cloudfront.Distribution) -> None:
        """The domain's addresses, for IPv4 and IPv6."""
        for record_type in ("A", "AAAA"):
            aws.route53.Record(
                f"viewer-{record_type.lower()}",
                zone_id=domain.hosted_zone_id,
                name=domain.name,
                type=record_type,
                aliases=[
                    aws.route53.RecordAliasArgs(
                        name=distribution.domain_name, zone_id=distribution.hosted_zone_id, evaluate_target_health=False
                    )
                ],
                opts=self._child,
            )
