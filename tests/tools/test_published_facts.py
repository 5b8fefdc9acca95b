"""The tables of AWS's published names and accounts: refreshed from a release of the CDK, and only as a whole."""

from __future__ import annotations

import io
import json
import re
import tarfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pulumi_guardrails.aws.cloudfront import modern_tls_policies, security_headers_policies
from pulumi_guardrails.aws.elb import DEFAULT_TLS_POLICY, forward_secret_policies, log_delivery_accounts
from pulumi_guardrails.aws.published import published
from tools.derivation import DerivationError
from tools.published_facts import SORTED, TARGET, derive, main

ID = "00000000-0000-0000-0000-00000000000"
LIBRARY = {
    "region-info/lib/built-ins.generated.js": (
        'f().Fact.register({region:"us-east-1",name:f().FactName.ELBV2_ACCOUNT,value:"111111111111"}),'
        'f().Fact.register({region:"us-east-1",name:f().FactName.DOMAIN_SUFFIX,value:"222222222222"}),'
        'f().Fact.register({region:"us-iso-east-1",name:f().FactName.ELBV2_ACCOUNT,value:"333333333333"}),'
        'f().Fact.register({region:"ap-east-2",name:f().FactName.ELBV2_ACCOUNT,value:void 0})'
    ),
    "aws-cloudfront/lib/response-headers-policy.js": (
        f'static SIMPLE=P.fromManagedResponseHeadersPolicy("{ID}1");'
        f'static SECURITY_HEADERS=P.fromManagedResponseHeadersPolicy("{ID}2");'
    ),
    "aws-elasticloadbalancingv2/lib/shared/enums.d.ts": (
        'export declare enum Protocol {\n    HTTP = "HTTP"\n}\n'
        'export declare enum SslPolicy {\n    /** Doc */\n    A = "new",\n    B = "new",\n    C = "old"\n}\n'
    ),
    "aws-cloudfront/lib/distribution.d.ts": (
        'export declare enum SecurityPolicyProtocol {\n    A = "new",\n    B = "old"\n}\n'
    ),
}
CURATED = {"page": "Guide", "url": "https://docs.aws.amazon.com/x", "date": "2026-01-02"}
TABLES: dict[str, dict[str, Any]] = {
    "elb_accounts.json": {"page": "Accounts", "url": "https://docs.aws.amazon.com/a"},
    "cloudfront_response_headers.json": {"page": "Headers", "url": "https://docs.aws.amazon.com/h"},
    "elb_tls_policies.json": {**CURATED, "data": {"modern": ["new"], "older": ["old"]}},
    "cloudfront_tls_policies.json": {**CURATED, "data": {"modern": ["new"], "older": ["old"]}},
}
WHEEL = "aws_cdk_lib-1.2.3-py3-none-any.whl"


def wheel(folder: Path, **changed: str | None) -> Path:
    """A release with the four files; one that `changed` names by the end of its path is replaced, or left out."""
    library = io.BytesIO()
    with tarfile.open(fileobj=library, mode="w:gz") as archive:
        for name, text in LIBRARY.items():
            written = next((new for end, new in changed.items() if Path(name).name.startswith(end)), text)
            if written is not None:
                member = tarfile.TarInfo(f"package/{name}")
                member.size = len(written.encode())
                archive.addfile(member, io.BytesIO(written.encode()))
    with zipfile.ZipFile(folder / WHEEL, "w") as release:
        release.writestr("aws_cdk/_jsii/aws-cdk-lib@1.2.3.jsii.tgz", library.getvalue())
    return folder / WHEEL


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "aws"
    folder.mkdir()
    for name, table in TABLES.items():
        (folder / name).write_text(json.dumps(table), encoding="utf-8")
    return folder


def read(folder: Path) -> dict[str, Any]:
    return {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in TABLES}


