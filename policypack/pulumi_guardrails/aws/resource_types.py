"""The AWS resource types the pack judges: every spelling of each, and what AWS takes where a property is absent.

Several types are twins, both alive (`aws:lb/*` and `aws:alb/*`); a policy names the kind and so covers every spelling.
A default stands here only where AWS or the plugin really takes it; its source is the page of the type in the Pulumi
AWS registry, or the AWS API reference of the call that makes the resource.
"""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.kind import Kind

KINDS: dict[str, Kind] = {}
"""Every kind, by type token."""


def _kind(name: str, *tokens: str, **defaults: Any) -> Kind:
    kind = Kind(name, tuple(f"aws:{token}" for token in tokens), defaults)
    for token in kind.tokens:
        if token in KINDS:
            raise ValueError(f"{token} means two kinds: {KINDS[token].name} and {name}.")
        KINDS[token] = kind
    return kind


def kind_of(token: str) -> Kind | None:
    """The kind a type token means; `None` for a type the pack does not judge."""
    return KINDS.get(token)


# --- network
VPC = _kind("VPC", "ec2/vpc:Vpc")
DEFAULT_VPC = _kind("default VPC", "ec2/defaultVpc:DefaultVpc")
VPC_IPV4_RANGE = _kind("more IPv4 addresses of a VPC", "ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation")
VPC_IPV6_RANGE = _kind("more IPv6 addresses of a VPC", "ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation")
SUBNET = _kind("subnet", "ec2/subnet:Subnet", mapPublicIpOnLaunch=False, assignIpv6AddressOnCreation=False)
DEFAULT_SUBNET = _kind("default subnet", "ec2/defaultSubnet:DefaultSubnet", mapPublicIpOnLaunch=True)
INTERNET_GATEWAY = _kind("internet gateway", "ec2/internetGateway:InternetGateway")
INTERNET_GATEWAY_ATTACHMENT = _kind(
    "internet gateway attachment", "ec2/internetGatewayAttachment:InternetGatewayAttachment"
)
VPN_GATEWAY = _kind("VPN gateway", "ec2/vpnGateway:VpnGateway")
VPN_GATEWAY_ATTACHMENT = _kind("VPN gateway attachment", "ec2/vpnGatewayAttachment:VpnGatewayAttachment")
EGRESS_ONLY_GATEWAY = _kind("egress-only internet gateway", "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway")
NAT_GATEWAY = _kind("NAT gateway", "ec2/natGateway:NatGateway", connectivityType="public")
ROUTE_TABLE = _kind("route table", "ec2/routeTable:RouteTable")
DEFAULT_ROUTE_TABLE = _kind("default route table", "ec2/defaultRouteTable:DefaultRouteTable")
ROUTE = _kind("route", "ec2/route:Route")
ROUTE_TABLE_ASSOCIATION = _kind("route table association", "ec2/routeTableAssociation:RouteTableAssociation")
MAIN_ROUTE_TABLE_ASSOCIATION = _kind(
    "main route table association", "ec2/mainRouteTableAssociation:MainRouteTableAssociation"
)
NETWORK_ACL = _kind("network ACL", "ec2/networkAcl:NetworkAcl")
DEFAULT_NETWORK_ACL = _kind("default network ACL", "ec2/defaultNetworkAcl:DefaultNetworkAcl")
NETWORK_ACL_RULE = _kind("network ACL rule", "ec2/networkAclRule:NetworkAclRule", egress=False)
NETWORK_ACL_ASSOCIATION = _kind("network ACL association", "ec2/networkAclAssociation:NetworkAclAssociation")
VPC_PEERING = _kind("VPC peering connection", "ec2/vpcPeeringConnection:VpcPeeringConnection")
FLOW_LOG = _kind("flow log", "ec2/flowLog:FlowLog")
VPC_ENDPOINT = _kind("VPC endpoint", "ec2/vpcEndpoint:VpcEndpoint", vpcEndpointType="Gateway")
MANAGED_PREFIX_LIST = _kind("managed prefix list", "ec2/managedPrefixList:ManagedPrefixList")
MANAGED_PREFIX_LIST_ENTRY = _kind("prefix list entry", "ec2/managedPrefixListEntry:ManagedPrefixListEntry")

