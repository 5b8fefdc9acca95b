"""The protocol of the small plugins, over a real channel to a server in this process."""

from __future__ import annotations

import base64
import importlib
import inspect
import json
import re
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from cryptography import x509
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from offline.aws.source import snake_case
from offline.aws.values import UNKNOWN, Secret, from_struct, to_struct
from offline.plugins import certificates
from offline.plugins.catalogue import NAMES, plugin, stand_in
from offline.plugins.service import SmallPlugin

Inputs = dict[str, Any]

KEY = certificates.private_texts(certificates.new_key("ED25519", 0, ""))["privateKeyPem"]


class Engine:
    """The engine's side of the protocol, with plain values."""

    def __init__(self, stub: Any) -> None:
        self.stub = stub

    def check(self, type_: str, inputs: Inputs) -> tuple[Inputs, list[str]]:
        answer = self.stub.Check(provider_pb2.CheckRequest(urn=_urn(type_), news=to_struct(inputs)))
        return from_struct(answer.inputs), [failure.reason for failure in answer.failures]

    def create(self, type_: str, inputs: Inputs, *, preview: bool = False) -> tuple[str, Inputs]:
        answer = self.stub.Create(
            provider_pb2.CreateRequest(urn=_urn(type_), properties=to_struct(inputs), preview=preview)
        )
        return answer.id, from_struct(answer.properties)

    def diff(self, type_: str, old: Inputs, new: Inputs, ignored: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
        answer = self.stub.Diff(
            provider_pb2.DiffRequest(
                urn=_urn(type_), old_inputs=to_struct(old), news=to_struct(new), ignoreChanges=ignored
            )
        )
        return list(answer.diffs), list(answer.replaces)

    def invoke(self, token: str, arguments: Inputs) -> Inputs:
        answer = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=to_struct(arguments)))
        return from_struct(getattr(answer, "return"))


def _urn(type_: str) -> str:
    package = "random" if type_.startswith("Random") else "tls"
    return f"urn:pulumi:dev::project::component${package}:index/{type_[0].lower()}{type_[1:]}:{type_}::thing"


@contextmanager
def _served(name: str) -> Iterator[Engine]:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    service = SmallPlugin(plugin(name), stand_in(name, "1.2.3").label, "1.2.3")
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Engine(provider_pb2_grpc.ResourceProviderStub(channel))
    server.stop(grace=None).wait()


@pytest.fixture(scope="module")
def random() -> Iterator[Engine]:
    with _served("random") as engine:
        yield engine


@pytest.fixture(scope="module")
def tls() -> Iterator[Engine]:
    with _served("tls") as engine:
        yield engine


def test_before_an_update_what_is_made_up_is_unknown_and_a_secret_one_secret(random: Engine) -> None:
    identity, password = random.create("RandomPassword", {"length": 12.0, "keepers": {"a": UNKNOWN}}, preview=True)
    assert identity == ""
    assert password["result"] == password["bcryptHash"] == Secret(UNKNOWN)
    assert (password["length"], password["special"], password["keepers"]) == (12, True, {"a": UNKNOWN})
    assert random.create("RandomString", {"length": 12.0}, preview=True)[1]["result"] is UNKNOWN


def test_a_password_has_the_length_and_the_characters_that_are_asked_for(random: Engine) -> None:
    asked = {"length": 40.0, "overrideSpecial": "_", "minSpecial": 5.0, "minNumeric": 5.0, "upper": False}
    identity, made = random.create("RandomPassword", asked)
    text = made["result"].value
    assert re.fullmatch(r"[a-z0-9_]{40}", text)
    assert len(re.findall("[0-9]", text)) >= 5 <= text.count("_")
    assert re.fullmatch(r"\$2a\$10\$[./A-Za-z0-9]{53}", made["bcryptHash"].value)
    assert identity == "none"
    assert random.create("RandomPassword", asked)[1]["result"] != made["result"]


