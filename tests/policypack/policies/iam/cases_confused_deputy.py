"""The table of the policy about the services that resources let in, and for whom these call."""

from __future__ import annotations

import json
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, resource, rows
from tests.policypack.good.iam import ACCOUNT, FROM_HERE, QUEUE, ROLE_ARN, document, grant
from tests.policypack.policies.iam.cases_documents import ENDPOINT, QUEUE_POLICY
from tests.policypack.policies.iam.cases_resource_policies import (
    BUCKET_POLICY,
    KEY_POLICY,
    PERMISSION,
    case,
    sends,
)

DEPUTY = "resource-policy-guards-confused-deputy"

ELB = "logdelivery.elasticloadbalancing.amazonaws.com"
BUCKET_OF_ACCOUNT = {"sourceArn": UNKNOWN, "sourceAccount": ACCOUNT}


def prefixed(resource: Any) -> dict[str, Any]:
    return grant({"Service": ELB}, "s3:PutObject", resource)


RULE = "aws:cloudwatch/eventRule:EventRule"
ELSEWHERE = {"assumeRoles": [{"roleArn": "arn:aws:iam::210987654321:role/deploy"}]}


def of(
    says: str, outcome: Outcome, token: str, source: Resource | None = None, *more: Resource, **changes: Any
) -> Case:
    """A function for a service that calls for what a resource of the stack is: a rule, a topic."""
    properties = {"function": "jobs", "principal": "events.amazonaws.com", "sourceArn": Ref(token, "s"), **changes}
    judged = resource(PERMISSION, "judged", **properties)
    return Case(DEPUTY, says, outcome, stack=[judged, source or resource(token, "s"), *more], at="judged")


def with_provider(found: Resource, **provider: Any) -> Resource:
    found.provider = provider
    return found


def looked_up(found: Resource) -> Resource:
    found.is_read = True
    return found


def queue_of(*sources: Resource, unknown: Any) -> list[Resource]:
    """A queue's policy for a service, whose condition is computed from resources, and those."""
    statement = sends({"Service": "events.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": unknown}})
    return [resource(QUEUE_POLICY, "judged", queueUrl="q", policy=document(statement)), *sources]


