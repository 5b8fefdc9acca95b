"""A request as IAM evaluates it: who calls, the action, the resource and the context keys.

Source: AWS IAM User Guide, "The request context".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from pulumi_guardrails.aws.iam.document.elements import Principal
from pulumi_guardrails.core.frozen import fast_dataclass

ANONYMOUS = Principal("", "anonymous")
"""Who sends a request that is not signed: nobody but everyone (`*`)."""


@fast_dataclass(frozen=True)
class Request:
    """One request.

    Attributes:
        action: The action, such as `s3:GetObject`.
        resource: The ARN of the resource, or `*` for an action that has none.
        context: The values of each context key, by its name in lower case. A key that is absent has none.
        principal: Who calls; None where the statements are those of an identity-based policy, which names nobody.
    """

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    principal: Principal | None = None
