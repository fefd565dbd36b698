"""Results in a notebook, and the public names."""

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.foundation.errors import UnknownNameError

sys.path.insert(0, str(Path(__file__).parents[2] / "page"))
from synthetic import results


def test_every_public_name_is_there_and_documented():
    for name in eq.__all__:
        thing = getattr(eq, name)
        assert name == "__version__" or thing.__doc__
    with pytest.raises(AttributeError, match="no public name 'nothing'"):
        eq.nothing  # noqa: B018


def test_the_example_of_the_package_holds():
    assert doctest.testmod(eq).failed == 0


def test_importing_the_package_brings_no_plotting_web_or_kernels():
    code = "import equipoise, sys; print([m for m in ('numba', 'matplotlib', 'fastapi', 'xarray', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_result_shows_itself_in_a_notebook():
    made = results()
    for kind in ("defended_area", "exposure", "trajectories"):
        text = made[kind]._repr_html_()
        assert "<script" not in text
        assert text.count("<") > 5
    assert "data:image/" in made["exposure"]._repr_html_()
    assert "Whose deterrent is exposed" in made["exposure"]._repr_html_()


def test_a_result_draws_the_figure_that_is_asked_for():
    made = results()["exposure"]
    assert "(km/s)" in made.plot("exposure-by-speed").axes[0].get_xlabel()
    with pytest.raises(UnknownNameError, match="exposure-by-speed"):
        made.plot("exposure-by-sped")
