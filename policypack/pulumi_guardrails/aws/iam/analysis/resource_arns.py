"""What is wrong with an ARN in a statement, field by field.

Sources: AWS IAM User Guide, "IAM policy validation check reference" and "Identify AWS resources with Amazon Resource
Names (ARNs)"; Service Authorization Reference, the resource types of each service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check
from pulumi_guardrails.aws.iam.catalogue.service_authorization import arn_formats, service_prefixes, without_variables
from pulumi_guardrails.aws.iam.wildcards import is_everything, is_pattern, overlap
from pulumi_guardrails.aws.regions import PARTITIONS, is_region
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.value import snake_case

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_FIELDS = "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE"
_REGION, _ACCOUNT = 3, 4

_MOST_SHOWN = 3


@fast_dataclass(frozen=True)
class ArnProblem:
    """What is wrong with an ARN.

    Attributes:
        check: AWS's check that finds it.
        says: What is wrong, as the rest of a sentence that begins with the ARN.
        expected: What would pass.
    """

    check: Check
    says: str
    expected: str


@lru_cache(maxsize=8192)
def arn_problem(text: str) -> ArnProblem | None:
    """What is wrong with a resource of a statement; None where nothing is, as of `*`.

    A policy variable may be any text: nothing is said of a field that has one.
    """
    if is_everything(text) or text.startswith("${"):
        return None
    if not text.startswith("arn:"):
        return ArnProblem(Check.INVALID_ARN_PREFIX, "does not begin with arn:", f"{_FIELDS}, or *")
    if without_variables(text).count(":") < 5:
        return ArnProblem(Check.MISSING_ARN_FIELD, "has too few fields", _FIELDS)
    fields = without_variables(text).split(":", 5)
    return _of_head(fields, "${" in text) or _of_type(fields)


def _of_head(fields: list[str], has_variable: bool) -> ArnProblem | None:
    """What is wrong with the partition, the service, the Region or the account by itself."""
    _, partition, service, region, account, _ = fields
    if partition not in PARTITIONS and not (has_variable and is_pattern(partition)):
        says = f"names the partition {partition}, which is none" if partition else "names no partition"
        return ArnProblem(Check.INVALID_PARTITION, says, ", ".join(PARTITIONS[:_MOST_SHOWN]))
    if is_pattern(service):
        wildcard = ArnProblem(Check.INVALID_SERVICE, "has a wildcard for the service", "a service by name")
        return None if has_variable else wildcard
    if not arn_formats(service) and service not in service_prefixes():
        lower = service.lower()
        if service != lower and (arn_formats(lower) or lower in service_prefixes()):
            return ArnProblem(Check.INVALID_ARN_SERVICE_CASE, f"names the service {service}", lower)
        return ArnProblem(Check.INVALID_SERVICE, f"names the service {service}, which is none", "a service of AWS")
    if region and not is_pattern(region) and not is_region(region):
        return ArnProblem(Check.INVALID_ARN_REGION, f"names the Region {region}, which is none", "a Region")
    own_names = {arn.split(":", 5)[_ACCOUNT] for arn in arn_formats(service)} | {"aws"}
    if account and not is_pattern(account) and account not in own_names and not _is_account(account):
        says = f"names the account {account}, which is no account ID"
        return ArnProblem(Check.INVALID_ARN_ACCOUNT, says, "an account ID of twelve digits")
    return None


def _is_account(text: str) -> bool:
    return len(text) == 12 and text.isascii() and text.isdigit()


def _of_type(fields: list[str]) -> ArnProblem | None:
    """What is wrong with an ARN by the types of resource that its service has."""
    _, _, service, region, account, resource = fields
    formats = arn_formats(service)
    if is_pattern(service) or not formats:
        return None
    alike = [arn for arn, name in _names(service) if overlap(resource, name)]
    if not alike:
        return ArnProblem(Check.INVALID_ARN_RESOURCE, "names no type of resource that the service has", _shown(formats))
    for place, written, missing, surplus, name in (
        (_REGION, region, Check.MISSING_ARN_REGION, Check.ARN_REGION_NOT_ALLOWED, "Region"),
        (_ACCOUNT, account, Check.MISSING_ARN_ACCOUNT, Check.ARN_ACCOUNT_NOT_ALLOWED, "account"),
    ):
        documented = {bool(arn.split(":", 5)[place]) for arn in alike}
        if documented == {True} and not written:
            return ArnProblem(missing, f"names no {name}", _shown(alike))
        if documented == {False} and written and not is_pattern(written):
            return ArnProblem(surplus, f"names the {name} {written}, which its type has none of", _shown(alike))
    return None


@lru_cache(maxsize=256)
def _names(service: str) -> tuple[tuple[str, str], ...]:
    """The ARNs of a service, each with the part that names the resource as a pattern."""
    return tuple((arn, without_variables(arn.split(":", 5)[5])) for arn in arn_formats(service))


def _shown(formats: Iterable[str]) -> str:
    """The plainest ARNs of some types."""
    written = {_VARIABLE.sub(_placeholder, arn.replace("${Partition}", "aws")) for arn in formats}
    plainest = sorted(written, key=lambda arn: (len(arn), arn))
    return " or ".join(plainest[:_MOST_SHOWN])


def _placeholder(variable: re.Match[str]) -> str:
    """The name of a variable as a message writes what stands for a value of one's own."""
    return snake_case(variable[1]).upper()
