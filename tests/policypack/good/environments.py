"""Good resources that run with variables, and none of them a secret."""

from __future__ import annotations

from typing import Any

PLAIN = {"LOG_LEVEL": "info"}

GOOD: dict[str, dict[str, Any]] = {
    "aws:codebuild/project:Project": {
        "environment": {"environmentVariables": [{"name": "LOG_LEVEL", "value": "info"}]},
    },
    "aws:batch/jobDefinition:JobDefinition": {
        "type": "container",
        "containerProperties": {"image": "app", "environment": [{"name": "LOG_LEVEL", "value": "info"}]},
    },
    "aws:apprunner/service:Service": {
        "sourceConfiguration": {
            "imageRepository": {
                "imageIdentifier": "public.ecr.aws/nginx/nginx:1.29",
                "imageRepositoryType": "ECR_PUBLIC",
                "imageConfiguration": {"runtimeEnvironmentVariables": PLAIN},
            }
        }
    },
    "aws:elasticbeanstalk/environment:Environment": {
        "settings": [
            {"namespace": "aws:elasticbeanstalk:application:environment", "name": "LOG_LEVEL", "value": "info"}
        ]
    },
    "aws:glue/job:Job": {"defaultArguments": {"--job-language": "python"}},
    "aws:mwaa/environment:Environment": {"airflowConfigurationOptions": {"core.default_timezone": "utc"}},
    "aws:amplify/app:App": {"environmentVariables": PLAIN},
    "aws:sagemaker/model:Model": {"primaryContainer": {"image": "app", "environment": PLAIN}},
    "aws:ec2/launchConfiguration:LaunchConfiguration": {"userData": "#!/bin/sh\nexport LOG_LEVEL=info\n"},
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": {"userData": "#!/bin/sh\nexport LOG_LEVEL=info\n"},
    "aws:synthetics/canary:Canary": {"runConfig": {"environmentVariables": PLAIN}},
    "aws:ssm/parameter:Parameter": {"name": "/app/log-level", "type": "String", "value": "info"},
}
