"""The tags of every resource that can have tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from .settings import Settings


def stack_tags(settings: Settings) -> dict[str, str]:
    """The tags that say where a resource comes from and whose it is."""
    return {
        "Environment": settings.environment,
        "Repository": settings.repository,
        "Team": settings.team,
        "Project": settings.project,
        "ManagedBy": "Pulumi",
    }


def tag_everything(tags: Mapping[str, str]) -> None:
    """Puts tags on every taggable resource registered from now on; a resource's own tags are kept, and win.

    The provider's default tags would do the same, but they are merged inside the provider: no policy sees them.
    """

    def add(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        # The generated SDK lists a resource's every input, set or not: a resource is taggable when it has "tags".
        # One with an id is only read: its tags are its owner's.
        if not args.type_.startswith("aws:") or "tags" not in args.props or args.opts.id is not None:
            return None
        own: Any = args.props["tags"] or {}
        props = {**args.props, "tags": {**tags, **own}}
        return pulumi.ResourceTransformationResult(props=props, opts=args.opts)

    pulumi.runtime.register_stack_transformation(add)
