"""How CloudFront reaches the load balancer: over HTTP by its own name, or over HTTPS by a name on its certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .settings import CustomDomain, SettingsError


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
        if args.certificate_arn is None:
            self.domain_name = args.load_balancer_dns_name
            self.protocol = "http-only"
        else:
            child = pulumi.ResourceOptions(parent=self)
            certificate = aws.acm.Certificate.get(name, id=args.certificate_arn, opts=child)
            self.domain_name = pulumi.Output.all(certificate.domain_name, certificate.subject_alternative_names).apply(
                lambda found: choose_name([found[0], *(found[1] or [])], args.domain)
            )
            self.protocol = "https-only"
            if args.domain is not None:
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


def choose_name(certificate_names: Sequence[str], domain: CustomDomain | None) -> str:
    """The first name of a certificate that the load balancer can have; of a wildcard, its `origin.` name.

    With a custom domain it has to be a sibling of it, to lie in its zone, and not the domain itself, which leads to
    CloudFront. Raises SettingsError when the certificate has no such name.
    """
    names = [f"origin.{name[2:]}" if name.startswith("*.") else name for name in certificate_names]
    if domain is None:
        return names[0]
    _, _, parent = domain.name.partition(".")
    for name in names:
        if name != domain.name and (name.endswith(f".{parent}") or name.endswith(f".{domain.name}")):
            return name
    raise SettingsError(
        f"alb_certificate_arn names a certificate for {', '.join(certificate_names)}: accepted, together with "
        f"domain_name {domain.name!r}, is one for another name under {parent}, or for *.{parent}."
    )