@pytest.mark.parametrize(
    ("type_", "inputs", "output", "pattern"),
    [
        ("RandomString", {"length": 9, "special": False, "lower": False}, "result", "[A-Z0-9]{9}"),
        ("RandomId", {"byteLength": 4, "prefix": "p-"}, "hex", "p-[0-9a-f]{8}"),
        ("RandomId", {"byteLength": 4}, "dec", "[0-9]{1,10}"),
        ("RandomId", {"byteLength": 6}, "b64Url", "[A-Za-z0-9_-]{8}"),
        ("RandomUuid", {}, "result", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("RandomUuid7", {}, "result", "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("RandomInteger", {"min": 10, "max": 12}, "result", "1[012]"),
    ],
)
def test_values_have_the_form_of_the_real_ones(
    random: Engine, type_: str, inputs: Inputs, output: str, pattern: str
) -> None:
    value = random.create(type_, inputs)[1][output]
    assert re.fullmatch(pattern, f"{value:g}" if isinstance(value, float) else value)


def test_bytes_are_secret_and_agree_with_each_other(random: Engine) -> None:
    identity, made = random.create("RandomBytes", {"length": 5.0})
    assert base64.b64decode(made["base64"].value).hex() == made["hex"].value
    assert identity not in (made["base64"].value, made["hex"].value)


def test_a_pet_is_its_own_id(random: Engine) -> None:
    assert re.fullmatch("[a-z]+-[a-z]+", random.create("RandomPet", {})[0])
    assert re.fullmatch("my_[a-z]+", random.create("RandomPet", {"length": 1, "prefix": "my", "separator": "_"})[0])
    assert len(random.create("RandomPet", {"length": 4})[0].split("-")) == 4


def test_a_shuffle_repeats_when_more_is_asked_for_and_a_seed_makes_it_the_same(random: Engine) -> None:
    asked = {"inputs": ["a", "b", "c"], "resultCount": 5, "seed": "x"}
    results = random.create("RandomShuffle", asked)[1]["results"]
    assert sorted(results[:3]) == ["a", "b", "c"]
    assert len(results) == 5
    assert random.create("RandomShuffle", asked)[1]["results"] == results
    assert random.create("RandomShuffle", {"inputs": ["a", "b"]})[1]["results"] in (["a", "b"], ["b", "a"])


@pytest.mark.parametrize(
    ("type_", "inputs", "reason"),
    [
        ("RandomPassword", {}, "length is required"),
        ("RandomPassword", {"length": 0}, "length must be at least 1, found 0"),
        (
            "RandomPassword",
            {"length": 3, "minLower": 2, "minUpper": 2},
            "length must be at least the sum of the minima",
        ),
        (
            "RandomString",
            {"length": 3, "lower": False, "upper": False, "numeric": False, "special": False},
            "no characters are left",
        ),
        ("RandomId", {"byteLenght": 3}, "did you mean byteLength?"),
        ("RandomInteger", {"min": 3, "max": 2}, "min must be at most max, 2; found 3"),
        ("RandomPet", {"length": 0}, "length must be at least 1"),
        ("RandomShuffle", {"inputs": "a"}, "inputs must be a list of string values"),
        ("PrivateKey", {"algorithm": "DSA"}, "algorithm must be one of RSA, ECDSA, ED25519; found 'DSA'"),
        ("PrivateKey", {"algorithm": "RSA", "rsaBits": 512}, "rsaBits must be at least 1024, found 512"),
        ("PrivateKey", {"algorithm": "ECDSA", "ecdsaCurve": "P1"}, "ecdsaCurve must be one of P224, P256, P384, P521"),
        ("CertRequest", {}, "privateKeyPem or privateKeyPemWo must be given, and not both; found neither"),
        (
            "SelfSignedCert",
            {"privateKeyPem": "x", "validityPeriodHours": 1, "allowedUses": ["sign"]},
            "allowedUses[0] must be one of digital_signature,",
        ),
        ("CertRequest", {"privateKeyPem": "x", "subject": {"commonNam": "a"}}, "did you mean commonName?"),
    ],
)
def test_what_the_real_plugin_refuses_is_refused(
    random: Engine, tls: Engine, type_: str, inputs: Inputs, reason: str
) -> None:
    _, failures = (random if type_.startswith("Random") else tls).check(type_, inputs)
    assert any(reason in failure and "(offline stand-in): " in failure for failure in failures), failures


def test_no_reason_shows_a_secret(random: Engine) -> None:
    inputs = {"length": Secret(1234.0), "minLower": 5678.0, "minUpper": 1.0}
    assert random.check("RandomPassword", inputs)[1] == [
        "random (offline stand-in): length is refused: a value is secret"
    ]
    assert "found 0" in random.check("RandomPassword", {"length": 0, "keepers": {"a": Secret("x")}})[1][0]


def test_unknown_inputs_are_refused_for_nothing(random: Engine, tls: Engine) -> None:
    for type_, inputs in (
        ("RandomPassword", {"length": UNKNOWN, "special": UNKNOWN, "minLower": UNKNOWN}),
        ("RandomInteger", {"min": UNKNOWN, "max": 2}),
        ("RandomShuffle", {"inputs": UNKNOWN}),
    ):
        assert random.check(type_, inputs)[1] == []
    unknown = {"privateKeyPem": Secret(UNKNOWN), "validityPeriodHours": UNKNOWN, "allowedUses": UNKNOWN}
    assert tls.check("SelfSignedCert", unknown) == (unknown, [])


def test_numbers_and_booleans_among_keepers_are_text(random: Engine) -> None:
    assert random.check("RandomUuid", {"keepers": {"a": 1, "b": True, "c": Secret(2.5), "d": "x"}}) == (
        {"keepers": {"a": "1", "b": "true", "c": Secret("2.5"), "d": "x"}},
        [],
    )


def test_a_change_replaces_but_for_what_changes_in_place(random: Engine, tls: Engine) -> None:
    assert random.diff("RandomId", {"byteLength": 4}, {"byteLength": 4}) == ([], [])
    assert random.diff("RandomId", {"byteLength": 4}, {"byteLength": 8}) == (["byteLength"], ["byteLength"])
    assert random.diff("RandomUuid", {"keepers": {"a": "1"}}, {"keepers": {"a": UNKNOWN}})[1] == ["keepers"]
    assert random.diff("RandomUuid", {"keepers": {"a": "1"}}, {"keepers": {"a": "2"}}, ("keepers.a",)) == ([], [])
    assert random.diff("RandomUuid", {"keepers": {"a": Secret("1")}}, {"keepers": {"a": "1"}}) == ([], [])
    assert tls.diff("SelfSignedCert", {}, {"earlyRenewalHours": 2}) == (["earlyRenewalHours"], [])


def test_an_update_keeps_what_was_made_up(tls: Engine) -> None:
    olds = {"certPem": "PEM", "earlyRenewalHours": 0.0, "privateKeyPem": Secret("K")}
    news = {"earlyRenewalHours": 2.0, "privateKeyPem": Secret("K")}
    request = provider_pb2.UpdateRequest(urn=_urn("SelfSignedCert"), olds=to_struct(olds), news=to_struct(news))
    state = from_struct(tls.stub.Update(request).properties)
    assert (state["certPem"], state["earlyRenewalHours"], state["privateKeyPem"]) == ("PEM", 2.0, Secret("K"))


@pytest.mark.parametrize(
    ("algorithm", "options", "header", "openssh"),
    [
        ("RSA", {"rsaBits": 1024.0}, "BEGIN RSA PRIVATE KEY", "ssh-rsa "),
        ("ECDSA", {"ecdsaCurve": "P256"}, "BEGIN EC PRIVATE KEY", "ecdsa-sha2-nistp256 "),
        ("ECDSA", {}, "BEGIN EC PRIVATE KEY", ""),
        ("ED25519", {}, "BEGIN PRIVATE KEY", "ssh-ed25519 "),
    ],
)
def test_a_key_is_a_real_one_and_secret(
    tls: Engine, algorithm: str, options: Inputs, header: str, openssh: str
) -> None:
    identity, made = tls.create("PrivateKey", {"algorithm": algorithm, **options})
    assert header in made["privateKeyPem"].value
    assert "BEGIN PRIVATE KEY" in made["privateKeyPemPkcs8"].value
    assert isinstance(made["privateKeyOpenssh"], Secret)
    assert made["publicKeyOpenssh"].startswith(openssh)
    assert bool(made["publicKeyFingerprintSha256"]) == bool(openssh)
    found = tls.invoke("tls:index/getPublicKey:getPublicKey", {"privateKeyPem": made["privateKeyPem"]})
    assert found["publicKeyPem"] == Secret(made["publicKeyPem"])
    assert (found["algorithm"], found["id"]) == (Secret(algorithm), Secret(identity))


def test_a_certificate_of_an_authority_names_both_and_is_signed(tls: Engine) -> None:
    key = tls.create("PrivateKey", {"algorithm": "ECDSA", "ecdsaCurve": "P384"})[1]["privateKeyPem"]
    authority = tls.create(
        "SelfSignedCert",
        {
            "privateKeyPem": key,
            "subject": {"commonName": "ca", "streetAddresses": ["Main Street 1"]},
            "validityPeriodHours": 24.0,
            "allowedUses": ["cert_signing", "any_extended"],
            "isCaCertificate": True,
            "setAuthorityKeyId": True,
        },
    )[1]
    own = tls.create("PrivateKey", {"algorithm": "ED25519"})[1]["privateKeyPem"]
    names = {"dnsNames": ["a.example.com"], "ipAddresses": ["10.0.0.1"], "uris": ["spiffe://a/b"]}
    asked = tls.create("CertRequest", {"privateKeyPem": own, "subject": {"commonName": "a"}, **names})[1]
    signed = {
        "caPrivateKeyPem": key,
        "caCertPem": authority["certPem"],
        "certRequestPem": asked["certRequestPem"],
        "validityPeriodHours": 2.0,
        "earlyRenewalHours": 3.0,
        "allowedUses": ["server_auth", "digital_signature", "encipher_only"],
    }
    identity, made = tls.create("LocallySignedCert", signed)
    assert (made["caKeyAlgorithm"], asked["keyAlgorithm"], made["readyForRenewal"]) == ("ECDSA", "ED25519", True)
    issuer, certificate = (x509.load_pem_x509_certificate(one["certPem"].encode()) for one in (authority, made))
    certificate.verify_directly_issued_by(issuer)
    alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert alternatives.get_values_for_type(x509.DNSName) == ["a.example.com"]
    assert str(certificate.serial_number) == identity
    read = tls.invoke("tls:index/getCertificate:getCertificate", {"content": made["certPem"]})["certificates"][0]
    assert (read["subject"], read["isCa"], read["notAfter"]) == ("CN=a", False, made["validityEndTime"])


def test_a_server_has_made_up_certificates_that_stay_the_same(tls: Engine) -> None:
    def of(url: str) -> list[Inputs]:
        found: list[Inputs] = tls.invoke("tls:index/getCertificate:getCertificate", {"url": url})["certificates"]
        return found

    root, leaf = of("https://oidc.example.com/id/A")
    assert (root["isCa"], leaf["isCa"]) == (True, False)
    assert leaf["subject"] == "CN=oidc.example.com"
    assert re.fullmatch("[0-9a-f]{40}", root["sha1Fingerprint"])
    assert of("https://oidc.example.com/id/B") == [root, leaf]
    assert of("tls://other.example.com:443")[0]["sha1Fingerprint"] != root["sha1Fingerprint"]
    issuer, certificate = (x509.load_pem_x509_certificate(one["certPem"].encode()) for one in (root, leaf))
    certificate.verify_directly_issued_by(issuer)


@pytest.mark.parametrize(
    ("type_", "inputs", "message"),
    [
        ("CertRequest", {"privateKeyPem": Secret("no-key-at-all")}, "the private key is no PEM of an RSA"),
        (
            "SelfSignedCert",
            {"privateKeyPem": KEY, "validityPeriodHours": 1e12},
            "a number is too large",
        ),
        ("CertRequest", {"privateKeyPem": KEY, "ipAddresses": ["10.0.0"]}, "'10.0.0' does not appear to be an IPv4"),
        ("RandomThing", {}, "has no resource type random:index/randomThing:RandomThing; it has RandomBytes,"),
    ],
)
def test_what_cannot_be_made_is_one_sentence_without_the_value(
    random: Engine, tls: Engine, type_: str, inputs: Inputs, message: str
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        (random if type_.startswith("Random") else tls).create(type_, inputs)
    assert message in str(refused.value)
    assert "no-key-at-all" not in str(refused.value)


@pytest.mark.parametrize(
    ("token", "arguments", "message"),
    [
        ("getPublicKey", {}, "expected privateKeyPem or privateKeyOpenssh, found neither"),
        (
            "getCertificate",
            {"url": "example.com"},
            "url must begin with https:// or tls:// and name a host, found 'exam",
        ),
        ("getCertificate", {}, "expected url or content, found neither"),
        ("getCertificate", {"content": "x"}, "content is no PEM of a certificate"),
        ("getNothing", {}, "has no function tls:index/getNothing:getNothing"),
    ],
)
def test_a_function_that_cannot_answer_says_why(tls: Engine, token: str, arguments: Inputs, message: str) -> None:
    with pytest.raises(grpc.RpcError, match=re.escape(message)):
        tls.invoke(f"tls:index/{token}:{token}", arguments)


def test_the_schema_for_yaml_has_all_that_is_declared(tls: Engine) -> None:
    schema = json.loads(tls.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema)
    assert (schema["name"], schema["version"]) == ("tls", "1.2.3")
    assert schema["resources"].keys() == plugin("tls").resources.keys()
    assert schema["functions"].keys() == plugin("tls").functions.keys()
    key = schema["resources"]["tls:index/privateKey:PrivateKey"]
    assert key["requiredInputs"] == ["algorithm"]
    assert key["properties"]["privateKeyPem"] == {"type": "string", "secret": True}


def test_it_imports_nothing(random: Engine) -> None:
    with pytest.raises(grpc.RpcError, match="cannot import or look up random:index/randomId:RandomId"):
        random.stub.Read(provider_pb2.ReadRequest(id="x", urn=_urn("RandomId")))


@pytest.mark.parametrize("name", NAMES)
def test_the_declarations_agree_with_the_package(name: str) -> None:
    """Every resource of the package is declared, with the inputs, the outputs and the secrets that it has there."""
    package = importlib.import_module(f"pulumi_{name}")
    assert package.__file__ is not None
    folder = Path(package.__file__).parent
    declared = {token.split(":")[-1]: resource for token, resource in plugin(name).resources.items()}
    found = {}
    for file in folder.glob("*.py"):
        for match in re.finditer(r"^class (\w+)\(pulumi\.CustomResource\):", text := file.read_text(), re.MULTILINE):
            found[match[1]] = text
    assert declared.keys() == found.keys()
    for type_, resource in declared.items():
        inputs = inspect.signature(getattr(package, f"{type_}Args").__init__).parameters.keys() - {"__self__"}
        assert {snake_case(one) for one in resource.inputs} == inputs, type_
        outputs = set(re.findall(r"def (\w+)\(self\) -> pulumi\.Output", found[type_]))
        assert {snake_case(one) for one in (*resource.inputs, *resource.computed)} == outputs, type_
        secrets = re.search(r"additional_secret_outputs=\[(.*?)\]", found[type_])
        assert resource.secrets == (set(re.findall(r'"(\w+)"', secrets[1])) if secrets else set()), type_