# --- security groups and what they are attached to
SECURITY_GROUP = _kind("security group", "ec2/securityGroup:SecurityGroup", description="Managed by Pulumi")
DEFAULT_SECURITY_GROUP = _kind("default security group", "ec2/defaultSecurityGroup:DefaultSecurityGroup")
SECURITY_GROUP_RULE = _kind("security group rule", "ec2/securityGroupRule:SecurityGroupRule")
INGRESS_RULE = _kind("security group ingress rule", "vpc/securityGroupIngressRule:SecurityGroupIngressRule")
EGRESS_RULE = _kind("security group egress rule", "vpc/securityGroupEgressRule:SecurityGroupEgressRule")
INSTANCE = _kind("instance", "ec2/instance:Instance")
LAUNCH_TEMPLATE = _kind("launch template", "ec2/launchTemplate:LaunchTemplate")
NETWORK_INTERFACE = _kind("network interface", "ec2/networkInterface:NetworkInterface")
NETWORK_INTERFACE_ATTACHMENT = _kind(
    "network interface attachment", "ec2/networkInterfaceAttachment:NetworkInterfaceAttachment"
)
NETWORK_INTERFACE_SG_ATTACHMENT = _kind(
    "network interface security group attachment",
    "ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
)
EIP = _kind("elastic address", "ec2/eip:Eip")
LAMBDA_FUNCTION = _kind("Lambda function", "lambda/function:Function")
LAMBDA_FUNCTION_URL = _kind("Lambda function URL", "lambda/functionUrl:FunctionUrl")
LAMBDA_PERMISSION = _kind("Lambda permission", "lambda/permission:Permission")
EFS_MOUNT_TARGET = _kind("EFS mount target", "efs/mountTarget:MountTarget")
ELASTICACHE_CLUSTER = _kind("ElastiCache cluster", "elasticache/cluster:Cluster")
ELASTICACHE_REPLICATION_GROUP = _kind("ElastiCache replication group", "elasticache/replicationGroup:ReplicationGroup")
ELASTICACHE_SERVERLESS = _kind("ElastiCache serverless cache", "elasticache/serverlessCache:ServerlessCache")
MEMORYDB_CLUSTER = _kind("MemoryDB cluster", "memorydb/cluster:Cluster")
OPENSEARCH_DOMAIN = _kind("OpenSearch domain", "opensearch/domain:Domain", "elasticsearch/domain:Domain")
REDSHIFT_CLUSTER = _kind("Redshift cluster", "redshift/cluster:Cluster")
REDSHIFT_WORKGROUP = _kind("Redshift serverless workgroup", "redshiftserverless/workgroup:Workgroup")
DOCUMENTDB_CLUSTER = _kind("DocumentDB cluster", "docdb/cluster:Cluster")
NEPTUNE_CLUSTER = _kind("Neptune cluster", "neptune/cluster:Cluster")
ELASTICACHE_SUBNET_GROUP = _kind("ElastiCache subnet group", "elasticache/subnetGroup:SubnetGroup")
MEMORYDB_SUBNET_GROUP = _kind("MemoryDB subnet group", "memorydb/subnetGroup:SubnetGroup")
REDSHIFT_SUBNET_GROUP = _kind("Redshift subnet group", "redshift/subnetGroup:SubnetGroup")
DOCUMENTDB_SUBNET_GROUP = _kind("DocumentDB subnet group", "docdb/subnetGroup:SubnetGroup")
NEPTUNE_SUBNET_GROUP = _kind("Neptune subnet group", "neptune/subnetGroup:SubnetGroup")
MSK_CLUSTER = _kind("MSK cluster", "msk/cluster:Cluster")
MSK_SERVERLESS = _kind("MSK serverless cluster", "msk/serverlessCluster:ServerlessCluster")
MQ_BROKER = _kind("MQ broker", "mq/broker:Broker")

# --- load balancer
LOAD_BALANCER = _kind(
    "load balancer",
    "lb/loadBalancer:LoadBalancer",
    "alb/loadBalancer:LoadBalancer",
    "elasticloadbalancingv2/loadBalancer:LoadBalancer",
    "applicationloadbalancing/loadBalancer:LoadBalancer",
    internal=False,
    loadBalancerType="application",
    dropInvalidHeaderFields=False,
    desyncMitigationMode="defensive",
    enableDeletionProtection=False,
)
CLASSIC_LOAD_BALANCER = _kind("classic load balancer", "elb/loadBalancer:LoadBalancer")
LISTENER = _kind(
    "listener",
    "lb/listener:Listener",
    "alb/listener:Listener",
    "elasticloadbalancingv2/listener:Listener",
    "applicationloadbalancing/listener:Listener",
)
LISTENER_RULE = _kind(
    "listener rule",
    "lb/listenerRule:ListenerRule",
    "alb/listenerRule:ListenerRule",
    "elasticloadbalancingv2/listenerRule:ListenerRule",
    "applicationloadbalancing/listenerRule:ListenerRule",
)
TARGET_GROUP = _kind(
    "target group",
    "lb/targetGroup:TargetGroup",
    "alb/targetGroup:TargetGroup",
    "elasticloadbalancingv2/targetGroup:TargetGroup",
    "applicationloadbalancing/targetGroup:TargetGroup",
)

