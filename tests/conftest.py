"""Property tests try the same examples on every run of the tests, however long one takes; ``make validate`` draws new ones.

The whole suite on several workers compiles most kernels once, before the workers begin: each would compile all of them
for itself.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("the same on every run", derandomize=True, deadline=None)
settings.load_profile("the same on every run")

KERNELS = Path(__file__).with_name("kernels.py")


def pytest_configure(config: pytest.Config) -> None:
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if whole and config.getoption(
        "numprocesses", None
    ):  # which is so in the process that starts the workers alone
        subprocess.run([sys.executable, KERNELS], check=True)


@pytest.fixture(scope="session")
def rust_checker():
    """Return the checker of certificates in Rust, compiled."""
    from validation.second_checker import build  # it takes the kernels, which most tests do without

    built = build()
    if built is None:
        pytest.skip(
            "cargo is not installed: the checker in Rust was not built, and nothing was compared with it"
        )
    return built
