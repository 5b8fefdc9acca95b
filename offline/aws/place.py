"""Where a resource is and what is known of it: all that its computed values may depend on."""

from __future__ import annotations

import hashlib
import string
import uuid
from dataclasses import dataclass, field
from typing import Any

from offline.aws import regions
from offline.aws.source import snake_case

ALPHABETS = {
    "hex": "0123456789abcdef",
    "digits": string.digits,
    "letters": string.ascii_uppercase,
    "lower": string.ascii_lowercase + string.digits,
}
"""The characters of each kind of made-up text."""


_SERVICES = {
    **dict.fromkeys(("ebs", "ec2clientvpn", "ec2transitgateway", "vpc"), "ec2"),
    **dict.fromkeys(("alb", "elb", "lb"), "elasticloadbalancing"),
    "cognito": "cognito-idp",
    "efs": "elasticfilesystem",
    "msk": "kafka",
    "opensearch": "es",
    "sfn": "states",
}
"""Names of services in ARNs where the package's are others (Service Authorization Reference)."""


@dataclass
class Place:
    """A resource in its region and account.

    `identity` tells it from any other resource of its type; `values` holds its inputs, and the computed values as they
    are made.
    """

    token: str
    identity: str
    region: str
    account: str = regions.ACCOUNT
    id: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def service(self) -> str:
        """Return the service's name as it stands in ARNs ("ecs")."""
        module = self.token.split(":")[1].split("/")[0]
        return _SERVICES.get(module, module)

    @property
    def kind(self) -> str:
        """Return the kind of resource as AWS spells it ("task-definition")."""
        return snake_case(self.token.rpartition(":")[2]).replace("_", "-")

    def digest(self, salt: str) -> int:
        """Return a number that follows from the resource and the salt."""
        return int.from_bytes(hashlib.sha512(f"{self.token}\0{self.identity}\0{salt}".encode()).digest(), "big")

    def characters(self, alphabet: str, count: int, salt: str) -> str:
        """Return that many characters of an alphabet, which follow from the resource and the salt."""
        number, chosen = self.digest(salt), ALPHABETS[alphabet]
        picked = []
        for _ in range(count):
            number, index = divmod(number, len(chosen))
            picked.append(chosen[index])
        return "".join(picked)

    def uuid(self, salt: str) -> str:
        """Return a UUID that follows from the resource and the salt."""
        return str(uuid.UUID(int=self.digest(salt) % 2**128, version=4))
