"""A warm engine for what-if questions about one finished result: one question at a time, the latest answers kept."""

from __future__ import annotations

import base64
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from equipoise.analysis.defence.defended_area import defended_area
from equipoise.analysis.exposure import engageable, strategic_arcs
from equipoise.engagement.engage import engage_each
from equipoise.foundation.errors import EquipoiseError, InputError, Problem
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.status import Reason
from equipoise.foundation.units import UNITS, unit_of_key
from equipoise.model.record import specs
from equipoise.model.scenario import TABLES, Assumptions
from equipoise.model.systems import Site
from equipoise.results.page_arrays import layer
from equipoise.results.record import Provenance
from equipoise.results.statistics import shares
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import defends
from equipoise.scenario.vary import place, value_at, with_numbers
from equipoise.server.forms import Area, AreaCase, BaseExposure, Case, Exposure, Parameter

KEPT = 64
WAITING = 24
"""Questions that may wait for the engine; more are told to come back."""
SPEED_RANGE_KM_S = (2.0, 8.0)
DELAYS = {"decision_s": "Decision time", "reaction_s": "Reaction time", "track_s": "Track time after burnout"}
LONGEST_DELAY_S = 300.0
SITE_STEP_DEG = 12.0
"""How far a site may be moved either way."""
Answer = TypeVar("Answer", Area, Exposure)


class BusyError(Exception):
    """More questions wait than may."""


def scenario_of(provenance: Provenance) -> Scenario:
    """Return the scenario that a saved result carries; refuse a result that carries none, or one that it was not made from."""
    if not provenance.scenario_toml:
        raise _refuse("what-if", "this result does not carry its scenario.", "Run it again.")
    found = Scenario.from_toml(provenance.scenario_toml, "the result's scenario")
    if found.hash != provenance.scenario_hash:
        raise _refuse(
            "what-if", "the scenario of this result is not the one that its hash names.", "Run it again."
        )
    return found


def _refuse(key: str, message: str, cure: str = "") -> InputError:
    return InputError([Problem("question", key, message, cure)])


