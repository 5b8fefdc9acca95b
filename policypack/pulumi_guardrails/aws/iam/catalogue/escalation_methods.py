"""The published ways of privilege escalation.

Sources: Rhino Security Labs, "AWS IAM Privilege Escalation – Methods and Mitigation" and its sequel on new methods;
AWS Security Blog on `iam:PassRole`; Datadog's Pathfinding.cloud, and the combinations that Prowler's check
`iam_policy_allows_privilege_escalation` takes from it and from Bishop Fox. Wording and grouping are this project's own.
"""

from __future__ import annotations

from pulumi_guardrails.aws.iam.catalogue.condition_keys import RESOURCE_KEYS
from pulumi_guardrails.core.frozen import fast_dataclass

_HANDOVER = "iam:PassRole"


@fast_dataclass(frozen=True)
class Method:
    """One way up.

    Attributes:
        needs: The actions it takes, all of them.
        gains: What the principal does then.
        wide: The one of them that has to be allowed at every resource of its type; empty where it works with any.
            A step limited to named functions or roles gains nothing that is not theirs.
        restricting_keys: Condition keys that limit it.
        harmless_on_own_user: Whether it gains nothing where it is allowed on the caller's own user only: with a second
            access key the user stays the same, with another policy it does not.
    """

    needs: frozenset[str]
    gains: str
    wide: str = ""
    restricting_keys: tuple[str, ...] = ()
    harmless_on_own_user: bool = False


_BOUNDARY = ("iam:PermissionsBoundary",)
_BOUNDED_POLICY = ("iam:PolicyARN", "iam:PermissionsBoundary")
_NEW_ROLE = "gives new code of its own any role of the account"


def _iam(action: str, gains: str, restricting_keys: tuple[str, ...] = ()) -> Method:
    return Method(frozenset({f"iam:{action}"}), gains, restricting_keys=restricting_keys)


def _credential(action: str, gains: str) -> Method:
    return Method(frozenset({f"iam:{action}"}), gains, harmless_on_own_user=True)


def _taking_over(action: str, gains: str, *others: str) -> Method:
    return Method(frozenset({action, *others}), gains, wide=action, restricting_keys=RESOURCE_KEYS)


def _passing(*actions: str) -> Method:
    return Method(frozenset({_HANDOVER, *actions}), _NEW_ROLE, wide=_HANDOVER)


