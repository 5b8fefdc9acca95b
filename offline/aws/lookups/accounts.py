"""Who and what is in an account: identities, keys, secrets, parameters, repositories and clusters."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping

from offline.aws import regions
from offline.aws.computed import MOMENT
from offline.aws.lookups.kit import Answer, Arguments, RefusedError
from offline.aws.place import Place
from offline.aws.values import Secret

TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}


def _registry(given: Arguments, place: Place) -> Answer:
    registry = str(given.get("registryId") or place.account)
    password = Place(place.token, registry, place.region).characters("lower", 64, "password")
    token = base64.b64encode(f"AWS:{password}".encode()).decode()
    return {
        "id": place.region,
        "userName": "AWS",
        "password": Secret(password),
        "authorizationToken": Secret(token),
        "expiresAt": "2025-01-01T12:00:00Z",
        "proxyEndpoint": f"https://{registry}.dkr.ecr.{place.region}.{regions.dns_suffix(place.region)}",
    }


def _image(given: Arguments, place: Place) -> Answer:
    registry, name = str(given.get("registryId") or place.account), str(given["repositoryName"])
    digest = str(given.get("imageDigest") or f"sha256:{place.characters('hex', 64, 'digest')}")
    host = f"{registry}.dkr.ecr.{place.region}.{regions.dns_suffix(place.region)}"
    return {
        "id": digest,
        "registryId": registry,
        "imageDigest": digest,
        "imageTags": [given["imageTag"]] if given.get("imageTag") else ["latest"],
        "imageUri": f"{host}/{name}@{digest}",
        "imagePushedAt": 1735689600.0,
        "imageSizeInBytes": 52428800.0,
    }


def _secret_version(given: Arguments, place: Place) -> Answer:
    """A secret as RDS keeps it, which has what most programs look for ("JSON structure of secrets")."""
    secret = str(given["secretId"])
    arn = secret if secret.startswith("arn:") else _secret_arn(secret, place)
    of = Place(place.token, arn, place.region)
    value = {
        "username": "dbadmin",
        "password": of.characters("lower", 32, "password"),
        "engine": "postgres",
        "host": f"database.{place.region}.rds.{regions.dns_suffix(place.region)}",
        "port": 5432,
        "dbname": "app",
    }
    version = str(given.get("versionId") or of.uuid("version"))
    stage = str(given.get("versionStage") or "AWSCURRENT")
    return {
        "id": f"{secret}|{stage}",
        "arn": arn,
        "secretArn": arn,
        "secretString": Secret(json.dumps(value)),
        "secretBinary": Secret(""),
        "versionId": version,
        "versionStages": [stage],
        "createdDate": MOMENT,
    }


def _secret(given: Arguments, place: Place) -> Answer:
    arn = str(given.get("arn") or "")
    name = str(given.get("name") or re.sub(r"-\w{6}$", "", arn.rpartition(":secret:")[2]))
    if not name:
        raise RefusedError("one of arn and name is required to find a secret")
    arn = arn or _secret_arn(name, place)
    return {
        "id": arn,
        "arn": arn,
        "name": name,
        "createdDate": MOMENT,
        "lastChangedDate": MOMENT,
        "description": "",
        "kmsKeyId": "",
        "policy": "",
        "type": "",
    }


def _secret_arn(name: str, place: Place) -> str:
    end = Place("aws:secretsmanager/secret:Secret", name, place.region).characters("lower", 6, "arn")
    where = f"{regions.partition(place.region)}:secretsmanager:{place.region}:{place.account}"
    return f"arn:{where}:secret:{name}-{end}"


def _random_password(given: Arguments, place: Place) -> Answer:
    length = int(given.get("passwordLength") or 32)
    password = "Aa1" + place.characters("lower", max(0, length - 3), "password")
    return {"id": place.region, "randomPassword": Secret(password[:length])}


def _parameter(given: Arguments, place: Place) -> Answer:
    name = str(given["name"])
    value = _parameter_value(name, place)
    partition = regions.partition(place.region)
    path = name if name.startswith("/") else f"/{name}"
    return {
        "id": name,
        "arn": f"arn:{partition}:ssm:{place.region}:{place.account}:parameter{path}",
        "type": "String",
        "value": Secret(value),
        "insecureValue": value,
        "version": 1.0,
    }


def _parameter_value(name: str, place: Place) -> str:
    """The value of a parameter: an image where AWS publishes one under the name, else the name's own end."""
    image = f"ami-{place.characters('hex', 17, 'image')}"
    if name.startswith("/aws/service/ecs/") and name.endswith("/recommended"):
        return json.dumps({"image_id": image, "image_name": name.split("/")[5], "os": "Amazon Linux 2"})
    if name.startswith("/aws/service/") and re.search(r"ami|image", name):
        return image
    return name.rstrip("/").rpartition("/")[2]


