"""The stacks that most tests look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.infra.program import PASSWORD, Stack, run, stack_file


@pytest.fixture(autouse=True, scope="session")
def no_environment() -> Iterator[None]:
    """The caller's own region or team must not decide a test."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("ENVIRONMENT_SUFFIX", "AWS_REGION", "REPOSITORY", "TEAM", "PULUMI_CONFIG"):
            patch.delenv(variable, raising=False)
        yield


@pytest.fixture(scope="session")
def dev() -> Stack:
    """The development stack of the repository."""
    return run(stack_file("dev"))


@pytest.fixture(scope="session")
def prod() -> Stack:
    """The production stack of the repository."""
    return run(stack_file("prod"), stack="prod")


@pytest.fixture(scope="session")
def own_password() -> Stack:
    """A stack whose database password is configured."""
    return run(secrets={"db_password": PASSWORD})


def pytest_configure(config: pytest.Config) -> None:
    """Loading a service of the SDK warns of every old spelling of its resources, none of which the program uses."""
    config.addinivalue_line("filterwarnings", "ignore:.* has been deprecated in favor of:DeprecationWarning:pulumi_aws")
