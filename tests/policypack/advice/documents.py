"""Follows advice on the statements of policy documents, of IAM and of resources."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatch
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Secret
from pulumi_guardrails.core.verdict import Finding
from tests.policypack.advice.scene import Scene, advice_of
from tests.policypack.cases import Ref, resource

Statement = dict[str, Any]
Change = Callable[[Statement, Finding, str], list[Statement]]
"""What becomes of a statement: the statements in its place, by the finding and the advice on it."""

ACCOUNT = "123456789012"
_OURS = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/reader"}
_STATEMENT = re.compile(r"^(?P<document>.*?)\.?Statement(?:\[(?P<index>\d+)\])?(?:\.|$)")
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}|\b(YOUR-ACCOUNT|ACCOUNT|NAME)\b")


def statement(change: Change) -> Callable[[Scene, Resource, Finding], None]:
    """Changes the statement that a finding is about."""

    def hand(scene: Scene, owner: Resource, finding: Finding) -> None:
        place = _STATEMENT.match(finding.path)
        assert place is not None, f"{finding.path} is no place in a document"
        index = int(place["index"] or 0)

        def changed(text: Any) -> Any:
            plain = text.value if isinstance(text, Secret) else text
            document = json.loads(plain) if isinstance(plain, str) else copy.deepcopy(plain)
            written = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
            # What is added comes last, so that the places of other findings stay what they are.
            first, *more = change(dict(written[index]), finding, advice_of(scene.policy, finding)) or [_HARMLESS]
            document["Statement"] = [*written[:index], first, *written[index + 1 :], *more]
            return json.dumps(document) if isinstance(plain, str) else document

        owner.properties = _at(dict(owner.properties), place["document"], changed)

    return hand


_HARMLESS: Statement = {
    "Effect": "Allow",
    "Action": "dynamodb:GetItem",
    "Resource": f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/sessions",
}


def _at(holder: Any, path: str, change: Callable[[Any], Any]) -> Any:
    """A copy with what a path leads to changed."""
    if not path:
        return change(holder)
    first, *rest = re.findall(r"[^.\[\]]+", path)
    below = ".".join(rest)
    if isinstance(holder, Secret):
        return Secret(_at(holder.value, path, change))
    if isinstance(holder, list):
        return [_at(one, below, change) if number == int(first) else one for number, one in enumerate(holder)]
    return {**holder, first: _at(holder[first], below, change)}


# --- what advice says


def _filled(text: str) -> str:
    """Advice with its placeholders filled in, as who follows it does."""
    return _PLACEHOLDER.sub(lambda found: ACCOUNT if "ACCOUNT" in found[0].upper() else "example", text)


def quoted_statements(advice: str) -> list[Statement]:
    """The statements that advice writes out as JSON."""
    found, decoder, text = [], json.JSONDecoder(), _filled(advice)
    position = text.find('{"Effect"')
    while position >= 0:
        value, end = decoder.raw_decode(text, position)
        found.append(value)
        position = text.find('{"Effect"', end)
    return found


def replaced(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """The statements of the advice in place of the one that is there, whose other elements stay."""
    written = quoted_statements(advice)
    assert written, advice
    kept: Statement = {
        name: before[name] for name in ("Condition", "Principal") if name in before and "Keep the Condition" in advice
    }
    return [{**kept, **one} for one in written]


def only_used_actions(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """One action on one resource: what is used."""
    return [dict(_HARMLESS)]


def sound_condition(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """A condition that every action supports, on a key of one value, under its own operator."""
    return [{**before, "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}]


def listed_actions(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """The actions that the advice lists, in place of the wildcard."""
    found = re.search(r"such as (.*?)(?: and \d+ more)?\.", advice)
    actions = found[1].split(", ") if found else ["dynamodb:GetItem"]
    return [{**before, "Action": actions}]


def without_action(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """Nothing of the statement: the action belongs to somebody else."""
    return []


def named_principals(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """A role of the account as the principal."""
    after = {name: value for name, value in before.items() if name != "NotPrincipal"}
    return [{**after, "Principal": _OURS}]


def with_condition(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """The condition that the advice writes out, beside those that are there."""
    found = re.search(r'"Condition": (\{.*\}\})', _filled(advice))
    assert found is not None, advice
    given = json.loads(found[1])
    condition = dict(before["Condition"]) if isinstance(before.get("Condition"), Mapping) else {}
    for operator, keys in given.items():
        condition[operator] = {**condition.get(operator, {}), **keys}
    return [{**before, "Condition": condition}]


def positive(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """What is needed by name, in place of NotAction, NotResource and NotPrincipal."""
    after = dict(before)
    if after.pop("NotAction", None) is not None:
        after["Action"] = ["sqs:SendMessage"]
    if after.pop("NotResource", None) is not None:
        after["Resource"] = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
    if after.pop("NotPrincipal", None) is not None:
        after["Principal"] = _OURS
    return [after]


def spelled(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """The action that the advice names, or one that exists."""
    found = re.match(r"Write ([\w-]+:\w+), if", advice)
    element = "NotAction" if "NotAction" in before else "Action"
    return [{**before, element: found[1] if found else "dynamodb:GetItem"}]


def without_statement(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """Nothing of the statement."""
    return []


def pinned(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """A condition on the subject of the issuer, which the message names."""
    key = re.search(r"(?:no condition on|does not restrict) ([^\s;]+?)(?::? |;|$)", finding.message)
    assert key is not None, finding.message
    if key[1].endswith(":aud") and "github" in key[1]:
        condition = dict(before["Condition"]) if isinstance(before.get("Condition"), Mapping) else {}
        condition["StringEquals"] = {**condition.get("StringEquals", {}), key[1]: "sts.amazonaws.com"}
        return [{**before, "Condition": condition}]
    value = "repo:our-company/ml-api:ref:refs/heads/main" if "github" in key[1] else "project_path:our/api:ref:main"
    condition = dict(before["Condition"]) if isinstance(before.get("Condition"), Mapping) else {}
    condition["StringEquals"] = {**condition.get("StringEquals", {}), key[1]: value}
    return [{**before, "Condition": condition}]


def one_service(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """The first service alone."""
    return [{**before, "Principal": {"Service": "ecs-tasks.amazonaws.com"}}]


def named_role(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """A role by its name, as the advice has it."""
    return [{**before, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/example"}, "Action": "sts:AssumeRole"}]


def own_table(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """The table of the program alone."""
    return [{**before, "Resource": f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/sessions"}]


def items_only(before: Statement, finding: Finding, advice: str) -> list[Statement]:
    """Actions on items alone."""
    return [{**before, "Action": "dynamodb:GetItem"}]


def _patterns(one: Statement) -> list[str]:
    actions = one.get("Action", [])
    return [actions] if isinstance(actions, str) else list(actions)


def out_of_documents(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Takes the actions that the message names out of the documents, or names the resources that they are for."""
    named = finding.message.partition(", allowed by")[0].lower().split(", ")
    narrowed = re.search(r"Name the resources of (\S+)", advice_of(scene.policy, finding))
    wanted = [narrowed[1].lower()] if narrowed else named

    def kept(one: Any) -> Any:
        if not isinstance(one, Mapping) or one.get("Effect") != "Allow":
            return one
        reached = "NotAction" in one or any(
            fnmatch(action, str(pattern).lower()) for pattern in _patterns(dict(one)) for action in wanted
        )
        if not reached:
            return one
        if narrowed is None:
            return _HARMLESS
        return {**_HARMLESS, "Action": [narrowed[1]], "Resource": _resource_for(narrowed[1])}

    def edited(value: Any) -> Any:
        if isinstance(value, Secret):
            return Secret(edited(value.value))
        if isinstance(value, str) and '"Statement"' in value:
            return json.dumps(edited(json.loads(value)))
        if isinstance(value, Mapping) and "Statement" in value:
            written = value["Statement"] if isinstance(value["Statement"], list) else [value["Statement"]]
            return {**value, "Statement": [kept(one) for one in written]}
        if isinstance(value, Mapping):
            return {name: edited(item) for name, item in value.items()}
        return [edited(item) for item in value] if isinstance(value, list) else value

    for one in scene.resources:
        one.properties = {
            name: value if name == "assumeRolePolicy" else edited(value) for name, value in one.properties.items()
        }


