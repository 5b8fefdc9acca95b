"""Takes out of a plan what a program may have written secrets into without calling them so.

Checkov looks for secrets in these places, so that it reads the plan as it is. What is kept and handed on does not have
their values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from audit.terraform.values import SENSITIVE

_VALUES = re.compile(r"(^|_)(environment|variables?)$|^custom_headers?$", re.IGNORECASE)
"""Arguments whose members are settings of a program: environment variables, and headers that an origin knows."""
_TEXTS = re.compile(
    r"user_?data(_base64)?$|password|passphrase|secret_(string|binary|access_key|key)$|(^|_)token$|private_key|"
    r"connection_string|auth_?token|api_key$|buildspec$|^content(_base64)?$",
    re.IGNORECASE,
)
"""Arguments that take a secret, or a script or file in which one may be."""


def redacted(value: Any, name: str = "", *, in_values: bool = False) -> Any:
    """A plan, or a part of it, without what may be a secret.

    Args:
        value: The part.
        name: The argument that it is of.
        in_values: Whether it is among the settings of a program.
    """
    if isinstance(value, Mapping):
        # A setting with a namespace is one of Elastic Beanstalk's, environment variables among them.
        inside = in_values or bool(_VALUES.search(name)) or "namespace" in value
        is_setting = inside and {"name", "value"} <= {key.lower() for key in value}
        return {
            key: SENSITIVE
            if isinstance(item, str) and inside and (key.lower() == "value" or not is_setting)
            else redacted(item, key, in_values=inside)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [redacted(item, name, in_values=in_values) for item in value]
    if isinstance(value, str) and _TEXTS.search(name):
        return SENSITIVE
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            document = json.loads(value)
        except ValueError:
            return value
        return json.dumps(redacted(document, name))
    return value