class Engine:
    """Answers questions about ``scenario``; may be asked from many threads."""

    def __init__(self, scenario: Scenario) -> None:
        """Take the scenario; :meth:`warm` does the slow first steps."""
        self._scenario = scenario
        self._turn = threading.Lock()
        self._waiting = threading.BoundedSemaphore(WAITING)
        self._kept: OrderedDict[str, Area | Exposure] = OrderedDict()
        self.ready = threading.Event()

    def warm(self) -> None:
        """Compile the kernels and fly every path that a question will need."""
        scenario = self._scenario
        phase, mode = scenario.phases[-1].name, scenario.head.modes[0]
        for threat in scenario.threats:
            self.area(AreaCase(phase=phase, mode=mode, threat=threat.id))
        self.exposure(Case(phase=phase))
        self.ready.set()

    def parameters(self, phase: str) -> list[Parameter]:
        """Return what a question about ``phase`` may change: speeds, delays and places of the defender's sites."""
        day = self._one("phase", phase).date
        sites = [s for s in self._scenario.active("site", day) if defends(self._scenario, s.party)]
        interceptors = dict.fromkeys(s.interceptor for s in sites)
        found = [self._speed(name) for name in interceptors]
        found += [self._delay(key, words) for key, words in DELAYS.items()]
        for site in sites:
            found += [self._coordinate(site, "lat"), self._coordinate(site, "lon")]
        return found

    def area(self, case: AreaCase) -> Area:
        """Return one map with the numbers of ``case``."""
        return self._answered(case, self._area)

    def exposure(self, case: Case) -> Exposure:
        """Return the exposure of every base with the numbers of ``case``."""
        return self._answered(case, self._exposure)

    def _answered(self, case: Any, compute: Callable[[Any], Answer]) -> Answer:
        key = f"{compute.__name__} {case.model_dump_json()}"
        if not self._waiting.acquire(blocking=False):
            raise BusyError
        try:
            with self._turn:
                kept = self._kept.get(key)
                if kept is None:
                    kept = compute(case)
                    self._kept[key] = kept
                    while len(self._kept) > KEPT:
                        self._kept.popitem(last=False)
                self._kept.move_to_end(key)
                return kept  # type: ignore[return-value]  # the key names the kind
        finally:
            self._waiting.release()

    def _area(self, case: AreaCase) -> Area:
        start = time.perf_counter()
        changed = self._changed(case)
        if case.mode not in changed.head.modes:
            raise _refuse("mode", f"the result has no mode '{case.mode}'.")
        asked = replace(
            changed,
            head=changed.head.but(modes=(case.mode,)),
            phases=(self._one("phase", case.phase),),
            threats=(self._one("threat", case.threat),),
        )
        data = defended_area(asked, engaged=engage_each).data
        share = 100.0 * float(shares(data).values[0, 0, 0])
        return Area(
            arrays=layer(data.isel(phase=0, mode=0, threat=0), _base64),
            share_percent=None if np.isnan(share) else share,
            took_ms=1e3 * (time.perf_counter() - start),
        )

    def _exposure(self, case: Case) -> Exposure:
        start = time.perf_counter()
        changed = self._changed(case)
        day = self._one("phase", case.phase).date
        arcs = strategic_arcs(changed)
        slack, reason = engageable(changed, arcs, day)
        names = [b.id for b in changed.bases]
        rows = [_row(n, arcs.base == i, arcs.reached, slack, reason) for i, n in enumerate(names)]
        return Exposure(bases=rows, took_ms=1e3 * (time.perf_counter() - start))

    def _changed(self, case: Case) -> Scenario:
        offered = {p.key: p for p in self.parameters(case.phase)}
        for key, value in case.settings.items():
            if key not in offered:
                raise _refuse(key, "is not among the parameters of this phase.")
            if not offered[key].low <= value <= offered[key].high:
                raise _refuse(key, f"{value:g} lies outside {offered[key].low:g} to {offered[key].high:g}.")
        if not case.settings:
            return self._scenario
        numbers = {place(k, self._scenario, label="question"): v for k, v in case.settings.items()}
        return with_numbers(self._scenario, numbers)

    def _one(self, table: str, name: str) -> Any:
        for entry in self._scenario.table(table):
            if getattr(entry, TABLES[table].identity) == name:
                return entry
        raise _refuse(table, f"the result has no {table} '{name:.80}'.")

    def _speed(self, name: str) -> Parameter:
        record = self._scenario.find("interceptor", name)
        value = record.burnout_speed_km_s.value
        low, high = SPEED_RANGE_KM_S
        return Parameter(
            key=f"interceptor.{name}.burnout_speed_km_s", label=f"Burnout speed, {record.name}", unit="km/s",
            value=value, low=min(low, value), high=max(high, value), step=0.1,
        )  # fmt: skip

    def _delay(self, key: str, words: str) -> Parameter:
        value = getattr(self._scenario.assumptions, key).value
        high = min(max(LONGEST_DELAY_S, value), specs(Assumptions)[key].limits.maximum)
        return Parameter(
            key=f"assumption.{key}", label=words, unit="s", value=value, low=0.0, high=high, step=1.0
        )

    def _coordinate(self, site: Site, axis: Any) -> Parameter:
        key = f"site.{site.id}.{axis}_deg"
        value = value_at(self._scenario, place(key, self._scenario, label="question"))
        limit = 89.0 if axis == "lat" else 179.0
        plain = float(value.value if isinstance(value, Quantity) else value)
        unit = unit_of_key(key)
        return Parameter(
            key=key, label=f"{'Latitude' if axis == 'lat' else 'Longitude'}, {site.name}",
            unit=UNITS[unit.suffix].symbol if unit else "", value=plain,
            low=max(-limit, round(plain - SITE_STEP_DEG, 1)), high=min(limit, round(plain + SITE_STEP_DEG, 1)),
            step=0.1, site=site.id, axis=axis,
        )  # fmt: skip


def _row(
    base: str, own: np.ndarray, reached: np.ndarray, slack: np.ndarray, reason: np.ndarray
) -> BaseExposure:
    taken = (reason[own] == Reason.ENGAGED).sum() / max(int(reached[own].sum()), 1)
    known = slack[own][~np.isnan(slack[own])]
    best = round(float(known.max()), 1) if known.size else None
    return BaseExposure(base=base, share_percent=100.0 * float(taken), slack_s=best)


def _base64(values: Any, kind: str) -> str:
    dtype = {"u1": "u1", "i2": "<i2"}[kind]
    return base64.b64encode(np.ascontiguousarray(np.asarray(values).astype(dtype)).tobytes()).decode()


def load_engine(provenance: Provenance) -> tuple[Engine | None, str]:
    """Return a warm-to-be engine and an empty string, or none and why."""
    try:
        return Engine(scenario_of(provenance)), ""
    except EquipoiseError as error:
        return None, str(error)
