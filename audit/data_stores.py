"""The resource types that hold data: what is replaced or deleted takes with it what nothing else can bring back."""

from __future__ import annotations

DATA_STORES = frozenset(
    f"aws:{kind}"
    for kind in (
        # Databases and caches
        "rds/cluster:Cluster",
        "rds/clusterInstance:ClusterInstance",
        "rds/clusterSnapshot:ClusterSnapshot",
        "rds/globalCluster:GlobalCluster",
        "rds/instance:Instance",
        "rds/snapshot:Snapshot",
        "docdb/cluster:Cluster",
        "docdb/elasticCluster:ElasticCluster",
        "dsql/cluster:Cluster",
        "dynamodb/globalTable:GlobalTable",
        "dynamodb/table:Table",
        "dynamodb/tableReplica:TableReplica",
        "elasticache/cluster:Cluster",
        "elasticache/replicationGroup:ReplicationGroup",
        "elasticache/serverlessCache:ServerlessCache",
        "elasticsearch/domain:Domain",
        "keyspaces/keyspace:Keyspace",
        "keyspaces/table:Table",
        "memorydb/cluster:Cluster",
        "neptune/cluster:Cluster",
        "opensearch/domain:Domain",
        "opensearch/serverlessCollection:ServerlessCollection",
        "redshift/cluster:Cluster",
        "redshiftserverless/namespace:Namespace",
        "timestreaminfluxdb/dbInstance:DbInstance",
        "timestreamwrite/database:Database",
        "timestreamwrite/table:Table",
        # Objects, files and volumes
        "backup/vault:Vault",
        "ebs/snapshot:Snapshot",
        "ebs/volume:Volume",
        "efs/fileSystem:FileSystem",
        "fsx/lustreFileSystem:LustreFileSystem",
        "fsx/ontapFileSystem:OntapFileSystem",
        "fsx/ontapVolume:OntapVolume",
        "fsx/openZfsFileSystem:OpenZfsFileSystem",
        "fsx/openZfsVolume:OpenZfsVolume",
        "fsx/windowsFileSystem:WindowsFileSystem",
        "glacier/vault:Vault",
        "s3/bucket:Bucket",
        "s3/bucketV2:BucketV2",
        "s3/directoryBucket:DirectoryBucket",
        "s3tables/table:Table",
        "s3tables/tableBucket:TableBucket",
        # Messages and streams
        "kinesis/stream:Stream",
        "mq/broker:Broker",
        "msk/cluster:Cluster",
        "msk/serverlessCluster:ServerlessCluster",
        "sqs/queue:Queue",
        # Keys, secrets and identities
        "acmpca/certificateAuthority:CertificateAuthority",
        "cloudhsmv2/cluster:Cluster",
        "cognito/userPool:UserPool",
        "kms/externalKey:ExternalKey",
        "kms/key:Key",
        "secretsmanager/secret:Secret",
        # Source code, images and evidence
        "cloudtrail/eventDataStore:EventDataStore",
        "cloudwatch/logGroup:LogGroup",
        "codecommit/repository:Repository",
        "ecr/repository:Repository",
    )
)
"""What the documentation of each service says is deleted with the resource: rows, objects, messages, key material."""
