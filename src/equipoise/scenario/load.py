"""A scenario: read, check every key, check what the entries say of each other, freeze, hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from pydantic_core import PydanticCustomError

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import InputError, Problem, StoredResultError, misuse
from equipoise.model import scenario as model
from equipoise.model.claim import Claim
from equipoise.model.clause import Clause
from equipoise.model.cooperation import Mode, Sector
from equipoise.model.fields import FIRST_YEAR, LAST_YEAR, Date, End, known_names
from equipoise.model.record import Record, Service
from equipoise.model.systems import Base, Interceptor, LaunchArea, Missile, Party, Radar, Satellite, Site
from equipoise.model.vehicle import StagedMissile
from equipoise.results.record import RESULTS, Provenance, load_provenance
from equipoise.scenario import vary
from equipoise.scenario.cooperation import cooperation_faults
from equipoise.scenario.correlation import with_correlations
from equipoise.scenario.cross_check import cross_check
from equipoise.scenario.declared_range import with_references
from equipoise.scenario.faults import refuse
from equipoise.scenario.library import Raw, setting_value, told_of
from equipoise.scenario.read import (
    CATALOGUED,
    SCENARIOS,
    builtin_names,
    read_files,
    with_catalogue,
    with_defaults,
)
from equipoise.scenario.records import Records, read_tables
from equipoise.scenario.roles import defenders
from equipoise.scenario.write import to_toml

__all__ = ["Scenario", "builtin_names", "load_scenario"]


@dataclass(frozen=True, repr=False)
class Scenario(Records):
    """A checked scenario, frozen to the bottom: a record for each table that stands once, a tuple of records for the rest.

    The hash names it: two scenarios that differ in any value or word have different ones.

    >>> import equipoise as eq
    >>> scenario = eq.Scenario.load("epaa").at("2018", mode="joint")
    >>> slower = scenario.with_({"assumption.decision_s": 60.0})
    >>> slower.hash == scenario.hash, eq.Scenario.from_toml(slower.to_toml()).hash == slower.hash
    (False, True)
    """

    TABLES: ClassVar[Mapping[str, model.Table]] = model.TABLES

    head: model.Head
    phases: tuple[model.Phase, ...]
    assumptions: model.Assumptions
    balance: model.Balance
    threats: tuple[model.Threat, ...]
    parties: tuple[Party, ...]
    missiles: tuple[Missile | StagedMissile, ...]
    launch_areas: tuple[LaunchArea, ...]
    interceptors: tuple[Interceptor, ...]
    sites: tuple[Site, ...]
    radars: tuple[Radar, ...]
    satellites: tuple[Satellite, ...]
    policies: tuple[model.Policy, ...]
    sectors: tuple[Sector, ...]
    modes: tuple[Mode, ...]
    raids: tuple[model.Raid, ...]
    volleys: tuple[model.Volley, ...]
    bases: tuple[Base, ...]
    proposals: tuple[model.Proposal, ...]
    clauses: tuple[Clause, ...]
    guarantee: model.Guarantee
    claims: tuple[Claim, ...]
    correlations: tuple[model.Correlation, ...]

    @classmethod
    def load(cls, name_or_path: str, settings: Sequence[str] = ()) -> Scenario:
        """Return a built-in scenario by name or one from a file; see :func:`load_scenario`."""
        return load_scenario(name_or_path, settings)

    @classmethod
    def new(
        cls,
        name: str,
        *,
        defenders: Sequence[str],
        deterrer: str,
        threat_from: Sequence[str],
        day: date | str = "2025",
    ) -> Scenario:
        """Return a scenario to begin with, any countries, at one date; all of its places and numbers are notional.

        Countries are two-letter codes (ISO 3166-1): those that defend, the one whose deterrent is at stake, and those from
        which missiles are expected. ``.to_toml()`` shows what stands in it. :class:`InputError` names a code that is none.

        >>> case = Scenario.new("my-case", defenders=["JP"], deterrer="CN", threat_from=["KP"])
        >>> [site.id for site in case.sites], [threat.id for threat in case.threats]
        (['site-japan'], ['north-korea-japan'])
        """
        from equipoise.scenario.new import new_scenario

        when = day if isinstance(day, date) else day_of(day)
        text = new_scenario(
            name, defenders=defenders, deterrer=deterrer, threat_from=threat_from, day=when.isoformat()
        )
        return cls.from_toml(text, name)

    @classmethod
    def from_toml(cls, text: str, label: str = "text") -> Scenario:
        """Return the scenario that the text of a file describes; ``label`` names the text in messages."""
        return resolve(SCENARIOS.parse(text, label), label)

    @classmethod
    def from_result(cls, path: Path | str) -> Scenario:
        """Return the scenario that a saved result was made from, from the result alone.

        ``path`` is a result file, or the folder of a run. :class:`StoredResultError` says why it has none.
        """
        path = Path(path) / RESULTS if Path(path).is_dir() else Path(path)
        return scenario_of(load_provenance(path), str(path))

    def to_toml(self) -> str:
        """Return the text of a file that says everything; :meth:`from_toml` gives back the same scenario, same hash."""
        return to_toml(self, CATALOGUED)

    def with_(self, changes: Mapping[str, Any], *, keep_range: bool = False) -> Scenario:
        """Return another scenario with other values at some places, such as ``interceptor.sm3-iia.burnout_speed_km_s``.

        A number takes the place of a quantity without its range; with ``keep_range`` the low and high ends stay,
        widened where the number lies outside them. Texts, lists and quantities ``{"value": ...}`` are as in a file.
        :class:`InputError` says what is wrong with a place or a value.
        """
        numbers, others = vary.changes_of(self, changes)
        base = self
        if others:
            raw = SCENARIOS.parse(self.to_toml(), self.name)
            base = resolve(SCENARIOS.with_values(raw, others.items()), self.name)
        put = vary.with_ranged_numbers if keep_range else vary.with_numbers
        return put(base, numbers)

    def with_entries(self, *entries: Record) -> Scenario:
        """Return another scenario with entries added, such as ``Missile(...)``; one with an id that is there takes its place.

        :class:`InputError` says what does not fit together.
        """
        return resolve(vary.tables_with(self, entries), self.name)

    def at_end(self, end: End, *inputs: str) -> Scenario:
        """Return the scenario with every range at the end that is ``against`` the defence, or ``favourable`` to it.

        Which end that is each field of :mod:`equipoise.model` says; ranges of which it says nothing stay at their values.
        With ``inputs``, each TABLE.KEY such as ``interceptor.burnout_speed_km_s``, only these move, in all entries of
        the table. The ranges themselves stay, so that any end can be taken again.
        """
        return vary.at_end(self, end, inputs)

    def without(self, *names: str) -> Scenario:
        """Return another scenario without some entries, each named as in ``threat.sajjil-2``."""
        return resolve(SCENARIOS.without(SCENARIOS.parse(self.to_toml(), self.name), names), self.name)

    def active(self, table: str, day: date) -> list[Any]:
        """Return the entries of ``table`` in service on ``day`` whose instruments are in force."""
        return [entry for entry in self.table(table) if not why_inactive(entry, day)]

    def at(self, day: date | str, *, mode: str | None = None) -> Scenario:
        """Return the scenario at one date ("2018" is its last day) and, if given, in one mode."""
        when = day if isinstance(day, date) else day_of(day)
        last = [phase for phase in self.phases if phase.date <= when]
        name = last[-1].name if last and last[-1].date == when else when.isoformat()
        found = replace(self, phases=(model.Phase(name=name, date=when),))
        return found.in_mode(mode) if mode else found

    def in_mode(self, mode: str) -> Scenario:
        """Return the scenario in one of its modes of cooperation."""
        return self.in_modes([mode])

    def in_modes(self, modes: Sequence[str]) -> Scenario:
        """Return the scenario in some of the modes of cooperation that it or the catalogue knows."""
        known = [mode.id for mode in self.modes]
        for mode in modes:
            if mode not in known:
                said = f"not one of {', '.join(known)}."
                raise misuse("--mode", mode, said, known_names(known, mode))
        found = replace(self, head=self.head.but(modes=tuple(modes)))
        refuse(self.name, cooperation_faults(found))
        return found


def why_inactive(entry: Service, day: date) -> str:
    """Return why an entry does not act on ``day``, or an empty string when it does."""
    if day < entry.active_from:
        return f"not before {entry.active_from}"
    if day > entry.active_to:
        return f"ended {entry.active_to}"
    instruments = load_catalogue().instruments
    for name in entry.needs:
        if not instruments[name].in_force(day):
            status = instruments[name].status_on(day) or "not signed"
            return f"{name} is not in force ({status.replace('_', ' ')})"
    return ""


def scenario_of(made: Provenance, label: str) -> Scenario:
    """Return the scenario that a result carries; :class:`StoredResultError` where it has none, or not the one that it was made from."""
    if not made.scenario_toml:
        raise StoredResultError(f"{label}: holds no scenario; it was made by version {made.version or '?'}")
    found = Scenario.from_toml(made.scenario_toml, label)
    if found.hash != made.scenario_hash:
        raise StoredResultError(f"{label}: its scenario is not the one that its hash names")
    return found


def load_scenario(name_or_path: str, settings: Sequence[str] = (), *, keep_ranges: bool = False) -> Scenario:
    """Return a built-in scenario by name or one from a file; :class:`InputError` lists every fault.

    Each of ``settings`` is ``table.id.key=value`` and overrides the files, for instance
    ``interceptor.sm3-iia.burnout_speed_km_s=5.5``. A number takes the place of a quantity without its range; with
    ``keep_ranges`` the range stays, widened where the number lies outside it.

    >>> import equipoise as eq
    >>> eq.load_scenario("epaa", ["interceptor.sm3-iia.burnout_speed_km_s=5.5"]).find("interceptor", "sm3-iia").burnout_speed_km_s.value
    5.5
    """
    raw, label = read_files(name_or_path)
    if not settings:
        return resolve(raw, label)
    with told_of(lambda: resolve(raw, label)):
        found = resolve(raw, label, settings)
    return _with_ranges(found, raw, label, settings) if keep_ranges else found


def _with_ranges(found: Scenario, raw: Raw, label: str, settings: Sequence[str]) -> Scenario:
    """Return the scenario ``found`` with the ranges that its quantities have without those settings that give a number."""
    given = [
        (key.strip(), setting_value(text, value))
        for text in settings
        for key, _, value in [text.partition("=")]
    ]
    plain = [isinstance(value, int | float) and not isinstance(value, bool) for _, value in given]
    try:
        before = resolve(raw, label, [s for s, number in zip(settings, plain, strict=True) if not number])
        return before.with_(
            dict(one for one, number in zip(given, plain, strict=True) if number), keep_range=True
        )
    except InputError:  # it takes these numbers to be a scenario at all, so that they have no range
        return found


def resolve(raw: Raw, label: str, settings: Sequence[str] = ()) -> Scenario:
    """Return the scenario that raw tables describe; ``label`` names them in messages."""
    problems: list[Problem] = []
    raw = with_defaults(raw)
    full = with_catalogue(SCENARIOS.with_settings(raw, settings), label)
    found = read_tables(full, model.TABLES, label, problems, model="epaa")
    if problems:
        raise InputError(problems)
    found["head"] = found["head"].but(extends="", remove=())
    found["radars"] = with_references(found["radars"], raw, found["assumptions"])
    scenario = Scenario(**found)
    bound = next(iter(defenders(scenario)), "")  # whom a clause binds that names nobody
    clauses = tuple(c if c.party else c.but(party=bound) for c in scenario.clauses)
    scenario = replace(scenario, clauses=clauses)
    tied, faults = with_correlations(scenario)
    refuse(label, [*cross_check(scenario), *faults])
    return tied


def day_of(text: str) -> date:
    """Return the day that a person wrote; a year alone is its last day."""
    try:
        found = date(int(text), 12, 31) if text.isdecimal() and len(text) == 4 else date.fromisoformat(text)
        return Date(FIRST_YEAR, LAST_YEAR).read(found, "--at")
    except PydanticCustomError as error:
        raise misuse("--at", text, str((error.context or {})["said"])) from None
    except ValueError:
        raise misuse(
            "--at", text, "not a date.", 'Write it as "2018-12-31", or a year such as 2018.'
        ) from None
