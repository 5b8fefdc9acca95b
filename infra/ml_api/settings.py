"""The stack's configuration: read once, every value checked, before any resource is registered."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

import pulumi
from pulumi.runtime import config as runtime_config

from . import checks
from .provider import OPTIONS, provider_option

Check = Callable[[str], "str | None"]

# A certificate that CloudFront uses lies in this region, whatever the region of the stack.
# Source: Amazon CloudFront Developer Guide, "Requirements for using SSL/TLS certificates with CloudFront".
CLOUDFRONT_REGION = "us-east-1"


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
    provider: Mapping[str, str]
    repository: str
    team: str
    aurora_engine_version: str
    waf: bool
    customer_managed_key: bool
    protect: bool
    db_password: pulumi.Output[str] | None
    container_image: str | None
    alb_certificate_arn: str | None
    domain: CustomDomain | None


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
            configuration=configuration,
            secret_keys=secret_keys | set(runtime_config.get_config_secret_keys_env()),
            environment=os.environ,
        )
    )


def parse(source: Source) -> Settings:
    """Settings from their source. Raises SettingsError, which lists every problem found, not only the first."""
    reader = _Reader(source)
    region = reader.region()
    domain = reader.domain()
    settings = Settings(
        project=source.project,
        environment=reader.text(
            "environment_suffix", checks.environment_suffix, source.stack, variable="ENVIRONMENT_SUFFIX"
        ),
        region=region,
        provider=reader.provider(),
        repository=reader.text("repository", checks.tag_value, source.project, variable="REPOSITORY"),
        team=reader.text("team", checks.tag_value, "platform", variable="TEAM"),
        aurora_engine_version=reader.text("aurora_engine_version", checks.aurora_engine_version, "15.4"),
        waf=reader.switch("waf"),
        customer_managed_key=reader.switch("customer_managed_key"),
        protect=reader.switch("protect"),
        db_password=reader.password(),
        container_image=reader.optional("container_image", checks.image),
        alb_certificate_arn=reader.optional(
            "alb_certificate_arn", lambda value: checks.certificate_arn(value, in_region=region)
        ),
        domain=domain,
    )
    reader.refuse_unknown_keys()
    if reader.problems:
        raise SettingsError("\n".join(reader.problems))
    return settings


class _Reader:
    """Looks values up and collects what is wrong with them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: set[str] = set()
        self.problems: list[str] = []

    def text(self, key: str, check: Check, default: str, variable: str | None = None) -> str:
        """A value from the configuration, else from an environment variable, else the default."""
        value, origin = self._first(self._key(key), variable, default)
        self._judge(origin, value, check)
        return value

    def optional(self, key: str, check: Check) -> str | None:
        """A value from the configuration, or None."""
        full_key = self._key(key)
        value = self._source.configuration.get(full_key)
        if value is not None:
            self._judge(full_key, value, check)
        return value

    def switch(self, key: str) -> bool:
        """A boolean that is off unless the configuration turns it on."""
        return self.text(key, checks.boolean, "false") == "true"

    def region(self) -> str:
        """The AWS region, which has the AWS provider's own key."""
        value, origin = self._first("aws:region", "AWS_REGION", "us-east-1")
        self._judge(origin, value, checks.region)
        return value

    def provider(self) -> dict[str, str]:
        """The AWS provider's other keys, without their prefix."""
        keys = [key for key in self._source.configuration if key.startswith("aws:") and key != "aws:region"]
        for key in keys:
            if provider_option(key.removeprefix("aws:")) not in OPTIONS:
                self.problems.append(f"{key} is not a key of the AWS provider: accepted are its options, in camelCase.")
        return {key.removeprefix("aws:"): self._source.configuration[key] for key in keys}

    def password(self) -> pulumi.Output[str] | None:
        """The database password as a secret. One that lies in the stack file in clear text is refused."""
        full_key = self._key("db_password")
        value = self._source.configuration.get(full_key)
        if value is None:
            return None
        if full_key not in self._source.secret_keys:
            self.problems.append(
                f"{full_key} is stored in clear text: accepted is a secret, `pulumi config set --secret db_password`."
            )
        accepted = checks.password(value)
        if accepted is not None:
            self.problems.append(f"{full_key} is not acceptable (its value is not shown): accepted is {accepted}.")
        return pulumi.Output.secret(value)

    def domain(self) -> CustomDomain | None:
        """The custom domain. A name, its zone and its certificate only make sense together."""
        project = self._source.project
        name = self.optional("domain_name", checks.domain_name)
        zone = self.optional("hosted_zone_id", checks.hosted_zone_id)
        certificate = self.optional(
            "cloudfront_certificate_arn", lambda value: checks.certificate_arn(value, in_region=CLOUDFRONT_REGION)
        )
        if name is not None and zone is None:
            self.problems.append(
                f"{project}:domain_name is {name!r} without {project}:hosted_zone_id: "
                "accepted is a domain name together with the id of the Route 53 zone it lies in."
            )
        if zone is not None and name is None:
            self.problems.append(
                f"{project}:hosted_zone_id is {zone!r} without {project}:domain_name: "
                "accepted is a zone together with the domain name to serve from it."
            )
        if certificate is not None and name is None:
            self.problems.append(
                f"{project}:cloudfront_certificate_arn is {certificate!r} without {project}:domain_name: "
                "accepted is a certificate together with the domain name it is for."
            )
        if name is None or zone is None:
            return None
        return CustomDomain(name, zone, certificate)

    def refuse_unknown_keys(self) -> None:
        """Every key that nothing has looked up: misspelt, it would silently leave, say, protection off."""
        for full_key in self._source.configuration:
            if full_key in self._known or not full_key.startswith(f"{self._source.project}:"):
                continue
            near = difflib.get_close_matches(full_key, self._known, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            accepted = ", ".join(sorted(self._known))
            self.problems.append(f"{full_key} is not a key of this project{hint}: accepted are {accepted}.")

    def _key(self, key: str) -> str:
        """A key in full, noted as one of this project's."""
        full_key = f"{self._source.project}:{key}"
        self._known.add(full_key)
        return full_key

    def _first(self, full_key: str, variable: str | None, default: str) -> tuple[str, str]:
        """A value and where it comes from. An environment variable that is set but empty counts as unset."""
        if full_key in self._source.configuration:
            return self._source.configuration[full_key], full_key
        if variable is not None and self._source.environment.get(variable):
            return self._source.environment[variable], f"{full_key} (from the environment variable {variable})"
        return default, f"{full_key} (its default)"

    def _judge(self, origin: str, value: str, check: Check) -> None:
        accepted = check(value)
        if accepted is not None:
            self.problems.append(f"{origin} is {value!r}: accepted is {accepted}.")
