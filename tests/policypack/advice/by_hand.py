"""Advice that only a person can follow, and how one does: by policy, and by a pattern of its sentences."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from offline.aws import schema
from pulumi_guardrails.aws.log_writers import LogGroups
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN, Secret
from pulumi_guardrails.core.verdict import Finding
from tests.policypack.advice.documents import (
    granted,
    granted_exactly,
    items_only,
    listed_actions,
    named_principals,
    named_role,
    no_longer_denied,
    only_used_actions,
    out_of_documents,
    own_table,
    pinned,
    positive,
    replaced,
    sound_condition,
    spelled,
    statement,
    with_condition,
    with_execution_role,
)
from tests.policypack.advice.grammar import KEY_ARN, Instruction
from tests.policypack.advice.network import (
    another_group,
    by_nat,
    group_of_its_own,
    in_private_subnets,
    more_zones,
    rule,
    without_rule,
    zone_of_its_own,
)
from tests.policypack.advice.scene import Scene, advice_of
from tests.policypack.cases import Ref, bend, good_resources, resource, urn_of

Hand = Callable[[Scene, Resource, Finding], None]
"""Follows the advice on one finding; the resource is that whose property it is about."""

ACCOUNT = "123456789012"
ANY = ""
"""The pattern that every sentence matches."""


# --- resources that are added


def adding(token: str, reference: str, listed: bool = False, **properties: Any) -> Hand:
    """Declares a resource that refers to the one that is blamed by one of its properties."""

    def hand(scene: Scene, owner: Resource, finding: Finding) -> None:
        ref = Ref(owner.type, owner.name)
        given = {**properties, reference: [ref] if listed else ref}
        base = bend(good_resources().get(token, {}), given)
        scene.add(resource(token, f"added-for-{owner.name}", **base))

    return hand


def log_delivery(log_type: str) -> Hand:
    """Declares what delivers a resource's logs: a source of it, a destination, and a delivery from one to the other."""

    def hand(scene: Scene, owner: Resource, finding: Finding) -> None:
        source, delivery = (
            "aws:cloudwatch/logDeliverySource:LogDeliverySource",
            "aws:cloudwatch/logDelivery:LogDelivery",
        )
        destination = "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"
        properties = {"name": "added", "logType": log_type, "resourceArn": Ref(owner.type, owner.name)}
        scene.add(resource(source, "added-source", **properties))
        scene.add(resource(destination, "added-destination", name="added"))
        to = {"deliveryDestinationArn": Ref(destination, "added-destination")}
        scene.add(resource(delivery, "added-delivery", deliverySourceName="added", **to))

    return hand


