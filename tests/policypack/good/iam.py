"""Good IAM resources, and good resources whose policy this pack judges by IAM's rules alone."""

from __future__ import annotations

from typing import Any

ACCOUNT = "123456789012"
REGION = "eu-west-1"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/sessions"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:jobs"
LOG_GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:api"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:jobs"
OBJECT_LAMBDA = f"arn:aws:s3-object-lambda:{REGION}:{ACCOUNT}:accesspoint/redacted"
DESTINATION = f"arn:aws:logs:{REGION}:{ACCOUNT}:destination:audit"
DELIVERY_DESTINATION = f"arn:aws:logs:{REGION}:{ACCOUNT}:delivery-destination:audit"
ACCESS_POINT = f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/readers"
RESOURCE_OF_OWN = f"arn:aws:x:{REGION}:{ACCOUNT}:thing/ours"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/ml-api-task"


def document(*statements: Any) -> dict[str, Any]:
    """A policy document as an object: like this a test can hide any part of it."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any, **elements: Any) -> dict[str, Any]:
    """A statement of an identity policy."""
    return {"Sid": "Grant", "Effect": "Allow", "Action": action, "Resource": resource, **elements}


def grant(principal: Any, action: Any, resource: Any, **elements: Any) -> dict[str, Any]:
    """A statement of a resource policy."""
    return {
        "Sid": "Grant",
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Resource": resource,
        **elements,
    }


def trust(principal: Any, action: Any = "sts:AssumeRole", **elements: Any) -> dict[str, Any]:
    """A statement of a trust policy."""
    return {"Sid": "Trust", "Effect": "Allow", "Principal": principal, "Action": action, **elements}


FROM_HERE = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
USE_TABLE = document(allow(["dynamodb:GetItem", "dynamodb:PutItem"], TABLE))
TASK_TRUST = document(trust({"Service": "ecs-tasks.amazonaws.com"}, Condition=FROM_HERE))
FROM_TOPIC = {"ArnEquals": {"aws:SourceArn": TOPIC}}

GOOD: dict[str, dict[str, Any]] = {
    "aws:iam/role:Role": {"name": "ml-api-task", "assumeRolePolicy": TASK_TRUST},
    "aws:iam/rolePolicy:RolePolicy": {"role": "ml-api-task", "policy": USE_TABLE},
    "aws:iam/userPolicy:UserPolicy": {"user": "deployer", "policy": USE_TABLE},
    "aws:iam/groupPolicy:GroupPolicy": {"group": "developers", "policy": USE_TABLE},
    "aws:iam/policy:Policy": {"name": "ml-api-task", "policy": USE_TABLE},
    "aws:sqs/queue:Queue": {"name": "jobs"},
    "aws:sqs/queuePolicy:QueuePolicy": {
        "queueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/jobs",
        "policy": document(grant({"Service": "sns.amazonaws.com"}, "sqs:SendMessage", QUEUE, Condition=FROM_TOPIC)),
    },
    "aws:sns/topic:Topic": {"name": "jobs"},
    "aws:sns/topicPolicy:TopicPolicy": {
        "arn": TOPIC,
        "policy": document(grant({"AWS": ROLE_ARN}, "sns:Publish", TOPIC)),
    },
    "aws:dynamodb/resourcePolicy:ResourcePolicy": {
        "resourceArn": TABLE,
        "policy": document(grant({"AWS": ROLE_ARN}, "dynamodb:GetItem", TABLE)),
    },
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {
        "policyName": "delivery",
        "policyDocument": document(
            grant(
                {"Service": "delivery.logs.amazonaws.com"}, "logs:PutLogEvents", f"{LOG_GROUP}:*", Condition=FROM_HERE
            )
        ),
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        "vpcId": "vpc-0123456789abcdef0",
        "serviceName": f"com.amazonaws.{REGION}.dynamodb",
        "policy": document(grant("*", "dynamodb:GetItem", TABLE)),
    },
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": {
        "vpcEndpointId": "vpce-0123456789abcdef0",
        "policy": document(grant("*", "dynamodb:GetItem", TABLE)),
    },
    "aws:ecr/registryPolicy:RegistryPolicy": {
        "policy": document(
            grant({"AWS": ROLE_ARN}, "ecr:ReplicateImage", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/ml-api")
        ),
    },
    "aws:s3/accessPoint:AccessPoint": {"bucket": "data", "name": "readers"},
    "aws:s3control/accessPointPolicy:AccessPointPolicy": {
        "accessPointArn": ACCESS_POINT,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", f"{ACCESS_POINT}/object/*")),
    },
    "aws:s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy": {
        "name": "redacted",
        "policy": document(grant({"AWS": ROLE_ARN}, "s3-object-lambda:GetObject", OBJECT_LAMBDA)),
    },
    "aws:lambda/resourcePolicy:ResourcePolicy": {
        "resourceArn": FUNCTION,
        "policy": document(grant({"AWS": ROLE_ARN}, "lambda:InvokeFunction", FUNCTION)),
    },
    "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy": {
        "destinationName": "audit",
        "accessPolicy": document(grant({"AWS": ROLE_ARN}, "logs:PutSubscriptionFilter", DESTINATION)),
    },
    "aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy": {
        "deliveryDestinationName": "audit",
        "deliveryDestinationPolicy": document(grant({"AWS": ROLE_ARN}, "logs:CreateDelivery", DELIVERY_DESTINATION)),
    },
    "aws:kms/grant:Grant": {
        "keyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
        "granteePrincipal": ROLE_ARN,
        "operations": ["Decrypt"],
    },
    "aws:lambda/layerVersionPermission:LayerVersionPermission": {
        "layerName": "numbers",
        "versionNumber": 1.0,
        "action": "lambda:GetLayerVersion",
        "principal": ACCOUNT,
        "statementId": "own",
    },
    "aws:lambda/functionUrl:FunctionUrl": {"functionName": "worker", "authorizationType": "AWS_IAM"},
    "aws:lambda/permission:Permission": {
        "action": "lambda:InvokeFunction",
        "function": "jobs",
        "principal": "sns.amazonaws.com",
        "sourceArn": TOPIC,
    },
    "aws:acmpca/policy:Policy": {
        "resourceArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:amp/resourcePolicy:ResourcePolicy": {
        "policyDocument": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:backup/vaultPolicy:VaultPolicy": {"policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))},
    "aws:bedrock/agentcoreResourcePolicy:AgentcoreResourcePolicy": {
        "resourceArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:cloudsearch/domainServiceAccessPolicy:DomainServiceAccessPolicy": {
        "accessPolicy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": {"policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))},
    "aws:codeartifact/domainPermissions:DomainPermissions": {
        "policyDocument": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": {
        "policyDocument": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:codebuild/resourcePolicy:ResourcePolicy": {
        "resourceArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:dsql/clusterPolicy:ClusterPolicy": {"policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))},
    "aws:ecrpublic/repositoryPolicy:RepositoryPolicy": {
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:efs/fileSystemPolicy:FileSystemPolicy": {"policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))},
    "aws:opensearch/domainPolicy:DomainPolicy": {
        "accessPolicies": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:elasticsearch/domainPolicy:DomainPolicy": {
        "accessPolicies": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:glacier/vault:Vault": {"accessPolicy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))},
    "aws:glacier/vaultLock:VaultLock": {"policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))},
    "aws:glue/resourcePolicy:ResourcePolicy": {"policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))},
    "aws:kinesis/resourcePolicy:ResourcePolicy": {
        "resourceArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:mediastore/containerPolicy:ContainerPolicy": {
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:msk/clusterPolicy:ClusterPolicy": {
        "clusterArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:networkfirewall/resourcePolicy:ResourcePolicy": {
        "resourceArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:oam/sinkPolicy:SinkPolicy": {
        "sinkIdentifier": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:opensearchingest/resourcePolicy:ResourcePolicy": {
        "resourceArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:pinpoint/smsvoicev2ResourcePolicy:Smsvoicev2ResourcePolicy": {
        "resourceArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:redshift/resourcePolicy:ResourcePolicy": {
        "resourceArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:redshiftserverless/resourcePolicy:ResourcePolicy": {
        "resourceArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:s3/filesFileSystemPolicy:FilesFileSystemPolicy": {
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy": {
        "vectorBucketArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:s3control/accessGrantsInstanceResourcePolicy:AccessGrantsInstanceResourcePolicy": {
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:s3control/bucketPolicy:BucketPolicy": {
        "bucket": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy": {
        "details": {"name": "readers", "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))}
    },
    "aws:s3tables/tableBucketPolicy:TableBucketPolicy": {
        "tableBucketArn": RESOURCE_OF_OWN,
        "resourcePolicy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:s3tables/tablePolicy:TablePolicy": {
        "tableBucketArn": RESOURCE_OF_OWN,
        "resourcePolicy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy": {
        "resourcePolicy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:schemas/registryPolicy:RegistryPolicy": {"policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))},
    "aws:ses/identityPolicy:IdentityPolicy": {"policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))},
    "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy": {
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:vpclattice/resourcePolicy:ResourcePolicy": {
        "resourceArn": RESOURCE_OF_OWN,
        "policy": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*")),
    },
    "aws:xray/resourcePolicy:ResourcePolicy": {
        "policyDocument": document(grant({"AWS": ROLE_ARN}, "s3:GetObject", "*"))
    },
    "aws:cloudwatch/eventPermission:EventPermission": {"principal": ACCOUNT, "statementId": "own"},
}
