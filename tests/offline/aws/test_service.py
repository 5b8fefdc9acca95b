"""The protocol, over a real channel to a server in this process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from offline.aws import LABEL, source
from offline.aws.service import AwsStandIn
from offline.aws.values import DEFAULTS, UNKNOWN, Secret, from_struct, to_struct

LOGS = "aws:cloudwatch/logGroup:LogGroup"


def urn(token: str, name: str = "thing") -> str:
    return f"urn:pulumi:dev::project::component${token}::{name}"


class Plugin:
    """The engine's side of the protocol, with plain values."""

    def __init__(self, stub: Any) -> None:
        self.stub = stub

    def check(self, token: str, news: dict[str, Any], olds: dict[str, Any] | None = None) -> Any:
        request = provider_pb2.CheckRequest(
            urn=urn(token), news=to_struct(news), olds=to_struct(olds or {}), randomSeed=b"seed"
        )
        return self.stub.Check(request)

    def create(self, token: str, inputs: dict[str, Any], *, preview: bool = False) -> Any:
        return self.stub.Create(
            provider_pb2.CreateRequest(urn=urn(token), properties=to_struct(inputs), preview=preview)
        )

    def diff(self, token: str, old: dict[str, Any], new: dict[str, Any]) -> Any:
        return self.stub.Diff(
            provider_pb2.DiffRequest(urn=urn(token), id="x", old_inputs=to_struct(old), news=to_struct(new))
        )

    def invoke(self, token: str, arguments: dict[str, Any]) -> Any:
        return self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=to_struct(arguments)))


