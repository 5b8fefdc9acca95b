"""The one AWS provider of the stack, with the region of the settings and whatever else its `aws:` keys say.

A provider that a program makes ignores the stack's `aws:` configuration. A profile, a role to assume or the only
accounts that are allowed would be passed over in silence, and the stack could end up in another account.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

OPTIONS = frozenset(inspect.signature(aws.ProviderArgs.__init__).parameters) - {"__self__", "region"}


def provider_option(key: str) -> str:
    """The argument that an `aws:` key stands for: `assumeRoles` is `assume_roles`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()


def make_provider(region: str, configuration: Mapping[str, pulumi.Input[str]]) -> aws.Provider:
    """The provider, from the stack's `aws:` keys without their prefix, each of which names one of its options.

    A value that is a secret stays one: the engine encrypts what was computed from it.
    """
    options: dict[str, Any] = {
        provider_option(key): value.apply(_value) if isinstance(value, pulumi.Output) else _value(str(value))
        for key, value in configuration.items()
    }
    return aws.Provider("aws", region=region, **options)


def _value(text: str) -> Any:
    """A configured value: lists, maps and booleans arrive as JSON, everything else as it is written."""
    return json.loads(text) if text.startswith(("[", "{")) or text in ("true", "false") else text
