"""Refreshes what the pack knows of AWS's published names and accounts, from a release of the AWS CDK.

    pip download --no-deps aws-cdk-lib==2.275.0
    python -m tools.published_facts aws_cdk_lib-2.275.0-py3-none-any.whl

aws-cdk-lib (Apache-2.0, Amazon) carries the accounts of Elastic Load Balancing by region and the ids of CloudFront's
managed response headers policies: these two tables are derived. Of TLS policies it has the names only, and not what
each allows: these two tables are sorted by hand after AWS's pages, and the script only checks that each name that the
CDK knows stands in one of their two lists, and no other. The shared issuers of `aws/iam/catalogue/shared_issuers.json`
are in no package: they are kept by hand, and the tests hold them to their form.

Accounts of the isolated (ISO) partitions are left out. No policy of another partition can name them, and the same
number may be anybody's there.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tools.derivation import DerivationError, provenance, run

TARGET = Path(__file__).parent.parent / "policypack/pulumi_guardrails/aws"

SORTED = ("modern", "older")
"""The two lists of a table that is sorted by hand: what the pack takes, and what it does not."""

_LIBRARY = re.compile(r"aws_cdk/_jsii/aws-cdk-lib@[^/]+\.tgz")
_REGIONS = "package/region-info/lib/built-ins.generated.js"
_HEADERS = "package/aws-cloudfront/lib/response-headers-policy.js"
_LISTENERS = "package/aws-elasticloadbalancingv2/lib/shared/enums.d.ts"
_DISTRIBUTION = "package/aws-cloudfront/lib/distribution.d.ts"

_ACCOUNT = re.compile(r'region:"(?!us-iso|eu-iso)([a-z0-9-]+)",name:[^{}]*?\.ELBV2_ACCOUNT,value:"([0-9]{12})"')
_MANAGED = re.compile(r'static ([A-Z_]+)=\w+\.fromManagedResponseHeadersPolicy\("([0-9a-f-]{36})"\)')
_MEMBER = re.compile(r'^\s*\w+ = "([^"]+)"', re.MULTILINE)


def derive(wheel: Path, folder: Path) -> int:
    """Write the derived tables of a folder and check the others; returns how many facts all have.

    Nothing is written unless all of it holds. Raises DerivationError and OSError.
    """
    release = _read(wheel)
    found = {
        "elb_accounts.json": _table(wheel, _ACCOUNT, release[_REGIONS]),
        "cloudfront_response_headers.json": _table(wheel, _MANAGED, release[_HEADERS]),
    }
    by_hand = {
        "elb_tls_policies.json": _members(wheel, "SslPolicy", release[_LISTENERS]),
        "cloudfront_tls_policies.json": _members(wheel, "SecurityPolicyProtocol", release[_DISTRIBUTION]),
    }
    written: dict[Path, dict[str, Any]] = {}
    for name, data in found.items():
        written[folder / name] = {**_kept(folder / name, "page", "url"), **provenance(wheel), "data": data}
    for name, names in by_hand.items():
        table = _kept(folder / name, "page", "url", "date", "data")
        _hold(folder / name, table, names)
        written[folder / name] = {**table, "names": provenance(wheel)}
    for path, content in written.items():
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return sum(map(len, found.values())) + sum(map(len, by_hand.values()))


def _read(wheel: Path) -> dict[str, str]:
    """The four files of the library, which lies as an archive of its own in the wheel."""
    wanted = (_REGIONS, _HEADERS, _LISTENERS, _DISTRIBUTION)
    try:
        with zipfile.ZipFile(wheel) as release:
            library = release.read(next(name for name in release.namelist() if _LIBRARY.fullmatch(name)))
        with tarfile.open(fileobj=io.BytesIO(library)) as archive:
            return {name: _text(archive, name) for name in wanted}
    except (zipfile.BadZipFile, tarfile.TarError, KeyError, StopIteration, ValueError) as error:
        raise DerivationError(f"{wheel} is no wheel of aws-cdk-lib with its library: {error!r}.") from None


def _text(archive: tarfile.TarFile, name: str) -> str:
    member = archive.extractfile(name)
    if member is None:
        raise KeyError(name)
    return member.read().decode()


def _table(wheel: Path, entry: re.Pattern[str], text: str) -> dict[str, str]:
    found = dict(entry.findall(text))
    if not found:
        raise DerivationError(f"{wheel} has nothing of the form {entry.pattern}: the library spells it anew.")
    return found


def _members(wheel: Path, enumeration: str, text: str) -> list[str]:
    """The values of an enumeration in TypeScript's declarations."""
    body = text.partition(f"enum {enumeration} {{")[2].partition("\n}")[0]
    found = _MEMBER.findall(body)
    if not found:
        raise DerivationError(f"{wheel} has no enumeration {enumeration}: the library spells it anew.")
    return list(dict.fromkeys(found))


def _kept(path: Path, *keys: str) -> dict[str, Any]:
    """What a person wrote into a table: where the facts are published, and with some tables the facts."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return {key: table[key] for key in keys}
    except (ValueError, KeyError, TypeError) as error:
        raise DerivationError(f"{path.name} is no table with {', '.join(keys)}: {error!r}.") from None


def _hold(path: Path, table: Mapping[str, Any], names: Iterable[str]) -> None:
    """Whether a table that is sorted by hand has every name once, and no other."""
    ours = [name for part in SORTED for name in table["data"][part]]
    theirs = set(names)
    new, unknown = sorted(theirs - set(ours)), sorted(set(ours) - theirs)
    twice = sorted({name for name in ours if ours.count(name) > 1})
    if new:
        raise DerivationError(f'{path.name} lacks {", ".join(new)}: put each into a list, after "{table["page"]}".')
    if unknown or twice:
        wrong = ", ".join(unknown + twice)
        raise DerivationError(f"{path.name} has {wrong}: expected each name that the CDK knows, once.")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and derive; returns the exit code."""
    return run(
        derive,
        arguments,
        description="Refresh the pack's tables of AWS's published names and accounts from an aws-cdk-lib wheel.",
        release="aws_cdk_lib-VERSION-py3-none-any.whl",
        target=TARGET,
        unit="facts",
    )


if __name__ == "__main__":
    sys.exit(main())
