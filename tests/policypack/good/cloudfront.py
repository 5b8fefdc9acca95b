"""Good CloudFront resources."""

from __future__ import annotations

from typing import Any

GOOD: dict[str, dict[str, Any]] = {
    "aws:cloudfront/distribution:Distribution": {
        "enabled": True,
        "aliases": ["api.example.com"],
        "origins": [
            {
                "originId": "load-balancer",
                "domainName": "origin.example.com",
                "customOriginConfig": {
                    "originProtocolPolicy": "https-only",
                    "originSslProtocols": ["TLSv1.2"],
                    "httpPort": 80.0,
                    "httpsPort": 443.0,
                },
            }
        ],
        "originGroups": [{"originId": "both", "members": [{"originId": "load-balancer"}, {"originId": "other"}]}],
        "defaultCacheBehavior": {
            "targetOriginId": "load-balancer",
            "viewerProtocolPolicy": "redirect-to-https",
            "responseHeadersPolicyId": "67f7725c-6f97-4210-82d7-5512b31e9d03",
        },
        "orderedCacheBehaviors": [
            {
                "pathPattern": "/static/*",
                "targetOriginId": "load-balancer",
                "viewerProtocolPolicy": "https-only",
                "responseHeadersPolicyId": "e61eb60c-9c35-4d20-a928-2b84e02af89c",
            }
        ],
        "restrictions": {"geoRestriction": {"restrictionType": "whitelist", "locations": ["DE"]}},
        "viewerCertificate": {
            "acmCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
            "sslSupportMethod": "sni-only",
            "minimumProtocolVersion": "TLSv1.2_2021",
        },
        "loggingConfig": {"bucket": "logs.s3.amazonaws.com"},
        "webAclId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/1",
        "defaultRootObject": "index.html",
    },
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
        "name": "strict",
        "securityHeadersConfig": {"strictTransportSecurity": {"accessControlMaxAgeSec": 31536000.0, "override": True}},
    },
    "aws:cloudfront/multitenantDistribution:MultitenantDistribution": {
        "enabled": True,
        "comment": "for tenants",
        "origins": [
            {
                "id": "load-balancer",
                "domainName": "origin.example.com",
                "customOriginConfigs": [
                    {
                        "originProtocolPolicy": "https-only",
                        "originSslProtocols": ["TLSv1.2"],
                        "httpPort": 80.0,
                        "httpsPort": 443.0,
                    }
                ],
            }
        ],
        "originGroups": [{"id": "both", "members": [{"originId": "load-balancer"}, {"originId": "other"}]}],
        "defaultCacheBehavior": {
            "targetOriginId": "load-balancer",
            "viewerProtocolPolicy": "redirect-to-https",
            "responseHeadersPolicyId": "67f7725c-6f97-4210-82d7-5512b31e9d03",
        },
        "cacheBehaviors": [
            {
                "pathPattern": "/static/*",
                "targetOriginId": "load-balancer",
                "viewerProtocolPolicy": "https-only",
                "responseHeadersPolicyId": "e61eb60c-9c35-4d20-a928-2b84e02af89c",
            }
        ],
        "restrictions": {"geoRestriction": {"restrictionType": "whitelist", "items": ["DE"]}},
        "viewerCertificate": {
            "acmCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
            "sslSupportMethod": "sni-only",
            "minimumProtocolVersion": "TLSv1.2_2021",
        },
        "webAclId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/1",
        "defaultRootObject": "index.html",
    },
    "aws:cloudfront/vpcOrigin:VpcOrigin": {
        "vpcOriginEndpointConfig": {
            "name": "load-balancer",
            "arn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/api/1",
            "httpPort": 80.0,
            "httpsPort": 443.0,
            "originProtocolPolicy": "https-only",
            "originSslProtocols": {"items": ["TLSv1.2"], "quantity": 1.0},
        },
    },
}