# --- ECS
ECS_CLUSTER = _kind("ECS cluster", "ecs/cluster:Cluster")
ECS_SERVICE = _kind("ECS service", "ecs/service:Service", enableExecuteCommand=False, platformVersion="LATEST")
ECS_TASK_DEFINITION = _kind("ECS task definition", "ecs/taskDefinition:TaskDefinition", networkMode="bridge")
ECS_DAEMON_TASK_DEFINITION = _kind("ECS daemon task definition", "ecs/daemonTaskDefinition:DaemonTaskDefinition")
ECS_DAEMON = _kind("ECS daemon", "ecs/daemon:Daemon", enableExecuteCommand=False)
ECS_EXPRESS_SERVICE = _kind("ECS Express service", "ecs/expressGatewayService:ExpressGatewayService")
ECS_TASK_SET = _kind("ECS task set", "ecs/taskSet:TaskSet", platformVersion="LATEST")
EVENT_TARGET = _kind("event target", "cloudwatch/eventTarget:EventTarget")
SCHEDULE = _kind("schedule", "scheduler/schedule:Schedule")
SCALING_TARGET = _kind("auto-scaling target", "appautoscaling/target:Target")
SCALING_POLICY = _kind("auto-scaling policy", "appautoscaling/policy:Policy")

# --- RDS
RDS_CLUSTER = _kind(
    "RDS cluster",
    "rds/cluster:Cluster",
    storageEncrypted=False,
    backupRetentionPeriod=1,
    engineMode="provisioned",
    iamDatabaseAuthenticationEnabled=False,
    deletionProtection=False,
    copyTagsToSnapshot=False,
    autoMinorVersionUpgrade=True,
    monitoringInterval=0,
    performanceInsightsEnabled=False,
    caCertificateIdentifier="rds-ca-rsa2048-g1",
)
RDS_CLUSTER_INSTANCE = _kind(
    "RDS cluster instance",
    "rds/clusterInstance:ClusterInstance",
    publiclyAccessible=False,
    autoMinorVersionUpgrade=True,
    monitoringInterval=0,
    performanceInsightsEnabled=False,
    caCertIdentifier="rds-ca-rsa2048-g1",
)
RDS_INSTANCE = _kind(
    "RDS instance",
    "rds/instance:Instance",
    storageEncrypted=False,
    publiclyAccessible=False,
    backupRetentionPeriod=0,
    multiAz=False,
    iamDatabaseAuthenticationEnabled=False,
    deletionProtection=False,
    copyTagsToSnapshot=False,
    autoMinorVersionUpgrade=True,
    monitoringInterval=0,
    performanceInsightsEnabled=False,
    caCertIdentifier="rds-ca-rsa2048-g1",
)
RDS_CLUSTER_PARAMETER_GROUP = _kind("RDS cluster parameter group", "rds/clusterParameterGroup:ClusterParameterGroup")
RDS_PARAMETER_GROUP = _kind("RDS parameter group", "rds/parameterGroup:ParameterGroup")
RDS_SUBNET_GROUP = _kind("RDS subnet group", "rds/subnetGroup:SubnetGroup")
RDS_PROXY = _kind("RDS proxy", "rds/proxy:Proxy")
RDS_PROXY_ENDPOINT = _kind("RDS proxy endpoint", "rds/proxyEndpoint:ProxyEndpoint")
RDS_SHARD_GROUP = _kind("RDS shard group", "rds/shardGroup:ShardGroup")
RDS_SNAPSHOT = _kind("RDS snapshot", "rds/snapshot:Snapshot")
RDS_SNAPSHOT_COPY = _kind("copy of an RDS snapshot", "rds/snapshotCopy:SnapshotCopy")
RDS_CLUSTER_SNAPSHOT = _kind("RDS cluster snapshot", "rds/clusterSnapshot:ClusterSnapshot")
RDS_CLUSTER_SNAPSHOT_COPY = _kind("copy of an RDS cluster snapshot", "rds/clusterSnapshotCopy:ClusterSnapshotCopy")

