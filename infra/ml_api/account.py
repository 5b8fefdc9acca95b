"""What the stack asks of AWS before it registers anything: whose account this is, and which zones the region has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .settings import SettingsError

ZONES_NEEDED = 3


@dataclass(frozen=True)
class Account:
    """The account's number, and three availability zones of the region."""

    id: str
    zones: Sequence[str]


def look_up(region: str, provider: aws.Provider) -> Account:
    """Asks AWS. Raises SettingsError for a region in which this account has fewer than three zones."""
    options = pulumi.InvokeOptions(provider=provider)
    identity = aws.get_caller_identity(opts=options)
    # Local and Wavelength zones have to be opted into; availability zones never.
    # Source: Amazon EC2 API Reference, "DescribeAvailabilityZones", opt-in-status.
    zones = aws.get_availability_zones(
        state="available",
        filters=[aws.GetAvailabilityZonesFilterArgs(name="opt-in-status", values=["opt-in-not-required"])],
        opts=options,
    )
    return Account(identity.account_id, choose_zones(region, zones.names))


def require_own(account_id: str, certificates: Mapping[str, str | None]) -> None:
    """Raises SettingsError for a certificate of another account, by its key: AWS refuses it where it is first used.

    Source: AWS Certificate Manager User Guide, "Services integrated with ACM": a certificate is its account's own.
    """
    problems = [
        f"{key} is {arn!r}, a certificate of another account: expected one of this account, {account_id}."
        for key, arn in certificates.items()
        if arn is not None and arn.split(":")[4] != account_id
    ]
    if problems:
        raise SettingsError("\n".join(problems))


def choose_zones(region: str, names: Sequence[str]) -> Sequence[str]:
    """The first three zones by name. Raises SettingsError when there are fewer."""
    if len(names) < ZONES_NEEDED:
        raise SettingsError(
            f"aws:region is {region!r}, where this account has {len(names)} availability zones "
            f"({', '.join(sorted(names))}): expected a region with at least {ZONES_NEEDED}."
        )
    return sorted(names)[:ZONES_NEEDED]
