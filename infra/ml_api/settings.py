"""The stack's configuration: read once, every value checked, before any resource is registered."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Mapping, Set
from dataclasses import dataclass

import pulumi
from pulumi.runtime import config as runtime_config

from . import checks
from . import configuration as keys
from .configuration import Check, Key
from .provider import OPTIONS, provider_option

# A certificate that CloudFront uses lies in this region, whatever the region of the stack.
# Source: Amazon CloudFront Developer Guide, "Requirements for using SSL/TLS certificates with CloudFront".
CLOUDFRONT_REGION = "us-east-1"

# What Pulumi itself reads. Source: the Go packages cmd/pulumi, resource/deploy and sdk/go/common/workspace of Pulumi.
_PULUMIS_KEYS = ("pulumi:autonaming", "pulumi:disable-default-providers", "pulumi:tags", "pulumi:template")


_LONGEST_SHOWN = 100


class SettingsError(pulumi.RunError):
    """The configuration is wrong. The message has one sentence a problem; Pulumi prints it without a traceback."""


@dataclass(frozen=True)
class CustomDomain:
    """A domain name of the owner's for CloudFront, with the Route 53 zone it lies in."""

    name: str
    hosted_zone_id: str
    certificate_arn: str | None


@dataclass(frozen=True)
class Settings:
    """Everything that may differ from one deployment to another. Every value has passed its check."""

    project: str
    environment: str
    region: str
    provider: Mapping[str, pulumi.Input[str]]
    repository: str
    team: str
    aurora_engine_version: str
    waf: bool
    customer_managed_key: bool
    protect: bool
    final_snapshot: bool
    db_password: pulumi.Output[str] | None
    container_image: str | None
    alb_certificate_arn: str | None
    domain: CustomDomain | None

    @property
    def certificates(self) -> dict[str, str | None]:
        """The ARN of each configured certificate by its key."""
        of_edge = self.domain.certificate_arn if self.domain else None
        found = {keys.ALB_CERTIFICATE_ARN: self.alb_certificate_arn, keys.CLOUDFRONT_CERTIFICATE_ARN: of_edge}
        return {f"{self.project}:{key.name}": arn for key, arn in found.items()}


@dataclass(frozen=True)
class Source:
    """Where values come from: the stack's configuration by full key, which of them are secrets, and the environment."""

    project: str
    stack: str
    configuration: Mapping[str, str]
    secret_keys: Set[str]
    environment: Mapping[str, str]


def load() -> Settings:
    """Reads the settings of the running stack. Raises SettingsError."""
    environment_configuration = runtime_config.get_config_env()
    configuration = {**environment_configuration, **runtime_config.CONFIG.get()}
    secret_keys = {key for key in configuration if runtime_config.is_config_secret(key)}
    return parse(
        Source(
            project=pulumi.get_project(),
            stack=pulumi.get_stack(),
            configuration={key: as_text(value) for key, value in configuration.items()},
            secret_keys=secret_keys | set(runtime_config.get_config_secret_keys_env()),
            environment=os.environ,
        )
    )


def parse(source: Source) -> Settings:
    """Settings from their source. Raises SettingsError, which lists every problem found, not only the first."""
    reader = _Reader(source)
    region = reader.text(keys.REGION)
    protect = reader.switch(keys.PROTECT)
    settings = Settings(
        project=source.project,
        environment=reader.text(keys.ENVIRONMENT_SUFFIX, source.stack),
        region=region,
        provider=reader.provider(),
        repository=reader.text(keys.REPOSITORY, source.project),
        team=reader.text(keys.TEAM),
        aurora_engine_version=reader.text(keys.AURORA_ENGINE_VERSION),
        waf=reader.switch(keys.WAF),
        customer_managed_key=reader.switch(keys.CUSTOMER_MANAGED_KEY),
        protect=protect,
        final_snapshot=reader.switch(keys.FINAL_SNAPSHOT, "true" if protect else "false"),
        db_password=reader.password(keys.DB_PASSWORD),
        container_image=reader.optional(keys.CONTAINER_IMAGE),
        alb_certificate_arn=reader.certificate(keys.ALB_CERTIFICATE_ARN, region),
        domain=reader.domain(),
    )
    reader.refuse_unknown_keys()
    reader.refuse_open_secrets()
    if reader.problems:
        raise SettingsError("\n".join(reader.problems))
    return settings


def _shown(value: str) -> str:
    """A value as a sentence can bear it: whole, or its beginning."""
    return repr(value) if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]!r}… ({len(value)} characters)"


