"""How CloudFront reaches the load balancer: over HTTP by its own name, or over HTTPS by a name on its certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .settings import CustomDomain


@dataclass(frozen=True)
class OriginArgs:
    """The load balancer's certificate, its address, and the custom domain that viewers use."""

    certificate_arn: str | None
    domain: CustomDomain | None
    load_balancer_dns_name: pulumi.Output[str]
    load_balancer_zone_id: pulumi.Output[str]


class Origin(pulumi.ComponentResource):
    """The load balancer's name for CloudFront. Returns it, with the protocol to use.

    CloudFront refuses an origin whose certificate is for another name, and nobody has a certificate for the load
    balancer's own. So the name is read off the certificate and, where there is a zone, pointed to the load balancer.
    Source: Amazon CloudFront Developer Guide, "Require HTTPS for communication between CloudFront and your origin".
    """

    domain_name: pulumi.Output[str]
    protocol: str

    def __init__(self, name: str, args: OriginArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:edge:Origin", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        if args.certificate_arn is None:
            self.domain_name = args.load_balancer_dns_name
            self.protocol = "http-only"
        else:
            certificate = aws.acm.Certificate.get(name, id=args.certificate_arn, opts=child)
            self.domain_name = certificate.domain_name.apply(host_name)
            self.protocol = "https-only"
            if args.domain is not None:
                self.domain_name = self._below(args.domain, certificate)
                aws.route53.Record(
                    name,
                    zone_id=args.domain.hosted_zone_id,
                    name=self.domain_name,
                    type="A",
                    aliases=[
                        aws.route53.RecordAliasArgs(
                            name=args.load_balancer_dns_name,
                            zone_id=args.load_balancer_zone_id,
                            evaluate_target_health=True,
                        )
                    ],
                    opts=child,
                )
        self.register_outputs({"domain_name": self.domain_name})

    @staticmethod
    def _below(domain: CustomDomain, certificate: aws.acm.Certificate) -> pulumi.Output[str]:
        """A name on the certificate, in the domain's zone. If there is none it is too late to stop: it warns."""

        def choose(names: Sequence[str]) -> str:
            name = choose_name(names, domain)
            if name is not None:
                return name
            fallback = f"origin.{domain.name}"
            pulumi.log.warn(
                f"alb_certificate_arn is a certificate for {', '.join(names)}: CloudFront reaches the load balancer as "
                f"{fallback}, and refuses a certificate that is not for this name."
            )
            return fallback

        names = pulumi.Output.all(certificate.domain_name, certificate.subject_alternative_names)
        return names.apply(lambda found: choose(list(dict.fromkeys([found[0], *(found[1] or [])]))))


def host_name(certificate_name: str) -> str:
    """A name that a host can have: of a wildcard, its `origin.` name."""
    return f"origin.{certificate_name[2:]}" if certificate_name.startswith("*.") else certificate_name


def choose_name(certificate_names: Sequence[str], domain: CustomDomain) -> str | None:
    """The first name of a certificate that lies below the custom domain or below its parent, or None.

    Those lie in the domain's zone. The domain itself will not do: it leads to CloudFront.
    """
    _, _, parent = domain.name.partition(".")
    names = [host_name(name) for name in certificate_names]
    return next((name for name in names if name != domain.name and name.endswith(f".{parent}")), None)