CASES = [
    *(
        of(f"a function for the stack's own {token.rpartition(':')[2]}", COMPLIANT, f"aws:{token}")
        for token in (
            "cloudwatch/eventRule:EventRule",
            "sns/topic:Topic",
            "sqs/queue:Queue",
            "apigateway/restApi:RestApi",
            "apigatewayv2/api:Api",
            "cloudwatch/logGroup:LogGroup",
            "cognito/userPool:UserPool",
            "lb/targetGroup:TargetGroup",
            "iot/topicRule:TopicRule",
        )
    ),
    of(
        "a function for a bucket of the stack, by its account",
        COMPLIANT,
        "aws:s3/bucket:Bucket",
        principal="s3.amazonaws.com",
        sourceAccount=ACCOUNT,
    ),
    of(
        "a function for a bucket of the stack, whose name is free for others once it is deleted",
        VIOLATION,
        "aws:s3/bucket:Bucket",
        principal="s3.amazonaws.com",
    ),
    of(
        "a function for a rule of another region",
        COMPLIANT,
        RULE,
        with_provider(resource(RULE, "s"), region="us-east-1"),
    ),
    of(
        "a function for a rule of a provider for another account",
        UNDECIDED,
        RULE,
        with_provider(resource(RULE, "s"), **ELSEWHERE),
    ),
    of(
        "a function for a rule of a provider for an account not known",
        UNDECIDED,
        RULE,
        with_provider(resource(RULE, "s"), assumeRoles=UNKNOWN),
    ),
    of("a function for a rule that is only looked up", UNDECIDED, RULE, looked_up(resource(RULE, "s"))),
    of("a function for an output of another stack", UNDECIDED, "pulumi:pulumi:StackReference"),
    of("a function for the value of a parameter", UNDECIDED, "aws:ssm/parameter:Parameter"),
    of("a function for what is of another account by its kind", UNDECIDED, "aws:organizations/account:Account"),
    of(
        "a function for a rule that may hand on what another stack wrote",
        UNDECIDED,
        RULE,
        resource(RULE, "s", roleArn=Ref("pulumi:pulumi:StackReference", "network")),
        resource("pulumi:pulumi:StackReference", "network"),
    ),
    of(
        "a function for a rule with a role of the stack",
        COMPLIANT,
        RULE,
        resource(RULE, "s", roleArn=Ref("aws:iam/role:Role", "r"), name=Ref("random:index/randomPet:RandomPet", "n")),
        resource("aws:iam/role:Role", "r"),
        resource("random:index/randomPet:RandomPet", "n"),
    ),
    Case(
        DEPUTY,
        "a queue for two rules of the stack",
        COMPLIANT,
        stack=queue_of(resource(RULE, "s"), resource(RULE, "t"), unknown=[Ref(RULE, "s"), Ref(RULE, "t")]),
        at="judged",
    ),
    Case(
        DEPUTY,
        "a queue for a rule of the stack and for what the engine names no source of",
        UNDECIDED,
        stack=queue_of(resource(RULE, "s"), unknown=[Ref(RULE, "s"), UNKNOWN]),
        at="judged",
    ),
    Case(
        DEPUTY,
        "a queue for a rule of the stack and one of another stack",
        UNDECIDED,
        stack=queue_of(
            resource(RULE, "s"),
            resource("pulumi:pulumi:StackReference", "network"),
            unknown=[Ref(RULE, "s"), Ref("pulumi:pulumi:StackReference", "network")],
        ),
        at="judged",
    ),
    *rows(
        DEPUTY,
        QUEUE_POLICY,
        compliant=[
            ("the source's ARN", {}),
            ("no service", {"policy": document(sends({"AWS": ROLE_ARN}))}),
            ("a source for one not known", {"policy": document(sends({"Service": UNKNOWN}, Condition=FROM_HERE))}),
        ],
        violation=[
            (
                "no source",
                {"policy": json.dumps(document(sends({"Service": "sns.amazonaws.com"})))},
                "sns.amazonaws.com",
            ),
            (
                "a source of any account",
                {
                    "policy": document(
                        sends({"Service": "a.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": "arn:*"}})
                    )
                },
            ),
        ],
        undecided=[
            ("a document not known", {"policy": UNKNOWN}),
            ("a principal not known", {"policy": document(sends({"Service": UNKNOWN}))}),
            ("conditions not known", {"policy": document(sends({"Service": "a.amazonaws.com"}, Condition=UNKNOWN))}),
        ],
        not_applicable=[("a wrong type, another policy's finding", {"policy": 7.0})],
    ),
    Case(
        DEPUTY,
        "a service declared to tell none",
        COMPLIANT,
        {"policy": document(sends({"Service": "a.amazonaws.com"}))},
        QUEUE_POLICY,
        settings={"servicesWithoutSource": ["a.amazonaws.com"]},
    ),
    case(
        DEPUTY,
        "two services without a source",
        VIOLATION,
        sends({"Service": ["a.amazonaws.com", "b.amazonaws.com"]}),
        finds=("gives a.amazonaws.com access without a condition",),
    ),
    case(
        DEPUTY,
        "a service without a source, with an action not known",
        VIOLATION,
        grant({"Service": "a.amazonaws.com"}, UNKNOWN, QUEUE),
    ),
    case(
        DEPUTY,
        "a key for log groups of this account",
        COMPLIANT,
        grant(
            {"Service": "logs.eu-west-1.amazonaws.com"},
            "kms:Decrypt",
            "*",
            Condition={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-west-1:{ACCOUNT}:*"}},
        ),
        token=KEY_POLICY,
    ),
    case(
        DEPUTY,
        "load balancers under this account's prefix",
        COMPLIANT,
        prefixed(f"arn:aws:s3:::logs/AWSLogs/{ACCOUNT}/*"),
        token=BUCKET_POLICY,
    ),
    case(
        DEPUTY,
        "another service under this account's prefix",
        VIOLATION,
        grant({"Service": "a.amazonaws.com"}, "s3:PutObject", f"arn:aws:s3:::logs/AWSLogs/{ACCOUNT}/*"),
        token=BUCKET_POLICY,
    ),
    case(DEPUTY, "load balancers anywhere", VIOLATION, prefixed("arn:aws:s3:::logs/*"), token=BUCKET_POLICY),
    case(
        DEPUTY,
        "load balancers at a place not known",
        UNDECIDED,
        prefixed([f"arn:aws:s3:::logs/AWSLogs/{ACCOUNT}/*", UNKNOWN]),
        token=BUCKET_POLICY,
    ),
    *rows(
        DEPUTY,
        PERMISSION,
        compliant=[
            ("a function for one topic", {}),
            ("a function for one account", {"sourceArn": ABSENT, "sourceAccount": ACCOUNT}),
            (
                "a function for one account's bucket",
                {"principal": "s3.amazonaws.com", "sourceArn": "arn:aws:s3:::ours", "sourceAccount": ACCOUNT},
            ),
            ("a function for a role", {"principal": ROLE_ARN, "sourceArn": ABSENT}),
            (
                "a function for one skill of Alexa",
                {"principal": "alexa-appkit.amazon.com", "sourceArn": ABSENT, "eventSourceToken": "amzn1.ask.skill.1"},
            ),
            ("a function for an account of a bucket not known", {"principal": "s3.amazonaws.com", **BUCKET_OF_ACCOUNT}),
        ],
        violation=[
            ("a function for any topic", {"sourceArn": ABSENT}, "sns.amazonaws.com", "Set source_arn"),
            ("a function for every topic", {"sourceArn": "arn:aws:sns:*"}),
            ("a function for rules of any account", {"sourceArn": "arn:aws:events:*:*:*"}),
            ("a function for any service of China", {"principal": "sns.amazonaws.com.cn", "sourceArn": ABSENT}),
            (
                "a function for a bucket of whatever account",
                {"principal": "s3.amazonaws.com", "sourceArn": "arn:aws:s3:::ours"},
                "sourceAccount",
                "Set source_account",
            ),
            ("a function for any skill of Alexa", {"principal": "alexa-appkit.amazon.com", "sourceArn": ABSENT}),
        ],
        undecided=[
            ("a function for one not known", {"principal": UNKNOWN, "sourceArn": ABSENT}),
            ("a function for a topic not known", {"sourceArn": UNKNOWN}),
            (
                "a function of one not known for a bucket or not",
                {"principal": UNKNOWN, "sourceArn": "arn:aws:s3:::ours"},
            ),
        ],
        not_applicable=[("a function for nobody", {"principal": ABSENT})],
    ),
    *rows(DEPUTY, ENDPOINT, not_applicable=[("an endpoint without a policy", {"policy": ABSENT})]),
]