def as_text(value: object) -> str:
    """A value as the check of its key reads it: Pulumi gives text, and what else may come is written as JSON."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


class _Reader:
    """Looks values up and collects what is wrong with them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.problems: list[str] = []

    def text(self, key: Key, default: str | None = None) -> str:
        """A value from the configuration, else from an environment variable, else the default."""
        value, origin = self._first(key, key.default if default is None else default)
        self._judge(origin, value, key.check)
        return value

    def optional(self, key: Key) -> str | None:
        """A value from the configuration, or None."""
        value = self._configured(key)
        if value is not None:
            self._judge(self._full(key), value, key.check)
        return value

    def switch(self, key: Key, default: str | None = None) -> bool:
        """A boolean."""
        return self.text(key, default) == "true"

    def certificate(self, key: Key, region: str) -> str | None:
        """The ARN of a certificate in a region, or None."""
        value = self._configured(key)
        if value is not None:
            self._judge(self._full(key), value, lambda arn: checks.certificate_arn(arn, in_region=region))
        return value

    def provider(self) -> dict[str, pulumi.Input[str]]:
        """The AWS provider's other keys, without their prefix; one that is a secret stays one in the state."""
        found = {
            key.removeprefix("aws:"): value
            for key, value in self._source.configuration.items()
            if key.startswith("aws:") and key != keys.REGION.name
        }
        for name, value in found.items():
            if provider_option(name) not in OPTIONS:
                self.problems.append(
                    f"aws:{name} is not a key of the AWS provider: expected one of its options, in camelCase."
                )
            check = checks.default_tags if name == "defaultTags" else checks.provider_value
            self._judge(f"aws:{name}", value, check)
        return {
            name: pulumi.Output.secret(value) if f"aws:{name}" in self._source.secret_keys else value
            for name, value in found.items()
        }

    def password(self, key: Key) -> pulumi.Output[str] | None:
        """The database password as a secret. One that lies in the stack file in clear text is refused."""
        value = self._configured(key)
        if value is None:
            return None
        if self._full(key) not in self._source.secret_keys:
            self.problems.append(
                f"{self._full(key)} is stored in clear text: "
                f"expected a secret, `pulumi config set --secret {key.name}`."
            )
        self._judge(self._full(key), value, key.check, hidden=True)
        return pulumi.Output.secret(value)

    def domain(self) -> CustomDomain | None:
        """The custom domain. A name, its zone and its certificate only make sense together."""
        name, zone = self.optional(keys.DOMAIN_NAME), self.optional(keys.HOSTED_ZONE_ID)
        certificate = self.certificate(keys.CLOUDFRONT_CERTIFICATE_ARN, CLOUDFRONT_REGION)
        name_key, zone_key = self._full(keys.DOMAIN_NAME), self._full(keys.HOSTED_ZONE_ID)
        if name is not None and zone is None:
            self.problems.append(
                f"{name_key} is {name!r} without {zone_key}: "
                "expected a domain name together with the id of the Route 53 zone that contains it."
            )
        if zone is not None and name is None:
            self.problems.append(
                f"{zone_key} is {zone!r} without {name_key}: "
                "expected a zone together with the domain name to serve from it."
            )
        if certificate is not None and name is None:
            self.problems.append(
                f"{self._full(keys.CLOUDFRONT_CERTIFICATE_ARN)} is {certificate!r} without {name_key}: "
                "expected a certificate together with the domain name it is for."
            )
        if name is None or zone is None:
            return None
        return CustomDomain(name, zone, certificate)

    def refuse_unknown_keys(self) -> None:
        """Every key that is not declared: misspelt, it would silently leave, say, protection off."""
        known = sorted(self._full(key) for key in keys.KEYS if key is not keys.REGION)
        for full_key in self._source.configuration:
            if full_key in known or full_key in _PULUMIS_KEYS or full_key.startswith("aws:"):
                continue
            near = difflib.get_close_matches(full_key, [*known, *_PULUMIS_KEYS], n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            self.problems.append(f"{full_key} is not a key of this project{hint}: expected one of {', '.join(known)}.")

    def refuse_open_secrets(self) -> None:
        """Every secret whose value would be read in clear text in names, tags and settings of resources."""
        for key in keys.KEYS:
            full_key = self._full(key)
            if full_key in self._source.secret_keys and full_key in self._source.configuration and not key.secret:
                self.problems.append(
                    f"{full_key} is a secret, but its value is used where nothing is encrypted: "
                    f"expected a plain value, `pulumi config set --plaintext {key.name}`."
                )

    def _full(self, key: Key) -> str:
        """The name of a key with its namespace."""
        return key.name if ":" in key.name else f"{self._source.project}:{key.name}"

    def _configured(self, key: Key) -> str | None:
        return self._source.configuration.get(self._full(key))

    def _first(self, key: Key, default: str | None) -> tuple[str, str]:
        """A value and where it comes from. An environment variable that is set but empty counts as unset."""
        full_key, configured = self._full(key), self._configured(key)
        if configured is not None:
            return configured, full_key
        if key.variable is not None and self._source.environment.get(key.variable):
            return self._source.environment[key.variable], f"{full_key} (from the environment variable {key.variable})"
        assert default is not None, f"{full_key} has no default"
        return default, f"{full_key} (its default)"

    def _judge(self, origin: str, value: str, check: Check | None, *, hidden: bool = False) -> None:
        """Note what is wrong with a value; a secret is not shown."""
        expected = check(value) if check else None
        if expected is not None:
            secret = hidden or origin in self._source.secret_keys
            found = "does not meet the rules (its value is not shown)" if secret else f"is {_shown(value)}"
            self.problems.append(f"{origin} {found}: expected {expected}.")