def _parameters(given: Arguments, place: Place) -> Answer:
    found = [_parameter({"name": f"{str(given['path']).rstrip('/')}/{name}"}, place) for name in ("a", "b")]
    return {
        "id": given["path"],
        "names": [item["id"] for item in found],
        "arns": [item["arn"] for item in found],
        "types": [item["type"] for item in found],
        "values": Secret([item["insecureValue"] for item in found]),
    }


def _role(given: Arguments, place: Place) -> Answer:
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    return {"assumeRolePolicy": trust, "maxSessionDuration": 3600.0, "createDate": MOMENT, "description": ""}


def _policy(given: Arguments, place: Place) -> Answer:
    arn = str(given.get("arn") or "")
    name = str(given.get("name") or arn.rpartition("/")[2])
    if not name:
        raise RefusedError("one of arn and name is required to find a policy")
    path = str(given.get("pathPrefix") or "/")
    arn = arn or f"arn:{regions.partition(place.region)}:iam::{place.account}:policy{path}{name}"
    statement = {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}
    return {
        "id": arn,
        "arn": arn,
        "name": name,
        "path": path,
        "policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        "policyId": f"ANPA{place.characters('letters', 17, 'policy')}",
        "attachmentCount": 1.0,
        "description": "",
    }


def _user(given: Arguments, place: Place) -> Answer:
    name = str(given["userName"])
    identifier = f"AIDA{place.characters('letters', 17, 'user')}"
    arn = f"arn:{regions.partition(place.region)}:iam::{place.account}:user/{name}"
    return {"id": identifier, "userId": identifier, "arn": arn, "path": "/", "permissionsBoundary": ""}


def _group(given: Arguments, place: Place) -> Answer:
    name = str(given["groupName"])
    identifier = f"AGPA{place.characters('letters', 17, 'group')}"
    arn = f"arn:{regions.partition(place.region)}:iam::{place.account}:group/{name}"
    return {"id": identifier, "groupId": identifier, "arn": arn, "path": "/", "users": []}


def _session_context(given: Arguments, place: Place) -> Answer:
    arn = str(given["arn"])
    assumed = re.fullmatch(r"arn:([\w-]+):sts::(\d*):assumed-role/([^/]+)/(.+)", arn)
    issuer = f"arn:{assumed[1]}:iam::{assumed[2]}:role/{assumed[3]}" if assumed else arn
    return {
        "id": arn,
        "issuerArn": issuer,
        "issuerName": assumed[3] if assumed else "",
        "issuerId": f"AROA{place.characters('letters', 17, 'issuer')}" if assumed else "",
        "sessionName": assumed[4] if assumed else "",
    }


def _account_alias(given: Arguments, place: Place) -> Answer:
    return {"id": "example", "accountAlias": "example"}