# --- DynamoDB
DYNAMODB_TABLE = _kind(
    "DynamoDB table", "dynamodb/table:Table", billingMode="PROVISIONED", deletionProtectionEnabled=False
)
DYNAMODB_TABLE_REPLICA = _kind(
    "DynamoDB table replica",
    "dynamodb/tableReplica:TableReplica",
    pointInTimeRecovery=False,
    deletionProtectionEnabled=False,
)
DYNAMODB_RESOURCE_POLICY = _kind("DynamoDB resource policy", "dynamodb/resourcePolicy:ResourcePolicy")

# --- CloudFront and WAF
DISTRIBUTION = _kind(
    "CloudFront distribution",
    "cloudfront/distribution:Distribution",
    "cloudfront/multitenantDistribution:MultitenantDistribution",
)
VPC_ORIGIN = _kind("CloudFront VPC origin", "cloudfront/vpcOrigin:VpcOrigin")
RESPONSE_HEADERS_POLICY = _kind(
    "CloudFront response headers policy", "cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
)
ORIGIN_ACCESS_CONTROL = _kind("CloudFront origin access control", "cloudfront/originAccessControl:OriginAccessControl")
WEB_ACL = _kind("web ACL", "wafv2/webAcl:WebAcl")
WEB_ACL_RULE = _kind("web ACL rule", "wafv2/webAclRule:WebAclRule")
WEB_ACL_RULE_GROUP_ASSOCIATION = _kind(
    "web ACL rule group association", "wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation"
)
WEB_ACL_ASSOCIATION = _kind("web ACL association", "wafv2/webAclAssociation:WebAclAssociation")
WEB_ACL_LOGGING = _kind("web ACL logging configuration", "wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")

# --- DNS
RECORD = _kind("DNS record", "route53/record:Record")

# --- logs
LOG_GROUP = _kind("log group", "cloudwatch/logGroup:LogGroup", retentionInDays=0)
METRIC_ALARM = _kind("metric alarm", "cloudwatch/metricAlarm:MetricAlarm", actionsEnabled=True)
COMPOSITE_ALARM = _kind("composite alarm", "cloudwatch/compositeAlarm:CompositeAlarm", actionsEnabled=True)
LOG_DELIVERY = _kind("log delivery", "cloudwatch/logDelivery:LogDelivery")
LOG_DELIVERY_SOURCE = _kind("log delivery source", "cloudwatch/logDeliverySource:LogDeliverySource")
LOG_DELIVERY_DESTINATION = _kind("log delivery destination", "cloudwatch/logDeliveryDestination:LogDeliveryDestination")
LOG_RESOURCE_POLICY = _kind("log resource policy", "cloudwatch/logResourcePolicy:LogResourcePolicy")

# --- more that writes logs
API_STAGE = _kind("API Gateway stage", "apigateway/stage:Stage")
API_METHOD_SETTINGS = _kind("API Gateway method settings", "apigateway/methodSettings:MethodSettings")
API_V2_STAGE = _kind("API Gateway v2 stage", "apigatewayv2/stage:Stage")
QUERY_LOG = _kind("Route 53 query log", "route53/queryLog:QueryLog")
RESOLVER_QUERY_LOG = _kind(
    "Route 53 Resolver query log configuration", "route53/resolverQueryLogConfig:ResolverQueryLogConfig"
)
MSK_CONNECTOR = _kind("MSK connector", "mskconnect/connector:Connector")
REDSHIFT_LOGGING = _kind("Redshift logging", "redshift/logging:Logging")
REDSHIFT_NAMESPACE = _kind("Redshift Serverless namespace", "redshiftserverless/namespace:Namespace")
STATE_MACHINE = _kind("Step Functions state machine", "sfn/stateMachine:StateMachine")
PIPE = _kind("EventBridge pipe", "pipes/pipe:Pipe")
TRAIL = _kind("CloudTrail trail", "cloudtrail/trail:Trail")

