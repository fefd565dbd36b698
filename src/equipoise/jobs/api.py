"""The analyses as a notebook calls them: a scenario in, one result out, with what makes it again and its sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.foundation.errors import DomainError, StoredResultError, unknown_name
from equipoise.jobs.crux import crux
from equipoise.jobs.made import made_by_call
from equipoise.jobs.python_sweep import again
from equipoise.results.record import Result
from equipoise.scenario.load import Scenario, day_of

if TYPE_CHECKING:
    from equipoise.analysis.guarantees.cases import Certified

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, repr=False)
class Engagement(Result):
    """The outcome of one missile to one place, by phase, mode and command; it tells its story."""

    @classmethod
    def of(cls, result: Result) -> Engagement:
        """Return a result of kind ``engagements``, as a file gives it back, as one that tells its story."""
        return cls(**{field.name: getattr(result, field.name) for field in fields(result)})

    def plot(self, figure: str = "") -> Any:
        """Return the figure of :meth:`explain`: path, sensors and launches of the engagement of the last phase and mode."""
        return self.explain().plot(figure)

    def explain(self, *, phase: str = "", mode: str = "") -> Result:
        """Return what happens step by step, as a result of kind ``engagement``, in one phase and mode (the last by default).

        Where several commands may shoot, it is the one that can do most. :class:`UnknownNameError` names the nearest phase or mode.
        """
        from equipoise.analysis.defence.one_missile import one_missile

        options = dict(json.loads(self.provenance.call)[1])
        aim = options.pop("aim")
        scenario = self.scenario
        if phase:
            names = [p.name for p in scenario.phases]
            if phase not in names:
                raise unknown_name("phase", phase, names)
            scenario = replace(scenario, phases=(scenario.phases[names.index(phase)],))
        scenario = scenario.in_mode(mode) if mode else scenario
        asked = one_missile(scenario, options.pop("threat"), aims=[tuple(aim)], **options)
        told = asked.timeline(asked.best_of_last(asked.outcomes), self.title)
        return replace(told, provenance=self.provenance, sources=self.sources)


def engage(
    scenario: Scenario,
    threat: str = "",
    *,
    aim: Point,
    start: Point | None = None,
    family: str = "minimum_energy",
) -> Engagement:
    """Return what each command can do against one missile to ``aim``, by phase and mode; ``.explain()`` tells how.

    ``threat`` is one of the scenario (by default the first that reaches the place), flown from its launch area or from ``start``; places are
    (latitude, longitude) in degrees. Variables over ``case``: ``reason``, ``shots``, ``slack_s`` and other times in s since
    launch, ``site``. :class:`InputError` says why there is no such flight.

    >>> import equipoise as eq
    >>> scenario = eq.Scenario.load("epaa").at("2018", mode="independent")
    >>> shot = eq.engage(scenario, "irbm-notional", aim=(44.4, 26.1))
    >>> int(shot.data.shots.max()) > 0, shot.explain().kind
    (True, 'engagement')
    >>> shot.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    from equipoise.analysis.defence.one_missile import engagements, one_missile

    options = {"threat": threat, "aim": list(aim), "start": list(start) if start else None, "family": family}
    asked = one_missile(scenario, threat, aims=[aim], start=start, family=family)
    found = engagements(asked, asked.outcomes, [aim])
    return Engagement.of(made_by_call(scenario, found, "engage", options))


def defended_area(scenario: Scenario, *, threat: str = "") -> Result:
    """Return who is defended: shots, slack and reason per cell; against one threat, or all of the scenario.

    >>> import equipoise as eq
    >>> coarse = eq.Scenario.load("epaa", ["scenario.map_step_deg=6"]).at("2018", mode="independent")
    >>> area = eq.defended_area(coarse, threat="ghadr-1")
    >>> area.data.shots.dims, area.data.threat.values.tolist()
    (('phase', 'mode', 'threat', 'lat', 'lon'), ['ghadr-1'])
    >>> area.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    from equipoise.analysis.defence import defended_area as analysis
    from equipoise.analysis.defence.missile_ranges import with_missile_ranges

    asked = scenario
    if threat:
        one = tuple(entry for entry in scenario.threats if entry.id == threat)
        if not one:
            raise unknown_name("threat", threat, [entry.id for entry in scenario.threats])
        asked = replace(scenario, threats=one)
    found = with_missile_ranges(analysis.defended_area(asked), asked)
    return made_by_call(scenario, found, "defended_area", {"threat": threat})


def exposure(scenario: Scenario) -> Result:
    """Return whose deterrent is exposed: slack and reason per base and aim cell, shares with their range.

    >>> import equipoise as eq
    >>> exposed = eq.exposure(eq.Scenario.load("epaa", ["scenario.aim_step_deg=10"]).at("2011"))
    >>> float(exposed.data.share.sel(end="nominal").max())
    0.0
    >>> exposed.plot("exposure-by-speed")  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    return _task(scenario, "exposure")


