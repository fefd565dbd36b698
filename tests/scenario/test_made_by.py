"""The command that a result names as what made it is one that can be typed, and says all that was typed of the numbers."""

import shlex

import pytest

from command_line import invoke
from equipoise.cli import progress

TYPED = (
    "guarantee report too-weak --set scenario.aim_step_deg=10 --limit 5.0",
    "flight-test plan ftm-16-like --now 2011-08-31T12:00:00Z",
    "flight-test evidence ftm-16-like --tests 3 --speed 4.5 --seed 2",
    "expose epaa --set assumption.track_s=5 --set 'scenario.title=two words' --at 2018 --mode joint --samples 8",
    "compare epaa@independent epaa@joint",
    "crux third-site-agency third-site-critics --stated",
    "run epaa",
)
UNSAID = ("--out", "elsewhere", "--quiet", "--json")


@pytest.mark.parametrize("words", TYPED)
def test_a_result_is_made_by_what_was_typed(words, monkeypatch):
    # That of `guarantee report` quoted its two words as one and left its limit out.
    made = []

    def run(*_given, command, **_more):
        made.append(command)
        raise InterruptedError

    monkeypatch.setattr(progress, "run_with_progress", run)
    assert isinstance(invoke([*shlex.split(words), *UNSAID]).exception, InterruptedError)
    assert made == [f"equipoise {words}"]
