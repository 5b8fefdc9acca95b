"""Evidence for the tests: an example in which every outcome occurs, and arbitrary evidence for properties."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from audit.description import Policy
from audit.evidence import Evidence, Exemption, Outcome, Provenance, Resource, Result, version_name
from audit.preview_document import Source

PACK = "guardrails"
KEY = "urn:pulumi:prod::api::aws:kms/key:Key::key"
TABLE = "urn:pulumi:prod::api::api:data:Store$aws:dynamodb/table:Table::sessions"

ROTATION = Policy(
    PACK,
    "kms-rotation",
    title="Keys are rotated",
    level="mandatory",
    severity="high",
    frameworks={"CIS 3.0": ("3.6",), "NIST": ("ac_2", "sc_12")},
    family="kms",
    resource_types=frozenset({"aws:kms/key:Key"}),
    on_stack=False,
    advice="Set enable_key_rotation=True.",
    url="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
)
BACKUP = replace(
    ROTATION,
    name="table-backup",
    title="Tables are backed up",
    level="advisory",
    severity="medium",
    frameworks={"CIS 3.0": ("2.10",)},
    family="dynamodb",
    resource_types=frozenset({"aws:dynamodb/table:Table"}),
)
CHAIN = replace(
    BACKUP, name="network-chain", title="Traffic goes one way", frameworks={}, family="vpc", on_stack=True, severity=""
)

WAIVER = Exemption("migration", "ann", "2999-01-01")
EXCEPTION = Exemption("agreed", id="EXC-1")


def evidence(*results: Result, is_complete: bool = True) -> Evidence:
    """Evidence of a run on a key and a table."""
    return Evidence(
        project="api",
        stack="prod",
        operation="preview",
        is_complete=is_complete,
        policies=(ROTATION, CHAIN, BACKUP),
        resources=(
            Resource(KEY, "aws:kms/key:Key", "create", Source("infra/keys and more.py", 12)),
            Resource(TABLE, "aws:dynamodb/table:Table", "create"),
        ),
        results=results,
        notes=("kms-rotation: The waiver of 'x' matches no resource.",),
        errors=() if is_complete else ("the program broke off",),
        provenance=Provenance(
            command="python -m audit run",
            began="2026-11-26T14:00:00+00:00",
            ended="2026-11-26T14:00:09+00:00",
            user="ann@host",
            git_commit="abc",
            git_dirty=False,
            versions={"Pulumi": "3.272.0", version_name(PACK): "1.2.3"},
        ),
    )


EXAMPLE = evidence(
    Result(ROTATION, KEY, Outcome.VIOLATED, "mandatory", "Key 'key': enableKeyRotation is false; expected true."),
    Result(CHAIN, "", Outcome.UNDECIDED, "advisory", "Undecided: a rule is not known."),
    Result(CHAIN, KEY, Outcome.WAIVED, "advisory", "Waived: it is not.", WAIVER),
    Result(BACKUP, KEY, Outcome.EXCEPTED, "advisory", "It is not.", EXCEPTION),
    Result(CHAIN, TABLE, Outcome.REMEDIATED, "remediate"),
    Result(BACKUP, TABLE, Outcome.PASSED, "advisory"),
    Result(ROTATION, TABLE, Outcome.NOT_APPLICABLE, "mandatory"),
)

# Every character, those that no format takes included.
texts = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(
    [
        "",
        " ",
        "=1+1",
        "@SUM(A1)",
        "-2",
        "\x00",
        "\x1b[31m",
        "a\x0bb\r\nc",
        "]]>",
        "<b>&amp;",
        "\ud800",
        "\ufffe",
        "'\"`|",
        "::",
    ]
)
times = st.sampled_from(["", "2026-11-26T14:00:00Z", "2026-11-26T14:00:00+01:00", "2026-11-26T14:00:00"]) | texts
severities = st.sampled_from(["", "low", "medium", "high", "critical"])
policies = st.builds(
    Policy,
    pack=texts,
    name=texts,
    title=texts,
    level=st.sampled_from(["mandatory", "advisory", "remediate", "disabled", ""]),
    severity=severities,
    frameworks=st.dictionaries(texts, st.lists(texts, max_size=2).map(tuple), max_size=2),
    family=texts,
    on_stack=st.sampled_from([True, False, None]),
    advice=texts,
    url=texts | st.sampled_from(["https://example.com/a?b#c", "https://example.com/a b"]),
)
exemptions = st.builds(
    Exemption, reason=texts, approved_by=texts, expires=st.sampled_from(["", "2027-01-31", "2027-02-31"]), id=texts
)
resources = st.builds(
    Resource,
    urn=texts | st.builds("urn:pulumi:prod::api::a:b:C::{}".format, texts),
    type=texts,
    operation=texts,
    source=st.none() | st.builds(Source, file=texts, line=st.integers(1, 9)),
)


@st.composite
def arbitrary(draw: st.DrawFn) -> Evidence:
    """Evidence in which every text is arbitrary; each pair of a policy and a resource has one result at most."""
    known = draw(st.lists(policies, max_size=4, unique_by=lambda policy: (policy.pack, policy.name)))
    stack = draw(st.lists(resources, max_size=4, unique_by=lambda resource: resource.urn))
    pairs = [(policy, urn) for policy in known for urn in dict.fromkeys([*(one.urn for one in stack), ""])]
    results = []
    for policy, urn in pairs:
        outcome = draw(st.none() | st.sampled_from(Outcome))
        if outcome is not None:
            exemption = draw(exemptions) if outcome in (Outcome.WAIVED, Outcome.EXCEPTED) else None
            level = draw(st.sampled_from(["mandatory", "advisory", "remediate", ""]))
            results.append(Result(policy, urn, outcome, level, draw(texts), exemption))
    return Evidence(
        project=draw(texts),
        stack=draw(texts),
        operation=draw(st.sampled_from(["preview", "up", "state"])),
        is_complete=draw(st.booleans()),
        policies=tuple(known),
        resources=tuple(stack),
        results=tuple(results),
        notes=tuple(draw(st.lists(texts, max_size=2))),
        errors=tuple(draw(st.lists(texts, max_size=2))),
        provenance=draw(
            st.builds(
                Provenance,
                command=texts,
                began=times,
                ended=times,
                user=texts,
                git_commit=texts,
                git_dirty=st.sampled_from([True, False, None]),
                versions=st.dictionaries(texts, texts, max_size=2),
            )
        ),
        undescribed=tuple(draw(st.lists(texts, max_size=2))),
        passes_known=draw(st.booleans()),
    )
