"""The families of condition operators, and which of them compare the values of which condition keys.

Sources: AWS IAM User Guide, "IAM JSON policy elements: Condition operators" and "Policy elements: Variables and tags".
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from pulumi_guardrails.aws.iam.catalogue.condition_keys import ConditionKey, KeyType, condition_key, key_prefix
from pulumi_guardrails.aws.iam.document.elements import OPERATORS, Condition


class Family(Enum):
    """What the operators of a family compare."""

    STRING = "String"
    NUMERIC = "Numeric"
    DATE = "Date"
    BOOL = "Bool"
    BINARY = "Binary"
    IP_ADDRESS = "IpAddress"
    ARN = "Arn"
    NULL = "Null"


VARIABLE_FAMILIES = (Family.STRING, Family.ARN)
"""The families whose values can have policy variables."""


def _family(operator: str) -> Family:
    begin = operator.removeprefix("Not")
    return next(family for family in Family if begin.startswith(family.value))


_FAMILIES: Mapping[str, Family] = {operator: _family(operator) for operator in (*OPERATORS, "Null")}

_ACCEPTED: Mapping[KeyType, tuple[Family, ...]] = {
    KeyType.STRING: (Family.STRING,),
    KeyType.ARN: (Family.ARN, Family.STRING),
    KeyType.NUMERIC: (Family.NUMERIC,),
    KeyType.DATE: (Family.DATE,),
    KeyType.BOOL: (Family.BOOL,),
    KeyType.IP_ADDRESS: (Family.IP_ADDRESS,),
}

_OF_A_TEXT = (Family.STRING, Family.ARN, Family.BINARY)
"""What compares the keys of services that hold a text: some of them hold an ARN."""


def family_of(operator: str) -> Family | None:
    """The family of an operator without qualifier and `IfExists`; None of what is no operator."""
    return _FAMILIES.get(operator)


def accepts(key: ConditionKey, family: Family) -> bool:
    """Whether the operators of a family compare the values of a key.

    A tag, and any other text of which a program chooses the name, can hold a number, a date or an ARN.
    """
    if family is Family.NULL or key.needs_more:
        return True
    if key.name == "aws:EpochTime":
        return family in (Family.DATE, Family.NUMERIC)
    if key.type is KeyType.STRING and key_prefix(key.name) != "aws":
        return family in _OF_A_TEXT
    return family in _ACCEPTED[key.type]


def compares(condition: Condition) -> bool:
    """Whether the operator of a condition can compare the values of its key, as far as AWS documents the key."""
    family, key = family_of(condition.operator), condition_key(condition.key)
    return family is not None and (key is None or accepts(key, family))