def _organization(given: Arguments, place: Place) -> Answer:
    fixed = Place(place.token, "organization", "")
    identifier, root = f"o-{fixed.characters('lower', 10, 'id')}", f"r-{fixed.characters('lower', 4, 'root')}"
    where = f"arn:{regions.partition(place.region)}:organizations::{place.account}"
    account = {
        "arn": f"{where}:account/{identifier}/{place.account}",
        "email": "root@example.com",
        "id": place.account,
        "joinedMethod": "INVITED",
        "joinedTimestamp": MOMENT,
        "name": "management",
        "state": "ACTIVE",
        "status": "ACTIVE",
    }
    types = [{"status": "ENABLED", "type": "SERVICE_CONTROL_POLICY"}]
    return {
        "id": identifier,
        "arn": f"{where}:organization/{identifier}",
        "featureSet": "ALL",
        "masterAccountId": place.account,
        "masterAccountArn": account["arn"],
        "masterAccountEmail": account["email"],
        "masterAccountName": account["name"],
        "accounts": [account],
        "nonMasterAccounts": [],
        "awsServiceAccessPrincipals": [],
        "enabledPolicyTypes": ["SERVICE_CONTROL_POLICY"],
        "roots": [{"arn": f"{where}:root/{identifier}/{root}", "id": root, "name": "Root", "policyTypes": types}],
    }


def _key_id(name: str, place: Place) -> str:
    """The id of a key from what it is called by: its id, its ARN, or an alias."""
    if ":key/" in name:
        return name.rpartition("/")[2]
    if "alias/" in name:
        return Place("aws:kms/key:Key", "alias/" + name.partition("alias/")[2], place.region).uuid("key")
    return name


def _key(given: Arguments, place: Place) -> Answer:
    identifier = _key_id(str(given["keyId"]), place)
    return {
        "id": identifier,
        "arn": f"arn:{regions.partition(place.region)}:kms:{place.region}:{place.account}:key/{identifier}",
        "awsAccountId": place.account,
        "creationDate": MOMENT,
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "keySpec": "SYMMETRIC_DEFAULT",
        "keyUsage": "ENCRYPT_DECRYPT",
        "keyState": "Enabled",
        "keyManager": "AWS" if "alias/aws/" in str(given["keyId"]) else "CUSTOMER",
        "enabled": True,
        "origin": "AWS_KMS",
        "expirationModel": "",
        "validTo": "",
        "deletionDate": "",
        "cloudHsmClusterId": "",
        "customKeyStoreId": "",
    }


def _alias(given: Arguments, place: Place) -> Answer:
    name = str(given["name"])
    where = f"arn:{regions.partition(place.region)}:kms:{place.region}:{place.account}"
    target = _key_id(name, place)
    return {
        "id": f"{where}:{name}",
        "arn": f"{where}:{name}",
        "targetKeyId": target,
        "targetKeyArn": f"{where}:key/{target}",
    }


def _cluster_token(given: Arguments, place: Place) -> Answer:
    token = base64.urlsafe_b64encode(f"https://sts.{place.region}.amazonaws.com/".encode()).decode().rstrip("=")
    return {"id": given["name"], "token": Secret(f"k8s-aws-v1.{token}")}


ANSWERS: Mapping[str, Callable[[Arguments, Place], Answer]] = {
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": _registry,
    "aws:ecr/getCredentials:getCredentials": _registry,
    "aws:ecr/getImage:getImage": _image,
    "aws:secretsmanager/getSecret:getSecret": _secret,
    "aws:secretsmanager/getSecretVersion:getSecretVersion": _secret_version,
    "aws:secretsmanager/getRandomPassword:getRandomPassword": _random_password,
    "aws:ssm/getParameter:getParameter": _parameter,
    "aws:ssm/getParametersByPath:getParametersByPath": _parameters,
    "aws:iam/getPolicy:getPolicy": _policy,
    "aws:iam/getUser:getUser": _user,
    "aws:iam/getGroup:getGroup": _group,
    "aws:iam/getSessionContext:getSessionContext": _session_context,
    "aws:iam/getAccountAlias:getAccountAlias": _account_alias,
    "aws:organizations/getOrganization:getOrganization": _organization,
    "aws:kms/getKey:getKey": _key,
    "aws:kms/getAlias:getAlias": _alias,
    "aws:eks/getClusterAuth:getClusterAuth": _cluster_token,
}
"""The answers by function token."""

ADDED: Mapping[str, Callable[[Arguments, Place], Answer]] = {"aws:iam/getRole:getRole": _role}
"""What is told beyond what the type of resource says, by function token."""
