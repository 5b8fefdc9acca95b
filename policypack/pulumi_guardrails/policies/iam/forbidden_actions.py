"""IAM: actions that no principal of the stack may get, on whatever resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pulumi_guardrails.aws.iam.analysis.statements import names
from pulumi_guardrails.aws.iam.attachment.identity_policies import PRINCIPALS, VerdictByPolicies
from pulumi_guardrails.aws.iam.attachment.principal_grants import caller_of, principal_policies
from pulumi_guardrails.aws.iam.catalogue.action_risks import CRITICAL_ACTIONS
from pulumi_guardrails.aws.iam.catalogue.service_authorization import expand
from pulumi_guardrails.aws.iam.semantics.comparison import IDENTITY, NewAccess, Undetermined, actions_of, granted
from pulumi_guardrails.aws.iam.semantics.rules import Named
from pulumi_guardrails.aws.iam.wildcards import is_pattern
from pulumi_guardrails.core.policy import Settings, Severity, StackPolicy, Topic, list_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import (
    Cause,
    Finding,
    Outcome,
    Unknown,
    Verdict,
    all_in,
    not_applicable,
    undecided,
)


def _not_actions(texts: Iterable[str]) -> str | None:
    return None if all(map(_is_action, texts)) else "actions such as kms:ScheduleKeyDeletion or organizations:*"


def _is_action(text: str) -> bool:
    service, colon, name = text.partition(":")
    return bool(service and colon and name) and (not is_pattern(text) or bool(expand(text)))


@StackPolicy(
    title="The policies of a role, user or group allow none of the forbidden actions",
    why=(
        "Some actions end detection, recovery or the account itself, and no workload has a use for them. An "
        "organization that forbids them wants to know of a grant before it is deployed, also of one on a single "
        "resource. It is off by default: which actions are forbidden, and for whom, is an organization's decision."
    ),
    severity=Severity.HIGH,
    off=True,
    kinds=PRINCIPALS,
    settings={
        "forbiddenActions": replace(
            list_setting(
                CRITICAL_ACTIONS, "Actions, or patterns of actions such as organizations:*, that no principal may get."
            ),
            check=_not_actions,
        ),
    },
    remediation_steps=(
        "Leave the action out, or deny it in a policy of the same principal, or take it out of the setting "
        "forbiddenActions."
    ),
    example=(
        'aws.iam.RolePolicy("task", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
        '"Effect": "Allow", "Action": ["kms:Decrypt"], '
        '"Resource": ["arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"]}]}))'
    ),
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html",
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE),
)
def iam_no_forbidden_actions(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """What the policies of one principal allow together, after its statements that deny and its permissions boundary.

    Policies from outside the stack are not looked into.
    """
    forbidden = actions_of(Named(frozenset(settings["forbiddenActions"])))

    def judged(principal: Resource) -> Verdict:
        grants = principal_policies(stack, principal).grants
        if not grants.readings:
            return not_applicable("it has no policy in this stack")
        return all_in(_verdicts(granted(grants, forbidden, caller_of(principal)))).answered_by("forbiddenActions")

    verdicts = VerdictByPolicies(stack, judged)
    for principal in stack.of(*PRINCIPALS):
        # A request is searched for the principal by its own ARN where that is known.
        yield principal, verdicts.on(principal) if caller_of(principal) is IDENTITY else judged(principal)


def _verdicts(found: Iterable[NewAccess | Undetermined]) -> Iterator[Verdict]:
    for one in found:
        if isinstance(one, NewAccess):
            yield Verdict(Outcome.VIOLATION, (_finding(one),))
        elif one.unknowns:
            yield undecided(*one.unknowns, whether=f"{one.statement.place} allows a forbidden action")
        else:
            settle = "Write the conditions of its statements so that they are fewer."
            yield undecided(Unknown(f"what {one.statement.place} allows", Cause.NOT_EVALUATED, settle=settle))


def _finding(access: NewAccess) -> Finding:
    statement = access.statement
    owner = statement.value.owner
    where = f"{statement.place} of {owner.label}" if owner is not None else statement.place
    shown = "a forbidden action" if statement.actions.value.secret else names(access.actions)
    is_one = len(access.actions) == 1 or statement.actions.value.secret
    return Finding(f"{shown}, allowed by {where}, {'is' if is_one else 'are'} forbidden")
