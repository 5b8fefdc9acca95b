"""What a policy pack is made from: `select` chooses policies of this package, and `serve` runs a pack of them.

An organisation's own pack is a `__main__.py` of a few lines:

    from pulumi_guardrails.pack import select, serve
    serve("acme", [*select(framework="CIS"), *select(severity="critical"), their_own_policy])
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Iterable, Sequence

import pulumi_policy

from pulumi_guardrails.core.policy import Policy
from pulumi_guardrails.engine.policy_objects import policy_object
from pulumi_guardrails.engine.policy_pack import InitialConfig, PackAnalyzer, PackInfo, engine_log, serve_pack
from pulumi_guardrails.registry import all_policies

__all__ = ["SelectionError", "select", "serve"]

_ADDRESS = re.compile(r"\S+:\d+")

OneOrMore = str | Iterable[str]
"""One word, or several of which any will do."""


class SelectionError(ValueError):
    """A selection by a word that no policy of this package has; the text names the nearest that one has."""


def select(
    *names: str,
    framework: OneOrMore = (),
    control: OneOrMore = (),
    severity: OneOrMore = (),
    service: OneOrMore = (),
    topic: OneOrMore = (),
    exclude: str | Iterable[str | pulumi_policy.Policy] = (),
) -> list[pulumi_policy.Policy]:
    """Choose policies of this package. A policy is chosen where every argument that is given fits it.

    Args:
        names: Names of policies.
        framework: A compliance framework, by its short name (`CIS`) or its whole one.
        control: Control ids, `RDS.3` or `FSBP:RDS.3`.
        severity: `low`, `medium`, `high` or `critical`.
        service: The AWS service that a policy is filed under, such as `rds`.
        topic: What a policy is about, such as `encryption-at-rest`.
        exclude: What to leave out: names of policies, or policies, such as those of another selection.

    Returns:
        The policies as objects of the policy SDK, in the order of their services and names; all without an argument.

    Raises:
        SelectionError: For a word that fits no policy of this package, in `exclude` too.

    Examples:
        >>> [policy.name for policy in select(control="FSBP:RDS.3")]
        ['rds-storage-encrypted']
    """
    chosen = all_policies()
    criteria: tuple[tuple[str, OneOrMore, Callable[[Policy], Iterable[str]]], ...] = (
        ("policy", names, lambda policy: [policy.name]),
        ("framework", framework, _frameworks),
        ("control", control, _controls),
        ("severity", severity, lambda policy: [policy.severity.value]),
        ("service", service, lambda policy: [policy.service]),
        ("topic", topic, lambda policy: [topic.value for topic in policy.topics]),
    )
    for what, wanted, words_of in criteria:
        words = _known_words(what, wanted, words_of)
        if words:
            chosen = [policy for policy in chosen if words & {word.casefold() for word in words_of(policy)}]
    left_out = [exclude] if isinstance(exclude, str) else list(exclude)
    without = _known_words("policy", [_name_of(one) for one in left_out], lambda policy: [policy.name])
    return [policy_object(policy) for policy in chosen if policy.name not in without]


def serve(
    name: str,
    policies: Iterable[pulumi_policy.Policy],
    *,
    enforcement_level: pulumi_policy.EnforcementLevel = pulumi_policy.EnforcementLevel.ADVISORY,
    initial_config: InitialConfig | None = None,
    version: str = "0.0.1",
    description: str | None = None,
    display_name: str | None = None,
    readme: str | None = None,
    provider: str | None = None,
    tags: Sequence[str] = (),
    repository: str | None = None,
) -> None:
    """Run a policy pack for the Pulumi engine; returns when the engine ends it.

    Policies of this package keep their own engine: levels a finding, waivers, what is undecided. Others behave as in
    `pulumi_policy.PolicyPack`, whose arguments these are. Where a person starts the pack, with a command of
    `pulumi_guardrails.command_line`, it runs that instead. Ends the process with one sentence where the pack cannot be.

    Args:
        name: The name of the pack.
        policies: Objects of `select`, and any others of the policy SDK. One that is selected twice counts once.
        enforcement_level: The level of a policy that declares none; those of this package all do.
        initial_config: Levels and settings that hold where the organisation configures nothing else.
        version: The version of the pack, where `PulumiPolicy.yaml` has none.
        description: What it is for, as a sentence.
        display_name: Its name in a person's words.
        readme: Its documentation, as Markdown.
        provider: The cloud that it is about.
        tags: What it is found by.
        repository: The address of its source.
    """
    info = PackInfo(name, version, description, display_name, readme, provider, tags, repository)
    arguments = sys.argv[1:]
    # The engine starts a pack with its own address as the argument, and a person with a command or an option.
    is_command = bool(arguments) and not _ADDRESS.fullmatch(arguments[0])
    log = engine_log(arguments[0]) if arguments and not is_command else None
    try:
        analyzer = PackAnalyzer(info, policies, enforcement_level, initial_config, log=log)
    except TypeError as error:
        sys.exit(f"error: the policy pack {name!r} cannot start: {error}")
    if is_command:
        # The engine has no use for the commands, and need not wait for what they import.
        from pulumi_guardrails import command_line

        sys.exit(command_line.run(info, analyzer.policies, arguments, analyzer.defaults))
    serve_pack(analyzer)


def _frameworks(policy: Policy) -> Iterable[str]:
    for framework in policy.controls:
        yield from (framework.name, framework.title)


def _controls(policy: Policy) -> Iterable[str]:
    for framework, ids in policy.controls.items():
        for control in ids:
            yield from (control, f"{framework.name}:{control}")


def _name_of(excluded: str | pulumi_policy.Policy) -> str:
    return excluded if isinstance(excluded, str) else excluded.name


def _known_words(what: str, wanted: OneOrMore, words_of: Callable[[Policy], Iterable[str]]) -> set[str]:
    """The words of a selection, in lower case; raises SelectionError for one that fits no policy at all."""
    words = [wanted] if isinstance(wanted, str) else list(wanted)
    if not words:
        return set()
    known = {word.casefold(): word for policy in all_policies() for word in words_of(policy)}
    for word in words:
        if word.casefold() not in known:
            near = difflib.get_close_matches(word.casefold(), known, n=1)
            hint = f"did you mean {known[near[0]]}?" if near else _choices(what, sorted(known.values()))
            which = "" if what == "policy" else f" of the {what}"
            raise SelectionError(f"The package has no policy{which} {word!r}; {hint}")
    return {word.casefold() for word in words}


def _choices(what: str, known: Sequence[str]) -> str:
    return f"expected one of {', '.join(known)}." if len(known) <= 20 else f"its documentation lists each {what}."
