"""Advice on a rule is in the words of the resource that declares it: three kinds spell the same thing differently."""

from __future__ import annotations

import pytest

from tests.policypack.cases import all_cases
from tests.policypack.policies import vpc

FOREIGN = {
    "SecurityGroup '": ("referenced_security_group_id", "source_security_group_id", "ip_protocol"),
    "DefaultSecurityGroup '": ("referenced_security_group_id", "source_security_group_id", "ip_protocol"),
    "SecurityGroupRule '": ("referenced_security_group_id", "security_groups", "ip_protocol"),
    "SecurityGroupIngressRule '": ("source_security_group_id", "security_groups", ' protocol="'),
    "SecurityGroupEgressRule '": ("source_security_group_id", "security_groups", ' protocol="'),
}
"""By the beginning of a message: words that its resource does not have."""

CASES = [case for case in all_cases() if case.declared.module.startswith(f"{vpc.__name__.rpartition('.')[2]}.")]


@pytest.mark.parametrize("kind", FOREIGN)
def test_advice_names_only_what_its_resource_has(kind: str) -> None:
    messages = [message for case in CASES for message in case.messages() if message.startswith(kind)]
    assert messages
    for message in messages:
        assert not [word for word in FOREIGN[kind] if word in message], message
