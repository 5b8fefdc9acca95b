"""The table of the policy about accounts that only the whole stack can tell."""

from __future__ import annotations

import json
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, resource
from tests.policypack.good.iam import ACCOUNT, TABLE, allow, document, grant
from tests.policypack.policies.iam.cases_documents import ROLE_POLICY
from tests.policypack.policies.iam.cases_resource_policies import (
    BUCKET_POLICY,
    KEY_POLICY,
    PERMISSION,
    STRANGER,
    equal,
    reads,
)

STACK = "resource-policy-stack-accounts"
OWN, OTHER = f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{STRANGER}:root"
PROVIDER = "pulumi:providers:aws"
TABLE_OF_STRANGER = TABLE.replace(ACCOUNT, STRANGER)


def letting_in(principal: Any = OTHER, **elements: Any) -> Resource:
    """A bucket's policy, which tells nothing of its account."""
    return resource(BUCKET_POLICY, "judged", policy=document(reads({"AWS": principal}, **elements)))


def provider(name: str = "aws", **properties: Any) -> Resource:
    return resource(PROVIDER, name, region="eu-west-1", **properties)


def made(name: str, arn: Any, /, **properties: Any) -> Resource:
    """A resource that is there already, with the ARN that AWS gave it."""
    found = resource("aws:lambda/layerVersion:LayerVersion", name, **properties)
    found.outputs = {**found.outputs, "arn": arn}
    return found


def named(name: Any = "sessions", arn: str = TABLE, token: str = "aws:dynamodb/table:Table") -> list[Resource]:
    """A resource with a known name, and a policy that names it by its ARN."""
    policy = resource(ROLE_POLICY, "use", role="r", policy=document(allow("dynamodb:GetItem", arn)))
    return [resource(token, "named", name=name), policy]


def case(says: str, outcome: Outcome, *stack: Resource, finds: tuple[str, ...] = (), **settings: Any) -> Case:
    return Case(STACK, says, outcome, stack=stack, at="judged", finds=finds, settings=settings)


def allowed(*accounts: Any) -> str:
    return json.dumps(list(accounts))


def role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/deploy"