# --- IAM
ROLE = _kind("IAM role", "iam/role:Role")
ROLE_POLICY = _kind("IAM role policy", "iam/rolePolicy:RolePolicy")
USER = _kind("IAM user", "iam/user:User")
USER_POLICY = _kind("IAM user policy", "iam/userPolicy:UserPolicy")
GROUP = _kind("IAM group", "iam/group:Group")
GROUP_POLICY = _kind("IAM group policy", "iam/groupPolicy:GroupPolicy")
IAM_POLICY = _kind("IAM policy", "iam/policy:Policy")
ROLE_POLICY_ATTACHMENT = _kind("IAM role policy attachment", "iam/rolePolicyAttachment:RolePolicyAttachment")
USER_POLICY_ATTACHMENT = _kind("IAM user policy attachment", "iam/userPolicyAttachment:UserPolicyAttachment")
GROUP_POLICY_ATTACHMENT = _kind("IAM group policy attachment", "iam/groupPolicyAttachment:GroupPolicyAttachment")
POLICY_ATTACHMENT = _kind("IAM policy attachment", "iam/policyAttachment:PolicyAttachment")
ROLE_ATTACHMENTS_EXCLUSIVE = _kind(
    "exclusive IAM role policy attachments", "iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
)
USER_ATTACHMENTS_EXCLUSIVE = _kind(
    "exclusive IAM user policy attachments", "iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive"
)
GROUP_ATTACHMENTS_EXCLUSIVE = _kind(
    "exclusive IAM group policy attachments", "iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive"
)
GROUP_MEMBERSHIP = _kind("IAM group membership", "iam/groupMembership:GroupMembership")
USER_GROUP_MEMBERSHIP = _kind("IAM user group membership", "iam/userGroupMembership:UserGroupMembership")
ACCESS_KEY = _kind("IAM access key", "iam/accessKey:AccessKey")

# --- keys and secrets
KMS_KEY = _kind(
    "KMS key",
    "kms/key:Key",
    enableKeyRotation=False,
    isEnabled=True,
    deletionWindowInDays=30,
    bypassPolicyLockoutSafetyCheck=False,
    rotationPeriodInDays=365,
    customerMasterKeySpec="SYMMETRIC_DEFAULT",
    keyUsage="ENCRYPT_DECRYPT",
)
KMS_EXTERNAL_KEY = _kind(
    "KMS key with imported material",
    "kms/externalKey:ExternalKey",
    enabled=True,
    deletionWindowInDays=30,
    bypassPolicyLockoutSafetyCheck=False,
)
KMS_REPLICA_KEY = _kind(
    "KMS replica key",
    "kms/replicaKey:ReplicaKey",
    "kms/replicaExternalKey:ReplicaExternalKey",
    enabled=True,
    deletionWindowInDays=30,
    bypassPolicyLockoutSafetyCheck=False,
)
KMS_KEY_POLICY = _kind("KMS key policy", "kms/keyPolicy:KeyPolicy", bypassPolicyLockoutSafetyCheck=False)
KMS_ALIAS = _kind("KMS alias", "kms/alias:Alias")
SECRET = _kind("secret", "secretsmanager/secret:Secret")
SECRET_VERSION = _kind("secret version", "secretsmanager/secretVersion:SecretVersion")
SECRET_ROTATION = _kind("secret rotation", "secretsmanager/secretRotation:SecretRotation")
SECRET_POLICY = _kind("secret policy", "secretsmanager/secretPolicy:SecretPolicy")