METHODS: tuple[Method, ...] = (
    _iam("CreatePolicyVersion", "rewrites a policy that is attached to it"),
    _iam("SetDefaultPolicyVersion", "goes back to a wider version of a policy that is attached to it"),
    _iam("AttachUserPolicy", "attaches any managed policy to a user", _BOUNDED_POLICY),
    _iam("AttachGroupPolicy", "attaches any managed policy to a group", ("iam:PolicyARN",)),
    _iam("AttachRolePolicy", "attaches any managed policy to a role", _BOUNDED_POLICY),
    _iam("PutUserPolicy", "writes any permission into a user", _BOUNDARY),
    _iam("PutGroupPolicy", "writes any permission into a group"),
    _iam("PutRolePolicy", "writes any permission into a role", _BOUNDARY),
    _iam("AddUserToGroup", "joins a group that may do more"),
    _iam("UpdateAssumeRolePolicy", "lets itself assume a more privileged role"),
    _credential("CreateAccessKey", "makes keys of another user"),
    _credential("CreateLoginProfile", "sets the password of another user"),
    _credential("UpdateLoginProfile", "changes the password of another user"),
    _iam("DeleteRolePermissionsBoundary", "removes the permissions boundary of a role", _BOUNDARY),
    _iam("DeleteUserPermissionsBoundary", "removes the permissions boundary of a user", _BOUNDARY),
    _iam("PutRolePermissionsBoundary", "widens the permissions boundary of a role", _BOUNDARY),
    _iam("PutUserPermissionsBoundary", "widens the permissions boundary of a user", _BOUNDARY),
    _taking_over("lambda:UpdateFunctionCode", "runs its own code with the role of any function"),
    _taking_over("lambda:UpdateFunctionConfiguration", "slips a layer of its own into any function"),
    _taking_over("glue:UpdateDevEndpoint", "logs in to any Glue endpoint and its role"),
    _taking_over("sagemaker:CreatePresignedNotebookInstanceUrl", "opens any notebook and its role"),
    _taking_over("ec2-instance-connect:SendSSHPublicKey", "logs in to any instance and its role"),
    _taking_over("ssm:SendCommand", "runs commands on any instance with its role"),
    _taking_over("ssm:StartSession", "opens a shell on any instance with its role"),
    _taking_over("ecs:ExecuteCommand", "opens a shell in any task with its role"),
    _taking_over("cloudformation:UpdateStack", "changes any stack with the role the stack has"),
    _taking_over(
        "cloudformation:CreateChangeSet",
        "changes any stack with the role the stack has",
        "cloudformation:ExecuteChangeSet",
    ),
    _taking_over("codebuild:StartBuild", "runs its own commands with the role of any project"),
    _taking_over("codebuild:StartBuildBatch", "runs its own commands with the role of any project"),
    _taking_over("apprunner:UpdateService", "runs its own image with the role of any service"),
    _taking_over(
        "ec2:ModifyInstanceAttribute",
        "runs its own start-up script on any instance with its role",
        "ec2:StartInstances",
        "ec2:StopInstances",
    ),
    _taking_over(
        "ec2:CreateLaunchTemplateVersion",
        "gives any launch template its own start-up script",
        "ec2:ModifyLaunchTemplate",
    ),
    _taking_over(
        "sagemaker:UpdateNotebookInstance",
        "runs its own start-up script in any notebook with its role",
        "sagemaker:CreateNotebookInstanceLifecycleConfig",
        "sagemaker:StartNotebookInstance",
        "sagemaker:StopNotebookInstance",
    ),
    _taking_over(
        "bedrock-agentcore:InvokeCodeInterpreter",
        "runs its own code in any interpreter with its role",
        "bedrock-agentcore:StartCodeInterpreterSession",
    ),
    _passing("ec2:RunInstances"),
    _passing("ec2:RequestSpotInstances"),
    _passing("autoscaling:CreateAutoScalingGroup", "autoscaling:CreateLaunchConfiguration"),
    _passing("autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup"),
    _passing("lambda:CreateFunction", "lambda:InvokeFunction"),
    _passing("lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
    _passing("lambda:CreateFunction", "lambda:AddPermission"),
    _passing("glue:CreateDevEndpoint"),
    _passing("glue:CreateJob", "glue:StartJobRun"),
    _passing("glue:CreateJob", "glue:CreateTrigger"),
    _passing("glue:StartJobRun", "glue:UpdateJob"),
    _passing("glue:CreateTrigger", "glue:UpdateJob"),
    _passing("cloudformation:CreateStack"),
    _passing("cloudformation:CreateStackInstances", "cloudformation:CreateStackSet"),
    _passing("cloudformation:UpdateStackSet"),
    _passing("datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"),
    _passing("sagemaker:CreateNotebookInstance"),
    _passing("sagemaker:CreateTrainingJob"),
    _passing("sagemaker:CreateProcessingJob"),
    _passing("codebuild:CreateProject", "codebuild:StartBuild"),
    _passing("codebuild:CreateProject", "codebuild:StartBuildBatch"),
    _passing("ecs:RunTask"),
    _passing("ecs:DeregisterContainerInstance", "ecs:RegisterContainerInstance", "ecs:StartTask"),
    _passing("ecs:RegisterTaskDefinition", "ecs:StartTask"),
    _passing("ecs:RegisterTaskDefinition", "ecs:CreateService"),
    _passing("apprunner:CreateService"),
    _passing("states:CreateStateMachine", "states:StartExecution"),
    _passing("ssm:StartAutomationExecution"),
    _passing("batch:RegisterJobDefinition", "batch:SubmitJob"),
    _passing("bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:InvokeCodeInterpreter"),
    _passing("elasticmapreduce:RunJobFlow"),
    _passing("scheduler:CreateSchedule"),
)
"""Every way the pack looks for."""

ESCALATION_ACTIONS = frozenset(action for method in METHODS if len(method.needs) == 1 for action in method.needs)
"""Actions that are a way up by themselves."""