def cooperation(scenario: Scenario) -> Result:
    """Return what each mode of cooperation gains each party, and what it then depends on; it takes two parties.

    >>> import equipoise as eq
    >>> two = eq.Scenario.load("epaa", ["scenario.map_step_deg=8"]).at("2018").in_modes(["independent", "exchange"])
    >>> gained = eq.cooperation(two)
    >>> list(gained.data["mode"].values)
    ['independent', 'exchange']
    >>> gained.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    return _task(scenario, "cooperation", none="one party defends, so there is nobody to cooperate with")


def balance(scenario: Scenario) -> Result:
    """Return what exposure does to retaliation, by phase and alert: warheads that arrive, and the share that is lost.

    >>> import equipoise as eq
    >>> weighed = eq.balance(eq.Scenario.load("epaa", ["scenario.aim_step_deg=10"]).at("2018", mode="independent"))
    >>> weighed.data.warheads.dims
    ('phase', 'counted', 'count_end', 'base')
    >>> weighed.plot("balance-drawdown")  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    return _task(scenario, "balance", none="the scenario has no deterrent to weigh")


def raid(scenario: Scenario) -> Result:
    """Return what gets through in every raid of the scenario, by phase and mode, exact and simulated.

    >>> import equipoise as eq
    >>> through = eq.raid(eq.Scenario.load("epaa").at("2018", mode="independent"))
    >>> through.data.raid.size
    2
    >>> through.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    return _task(scenario, "raids", none="the scenario has no raid; add a [[raid]]")


def guarantee(scenario: Scenario) -> Result:
    """Return the verdict on every clause in every phase: kept, broken or undetermined, with its margin and what decides.

    >>> import equipoise as eq
    >>> promised = eq.guarantee(eq.Scenario.load("epaa").at("2011", mode="independent"))
    >>> promised.data.truth.dims
    ('clause', 'phase')
    >>> promised.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    return _task(scenario, "guarantee", none="the scenario has no clause")


def worst(scenario: Scenario, *, at: str | date = "", limit_s: float = 60.0) -> Result:
    """Return the worst system that the clauses permit: its slack, a bound from above, and an engagement of it.

    ``at`` binds only what is in force on that day; ``limit_s`` are seconds to search.

    >>> import equipoise as eq
    >>> draft = eq.Scenario.load("too-weak", ["scenario.aim_step_deg=10"])
    >>> draft = draft.without(*(f"base.{base.id}" for base in draft.bases[1:]))
    >>> found = eq.worst(draft, limit_s=1)
    >>> bool(found.data.attained > 0)
    True
    >>> found.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    from equipoise.analysis.guarantees.cases import worst_case

    found = worst_case(scenario, day=_day(at), limit_s=limit_s).result()
    return made_by_call(scenario, found, "worst", {"at": str(at), "limit_s": limit_s})


def negotiation_space(scenario: Scenario) -> Result:
    """Return whom other limits of the clauses would defend, and what they would expose.

    >>> import equipoise as eq
    >>> draft = eq.Scenario.load("too-weak", ["scenario.aim_step_deg=10", "scenario.map_step_deg=10"])
    >>> draft = draft.without(*(f"base.{base.id}" for base in draft.bases[1:]))
    >>> space = eq.negotiation_space(draft.at("2018", mode="independent"))
    >>> space.kind
    'negotiation'
    >>> space.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    return _task(scenario, "negotiation")


def certify(scenario: Scenario, *, at: str | date = "", limit_s: float = 60.0) -> Certified:
    """Return the outcome of a search for a certificate that no permitted system can engage, judged by the independent checker.

    ``.certificate`` is the certificate as JSON data, None when there is none; ``.refused`` and ``.row()`` say why.

    >>> import equipoise as eq
    >>> draft = eq.Scenario.load("too-weak", ["scenario.aim_step_deg=10"])
    >>> draft = draft.without(*(f"base.{base.id}" for base in draft.bases[1:]))
    >>> found = eq.certify(draft, limit_s=1)
    >>> found.certificate is None
    True
    """
    from equipoise.analysis.guarantees.cases import certified

    return certified(scenario, day=_day(at), limit_s=limit_s)


def verify(certificate: Any, scenario: Scenario | None = None, *, at: str | date = "") -> tuple[str, ...]:
    """Return, sentence by sentence, what a certificate is certified for; with a scenario also that this is what it asks.

    ``certificate`` is a file or its JSON data. :class:`~equipoise.checkers.certificate.verify.Rejected` says why it is refused.

    >>> import equipoise as eq
    >>> draft = eq.Scenario.load("sufficient", ["scenario.aim_step_deg=10"])
    >>> draft = draft.without(*(f"base.{base.id}" for base in draft.bases[1:]))
    >>> found = eq.certify(draft, limit_s=5)
    >>> eq.verify(found.certificate, draft)[0][:60]
    'CERTIFIED for the statement below: "Draft B, sufficient".'
    """
    from equipoise.checkers.certificate.verify import check, read

    asked = None
    if scenario is not None:
        from equipoise.analysis.guarantees.question_file import question_file

        asked = question_file(scenario, day=_day(at))
    document = read(Path(certificate)) if isinstance(certificate, str | Path) else certificate
    return tuple(check(document, asked).sentences)