def test_two_tables_are_derived_and_two_are_only_checked(tmp_path: Path, tables: Path) -> None:
    assert derive(wheel(tmp_path), tables) == 7
    found = read(tables)
    assert found["elb_accounts.json"]["data"] == {"us-east-1": "111111111111"}
    assert found["cloudfront_response_headers.json"]["data"] == {"SIMPLE": f"{ID}1", "SECURITY_HEADERS": f"{ID}2"}
    for name in ("elb_accounts.json", "cloudfront_response_headers.json"):
        assert found[name]["source"] == WHEEL
        assert found[name].items() >= TABLES[name].items()
    for name in ("elb_tls_policies.json", "cloudfront_tls_policies.json"):
        assert found[name].items() >= TABLES[name].items()
        assert found[name]["names"]["source"] == WHEEL


def test_the_same_release_gives_the_same_tables(tmp_path: Path, tables: Path) -> None:
    derive(wheel(tmp_path), tables)
    first = read(tables)
    derive(wheel(tmp_path), tables)
    assert read(tables) == first


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"modern": [], "older": ["old"]}, r"lacks new: put each into a list, after \"Guide\""),
        ({"modern": ["new"], "older": ["old", "typo"]}, "has typo"),
        ({"modern": ["new"], "older": ["old", "new"]}, "has new"),
    ],
)
def test_a_name_that_nobody_has_sorted_stops_all_of_it(
    data: dict[str, list[str]], said: str, tmp_path: Path, tables: Path
) -> None:
    (tables / "elb_tls_policies.json").write_text(json.dumps({**CURATED, "data": data}), encoding="utf-8")
    before = read(tables)
    with pytest.raises(DerivationError, match=said):
        derive(wheel(tmp_path), tables)
    assert read(tables) == before


@pytest.mark.parametrize("name", ["built-ins", "response-headers", "enums", "distribution"])
@pytest.mark.parametrize("text", [None, "", "export declare enum Other {\n}\n"])
def test_a_release_that_is_spelt_anew_is_refused(name: str, text: str | None, tmp_path: Path, tables: Path) -> None:
    before = read(tables)
    with pytest.raises(DerivationError, match=re.escape(WHEEL)):
        derive(wheel(tmp_path, **{name: text}), tables)
    assert read(tables) == before


def test_the_command_says_what_it_wrote_or_why_not(
    tmp_path: Path, tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(wheel(tmp_path)), "--target", str(tables)]) == 0
    assert capsys.readouterr().out == "aws: 7 facts\n"
    assert main([str(tables / "elb_accounts.json"), "--target", str(tables)]) == 1
    assert "no wheel of aws-cdk-lib" in capsys.readouterr().err
    (tables / "elb_accounts.json").write_text("[]", encoding="utf-8")
    assert main([str(wheel(tmp_path)), "--target", str(tables)]) == 1
    assert "elb_accounts.json is no table with page, url" in capsys.readouterr().err


@pytest.mark.parametrize(
    "path",
    [*(TARGET / name for name in TABLES), TARGET / "iam/catalogue/shared_issuers.json"],
    ids=lambda path: path.name,
)
def test_a_table_of_the_pack_says_where_it_is_from(path: Path) -> None:
    table = json.loads(path.read_text(encoding="utf-8"))
    assert table["page"]
    assert table["url"].startswith("https://docs.aws.amazon.com/")
    assert date.fromisoformat(table["date"]) if "date" in table else re.fullmatch(r"[0-9a-f]{64}", table["sha256"])
    assert table["data"] == published(path)


def test_what_the_policies_read_of_the_tables() -> None:
    assert "127311923021" in log_delivery_accounts()
    assert all(re.fullmatch(r"[0-9]{12}", account) for account in log_delivery_accounts())
    assert forward_secret_policies()[0] == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    assert DEFAULT_TLS_POLICY in published(TARGET / "elb_tls_policies.json")[SORTED[1]]
    assert modern_tls_policies()[0] == "TLSv1.2_2021"
    # SecurityHeadersPolicy, which the remediation names, comes before the two that are about CORS as well.
    assert security_headers_policies()[0] == "67f7725c-6f97-4210-82d7-5512b31e9d03"
    assert len(security_headers_policies()) == 3


def test_an_issuer_that_is_shared_is_written_as_a_trust_names_it() -> None:
    issuers = published(TARGET / "iam/catalogue/shared_issuers.json")
    names = [*issuers["subject"], *issuers["audience"]]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9.-]+\.[a-z]+(?:/[a-z0-9]+)*", name) for name in names)
