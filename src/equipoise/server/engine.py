"""A warm engine for what-if questions about one finished result: one question at a time, the latest answers kept."""

from __future__ import annotations

import base64
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

import numpy as np

from equipoise.analysis.what_if.answers import Exposed, area, changed, exposed, leaks, one
from equipoise.analysis.what_if.kills import stopped
from equipoise.analysis.what_if.limits import limit_margins
from equipoise.analysis.what_if.parameters import alternatives, parameters
from equipoise.foundation.errors import EquipoiseError
from equipoise.results.page_arrays import layer
from equipoise.results.record import Provenance
from equipoise.results.statistics import shares
from equipoise.scenario.load import Scenario, scenario_of
from equipoise.server import forms

KEPT = 64
WAITING = 24
"""Questions that may wait for the engine; more are told to come back."""
Answer = TypeVar("Answer", forms.Area, forms.Exposure, forms.Raids)


class BusyError(Exception):
    """More questions wait than may."""


class Engine:
    """Answers questions about ``scenario``; may be asked from many threads."""

    def __init__(self, scenario: Scenario) -> None:
        """Take the scenario; :meth:`warm` does the slow first steps."""
        self._scenario = scenario
        self._turn = threading.Lock()
        self._waiting = threading.BoundedSemaphore(WAITING)
        self._kept: OrderedDict[str, forms.Area | forms.Exposure | forms.Raids] = OrderedDict()
        self.ready = threading.Event()

    def warm(self) -> None:
        """Compile the kernels and fly every path that a question will need."""
        scenario = self._scenario
        phase, mode = scenario.phases[-1].name, scenario.head.modes[0]
        for threat in scenario.threats:
            self.area(forms.AreaCase(phase=phase, mode=mode, threat=threat.id))
        self.exposure(forms.Case(phase=phase))
        self.ready.set()

    def offer(self, phase: str) -> forms.Offer:
        """Return what a question about ``phase`` may change."""
        day = one(self._scenario, "phase", phase).date
        return forms.Offer(
            parameters=[
                forms.Parameter(**(asdict(p) | {"site": p.site or None, "axis": p.axis or None}))
                for p in parameters(self._scenario, day)
            ],
            alternatives=[
                forms.Alternative(**(asdict(a) | {"site": a.site or None}))
                for a in alternatives(self._scenario, day)
            ],
        )

    def area(self, case: forms.AreaCase) -> forms.Area:
        """Return one map with the numbers of ``case``."""
        return self._answered(case, self._area)

    def exposure(self, case: forms.Case) -> forms.Exposure:
        """Return the exposure of every base with the numbers of ``case``."""
        return self._answered(case, self._exposure)

    def raids(self, case: forms.ModeCase) -> forms.Raids:
        """Return what gets through of every raid with the numbers of ``case``."""
        return self._answered(case, self._raids)

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

    def _area(self, case: forms.AreaCase) -> forms.Area:
        start = time.perf_counter()
        moved = self._changed(case)
        data = area(moved, phase=case.phase, mode=case.mode, threat=case.threat)
        low, high = stopped(moved, data, one(moved, "phase", case.phase).date)
        share = 100.0 * float(shares(data).values[0, 0, 0])
        return forms.Area(
            arrays=layer(data.isel(phase=0, mode=0, threat=0), _base64),
            share_percent=None if np.isnan(share) else share,
            stopped_percent=None if np.isnan(low) else (100.0 * low, 100.0 * high),
            took_ms=1e3 * (time.perf_counter() - start),
        )

    def _exposure(self, case: forms.Case) -> forms.Exposure:
        start = time.perf_counter()
        moved = self._changed(case)
        found = exposed(moved, phase=case.phase)
        rows = [_row(name, found, n) for n, name in enumerate(found.arcs.bases)] if found else []
        return forms.Exposure(
            bases=rows, clauses=_clauses(moved, case.phase), took_ms=1e3 * (time.perf_counter() - start)
        )

    def _raids(self, case: forms.ModeCase) -> forms.Raids:
        start = time.perf_counter()
        found = leaks(self._changed(case), phase=case.phase, mode=case.mode)
        return forms.Raids(raids=found, took_ms=1e3 * (time.perf_counter() - start))

    def _changed(self, case: forms.Case) -> Scenario:
        return changed(self._scenario, case.phase, case.settings)


def _row(base: str, found: Exposed, n: int) -> forms.BaseExposure:
    best = found.most_slack_s(n)
    return forms.BaseExposure(
        base=base, share_percent=100.0 * found.share(n), slack_s=None if np.isnan(best) else round(best, 1)
    )


def _clauses(scenario: Scenario, phase: str) -> list[forms.ClauseMargin]:
    margins = limit_margins(scenario, one(scenario, "phase", phase).date)
    return [forms.ClauseMargin(clause=name, margin=None if np.isnan(m) else m) for name, m in margins.items()]


def _base64(values: Any, kind: str) -> str:
    dtype = {"u1": "u1", "i2": "<i2"}[kind]
    return base64.b64encode(np.ascontiguousarray(np.asarray(values).astype(dtype)).tobytes()).decode()


def load_engine(provenance: Provenance) -> tuple[Engine | None, str]:
    """Return a warm-to-be engine and an empty string, or none and why."""
    try:
        return Engine(scenario_of(provenance, "this result")), ""
    except EquipoiseError as error:
        return None, str(error)