def _resource_for(action: str) -> str:
    service = action.partition(":")[0]
    return (
        f"arn:aws:iam::{ACCOUNT}:role/task"
        if service == "iam"
        else f"arn:aws:{service}:eu-west-1:{ACCOUNT}:example/one"
    )


def granted(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Gives the role the statement that the advice writes out."""
    _grant(scene, quoted_statements(advice_of(scene.policy, finding)))


def no_longer_denied(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Takes the Deny statements out of the program's documents."""

    def edited(value: Any) -> Any:
        if isinstance(value, Mapping) and "Statement" in value:
            return {**value, "Statement": [one for one in value["Statement"] if one.get("Effect") != "Deny"]}
        if isinstance(value, Mapping):
            return {name: edited(item) for name, item in value.items()}
        return [edited(item) for item in value] if isinstance(value, list) else value

    for one in scene.resources:
        one.properties = {name: edited(value) for name, value in one.properties.items()}


def granted_exactly(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Takes away what no container asks for, and grants what the finding names."""
    if "Statement" in finding.path:
        statement(without_statement)(scene, owner, finding)
        return
    text = owner.properties["containerDefinitions"]
    definitions = json.loads(text.value if isinstance(text, Secret) else text)
    numbers = re.findall(r"\[(\d+)\]", finding.path)
    named = definitions[int(numbers[0])]["secrets"][int(numbers[1])]["valueFrom"]
    action = "ssm:GetParameters" if ":secret:" not in named else "secretsmanager:GetSecretValue"
    arn = ":".join(named.split(":")[:7]) if ":secret:" in named else named
    arn = f"{arn}-??????" if ":secret:" in named else arn
    arn = arn if arn.startswith("arn:") else f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter{arn}"
    _grant(scene, [{"Effect": "Allow", "Action": action, "Resource": arn}])


def with_execution_role(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Sets a role of the program as the execution role."""
    role = next(one for one in scene.resources if one.type == "aws:iam/role:Role")
    made = resource("aws:any/any:Any", executionRoleArn=Ref(role.type, role.name))
    owner.properties = {**owner.properties, **made.properties}
    owner.dependencies = {**owner.dependencies, **made.dependencies}


def _grant(scene: Scene, statements: list[Statement]) -> None:
    role = next(one for one in scene.resources if one.type == "aws:iam/role:Role")
    document = {"Version": "2012-10-17", "Statement": statements}
    name = f"added-{len(scene.resources)}"
    scene.add(resource("aws:iam/rolePolicy:RolePolicy", name, role=Ref(role.type, role.name), policy=document))
