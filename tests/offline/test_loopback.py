"""Which variables keep a proxy away from this machine."""

from __future__ import annotations

import pytest

from offline.loopback import exceptions

HERE = "127.0.0.1,localhost,::1"


@pytest.mark.parametrize(
    ("given", "lower", "upper", "of_grpc"),
    [
        ({}, HERE, HERE, HERE),
        ({"no_proxy": ""}, HERE, HERE, HERE),
        ({"no_proxy": "a.example, b.example,"}, *(f"a.example,b.example,{HERE}",) * 3),
        ({"NO_PROXY": "a.example"}, *(f"a.example,{HERE}",) * 3),
        ({"no_proxy": "a", "NO_PROXY": "b", "no_grpc_proxy": "c"}, f"a,{HERE}", f"b,{HERE}", f"c,{HERE}"),
        ({"no_proxy": "localhost"}, *("localhost,127.0.0.1,::1",) * 3),
        ({"no_proxy": "*"}, "*", "*", f"*,{HERE}"),
    ],
)
def test_what_is_listed_stays_and_this_machine_is_added(
    given: dict[str, str], lower: str, upper: str, of_grpc: str
) -> None:
    assert exceptions(given) == {"no_proxy": lower, "NO_PROXY": upper, "no_grpc_proxy": of_grpc}
