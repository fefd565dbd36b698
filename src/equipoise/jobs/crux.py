"""Why two scenarios disagree, as one task of a run and as Python calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.jobs.made import made_by_call
from equipoise.jobs.tasks import Found, Task, Tell
from equipoise.results.record import Result

if TYPE_CHECKING:
    from equipoise.scenario.load import Scenario


def crux_task(theirs: Scenario, *, over_ranges: bool = True) -> Task:
    """Return the task that compares a run's scenario with theirs; both are at one date in one mode.

    With ``over_ranges`` each side's verdicts are also looked at over all of its ranges.
    """

    def compared(ours: Scenario, _found: Found, tell: Tell) -> Result:
        from equipoise.analysis.crux.observation import observations
        from equipoise.analysis.crux.result import result
        from equipoise.analysis.crux.study import crux as study

        def count(done: int) -> None:
            for _ in range(done):
                tell()

        found = study(ours, theirs, over_ranges=over_ranges, tell=count)
        return result(found, observations(found.between.claims))

    def steps(ours: Scenario) -> int:
        from equipoise.analysis.crux.study import expected_steps

        return expected_steps(ours, theirs)

    return Task("crux", "Crux", compared, steps)


def crux(
    ours: Scenario, theirs: Scenario | str, *, at: str = "", mode: str = "", over_ranges: bool = True
) -> Result:
    """Return why two scenarios disagree: the claims that turn each verdict, what each carries, and what would settle it.

    ``theirs`` is a scenario or the text of its file. They are compared at the last date and in the first mode that both have, unless
    ``at`` and ``mode`` name others. :class:`InputError` says what they do not share.

    >>> import equipoise as eq
    >>> scenario = eq.Scenario.load("too-weak")
    >>> eq.crux(scenario, scenario, over_ranges=False).data.sizes["claim"]
    0
    """
    from equipoise.analysis.crux.study import asked_together
    from equipoise.scenario.load import Scenario

    other = Scenario.from_toml(theirs, "theirs") if isinstance(theirs, str) else theirs
    first, second = asked_together(ours, other, at=at, mode=mode)
    found = crux_task(second, over_ranges=over_ranges).run(first, {}, lambda: None)
    options = {"theirs": other.to_toml(), "at": at, "mode": mode, "over_ranges": over_ranges}
    return made_by_call(ours, found, "crux", options)
