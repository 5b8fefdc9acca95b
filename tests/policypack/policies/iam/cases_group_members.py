"""The rows of the IAM policy about what policies allow together, for users, groups and the members of groups."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, resource
from tests.policypack.policies.iam.cases_combined_escalation import (
    COMBINED,
    PASSES,
    POLICY_REF,
    READS,
    RUNS,
    attached,
    managed,
)

USER, GROUP = "aws:iam/user:User", "aws:iam/group:Group"


def user(name: Any = "ann", /, label: str = "user") -> Resource:
    return resource(USER, label, name=name)


def group(name: Any = "builders", /, label: str = "group") -> Resource:
    return resource(GROUP, label, name=name)


def of_user(label: str, held: Any, of: Any = "ann") -> Resource:
    return resource("aws:iam/userPolicy:UserPolicy", label, user=of, policy=held)


def of_group(label: str, held: Any, of: Any = "builders") -> Resource:
    return resource("aws:iam/groupPolicy:GroupPolicy", label, group=of, policy=held)


def joins(groups: Any, of: Any = "ann", label: str = "joins") -> Resource:
    return resource("aws:iam/userGroupMembership:UserGroupMembership", label, user=of, groups=groups)


def members(users: Any, of: Any = "builders") -> Resource:
    return resource("aws:iam/groupMembership:GroupMembership", "members", group=of, users=users)


def between(at: str, says: str, outcome: Outcome, *stack: Resource, finds: tuple[str, ...] = ()) -> Case:
    return Case(COMBINED, says, outcome, stack=stack, at=at, finds=finds)


MEMBER = [user(), group(), of_user("passing", PASSES), of_group("running", RUNS)]
HALF = [of_user("passing", PASSES), managed(RUNS)]
HALF_OF_GROUP = [of_group("passing", PASSES), managed(RUNS)]

CASES = [
    between(
        "user",
        "two policies of a user",
        VIOLATION,
        user(),
        of_user("passing", PASSES),
        of_user("running", RUNS),
        finds=("statement 'Grant' in policy of UserPolicy 'passing'", "UserPolicy 'running'"),
    ),
    between(
        "group",
        "two policies of a group",
        VIOLATION,
        group(),
        of_group("passing", PASSES),
        of_group("running", RUNS),
        finds=("GroupPolicy 'passing'", "GroupPolicy 'running'"),
    ),
    *(
        between(
            "user",
            f"a policy of a user and one by a {kind.partition(':')[2]}",
            VIOLATION,
            user(),
            *HALF,
            attached(kind, **properties),
        )
        for kind, properties in (
            ("userPolicyAttachment:UserPolicyAttachment", {"user": "ann", "policyArn": POLICY_REF}),
            ("policyAttachment:PolicyAttachment", {"users": ["bob", "ann"], "policyArn": POLICY_REF}),
            (
                "userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
                {"userName": "ann", "policyArns": [POLICY_REF]},
            ),
        )
    ),
    *(
        between(
            "group",
            f"a policy of a group and one by a {kind.partition(':')[2]}",
            VIOLATION,
            group(),
            *HALF_OF_GROUP,
            attached(kind, **properties),
        )
        for kind, properties in (
            ("groupPolicyAttachment:GroupPolicyAttachment", {"group": "builders", "policyArn": POLICY_REF}),
            ("policyAttachment:PolicyAttachment", {"groups": ["builders"], "policyArn": POLICY_REF}),
            (
                "groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
                {"groupName": "builders", "policyArns": [POLICY_REF]},
            ),
        )
    ),
    between(
        "user",
        "a policy attached to a role of its name",
        COMPLIANT,
        user(),
        *HALF,
        of_user("reading", READS),
        attached("policyAttachment:PolicyAttachment", roles=["ann"], groups=["ann"], policyArn=POLICY_REF),
    ),
    between(
        "user",
        "a user's policy and its group's, by the user",
        VIOLATION,
        *MEMBER,
        joins(["others", "builders"]),
        finds=("UserPolicy 'passing'", "GroupPolicy 'running'"),
    ),
    between("user", "a user's policy and its group's, by the group", VIOLATION, *MEMBER, members(["bob", "ann"])),
    between("user", "a member by edges", VIOLATION, *MEMBER, joins([Ref(GROUP, "group")], Ref(USER, "user"))),
    between(
        "user",
        "one of two members by edges",
        VIOLATION,
        *MEMBER,
        user("bob", label="other"),
        members([Ref(USER, "other"), Ref(USER, "user")]),
    ),
    between("group", "a member's policy is not the group's", NOT_APPLICABLE, *MEMBER, joins(["builders"])),
    between("user", "a group it is no member of", NOT_APPLICABLE, *MEMBER, joins(["builders"], "bob")),
    between("user", "a member of another group", NOT_APPLICABLE, *MEMBER, joins(["others"])),
    between(
        "user",
        "the policies of two groups",
        VIOLATION,
        user(),
        group(),
        group("passers", label="second"),
        of_group("running", RUNS),
        of_group("passing", PASSES, "passers"),
        joins(["builders"]),
        joins(["passers"], label="joins-too"),
    ),
    between(
        "user",
        "what its group may anyway, the group's finding",
        COMPLIANT,
        user(),
        group(),
        of_user("reading", READS),
        of_group("passing", PASSES),
        of_group("running", RUNS),
        joins(["builders"]),
    ),
    between(
        "user",
        "a membership of a user not known",
        UNDECIDED,
        *MEMBER,
        joins(["builders"], UNKNOWN),
        finds=("user of UserGroupMembership 'joins' is not known",),
    ),
    between(
        "user",
        "a membership of groups not known",
        UNDECIDED,
        *MEMBER,
        joins(UNKNOWN),
        finds=("groups of UserGroupMembership 'joins' is not known",),
    ),
    between(
        "user",
        "members not known",
        UNDECIDED,
        *MEMBER,
        members(UNKNOWN),
        finds=("users of GroupMembership 'members' is not known",),
    ),
    between("user", "members of a group not known", UNDECIDED, *MEMBER, members(["ann"], UNKNOWN)),
    between("user", "a membership perhaps, and once surely", VIOLATION, *MEMBER, members(UNKNOWN), joins(["builders"])),
    between("user", "a membership surely, and once perhaps", VIOLATION, *MEMBER, members(["ann"]), joins(UNKNOWN)),
    between(
        "user",
        "a group whose name is not known",
        UNDECIDED,
        user(),
        group(UNKNOWN),
        of_user("passing", PASSES),
        of_group("running", RUNS, Ref(GROUP, "group")),
        joins(["builders"]),
        finds=("name of Group 'group' is not known",),
    ),
    between(
        "user",
        "a group whose policies are not known to be its own",
        UNDECIDED,
        user(),
        group(),
        of_user("reading", READS),
        of_group("passing", PASSES),
        of_group("running", RUNS, UNKNOWN),
        joins(["builders"]),
    ),
    between("user", "no policy in any of two places", NOT_APPLICABLE, user(), group(), joins(["builders"])),
]