# --- S3
BUCKET = _kind("S3 bucket", "s3/bucket:Bucket", "s3/bucketV2:BucketV2")
BUCKET_POLICY = _kind("S3 bucket policy", "s3/bucketPolicy:BucketPolicy")
BUCKET_PUBLIC_ACCESS_BLOCK = _kind(
    "S3 public access block",
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    blockPublicAcls=False,
    blockPublicPolicy=False,
    ignorePublicAcls=False,
    restrictPublicBuckets=False,
)
ACCOUNT_PUBLIC_ACCESS_BLOCK = _kind(
    "S3 public access block of an account",
    "s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    blockPublicAcls=False,
    blockPublicPolicy=False,
    ignorePublicAcls=False,
    restrictPublicBuckets=False,
)
BUCKET_ENCRYPTION = _kind(
    "S3 bucket encryption",
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
BUCKET_VERSIONING = _kind(
    "S3 bucket versioning", "s3/bucketVersioning:BucketVersioning", "s3/bucketVersioningV2:BucketVersioningV2"
)
BUCKET_LIFECYCLE = _kind(
    "S3 bucket lifecycle",
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
BUCKET_OWNERSHIP = _kind("S3 bucket ownership", "s3/bucketOwnershipControls:BucketOwnershipControls")
BUCKET_ACL = _kind("S3 bucket ACL", "s3/bucketAcl:BucketAcl", "s3/bucketAclV2:BucketAclV2")
BUCKET_LOGGING = _kind("S3 bucket logging", "s3/bucketLogging:BucketLogging", "s3/bucketLoggingV2:BucketLoggingV2")
BUCKET_REPLICATION = _kind("S3 bucket replication", "s3/bucketReplicationConfig:BucketReplicationConfig")
BUCKET_OBJECT_LOCK = _kind(
    "S3 bucket object lock",
    "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
)
BUCKET_OBJECT = _kind(
    "S3 object", "s3/bucketObject:BucketObject", "s3/bucketObjectv2:BucketObjectv2", "s3/objectCopy:ObjectCopy"
)

# --- registry, certificates, backup, messaging
ECR_REPOSITORY = _kind("ECR repository", "ecr/repository:Repository", imageTagMutability="MUTABLE")
ECR_REPOSITORY_POLICY = _kind("ECR repository policy", "ecr/repositoryPolicy:RepositoryPolicy")
ECR_REPOSITORY_TEMPLATE = _kind(
    "ECR repository creation template",
    "ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
    imageTagMutability="MUTABLE",
)
ECR_REGISTRY_SCANNING = _kind(
    "ECR registry scanning configuration", "ecr/registryScanningConfiguration:RegistryScanningConfiguration"
)
ECR_PUBLIC_REPOSITORY = _kind("public ECR repository", "ecrpublic/repository:Repository")
CERTIFICATE = _kind("certificate", "acm/certificate:Certificate", keyAlgorithm="RSA_2048")
BACKUP_SELECTION = _kind("backup selection", "backup/selection:Selection")
SQS_QUEUE = _kind("SQS queue", "sqs/queue:Queue")
SQS_QUEUE_POLICY = _kind("SQS queue policy", "sqs/queuePolicy:QueuePolicy")
SNS_TOPIC = _kind("SNS topic", "sns/topic:Topic")
SNS_TOPIC_POLICY = _kind("SNS topic policy", "sns/topicPolicy:TopicPolicy")

# --- more places that let others in
VPC_ENDPOINT_POLICY = _kind("VPC endpoint policy", "ec2/vpcEndpointPolicy:VpcEndpointPolicy")
LAMBDA_RESOURCE_POLICY = _kind("Lambda resource policy", "lambda/resourcePolicy:ResourcePolicy")
LAMBDA_LAYER_PERMISSION = _kind("Lambda layer permission", "lambda/layerVersionPermission:LayerVersionPermission")
ECR_REGISTRY_POLICY = _kind("ECR registry policy", "ecr/registryPolicy:RegistryPolicy")
S3_ACCESS_POINT = _kind("S3 access point", "s3/accessPoint:AccessPoint")
S3_ACCESS_POINT_POLICY = _kind("S3 access point policy", "s3control/accessPointPolicy:AccessPointPolicy")
S3_OBJECT_LAMBDA_POLICY = _kind(
    "S3 Object Lambda access point policy", "s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy"
)
LOG_DESTINATION_POLICY = _kind("log destination policy", "cloudwatch/logDestinationPolicy:LogDestinationPolicy")
LOG_DELIVERY_DESTINATION_POLICY = _kind(
    "log delivery destination policy", "cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy"
)
KMS_GRANT = _kind("KMS grant", "kms/grant:Grant")

# --- resource-based policies of other services
ACMPCA_POLICY = _kind("private CA policy", "acmpca/policy:Policy")
AMP_RESOURCE_POLICY = _kind("Prometheus workspace policy", "amp/resourcePolicy:ResourcePolicy")
BACKUP_VAULT_POLICY = _kind("backup vault policy", "backup/vaultPolicy:VaultPolicy")
AGENTCORE_RESOURCE_POLICY = _kind(
    "Bedrock AgentCore resource policy", "bedrock/agentcoreResourcePolicy:AgentcoreResourcePolicy"
)
CLOUDSEARCH_POLICY = _kind(
    "CloudSearch access policy", "cloudsearch/domainServiceAccessPolicy:DomainServiceAccessPolicy"
)
EVENT_BUS_POLICY = _kind("event bus policy", "cloudwatch/eventBusPolicy:EventBusPolicy")
CODEARTIFACT_DOMAIN_POLICY = _kind("CodeArtifact domain policy", "codeartifact/domainPermissions:DomainPermissions")
CODEARTIFACT_REPOSITORY_POLICY = _kind(
    "CodeArtifact repository policy", "codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy"
)
CODEBUILD_RESOURCE_POLICY = _kind("CodeBuild resource policy", "codebuild/resourcePolicy:ResourcePolicy")
DSQL_CLUSTER_POLICY = _kind("Aurora DSQL cluster policy", "dsql/clusterPolicy:ClusterPolicy")
ECR_PUBLIC_POLICY = _kind("public ECR repository policy", "ecrpublic/repositoryPolicy:RepositoryPolicy")
EFS_POLICY = _kind("EFS file system policy", "efs/fileSystemPolicy:FileSystemPolicy")
OPENSEARCH_POLICY = _kind(
    "OpenSearch domain policy", "opensearch/domainPolicy:DomainPolicy", "elasticsearch/domainPolicy:DomainPolicy"
)
GLACIER_VAULT = _kind("Glacier vault", "glacier/vault:Vault")
GLACIER_VAULT_LOCK = _kind("Glacier vault lock", "glacier/vaultLock:VaultLock")
GLUE_RESOURCE_POLICY = _kind("Glue resource policy", "glue/resourcePolicy:ResourcePolicy")
KINESIS_RESOURCE_POLICY = _kind("Kinesis resource policy", "kinesis/resourcePolicy:ResourcePolicy")
MEDIASTORE_POLICY = _kind("MediaStore container policy", "mediastore/containerPolicy:ContainerPolicy")
MSK_CLUSTER_POLICY = _kind("MSK cluster policy", "msk/clusterPolicy:ClusterPolicy")
NETWORK_FIREWALL_POLICY = _kind("Network Firewall resource policy", "networkfirewall/resourcePolicy:ResourcePolicy")
OAM_SINK_POLICY = _kind("observability sink policy", "oam/sinkPolicy:SinkPolicy")
OPENSEARCH_INGESTION_POLICY = _kind(
    "OpenSearch Ingestion resource policy", "opensearchingest/resourcePolicy:ResourcePolicy"
)
SMS_VOICE_POLICY = _kind("SMS and voice resource policy", "pinpoint/smsvoicev2ResourcePolicy:Smsvoicev2ResourcePolicy")
REDSHIFT_RESOURCE_POLICY = _kind("Redshift resource policy", "redshift/resourcePolicy:ResourcePolicy")
REDSHIFT_SERVERLESS_POLICY = _kind(
    "Redshift Serverless resource policy", "redshiftserverless/resourcePolicy:ResourcePolicy"
)
S3_FILES_POLICY = _kind("S3 Files file system policy", "s3/filesFileSystemPolicy:FilesFileSystemPolicy")
S3_VECTORS_POLICY = _kind("S3 vector bucket policy", "s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy")
S3_ACCESS_GRANTS_POLICY = _kind(
    "S3 Access Grants policy", "s3control/accessGrantsInstanceResourcePolicy:AccessGrantsInstanceResourcePolicy"
)
S3_OUTPOSTS_POLICY = _kind("policy of an S3 bucket on Outposts", "s3control/bucketPolicy:BucketPolicy")
S3_MULTI_REGION_POLICY = _kind(
    "S3 Multi-Region Access Point policy", "s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy"
)
S3_TABLE_BUCKET_POLICY = _kind("S3 table bucket policy", "s3tables/tableBucketPolicy:TableBucketPolicy")
S3_TABLE_POLICY = _kind("S3 table policy", "s3tables/tablePolicy:TablePolicy")
MODEL_PACKAGE_GROUP_POLICY = _kind(
    "SageMaker model package group policy", "sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy"
)
SCHEMA_REGISTRY_POLICY = _kind("schema registry policy", "schemas/registryPolicy:RegistryPolicy")
SES_IDENTITY_POLICY = _kind(
    "SES identity policy", "ses/identityPolicy:IdentityPolicy", "sesv2/emailIdentityPolicy:EmailIdentityPolicy"
)
LATTICE_RESOURCE_POLICY = _kind("VPC Lattice resource policy", "vpclattice/resourcePolicy:ResourcePolicy")
XRAY_RESOURCE_POLICY = _kind("X-Ray resource policy", "xray/resourcePolicy:ResourcePolicy")
EVENT_PERMISSION = _kind("event bus permission", "cloudwatch/eventPermission:EventPermission")

# --- more that security groups are attached to
EKS_CLUSTER = _kind("EKS cluster", "eks/cluster:Cluster")
CODEBUILD_PROJECT = _kind("CodeBuild project", "codebuild/project:Project")
MWAA_ENVIRONMENT = _kind("MWAA environment", "mwaa/environment:Environment")
DAX_CLUSTER = _kind("DAX cluster", "dax/cluster:Cluster")
DMS_INSTANCE = _kind("DMS replication instance", "dms/replicationInstance:ReplicationInstance")
BATCH_COMPUTE_ENVIRONMENT = _kind("Batch compute environment", "batch/computeEnvironment:ComputeEnvironment")
APP_RUNNER_CONNECTOR = _kind("App Runner VPC connector", "apprunner/vpcConnector:VpcConnector")
NOTEBOOK_INSTANCE = _kind("SageMaker notebook instance", "sagemaker/notebookInstance:NotebookInstance")
SAGEMAKER_DOMAIN = _kind("SageMaker domain", "sagemaker/domain:Domain")
SAGEMAKER_MODEL = _kind("SageMaker model", "sagemaker/model:Model")
FSX_LUSTRE = _kind("FSx for Lustre file system", "fsx/lustreFileSystem:LustreFileSystem")
FSX_ONTAP = _kind("FSx for ONTAP file system", "fsx/ontapFileSystem:OntapFileSystem")
FSX_OPENZFS = _kind("FSx for OpenZFS file system", "fsx/openZfsFileSystem:OpenZfsFileSystem")
FSX_WINDOWS = _kind("FSx for Windows file system", "fsx/windowsFileSystem:WindowsFileSystem")
TRANSFER_SERVER = _kind("Transfer Family server", "transfer/server:Server")
GLUE_CONNECTION = _kind("Glue connection", "glue/connection:Connection")
LAUNCH_CONFIGURATION = _kind("launch configuration", "ec2/launchConfiguration:LaunchConfiguration")
SPOT_INSTANCE = _kind("spot instance request", "ec2/spotInstanceRequest:SpotInstanceRequest")
CLIENT_VPN_ENDPOINT = _kind("Client VPN endpoint", "ec2clientvpn/endpoint:Endpoint")
INSTANCE_CONNECT_ENDPOINT = _kind(
    "EC2 Instance Connect endpoint", "ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint"
)
RESOLVER_ENDPOINT = _kind("Route 53 Resolver endpoint", "route53/resolverEndpoint:ResolverEndpoint")
API_VPC_LINK = _kind("API Gateway VPC link", "apigatewayv2/vpcLink:VpcLink")
CANARY = _kind("CloudWatch Synthetics canary", "synthetics/canary:Canary")
EMR_SERVERLESS = _kind("EMR Serverless application", "emrserverless/application:Application")
DOCUMENTDB_ELASTIC_CLUSTER = _kind("DocumentDB elastic cluster", "docdb/elasticCluster:ElasticCluster")
TIMESTREAM_INFLUXDB = _kind("Timestream for InfluxDB", "timestreaminfluxdb/dbInstance:DbInstance")
REDSHIFT_ENDPOINT = _kind("Redshift endpoint", "redshift/endpointAccess:EndpointAccess")
REDSHIFT_SERVERLESS_ENDPOINT = _kind("Redshift Serverless endpoint", "redshiftserverless/endpointAccess:EndpointAccess")
OPENSEARCH_ENDPOINT = _kind(
    "OpenSearch VPC endpoint", "opensearch/vpcEndpoint:VpcEndpoint", "elasticsearch/vpcEndpoint:VpcEndpoint"
)

# --- more that runs with variables
BATCH_JOB_DEFINITION = _kind("Batch job definition", "batch/jobDefinition:JobDefinition")
APP_RUNNER_SERVICE = _kind("App Runner service", "apprunner/service:Service")
BEANSTALK_ENVIRONMENT = _kind("Elastic Beanstalk environment", "elasticbeanstalk/environment:Environment")
GLUE_JOB = _kind("Glue job", "glue/job:Job")
AMPLIFY_APP = _kind("Amplify app", "amplify/app:App")
SSM_PARAMETER = _kind("SSM parameter", "ssm/parameter:Parameter")
S3_MULTI_REGION_ACCESS_POINT = _kind(
    "S3 Multi-Region Access Point", "s3control/multiRegionAccessPoint:MultiRegionAccessPoint"
)
