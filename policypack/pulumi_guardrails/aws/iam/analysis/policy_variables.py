"""What is wrong with the policy variables of a text, such as `${aws:username, 'anonymous'}`.

Sources: AWS IAM User Guide, "IAM policy elements: Variables and tags" and "IAM policy validation check reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check
from pulumi_guardrails.aws.iam.catalogue.condition_keys import (
    closest_key,
    condition_key,
    has_known_prefix,
    key_prefix,
)
from pulumi_guardrails.core.frozen import fast_dataclass

_BEGIN, _END = "${", "}"
_CHARACTERS = ("*", "?", "$")
"""The variables that stand for a character which has a meaning of its own."""

_NAME = re.compile(r"^[A-Za-z0-9:/._+=@-]+$")


@fast_dataclass(frozen=True)
class VariableProblem:
    """What is wrong with a variable.

    Attributes:
        check: AWS's check that finds it.
        says: What is wrong, as the rest of a sentence that begins with the text.
        fix: What to change.
    """

    check: Check
    says: str
    fix: str = ""


@lru_cache(maxsize=4096)
def variable_problems(text: str) -> tuple[VariableProblem, ...]:
    """The problems of the variables in a text, each said once."""
    return tuple(dict.fromkeys(_problems(text))) if _BEGIN in text else ()


def _problems(text: str) -> Iterator[VariableProblem]:
    for part in text.split(_BEGIN)[1:]:
        inside, closed, _ = part.partition(_END)
        if not closed:
            yield VariableProblem(Check.MISSING_BRACE_IN_VARIABLE, "has a variable without its closing brace")
        elif not inside.strip():
            yield VariableProblem(Check.EMPTY_VARIABLE, "has a variable without a name")
        elif inside not in _CHARACTERS:
            yield from _of_variable(inside)


def _of_variable(inside: str) -> Iterator[VariableProblem]:
    name, comma, default = inside.partition(",")
    quoted = default.strip()
    if comma and not (len(quoted) > 1 and quoted.startswith("'") and quoted.endswith("'")):
        yield VariableProblem(Check.MISSING_QUOTE_IN_VARIABLE, "has a variable whose default is not in single quotes")
    if " " in name:
        yield VariableProblem(Check.UNSUPPORTED_SPACE_IN_VARIABLE, "has a space in the name of a variable")
    elif not _NAME.match(name):
        yield VariableProblem(Check.UNSUPPORTED_SYMBOL_IN_VARIABLE, "has a symbol in the name of a variable")
    elif _is_of_aws(name) and condition_key(name) is None:
        like = closest_key(name) if ":" in name else ""
        fix = f"Write ${{{like}}}, if that is meant." if like else ""
        yield VariableProblem(Check.INVALID_GLOBAL_CONDITION_KEY, "has a variable that does not exist", fix)


def _is_of_aws(name: str) -> bool:
    """Whether only a global condition key can be meant.

    A service can have variables that are no condition keys, as AWS IoT and AWS Transfer Family do.
    """
    return ":" not in name or key_prefix(name) == "aws" or not has_known_prefix(name)
