"""Twenty bad configurations of the pack, by kind: each is one sentence that names policy, setting and what is expected.

`tests/engine/test_bad_configurations.py` has a sample on the real engine, which checks the settings' schemas first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from pulumi_guardrails.core.policy import Level
from pulumi_guardrails.engine.configuration import ConfigurationError
from pulumi_guardrails.engine.session import Session
from tests.policypack.cases import policies_by_name

WAIVER = {"resource": "*::logs", "reason": "An auditor asks for it.", "approvedBy": "ann", "expires": "2099-01-01"}


def _waiver(**changes: Any) -> dict[str, Any]:
    return {"waivers": [{key: value for key, value in {**WAIVER, **changes}.items() if value is not None}]}


BAD: dict[str, tuple[str, Mapping[str, Any], str]] = {
    "a policy that is none": ("log-retentoin", {}, "no policy 'log-retentoin'; did you mean log-retention?"),
    "a policy unlike any": ("x", {}, "no policy 'x'; its documentation lists their names."),
    "a setting that is none": (
        "log-retention",
        {"minimumDay": 7, "minimumDays": 30, "maximumDays": 30, "onUndecided": "advisory", "waivers": []},
        "minimumDay is 7; expected one of the keys maximumDays, minimumDays, onUndecided, waivers "
        "(did you mean minimumDays?).",
    ),
    "a setting of another policy": (
        "kms-rotation",
        {"required": ["Team"]},
        'required is ["Team"]; expected one of the',
    ),
    "a text for a number": ("log-retention", {"minimumDays": "seven"}, 'minimumDays is "seven"; it must be integer.'),
    "a fraction for a whole number": ("log-retention", {"minimumDays": 7.5}, "minimumDays is 7.5; it must be integer."),
    "a switch for a number": ("log-retention", {"minimumDays": True}, "minimumDays is true; it must be integer."),
    "a text for a switch": ("iam-no-elevated-managed-policy", {"onlyAllowed": "yes"}, 'is "yes"; it must be boolean.'),
    "a text for a list": ("resource-tagged", {"required": "Team"}, 'required is "Team"; it must be array.'),
    "a number in a list of texts": (
        "resource-tagged",
        {"required": ["Team", 7]},
        "required[1] is 7; it must be string.",
    ),
    "a blank text in a list": (
        "resource-tagged",
        {"required": ["Team", " "]},
        'required[1] is " "; expected a text that',
    ),
    "an empty text in a list": ("resource-tagged", {"required": [""]}, 'required[0] is ""; expected a text that'),
    "a number below its range": ("log-retention", {"minimumDays": 0}, "minimumDays is 0; it must be bigger than or"),
    "a number above its range": ("kms-rotation", {"maximumDays": 9000}, "maximumDays is 9000; it must be smaller than"),
    "a word that is no choice": (
        "log-retention",
        {"onUndecided": "block"},
        """onUndecided is "block"; it must be one of""",
    ),
    "an account that is none": (
        "iam-trust-names-principals",
        {"trustedAccounts": ["12"]},
        "expected accounts as twelve",
    ),
    "a range that is none": ("sg-ingress-from-internet", {"trusted": ["office"]}, "expected address ranges"),
    "a port that is none": ("network-acl-closed-to-internet", {"ports": [70000]}, "ports[0] is 70000"),
    "two tiers of one name": (
        "network-chain",
        {"tiers": [{"name": "a", "kinds": ["instance"], "ports": [1], "from": []}] * 2},
        "expected tiers of different names",
    ),
    "an unknown key of a tier": (
        "network-chain",
        {"tiers": [{"name": "a", "kinds": ["instance"], "ports": [1], "from": [], "port": 1}]},
        "tiers[0] is",
    ),
    "waivers that are no list": ("log-retention", {"waivers": WAIVER}, "it must be array."),
    "a waiver that is a text": ("log-retention", {"waivers": ["*"]}, 'waivers[0] is "*"; it must be object.'),
    "a waiver without a reason": (
        "log-retention",
        _waiver(reason=None),
        "it must have the keys resource, reason, approvedBy, ex",
    ),
    "a waiver with an empty reason": ("log-retention", _waiver(reason=""), 'waivers[0].reason is ""'),
    "a waiver with a blank reason": (
        "log-retention",
        _waiver(reason=" \t"),
        'waivers[0].reason is " \\t"; expected a text that is not blank.',
    ),
    "a waiver nobody approved": ("log-retention", _waiver(approvedBy="  "), "waivers[0].approvedBy is"),
    "a waiver of no resource": ("log-retention", _waiver(resource=" "), "waivers[0].resource is"),
    "a waiver until a day that is none": (
        "log-retention",
        _waiver(expires="2099-02-30"),
        "expected a day as YYYY-MM-DD.",
    ),
    "a waiver until some time": (
        "log-retention",
        _waiver(expires="soon"),
        "expires on 'soon', no date; expected a day as YYYY-MM-DD.",
    ),
    "a waiver with an unknown key": (
        "log-retention",
        _waiver(ticket="OPS-1"),
        'waivers[0].ticket is "OPS-1"; expected one of the keys approvedBy, expires, reason, resource.',
    ),
}


@pytest.fixture
def session() -> Session:
    """The pack before any configuration."""
    return Session(list(policies_by_name().values()), lambda: date(2026, 1, 1))


@pytest.mark.parametrize(("policy", "given", "said"), BAD.values(), ids=BAD.keys())
def test_it_is_one_sentence(policy: str, given: Mapping[str, Any], said: str, session: Session) -> None:
    with pytest.raises(ConfigurationError) as refused:
        session.configure(policy, Level.MANDATORY, given)
    sentence = str(refused.value)
    assert policy in sentence
    assert said in sentence
    assert "\n" not in sentence
    assert len(sentence) < 500


def test_there_are_twenty_and_what_is_good_beside_them_is_taken(session: Session) -> None:
    assert len(BAD) >= 20
    session.configure("log-retention", Level.MANDATORY, {"minimumDays": 7, "maximumDays": 365.0, "waivers": [WAIVER]})