@pytest.fixture(scope="module")
def plugin() -> Iterator[Plugin]:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(AwsStandIn(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        config = to_struct({"region": "us-east-1", "defaultTags": '{"tags": {"Team": "a"}}'})
        stub.Configure(provider_pb2.ConfigureRequest(args=config, acceptSecrets=True))
        yield Plugin(stub)
    server.stop(None)


def refused(call: Any, *arguments: Any) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments)
    details = caught.value.details() or ""
    assert details.startswith(f"{LABEL}: ")
    return details


def test_it_understands_secrets_and_says_which_version_it_stands_in_for(plugin: Plugin) -> None:
    handshake = plugin.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1"))
    assert (handshake.accept_secrets, handshake.accept_resources, handshake.accept_outputs) == (True, False, False)
    assert plugin.stub.GetPluginInfo(empty_pb2.Empty()).version == source.version()


def test_good_inputs_come_back_named(plugin: Plugin) -> None:
    answer = plugin.check(LOGS, {"retentionInDays": 30.0})
    inputs = from_struct(answer.inputs)
    assert not answer.failures
    assert inputs["name"].startswith("thing-")
    assert inputs[DEFAULTS] == ["name"]
    again = from_struct(plugin.check(LOGS, {"retentionInDays": 30.0}, inputs).inputs)
    assert again == inputs


def test_bad_inputs_come_back_with_reasons_that_name_the_property(plugin: Plugin) -> None:
    answer = plugin.check(LOGS, {"retentionDays": 30.0, "skipDestroy": "no"})
    assert [failure.reason for failure in answer.failures] == [
        f"{LABEL}: retentionDays is no property of {LOGS}; did you mean retentionInDays?",
        f"{LABEL}: skipDestroy must be a boolean, found the string 'no'",
    ]


def test_what_aws_would_refuse_is_refused_too(plugin: Plugin) -> None:
    (failure,) = plugin.check(LOGS, {"retentionInDays": 31.0}).failures
    assert failure.reason.startswith(f"{LABEL}: retentionInDays must be one of 0, 1, 3")


def test_a_name_too_long_is_a_reason_and_no_crash(plugin: Plugin) -> None:
    token = "aws:lb/targetGroup:TargetGroup"
    request = provider_pb2.CheckRequest(urn=urn(token, "t" * 30), news=to_struct({"targetType": "lambda"}))
    assert any("AWS accepts 32" in failure.reason for failure in plugin.stub.Check(request).failures)


def test_the_engine_may_forbid_made_up_names(plugin: Plugin) -> None:
    options = provider_pb2.CheckRequest.AutonamingOptions
    request = provider_pb2.CheckRequest(
        urn=urn(LOGS), news=to_struct({}), autonaming=options(mode=options.Mode.Value("DISABLE"))
    )
    assert "name" not in from_struct(plugin.stub.Check(request).inputs)


def test_an_unknown_type_is_an_error_and_no_empty_answer(plugin: Plugin) -> None:
    assert "no resource type aws:ec2/vpcc:Vpcc" in refused(plugin.check, "aws:ec2/vpcc:Vpcc", {})
    assert "no function aws:ec2/getVpcc:getVpcc" in refused(plugin.invoke, "aws:ec2/getVpcc:getVpcc", {})


def test_a_preview_leaves_open_what_an_update_fills_in(plugin: Plugin) -> None:
    inputs = {"name": "/a", "tags": {"Env": "b"}}
    before = plugin.create(LOGS, inputs, preview=True)
    after = plugin.create(LOGS, inputs)
    assert (before.id, after.id) == ("", "/a")
    assert from_struct(before.properties)["arn"] is UNKNOWN
    assert from_struct(after.properties)["arn"] == "arn:aws:logs:us-east-1:123456789012:log-group:/a"
    assert from_struct(after.properties)["tagsAll"] == {"Team": "a", "Env": "b"}


def test_secrets_stay_secret(plugin: Plugin) -> None:
    inputs = {"name": Secret("/a"), "tags": Secret({"a": "b"})}
    found = from_struct(plugin.create(LOGS, inputs).properties)
    assert found["name"] == Secret("/a")
    assert isinstance(found["arn"], Secret)
    assert found["tagsAll"] == Secret({"Team": "a", "a": "b"})


def test_a_resource_may_live_in_another_region(plugin: Plugin) -> None:
    found = from_struct(plugin.create(LOGS, {"name": "/a", "region": "eu-west-1"}).properties)
    assert ":eu-west-1:" in found["arn"]


def test_an_update_answers_with_the_new_state(plugin: Plugin) -> None:
    old = {"name": "/a", "retentionInDays": 30.0}
    state = plugin.create(LOGS, old).properties
    request = provider_pb2.UpdateRequest(
        urn=urn(LOGS), id="/a", olds=state, old_inputs=to_struct(old), news=to_struct({**old, "retentionInDays": 90.0})
    )
    found = from_struct(plugin.stub.Update(request).properties)
    assert found == {**from_struct(state), "retentionInDays": 90.0}


def test_a_difference_is_told_with_its_kind(plugin: Plugin) -> None:
    response, kinds = provider_pb2.DiffResponse, provider_pb2.PropertyDiff
    same = plugin.diff(LOGS, {"name": "a"}, {"name": "a"})
    assert same.changes == response.DIFF_NONE
    changed = plugin.diff(LOGS, {"name": "a", "tags": {"x": "1"}}, {"name": "b", "tags": {"x": "2"}})
    assert changed.changes == response.DIFF_SOME
    assert list(changed.diffs) == ["name", "tags"]
    assert list(changed.replaces) == ["name"]
    assert changed.detailedDiff["name"].kind == kinds.UPDATE_REPLACE
    assert changed.detailedDiff["tags.x"].kind == kinds.UPDATE


def test_a_resource_of_the_checkpoint_is_read_as_it_stands(plugin: Plugin) -> None:
    inputs = {"name": "/a"}
    state = plugin.create(LOGS, inputs).properties
    request = provider_pb2.ReadRequest(urn=urn(LOGS), id="/a", properties=state, inputs=to_struct(inputs))
    answer = plugin.stub.Read(request)
    assert (answer.id, answer.properties, from_struct(answer.inputs)) == ("/a", state, inputs)


def test_a_resource_that_exists_is_read_by_its_id(plugin: Plugin) -> None:
    token = "aws:acm/certificate:Certificate"
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    found = from_struct(plugin.stub.Read(provider_pb2.ReadRequest(urn=urn(token), id=arn)).properties)
    assert found["domainName"] == "api.example.com"
    assert "expected an ARN of acm" in refused(plugin.stub.Read, provider_pb2.ReadRequest(urn=urn(token), id="x"))


@pytest.mark.parametrize(
    ("token", "state", "reason"),
    [
        (LOGS, {}, None),
        ("aws:dynamodb/table:Table", {"deletionProtectionEnabled": True}, "while deletionProtectionEnabled is true"),
        ("aws:rds/cluster:Cluster", {"skipFinalSnapshot": False}, "finalSnapshotIdentifier is required"),
        ("aws:rds/cluster:Cluster", {"finalSnapshotIdentifier": "last"}, None),
    ],
)
def test_what_is_protected_is_not_deleted(
    plugin: Plugin, token: str, state: dict[str, Any], reason: str | None
) -> None:
    request = provider_pb2.DeleteRequest(urn=urn(token), id="x", properties=to_struct(state))
    if reason is None:
        assert plugin.stub.Delete(request) == empty_pb2.Empty()
    else:
        assert reason in refused(plugin.stub.Delete, request)


def test_a_function_is_answered_and_its_arguments_are_judged(plugin: Plugin) -> None:
    token = "aws:index/getCallerIdentity:getCallerIdentity"
    answer = plugin.invoke(token, {})
    assert from_struct(getattr(answer, "return"))["accountId"] == "123456789012"
    (failure,) = plugin.invoke(token, {"acount": "1"}).failures
    assert "acount is no property" in failure.reason


def test_an_answer_to_a_secret_question_is_secret(plugin: Plugin) -> None:
    token = "aws:iam/getPolicyDocument:getPolicyDocument"
    statement = {"actions": ["s3:GetObject"], "resources": [Secret("arn:aws:s3:::hidden/*")]}
    found = from_struct(getattr(plugin.invoke(token, {"statements": [statement]}), "return"))
    assert isinstance(found["json"], Secret)


@pytest.mark.parametrize(
    ("method", "request_", "reason"),
    [
        ("Construct", provider_pb2.ConstructRequest(type="aws:x:Y"), "has no component aws:x:Y"),
        ("Call", provider_pb2.CallRequest(tok="aws:x:Y/z"), "has no method aws:x:Y/z"),
        ("Parameterize", provider_pb2.ParameterizeRequest(), "takes no parameters"),
        ("Invoke", provider_pb2.InvokeRequest(tok="aws:iot/getRegistrationCode:getRegistrationCode"), "does not know"),
    ],
)
def test_what_it_cannot_do_it_says(plugin: Plugin, method: str, request_: Any, reason: str) -> None:
    assert reason in refused(getattr(plugin.stub, method), request_)


def test_another_region_replaces_the_provider(plugin: Plugin) -> None:
    def change(old: dict[str, Any], new: dict[str, Any]) -> Any:
        return plugin.stub.DiffConfig(provider_pb2.DiffRequest(old_inputs=to_struct(old), news=to_struct(new)))

    response = provider_pb2.DiffResponse
    assert list(change({"region": "us-east-1"}, {"region": "eu-west-1"}).replaces) == ["region"]
    assert change({"region": "us-east-1"}, {"region": "us-east-1"}).changes == response.DIFF_NONE
    profile = change({"region": "us-east-1"}, {"region": "us-east-1", "profile": "x"})
    assert (profile.changes, list(profile.replaces)) == (response.DIFF_SOME, [])


def test_a_wrong_provider_configuration_is_refused(plugin: Plugin) -> None:
    request = provider_pb2.CheckRequest(news=to_struct({"region": "us-east-1", "regoin": "x"}))
    (failure,) = plugin.stub.CheckConfig(request).failures
    assert failure.reason.startswith(f"{LABEL}: regoin is no property of the aws provider")
