"""Every name and ARN that the stack fixes itself, so that they are known at preview and no policy has to guess."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """Names of one environment in one region of one account."""

    environment: str
    region: str
    account_id: str

    def of(self, part: str) -> str:
        """The plain form of a name, `ml-api-<part>-<suffix>`."""
        return f"ml-api-{part}-{self.environment}"

    @property
    def cluster(self) -> str:
        """The ECS cluster."""
        return self.of("cluster")

    @property
    def service(self) -> str:
        """The ECS service."""
        return self.of("service")

    @property
    def task_family(self) -> str:
        """The family of task definitions."""
        return self.of("task")

    @property
    def load_balancer(self) -> str:
        """The load balancer, in a form no longer than the target group's."""
        return self.of("lb")

    @property
    def target_group(self) -> str:
        """The target group."""
        return self.of("tg")

    @property
    def database_cluster(self) -> str:
        """The identifier of the Aurora cluster."""
        return self.of("aurora-cluster")

    def database_instance(self, number: int | str) -> str:
        """The identifier of one of the cluster's instances; `*` for all of them."""
        return f"ml-api-aurora-{self.environment}-{number}"

    @property
    def session_table(self) -> str:
        """The DynamoDB table of sessions."""
        return self.of("sessions")

    @property
    def log_bucket(self) -> str:
        """The bucket of access logs. Bucket names are shared by all accounts, hence the account's number."""
        return f"ml-api-logs-{self.environment}-{self.account_id}"

    @property
    def database_secret(self) -> str:
        """The secret with the database connection.

        It never ends in a hyphen and six characters: a partial ARN of such a name could match another secret.
        Source: AWS Secrets Manager User Guide, "What's in a Secrets Manager secret?".
        """
        return f"ml-api-{self.environment}-db"

    @property
    def service_log_group(self) -> str:
        """Where the containers log."""
        return f"/aws/ecs/ml-api-{self.environment}"

    @property
    def insights_log_group(self) -> str:
        """Where Container Insights logs. ECS would otherwise make this group itself, with a retention of its own.

        Source: Amazon CloudWatch User Guide, "Setting up Container Insights on Amazon ECS".
        """
        return f"/aws/ecs/containerinsights/{self.cluster}/performance"

    @property
    def load_balancer_log_group(self) -> str:
        """The log group of the load balancer."""
        return f"/aws/alb/ml-api-{self.environment}"

    @property
    def flow_log_group(self) -> str:
        """Where the VPC's flow logs go."""
        return f"/aws/vpc/ml-api-{self.environment}"

    @property
    def database_log_group(self) -> str:
        """Where Aurora exports PostgreSQL's log, a name that Aurora fixes.

        Source: Amazon Aurora User Guide, "Publishing Aurora PostgreSQL logs to Amazon CloudWatch Logs".
        """
        return f"/aws/rds/cluster/{self.database_cluster}/postgresql"

    @property
    def waf_log_group(self) -> str:
        """Where the web ACL logs. Source: AWS WAF Developer Guide, "CloudWatch Logs": the prefix is required."""
        return f"aws-waf-logs-ml-api-{self.environment}"

    @property
    def edge_waf_log_group(self) -> str:
        """Where CloudFront's web ACL logs."""
        return f"aws-waf-logs-ml-api-edge-{self.environment}"

    @property
    def session_table_arn(self) -> str:
        """The ARN of the session table."""
        return self.arn("dynamodb", f"table/{self.session_table}")

    @property
    def log_bucket_arn(self) -> str:
        """The ARN of the bucket of access logs."""
        return f"arn:aws:s3:::{self.log_bucket}"

    @property
    def database_secret_arn(self) -> str:
        """The ARN of the connection secret without the six random characters that Secrets Manager appends."""
        return self.arn("secretsmanager", f"secret:{self.database_secret}")

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a regional resource of this account."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"

    def log_group_arn(self, log_group: str) -> str:
        """The ARN of a log group."""
        return self.arn("logs", f"log-group:{log_group}")

    def role_arn(self, part: str) -> str:
        """The ARN of the role named ``of(part)``."""
        return f"arn:aws:iam::{self.account_id}:role/{self.of(part)}"