def deciding(scenario: Scenario, analyses: Sequence[str] = ("exposure",), *, samples: int = 0) -> Result:
    """Return which inputs decide the measures of some analyses (exposure, defended_area, balance).

    With ``samples`` every uncertain input moves, and so many points of the box are drawn; without, only inputs that are
    quick to move.

    >>> import equipoise as eq
    >>> plan = eq.Scenario.load("epaa", ["scenario.aim_step_deg=10"]).at("2020", mode="independent")
    >>> decides = eq.deciding(plan)
    >>> decides.data.measure.size
    4
    >>> decides.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    from equipoise.jobs.tasks import uncertainty

    task = uncertainty(tuple(analyses), samples)
    found = task.run(scenario, {}, _silent)
    return made_by_call(scenario, found, "deciding", {"analyses": list(analyses), "samples": samples})


def run(scenario: Scenario, out: Path | str | None = None) -> dict[str, Result]:
    """Return what every analysis of the main job finds, by kind; with ``out`` also write its folder, report and all.

    An analysis for which the scenario has no data is left out, as in ``equipoise run``.

    >>> import equipoise as eq
    >>> found = eq.run(eq.Scenario.load("epaa", ["scenario.map_step_deg=8", "scenario.aim_step_deg=10"]).at("2011", mode="independent"))
    >>> sorted(found)[:3]
    ['balance', 'cooperation', 'defended_area']
    """
    from equipoise.jobs.executor import execute
    from equipoise.jobs.job import run as run_job
    from equipoise.jobs.tasks import ANALYSES, uncertainty
    from equipoise.results.record import load_results

    tasks = (*ANALYSES, uncertainty(("exposure",), 0))
    if out is not None:
        return load_results(run_job(scenario, Path(out), command="", tasks=tasks).parent / "results.nc")
    made = execute(tasks, scenario)
    return {
        name: made_by_call(scenario, value, *_CALLS.get(name, (name, {}))) for name, value in made.items()
    }


def reproduce(result: Result) -> Result:
    """Return the result computed again from the scenario and the options that it carries.

    :class:`StoredResultError` says what it lacks.
    """
    made = result.provenance
    name, options = json.loads(made.call) if made.call else (result.kind, _kept(result))
    function = _AGAIN.get(name)
    if function is None:
        raise StoredResultError(f"a result of kind '{result.kind}' holds not all that it was made from")
    return function(result.scenario, **options)


def _kept(result: Result) -> dict[str, Any]:
    """Return the options that a result of the command line keeps in its data: the other scenario of a crux."""
    return {"theirs": result.data.attrs["theirs_toml"]} if result.kind == "crux" else {}


def _task(scenario: Scenario, name: str, none: str = "nothing to do") -> Result:
    """Return what a task of the main job finds, after those that it needs; :class:`DomainError` when it has nothing to do."""
    from equipoise.jobs.tasks import ANALYSES, guarantee_tasks

    tasks = {task.name: task for task in (*guarantee_tasks(60.0), *ANALYSES)}
    found: dict[str, Any] = {}
    for needed in (*tasks[name].needs, name):
        value = tasks[needed].run(scenario, found, _silent)
        if value is None:
            raise DomainError(f"{scenario.name}: {none}")
        found[needed] = value
    return made_by_call(scenario, found[name], name, {})


_CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "uncertainty": ("deciding", {"analyses": ["exposure"], "samples": 0})
}
"""Tasks of the main job that another function with options makes again."""


def _silent(*_: object) -> None:
    """Tell nobody how far it is."""


def _day(at: str | date) -> date | None:
    if isinstance(at, date):
        return at
    return day_of(at) if at else None


def _engaged(scenario: Scenario, **options: Any) -> Result:
    start = options.pop("start")
    return engage(scenario, start=tuple(start) if start else None, aim=tuple(options.pop("aim")), **options)


_AGAIN: dict[str, Callable[..., Result]] = {
    "engage": _engaged,
    "defended_area": defended_area,
    "worst": worst,
    "crux": crux,
    "sweep": lambda scenario, **options: again(scenario, **options),
    "deciding": deciding,
    **{
        name: lambda scenario, name=name: _task(scenario, name)
        for name in (
            "balance", "cooperation", "exposure", "guarantee", "launch_policies", "negotiation", "places", "raids",
            "scenario", "timeline", "trajectories",
        )
    },
}  # fmt: skip
"""How a result is made again, by the function that its ``call`` names or, without one, by its kind."""