def log_group(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Declares the log group as the advice writes it; what a name is an output of is known after the update."""
    call = ast.parse(advice_of(scene.policy, finding).removeprefix("Add ").rstrip("."), mode="eval").body
    assert isinstance(call, ast.Call)
    assert ast.unparse(call.func) == "aws.cloudwatch.LogGroup"
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    name: object = Ref(owner.type, owner.name)
    if isinstance(given["name"], ast.Constant):
        name = given["name"].value
    properties = {"name": name, "retentionInDays": ast.literal_eval(given["retention_in_days"])}
    if "region" in given:
        properties["region"] = ast.literal_eval(given["region"])
    scene.add(resource("aws:cloudwatch/logGroup:LogGroup", ast.literal_eval(call.args[0]), **properties))


def secret_log_group(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Declares a log group of a name that the message does not show."""
    written = Stack(scene.resources).shared(LogGroups).written_by(owner)
    for one in written:
        name = {"name": Secret(one.destination.name)}
        scene.add(resource("aws:cloudwatch/logGroup:LogGroup", "added", retentionInDays=30.0, **name))


# --- properties that are set


def setting(path: str, value: Any) -> Hand:
    """Sets one argument, named as in Python, to what the advice describes."""
    return lambda scene, owner, finding: scene.follow(owner, finding, Instruction(path, value))


def several(*hands: Hand) -> Hand:
    """One step after the other."""

    def hand(scene: Scene, owner: Resource, finding: Finding) -> None:
        for one in hands:
            one(scene, owner, finding)

    return hand


def at_path(value: Any) -> Hand:
    """Sets what the finding is about."""

    def hand(scene: Scene, owner: Resource, finding: Finding) -> None:
        scene.follow(owner, finding, Instruction(finding.path, value))

    return hand


def removing(*paths: str) -> Hand:
    """Leaves out top-level properties, or what the finding is about."""

    def hand(scene: Scene, owner: Resource, finding: Finding) -> None:
        for path in paths or (finding.path,):
            scene.follow(owner, finding, Instruction(path, None))

    return hand


def without(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Declares the resource no longer."""
    scene.remove(owner)


def tagged(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Adds the tag that the advice names."""
    name = re.search(r'Add "([^"]+)" to tags', advice_of(scene.policy, finding))
    assert name is not None
    before = owner.properties.get("tags")
    owner.properties = {**owner.properties, "tags": {**(before if isinstance(before, Mapping) else {}), name[1]: "api"}}


def with_option(name: str, value: Any) -> Hand:
    """Sets a resource option of Pulumi."""
    return lambda scene, owner, finding: setattr(owner, name, value)


def configuring(change: Callable[[dict[str, Any]], Any]) -> Hand:
    """Changes the policy's configuration."""

    def hand(scene: Scene, owner: Resource, finding: Finding) -> None:
        change(scene.settings)

    return hand


# --- CloudFront


def failover(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Adds an origin group with two members, and sends the default cache behavior to it."""
    group = {"originId": "both", "members": [{"originId": "first"}, {"originId": "second"}]}
    if owner.type.endswith(":MultitenantDistribution"):
        group["id"] = group.pop("originId")
    owner.properties = bend(owner.properties, {"originGroups": [group], "defaultCacheBehavior.targetOriginId": "both"})


def own_certificate(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Names a certificate of ACM, and the names that it is for."""
    arn = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/1"
    scene.follow(owner, finding, Instruction("viewer_certificate.acm_certificate_arn", arn))


def origin_access_control(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Gives every S3 origin an origin access control that signs, in place of what it has."""
    token = "aws:cloudfront/originAccessControl:OriginAccessControl"
    control = {"originAccessControlOriginType": "s3", "signingBehavior": "always", "signingProtocol": "sigv4"}
    scene.add(resource(token, "added-control", **control))
    index = re.search(r"origins\[(\d+)\]", finding.path)
    assert index is not None
    origins = [dict(one) if isinstance(one, Mapping) else {} for one in owner.properties["origins"]]
    chosen = origins[int(index[1])]
    for name in ("s3OriginConfig", "s3OriginConfigs", "customOriginConfig", "customOriginConfigs"):
        chosen.pop(name, None)
    added = resource("aws:any/any:Any", origins=[{**chosen, "originAccessControlId": Ref(token, "added-control")}])
    origins[int(index[1])] = added.properties["origins"][0]
    owner.properties = {**owner.properties, "origins": origins}
    edges = [*owner.dependencies.get("origins", ()), urn_of(token, "added-control")]
    owner.dependencies = {**owner.dependencies, "origins": edges}


# --- ECS: container definitions are JSON, with names of their own


def container(change: Callable[[dict[str, Any]], Any]) -> Hand:
    """Changes the container definition that the finding is about, or makes one where there is none."""

    def hand(scene: Scene, owner: Resource, finding: Finding) -> None:
        if owner.type == "aws:ecs/expressGatewayService:ExpressGatewayService":
            given = owner.properties.get("primaryContainer")
            definition = dict(given) if isinstance(given, Mapping) else {}
            change(definition)
            owner.properties = {**owner.properties, "primaryContainer": definition}
            return
        text = owner.properties.get("containerDefinitions")
        plain = text.value if isinstance(text, Secret) else text
        index = re.search(r"ontainerDefinitions\[(\d+)\]", finding.path or finding.message)
        structured = isinstance(plain, list)
        try:
            written = plain if isinstance(plain, list) else json.loads(plain or "")
        except (TypeError, ValueError):
            written = []
        written = written if isinstance(written, list) and written else [{"name": "api", "image": "api:1"}]
        chosen = int(index[1]) if index else 0
        definition = written[chosen] if isinstance(written[chosen], dict) else {"name": "api", "image": "api:1"}
        change(definition)
        written = [*written[:chosen], definition, *written[chosen + 1 :]]
        owner.properties = {
            **owner.properties,
            "containerDefinitions": written if structured else json.dumps(written),
        }

    return hand


def _without_secret(definition: dict[str, Any]) -> None:
    for name in [name for name in definition if name.lower() in ("environment", "environments")]:
        definition.pop(name)
        definition["secrets"] = [{"name": "DB_PASSWORD", "valueFrom": _SECRET}]


def _declared(definition: dict[str, Any]) -> None:
    if "name" not in definition:
        definition.update(image="api:1")
        return
    definition.update(name="api", image="api:1", user="api", readonlyRootFilesystem=True, logConfiguration=_AWSLOGS)


def _without_capabilities(definition: dict[str, Any]) -> None:
    for name in [name for name in definition if name.lower() == "linuxparameters"]:
        definition.pop(name)


_SECRET = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:ml-api-db-a1B2c3"
_AUDITED = {
    "execute_command_configuration": {
        "kms_key_id": KEY_ARN,
        "logging": "OVERRIDE",
        "log_configuration": {"cloud_watch_log_group_name": "sessions", "cloud_watch_encryption_enabled": True},
    }
}
_AWSLOGS = {"logDriver": "awslogs", "options": {"awslogs-group": "/aws/ecs/api"}}


def secret_out_of_function(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Names the secret in place of its value."""
    variables = owner.properties["environment"]
    variables = variables.value if isinstance(variables, Secret) else variables
    left = {name: value for name, value in variables["variables"].items() if not finding.path.endswith(f".{name}")}
    owner.properties = {**owner.properties, "environment": {"variables": {**left, "DB_SECRET_NAME": "ml-api/db"}}}


def out_of_variables(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Leaves out the member of a map that the finding is about."""
    top = re.split(r"[.\[]", finding.path)[0]
    steps = re.findall(r"[^.\[\]]+", finding.path)

    def left(value: Any, depth: int) -> Any:
        if isinstance(value, Mapping):
            # The name of a member may have full stops in it.
            last = ".".join(steps[depth:])
            if last in value:
                return {name: item for name, item in value.items() if name != last}
            return {name: left(item, depth + 1) if name == steps[depth] else item for name, item in value.items()}
        return [left(item, depth + 1) for item in value] if isinstance(value, list) else value

    owner.properties = {**owner.properties, top: left(owner.properties[top], 1)}


def secret_of_job(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Names the secret under `secrets` of each container in place of its value."""

    def by_reference(value: Any) -> Any:
        if isinstance(value, list):
            return [by_reference(item) for item in value]
        if not isinstance(value, Mapping):
            return value
        kept = {name: by_reference(item) for name, item in value.items() if name.lower() != "environment"}
        secrets = [{"name": "DB_PASSWORD", "valueFrom": _SECRET}]
        return {**kept, "secrets": secrets} if len(kept) < len(value) else kept

    top = re.split(r"[.\[]", finding.path)[0]
    given = owner.properties[top]
    document = by_reference(json.loads(given) if isinstance(given, str) else given)
    owner.properties = {**owner.properties, top: json.dumps(document)}


# --- RDS


def two_zones(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Gives a cluster two instances, for which Aurora chooses the zones."""
    token = "aws:rds/clusterInstance:ClusterInstance"
    for one in scene.resources:
        if one.type == token:
            one.properties = {name: value for name, value in one.properties.items() if name != "availabilityZone"}
    for number in range(2):
        scene.add(resource(token, f"added-{number}", clusterIdentifier=Ref(owner.type, owner.name)))


def monitored(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Turns Enhanced Monitoring on."""
    role = f"arn:aws:iam::{ACCOUNT}:role/monitoring"
    several(setting("monitoring_interval", 60), setting("monitoring_role_arn", role))(scene, owner, finding)


def named_key(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Sets the argument that the advice names to the ARN of a key."""
    found = re.search(r"Set (\S+) to the ARN of", advice_of(scene.policy, finding))
    assert found is not None
    scene.follow(owner, finding, Instruction(found[1], KEY_ARN))


def replica_keys(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Gives every replica a key, or declares none where they cannot be read."""
    if finding.path == "replicas":
        removing("replicas")(scene, owner, finding)
    else:
        named_key(scene, owner, finding)


def source_encrypted(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Encrypts what a database is made from."""
    if finding.path == "kmsKeyId":
        at_path(KEY_ARN)(scene, owner, finding)
        return
    owner.outputs = {**owner.outputs, "storageEncrypted": True}
    owner.properties = {**owner.properties, "storageEncrypted": True}


# --- S3

_EVERY_OBJECT = {
    "id": "forget",
    "status": "Enabled",
    "filter": {"prefix": ""},
    "expiration": {"days": 30},
    "noncurrentVersionExpiration": {"noncurrentDays": 1},
    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1},
}
_OF_OLD_BUCKET = {
    "enabled": True,
    "expiration": {"days": 30},
    "noncurrentVersionExpiration": {"days": 1},
    "abortIncompleteMultipartUploadDays": 1,
}
_BUCKET_V2 = {
    "enabled": True,
    "expirations": [{"days": 30}],
    "noncurrentVersionExpirations": [{"days": 1}],
    "abortIncompleteMultipartUploadDays": 1,
}


def one_rule_for_all(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Has one lifecycle rule that forgets everything, in the words of the resource that has the rules."""
    inline = "lifecycleRules" in schema.resource(owner.type).inputs
    rule = (_BUCKET_V2 if owner.type.endswith("V2") else _OF_OLD_BUCKET) if inline else _EVERY_OBJECT
    owner.properties = {**owner.properties, "lifecycleRules" if inline else "rules": [rule]}


_ONLY_TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::*", "arn:aws:s3:::*/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}

# --- the table

_PRINCIPALS: Mapping[str, Hand] = {
    "^Name": statement(named_principals),
    "^Write (Principal|Action|Resource) with": statement(positive),
}

VALUES: Mapping[tuple[str, str], Any] = {
    ("alarm-actions", "alarm_actions"): [f"arn:aws:sns:eu-west-1:{ACCOUNT}:alarms"],
    ("cloudfront-web-acl", "web_acl_id"): f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/edge/1",
    ("environment-no-secret", "value"): _SECRET,
    ("kms-description", "description"): "Orders and invoices",
    ("log-group-customer-key", "kms_key_id"): KEY_ARN,
    ("secret-description", "description"): "Connection of the API to its database",
}
"""By policy and argument: a value for what advice describes, such as "to the ARN of an SNS topic"."""


def without_attachment(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Attaches the managed policy no longer."""
    if "[" in finding.path:
        removing(finding.path.partition("[")[0])(scene, owner, finding)
    else:
        scene.remove(owner)


def own_principal(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Names a role of the account as the principal, in a document or in the property that stands for it."""
    top = finding.path.partition(".")[0]
    if "Statement" in finding.path:
        statement(named_principals)(scene, owner, finding)
    elif top == "granteePrincipal":
        scene.follow(owner, finding, Instruction("grantee_principal", f"arn:aws:iam::{ACCOUNT}:role/reader"))
    else:
        scene.follow(owner, finding, Instruction(top, ACCOUNT))


def one_service_alone(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Leaves one service to a role."""
    trusting = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trusting]})
    owner.properties = {**owner.properties, "assumeRolePolicy": document}


def well_formed(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Writes the document again, as JSON and by the grammar."""
    top = re.split(r"[.\[]", finding.path)[0]
    document = good_resources()[owner.type].get(top, [])
    owner.properties = {**owner.properties, top: document}


def only_tls(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Has a statement of the bucket's policy deny what comes without TLS."""
    if finding.message.startswith("The bucket has no policy"):
        token = "aws:s3/bucketPolicy:BucketPolicy"
        document = json.dumps({"Version": "2012-10-17", "Statement": [_ONLY_TLS]})
        scene.add(resource(token, f"added-for-{owner.name}", bucket=Ref(owner.type, owner.name), policy=document))
        return
    for holder in [one for one in scene.resources if one is owner or one.type.endswith(":BucketPolicy")]:
        before = holder.properties.get("policy")
        try:
            given: Any = json.loads(before) if isinstance(before, str) else before
        except ValueError:
            given = {}
        written = given.get("Statement", []) if isinstance(given, Mapping) else []
        after = {"Version": "2012-10-17", "Statement": [*written, _ONLY_TLS]}
        if holder is not owner or before is not None:
            holder.properties = {**holder.properties, "policy": after}


def known_bad_inputs(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Adds the managed rule group, with the override action none."""
    before = owner.properties.get("rules")
    added = [
        {
            "name": name,
            "priority": number,
            "overrideAction": {"none": {}},
            "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": name}},
        }
        for number, name in enumerate(re.findall(r"AWSManagedRules\w+", advice_of(scene.policy, finding)))
    ]
    owner.properties = {**owner.properties, "rules": [*(before if isinstance(before, list) else []), *added]}


def redirected(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Lets a rule only redirect to HTTPS."""
    redirect = {"protocol": "HTTPS", "statusCode": "HTTP_301"}
    owner.properties = {**owner.properties, "actions": [{"type": "redirect", "redirect": redirect}]}


def replicating(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Switches on the rules of the replication configuration, in the bucket or beside it."""
    for one in scene.resources:
        if isinstance(one.properties.get("rules"), list):
            one.properties = {
                **one.properties,
                "rules": [{**rule, "status": "Enabled"} for rule in one.properties["rules"]],
            }


def log_driver(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Sets the log driver that the advice names."""
    found = re.search(r'"logDriver": ("\w+")', advice_of(scene.policy, finding))
    assert found is not None
    container(lambda one: one.update(logConfiguration={"logDriver": json.loads(found[1])}))(scene, owner, finding)


def geo(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Lists countries, by the name that the list has in this sort of distribution."""
    name = "items" if owner.type.endswith(":MultitenantDistribution") else "locations"
    value = {"restrictionType": "whitelist", name: ["DE"]}
    owner.properties = {**owner.properties, "restrictions": {"geoRestriction": value}}


def strict_transport(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Gives every cache behavior a policy of the program that sends the header."""
    token = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
    sent = {"override": True, "accessControlMaxAgeSec": 63_072_000, "includeSubdomains": True}
    scene.add(resource(token, "added-headers", name="added", securityHeadersConfig={"strictTransportSecurity": sent}))
    path = finding.path if finding.path.endswith("PolicyId") else f"{finding.path}.responseHeadersPolicyId"
    scene.follow(owner, finding, Instruction(path, UNKNOWN))
    top = re.split(r"[.\[]", finding.path)[0]
    edges = [*owner.dependencies.get(top, ()), urn_of(token, "added-headers")]
    owner.dependencies = {**owner.dependencies, top: edges}


def with_parameter_group(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Declares a parameter group as the advice has it, and names it."""
    found = re.search(
        r"an aws\.rds\.(\w+) with parameters=(\[.*?\]), and set (\w+) to", advice_of(scene.policy, finding)
    )
    assert found is not None
    token = f"aws:rds/{found[1][0].lower()}{found[1][1:]}:{found[1]}"
    scene.add(resource(token, "added", name="added", family="family", parameters=json.loads(found[2])))
    scene.follow(owner, finding, Instruction(found[3], "added"))


HANDS: Mapping[str, Mapping[str, Hand]] = {
    "certificate-replaced-first": {ANY: with_option("delete_before_replace", False)},
    "cloudfront-access-logs": {ANY: log_delivery("ACCESS_LOGS")},
    "cloudfront-origin-failover": {ANY: failover},
    "cloudfront-geo-restriction": {"^Set restrictions.geo_restriction to": geo},
    "cloudfront-strict-transport": {"^Set .*response_headers": strict_transport},
    "cloudfront-own-certificate": {"^Set viewer_certificate.acm_certificate_arn": own_certificate},
    "cloudfront-s3-access-control": {"^Set origin_access_control_id": origin_access_control},
    "dynamodb-in-backup-plan": {ANY: adding("aws:backup/selection:Selection", "resources", listed=True)},
    "ecr-customer-key": {"^Set .* to the ARN of": named_key},
    "ecr-private": {ANY: without},
    "ecs-container-logging": {
        "^Declare": container(_declared),
        '^Set "logDriver": "(?!awslogs)': log_driver,
        "^Give": container(lambda one: one.update(logConfiguration=_AWSLOGS)),
    },
    "ecs-exec-audited": {"^Give the cluster": setting("configuration", _AUDITED)},
    "ecs-host-isolation": {
        "^Declare": container(_declared),
        '^Set "user"': container(lambda one: one.update(user="api")),
        '^Set "privileged"': container(lambda one: one.update(privileged=False)),
        "^Remove it from": container(_without_capabilities),
    },
    "ecs-no-secret-in-environment": {"^Declare": container(_declared), ANY: container(_without_secret)},
    "ecs-read-only-root": {
        "^Declare": container(_declared),
        '^Set "readonly': container(lambda one: one.update(readonlyRootFilesystem=True)),
    },
    "ecs-roles-differ": {ANY: setting("task_role_arn", f"arn:aws:iam::{ACCOUNT}:role/another")},
    "environment-no-secret": {
        "^Name it under": secret_of_job,
        "^(Name it in|Give the|Take it out of)": out_of_variables,
        "^Keep it as a secret of Kubernetes": removing("eksProperties"),
        "^Let the script": removing(),
    },
    "ecr-policy": _PRINCIPALS,
    "iam-actions-exist": {ANY: statement(spelled)},
    "iam-no-administrator-access": {ANY: statement(only_used_actions)},
    "iam-no-credentials-exposure": {ANY: statement(replaced)},
    "iam-no-data-exfiltration": {ANY: statement(replaced)},
    "iam-no-negated-allow": {ANY: statement(positive)},
    "iam-no-privilege-escalation": {ANY: out_of_documents},
    "iam-no-combined-privilege-escalation": {ANY: out_of_documents},
    "iam-no-forbidden-actions": {ANY: out_of_documents},
    "iam-no-inline-policies": {"^Write it as": removing(), ANY: without},
    "iam-policies-not-on-users": {"^Attach the (policy to groups|policies)": removing(), ANY: without},
    "iam-no-elevated-managed-policy": {
        "^Write an aws.iam.RolePolicy": without_attachment,
        "^Write an aws.iam.Policy": setting("permissions_boundary", f"arn:aws:iam::{ACCOUNT}:policy/boundary"),
    },
    "iam-trust-names-principals": {ANY: statement(named_role)},
    "iam-role-trusts-one-service": {ANY: one_service_alone},
    "iam-federated-trust-pins-claims": {ANY: statement(pinned)},
    "iam-github-trust-pins-repository": {ANY: statement(pinned)},
    "iam-task-role-reaches-own-tables": {ANY: statement(own_table)},
    "iam-task-role-uses-items-only": {ANY: statement(items_only)},
    "iam-execution-role-matches-task": {
        "^The narrowest": granted,
        "^Grant exactly": granted_exactly,
        "^Set execution_role_arn": with_execution_role,
        "from what is denied": no_longer_denied,
    },
    "iam-documents-are-well-formed": {ANY: well_formed},
    "iam-documents-follow-suggestions": {ANY: well_formed},
    "iam-conditions-are-valid": {ANY: statement(sound_condition)},
    "iam-conditions-restrict-access": {ANY: statement(sound_condition)},
    "resource-policy-own-accounts": {ANY: own_principal},
    "resource-policy-stack-accounts": {ANY: own_principal},
    "default-security-group-locked": {
        "^Adopt": adding("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId"),
        "^Remove": without_rule,
    },
    "load-balancer-multiple-zones": {ANY: more_zones},
    "network-chain": {
        "^Set": rule,
        "^Attach another": another_group,
        "^Attach": group_of_its_own,
        "^Remove": without_rule,
        "^Name a declared tier": configuring(lambda one: one.pop("tiers")),
    },
    "no-internet-path-to-private-tier": {
        "^Attach": group_of_its_own,
        "^Remove": without_rule,
        "^Name a declared tier": configuring(lambda one: one.pop("tiers")),
    },
    "private-subnet-no-internet-route": {ANY: by_nat},
    "sg-attached": {ANY: without},
    "sg-database-accepts-only-groups": {ANY: rule},
    "sg-ingress-from-internet": {ANY: rule},
    "sg-no-wide-egress": {ANY: rule},
    "sg-no-wide-egress-by-list": {ANY: rule},
    "sg-no-wide-ingress": {ANY: rule},
    "sg-public-ports": {ANY: rule},
    "subnets-in-different-zones": {ANY: zone_of_its_own},
    "workloads-in-private-subnets": {ANY: in_private_subnets},
    "s3-tls-only": {ANY: only_tls},
    "web-acl-rules": {ANY: known_bad_inputs},
    "iam-no-service-wide-actions": {ANY: statement(listed_actions)},
    "iam-no-unconstrained-permissions-management": {ANY: statement(replaced)},
    "iam-no-unconstrained-write": {ANY: statement(replaced)},
    "iam-no-wildcard-resource": {ANY: statement(replaced)},
    "iam-pass-role-is-limited": {ANY: statement(replaced)},
    "iam-resources-fit-actions": {'"Effect"': statement(replaced), ANY: statement(only_used_actions)},
    "iam-trust-guards-confused-deputy": {ANY: statement(with_condition)},
    "kms-key-policy": _PRINCIPALS,
    "resource-policy-guards-confused-deputy": {
        "^Set source": setting("source_account", ACCOUNT),
        "^Add": statement(with_condition),
    },
    "resource-policy-not-public": {"^Name": own_principal},
    "s3-policy-grants": {**_PRINCIPALS, "^Replace": statement(listed_actions)},
    "secret-policy": _PRINCIPALS,
    "lambda-no-secret-in-environment": {ANY: secret_out_of_function},
    "load-balancer-access-logs": {"^Give": setting("access_logs", {"bucket": "logs", "enabled": True})},
    "log-groups-declared": {"^Add": log_group, "^Declare": secret_log_group},
    "other-log-groups-declared": {"^Add": log_group, "^Declare": secret_log_group},
    "log-retention": {"^Set minimumDays": configuring(lambda one: one.update(minimumDays=one["maximumDays"]))},
    "network-load-balancer-access-logs": {"^Give": setting("access_logs", {"bucket": "logs", "enabled": True})},
    "public-load-balancer-web-acl": {
        ANY: adding("aws:wafv2/webAclAssociation:WebAclAssociation", "resourceArn"),
    },
    "rds-cluster-several-zones": {ANY: two_zones},
    "rds-customer-key": {ANY: named_key},
    "rds-enhanced-monitoring": {ANY: monitored},
    "rds-in-backup-plan": {ANY: adding("aws:backup/selection:Selection", "resources", listed=True)},
    "rds-inherited-encryption": {ANY: source_encrypted},
    "rds-tls-required": {"^Add": with_parameter_group},
    "rds-master-user-name": {ANY: at_path("api_owner")},
    "resource-tagged": {ANY: tagged},
    "dynamodb-customer-key": {"^Set .* to the ARN of": named_key},
    "secret-customer-key": {ANY: replica_keys},
    "s3-access-logging": {ANY: adding("aws:s3/bucketLogging:BucketLogging", "bucket")},
    "s3-acl": {ANY: removing()},
    "s3-encryption": {
        "^Set sse_algorithm": setting(
            "server_side_encryption_configuration",
            {"rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}},
        ),
    },
    "rds-logs-exported": {"^Name": at_path(["error"])},
    "s3-encryption-declared": {
        ANY: adding("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "bucket")
    },
    "s3-lifecycle": {ANY: one_rule_for_all},
    "s3-lifecycle-declared": {
        ANY: adding("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "bucket")
    },
    "s3-ownership-declared": {ANY: adding("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "bucket")},
    "s3-public-access-declared": {ANY: adding("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "bucket")},
    "listener-encrypted": {"^Let the rule": redirected},
    "listener-tls-policy": {"^Name": configuring(lambda one: one.pop("accepted"))},
    "s3-replication": {
        "^Set status": replicating,
        ANY: adding("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "bucket"),
    },
    "s3-versioning-declared": {ANY: adding("aws:s3/bucketVersioning:BucketVersioning", "bucket")},
    "s3-customer-key": {"^Set .* to the ARN of": named_key},
    "secret-rotation": {ANY: adding("aws:secretsmanager/secretRotation:SecretRotation", "secretId")},
    "target-group-health-check": {"^Give": setting("health_check.path", "/health")},
    "vpc-flow-log": {"^Add": adding("aws:ec2/flowLog:FlowLog", "vpcId", trafficType="ALL")},
    "web-acl-logs": {
        ANY: adding("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "resourceArn"),
    },
}
"""By policy and by a pattern that its advice matches: how the advice is followed."""