CASES = [
    case(
        "nothing tells",
        UNDECIDED,
        letting_in(),
        finds=("is of another account: the account of this stack is not known", f"{STRANGER}:root"),
    ),
    case(
        "another account than the provider's",
        VIOLATION,
        letting_in(),
        provider(allowedAccountIds=allowed(ACCOUNT)),
        finds=(f"{STRANGER}:root", f"the stack's own, {ACCOUNT}", "trustedAccounts"),
    ),
    case("the provider's account", COMPLIANT, letting_in(OWN), provider(allowedAccountIds=allowed(ACCOUNT))),
    case(
        "the provider's account by its role",
        COMPLIANT,
        letting_in(OWN),
        provider(assumeRole={"roleArn": role(ACCOUNT)}),
    ),
    case(
        "another account than that of the provider's last role",
        VIOLATION,
        letting_in(),
        provider(assumeRoles=json.dumps([{"roleArn": role(STRANGER)}, {"roleArn": role(ACCOUNT)}])),
    ),
    case(
        "another account than that of the provider's role by a token",
        VIOLATION,
        letting_in(),
        provider(assumeRoleWithWebIdentity=json.dumps({"roleArn": role(ACCOUNT)})),
    ),
    case("the provider's accounts not known", UNDECIDED, letting_in(), provider(allowedAccountIds=UNKNOWN), *named()),
    case(
        "one of the provider's accounts not known",
        UNDECIDED,
        letting_in(),
        provider(allowedAccountIds=[ACCOUNT, UNKNOWN]),
    ),
    case(
        "the provider's role not known", UNDECIDED, letting_in(), provider(assumeRoles=[{"roleArn": UNKNOWN}]), *named()
    ),
    case("a provider whose role is no ARN", UNDECIDED, letting_in(), provider(assumeRoles=[{"roleArn": "deploy"}])),
    case("a provider that cannot be read", UNDECIDED, letting_in(), provider(allowedAccountIds="{", assumeRoles="x")),
    case(
        "the account of one of two providers",
        COMPLIANT,
        letting_in(),
        provider("one", allowedAccountIds=allowed(ACCOUNT)),
        provider("two", allowedAccountIds=allowed(STRANGER)),
    ),
    case(
        "an account of none of two providers",
        VIOLATION,
        letting_in("333333333333"),
        provider("one", allowedAccountIds=allowed(ACCOUNT)),
        provider("two", allowedAccountIds=allowed(STRANGER)),
    ),
    case(
        "an account that may be the second provider's",
        UNDECIDED,
        letting_in(),
        provider("one", allowedAccountIds=allowed(ACCOUNT)),
        provider("two"),
    ),
    case(
        "an account that may be the second provider's, beside what the first one made",
        UNDECIDED,
        letting_in(),
        provider("one", allowedAccountIds=allowed(ACCOUNT)),
        provider("two"),
        made("a", TABLE),
    ),
    case(
        "an account that the second provider's resources show not to be its",
        VIOLATION,
        letting_in("333333333333"),
        provider("one", allowedAccountIds=allowed(ACCOUNT)),
        provider("two"),
        made("b", f"arn:aws:lambda:eu-west-1:{STRANGER}:layer:b"),
    ),
    case("two regions of one account", VIOLATION, letting_in(), provider("one"), provider("two"), *named()),
    case(
        "two providers with credentials of their own",
        UNDECIDED,
        letting_in(),
        provider("one", profile="a"),
        provider("two", profile="b"),
        *named(),
    ),
    case(
        "the account that one of them shows",
        COMPLIANT,
        letting_in(OWN),
        provider("one", profile="a"),
        provider("two", profile="b"),
        *named(),
    ),
    case("another account than what is made", VIOLATION, letting_in(), provider(), made("a", TABLE)),
    case("the account of what is made", COMPLIANT, letting_in(OWN), made("a", TABLE)),
    case("an ARN that the program gave", UNDECIDED, letting_in(), made("a", TABLE, arn=TABLE)),
    case("an ARN that names no account", UNDECIDED, letting_in(), made("a", "arn:aws:s3:::data")),
    case("an ARN that is none", UNDECIDED, letting_in(), made("a", 7.0), made("b", "x:::" + f":{ACCOUNT}:")),
    case(
        "another account than that of a key by its policy",
        VIOLATION,
        letting_in(),
        resource("aws:kms/key:Key", "key", policy=document(grant({"AWS": OWN}, "kms:*", "*"))),
    ),
    case("another account than what a policy names", VIOLATION, letting_in(), *named()),
    case("the account of what a policy names", COMPLIANT, letting_in(OWN), *named()),
    case("a name not known", UNDECIDED, letting_in(), *named(UNKNOWN)),
    case("another name", UNDECIDED, letting_in(), *named("session")),
    case("a part of the name", UNDECIDED, letting_in(), *named(arn=f"{TABLE}2")),
    case("an index of the table", VIOLATION, letting_in(), *named(arn=f"{TABLE}/index/by-user")),
    case(
        "another service's resource of that name", UNDECIDED, letting_in(), *named(arn=TABLE.replace("dynamodb", "x"))
    ),
    *(
        case(
            f"the first {count} parts of an ARN",
            UNDECIDED,
            letting_in(),
            *named(arn=":".join(TABLE.split(":")[:count])),
        )
        for count in (3, 5)
    ),
    case(
        "two accounts with a table of that name",
        UNDECIDED,
        letting_in(),
        *named(),
        resource(ROLE_POLICY, "more", role="r", policy=document(allow("dynamodb:GetItem", TABLE_OF_STRANGER))),
    ),
    *(
        case(f"a {token.rpartition(':')[2]} by its name", outcome, letting_in(), *named("jobs", arn, token))
        for outcome, token, arn in (
            (VIOLATION, "aws:sqs/queue:Queue", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"),
            (VIOLATION, "aws:sns/topic:Topic", f"arn:aws:sns:eu-west-1:{ACCOUNT}:jobs"),
            (VIOLATION, "aws:cloudwatch/logGroup:LogGroup", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:jobs:*"),
            (VIOLATION, "aws:lambda/function:Function", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:jobs"),
            (VIOLATION, "aws:ecr/repository:Repository", f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/jobs"),
            (VIOLATION, "aws:ecs/cluster:Cluster", f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/jobs"),
            (UNDECIDED, "aws:iam/role:Role", f"arn:aws:iam::{ACCOUNT}:role/jobs"),
        )
    ),
    *(
        case(
            f"a secret as {end or 'its name'}",
            outcome,
            letting_in(),
            *named(
                "jobs",
                f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:jobs{end}",
                "aws:secretsmanager/secret:Secret",
            ),
        )
        for outcome, end in (
            (VIOLATION, ""),
            (VIOLATION, "-??????"),
            (VIOLATION, "-AbCdEf"),
            (VIOLATION, "-AbCdEf:host::"),
            (UNDECIDED, "-admin-AbCdEf"),
            (UNDECIDED, "/AbCdEf"),
        )
    ),
    case(
        "an ARN only as a principal and a condition",
        UNDECIDED,
        letting_in(OTHER, Condition={"StringNotEquals": {"aws:PrincipalArn": TABLE}}),
        named()[0],
        resource(
            ROLE_POLICY,
            "use",
            policy=json.dumps(
                document({"Principal": {"AWS": TABLE}, "NotPrincipal": TABLE, "Condition": {"a": {"b": TABLE}}})
            ),
        ),
    ),
    case(
        "an ARN in a document as text",
        VIOLATION,
        letting_in(),
        named()[0],
        resource(
            "aws:ecs/taskDefinition:TaskDefinition", "t", containerDefinitions=json.dumps([{"a": [{"b": TABLE}]}])
        ),
    ),
    case(
        "a text that is no document", UNDECIDED, letting_in(), named()[0], resource("aws:x/y:Z", "t", text="{" + TABLE)
    ),
    case("a trusted account", NOT_APPLICABLE, letting_in(), *named(), trustedAccounts=[STRANGER]),
    case(
        "a condition that picks principals",
        NOT_APPLICABLE,
        letting_in(OTHER, Condition=equal("aws:PrincipalOrgID", "o")),
        *named(),
    ),
    case(
        "a condition not known", UNDECIDED, letting_in(OTHER, Condition=equal("aws:PrincipalOrgID", UNKNOWN)), *named()
    ),
    case("two accounts, which the policy alone shows", NOT_APPLICABLE, letting_in([OWN, OTHER]), *named()),
    case("a policy not known", NOT_APPLICABLE, resource(BUCKET_POLICY, "judged", policy=UNKNOWN), *named()),
    case("another account beside one not known", VIOLATION, letting_in([OTHER, UNKNOWN]), *named()),
    case("its own account beside one not known", NOT_APPLICABLE, letting_in([OWN, UNKNOWN]), *named()),
    case(
        "after a policy that is judged by itself",
        VIOLATION,
        resource(BUCKET_POLICY, "a", policy=document(reads({"AWS": [OWN, OTHER]}))),
        letting_in(),
        *named(),
    ),
    case("no other account", NOT_APPLICABLE, letting_in("AIDA1"), *named()),
    case(
        "a key for another account",
        VIOLATION,
        resource(KEY_POLICY, "judged", keyId="a", policy=document(grant({"AWS": OTHER}, "kms:Decrypt", "*"))),
        *named(),
    ),
    case(
        "a secret for another account",
        VIOLATION,
        resource(
            "aws:secretsmanager/secretPolicy:SecretPolicy",
            "judged",
            secretArn=Ref("aws:secretsmanager/secret:Secret", "s"),
            policy=document(grant({"AWS": OTHER}, "secretsmanager:GetSecretValue", "*")),
        ),
        *named(),
    ),
    case(
        "a repository for another account",
        VIOLATION,
        resource(
            "aws:ecr/repositoryPolicy:RepositoryPolicy", "judged", policy=document(grant({"AWS": OTHER}, "ecr:*", "*"))
        ),
        *named(),
    ),
    case(
        "a function for another account",
        VIOLATION,
        resource(PERMISSION, "judged", function="f", principal=STRANGER),
        *named(),
    ),
]
