"""CloudFront's certificate for the custom domain, made and validated by the stack."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .settings import CLOUDFRONT_REGION, CustomDomain


@dataclass(frozen=True)
class EdgeCertificateArgs:
    """The domain the certificate is for."""

    domain: CustomDomain


class EdgeCertificate(pulumi.ComponentResource):
    """A certificate in the region that CloudFront reads, and its DNS validation. Returns the ARN once it is valid."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: EdgeCertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:edge:EdgeCertificate", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        certificate = aws.acm.Certificate(
            name,
            domain_name=args.domain.name,
            validation_method="DNS",
            key_algorithm="RSA_2048",
            region=CLOUDFRONT_REGION,
            opts=child,
        )
        # One name on the certificate, hence exactly one record to prove it by: its values are unknown at preview.
        proof = certificate.domain_validation_options[0]
        record = aws.route53.Record(
            name,
            zone_id=args.domain.hosted_zone_id,
            name=proof.resource_record_name,
            type=proof.resource_record_type,
            records=[proof.resource_record_value],
            ttl=300,
            allow_overwrite=True,
            opts=child,
        )
        validation = aws.acm.CertificateValidation(
            name,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn],
            region=CLOUDFRONT_REGION,
            opts=child,
        )
        self.arn = validation.certificate_arn
        self.register_outputs({"arn": self.arn})
