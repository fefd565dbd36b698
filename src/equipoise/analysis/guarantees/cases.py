"""The answers of ``worst`` and ``certify`` for a scenario: in words, as data, and with the flight that shows them."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from equipoise.analysis.guarantees.arcs import Group, groups
from equipoise.analysis.guarantees.counterexample import Counterexample, counterexample
from equipoise.analysis.guarantees.permitted import PermittedSystem, permitted_system
from equipoise.analysis.guarantees.pool import Pool, pool_of
from equipoise.analysis.guarantees.question_file import question_file
from equipoise.analysis.guarantees.search import Outcome, Statement, certify, grow_bases
from equipoise.analysis.guarantees.statement import statement
from equipoise.analysis.guarantees.verdicts import families
from equipoise.analysis.guarantees.worst import Worst, worst
from equipoise.foundation.errors import misuse
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario


@dataclass(frozen=True)
class Question:
    """What is asked of a guarantee: the question file, the system that it permits, the flights, and the statement to certify."""

    scenario: Scenario
    system: PermittedSystem
    flights: tuple[Group, ...]
    pool: Pool
    said: Statement
    file: dict[str, Any]


def question(scenario: Scenario, *, day: date | None = None) -> Question:
    """Return the question that a scenario's guarantee poses, on a day or as if all its clauses were in force.

    A scenario without a strategic path poses none: :class:`InputError`.
    """
    found = groups(scenario, families(scenario))
    if not found:
        why = "no missile of any base reaches an aim cell" if scenario.bases else "the scenario has no base"
        cure = "A guarantee is certified for the paths from its bases."
        raise misuse(scenario.name, "base", f"{why}.", cure)
    asked = question_file(scenario, day=day)
    system = permitted_system(scenario, asked=asked)
    said = statement(scenario, asked, system, flights=found)
    return Question(scenario, system, tuple(found), pool_of(found), said, asked)


@dataclass(frozen=True)
class WorstCase:
    """The worst permitted system: attained and bounded slack, the engagement, and the warheads within reach.

    The bound is that of a search in floating point. ``certificate`` is one that the independent checker accepts: that no
    permitted system engages with more slack than is allowed; None where there is none.
    """

    question: Question
    found: Worst
    example: Counterexample
    reached: tuple[str, ...]
    not_excluded: tuple[str, ...]
    certificate: dict[str, Any] | None

    @property
    def engages(self) -> bool:
        """Whether a permitted system was found that engages with more slack than the guarantee allows."""
        return self.found.attained.slack_s > self.question.system.slack_s

    def warheads(self) -> tuple[float, float]:
        """Return warheads within reach: of the bases that the system found reaches, and of all that are not excluded.

        Neither is above the number of interceptors that the clauses permit.
        """
        bases = {b.id: b.warheads for b in self.question.scenario.bases}
        low, high = (sum(bases[name].high for name in names) for names in (self.reached, self.not_excluded))
        return min(low, self.question.system.number), min(high, self.question.system.number)

    def row(self) -> dict[str, Any]:
        """Return the answer as JSON data."""
        a, system = self.found.attained, self.question.system
        low, high = self.warheads()
        return {
            "slack_attained_s": _finite(a.slack_s),
            "slack_bound_s": _finite(self.found.bound_s),
            "gap_s": _finite(self.found.gap_s),
            "sufficiency_accepted_by_checker": self.certificate is not None,
            "slack_allowed_s": system.slack_s,
            "design": asdict(a.design) if math.isfinite(a.slack_s) else None,
            "flight": self.question.pool.name(a.flight) if math.isfinite(a.slack_s) else None,
            "timeline": self.example.timeline(),
            "warheads_reached": low,
            "warheads_not_excluded": high,
            "bases_reached": list(self.reached),
            "bases_not_excluded": list(self.not_excluded),
            "limited_by": system.limited_by,
            "engagements_tried": a.tried,
            "on_edge_of_the_area": a.on_edge,
            "seconds": round(self.found.seconds, 1),
        }

    def result(self) -> Result:
        """Return the answer as a result: numbers, the flight and its timeline."""
        a, system, shown = self.found.attained, self.question.system, self.example.path
        low, high = self.warheads()
        steps = self.example.timeline()
        name = self.question.pool.name(a.flight)
        lat, lon, height = self.example.meeting
        one = {
            "attained": a.slack_s,
            "bound": self.found.bound_s,
            "allowed": system.slack_s,
            "site_lat": a.design.lat_deg,
            "site_lon": a.design.lon_deg,
            "speed": a.design.speed_m_s / 1e3,
            "meeting_lat": lat,
            "meeting_lon": lon,
            "meeting_height": height,
            "warheads_found": low,
            "warheads_bound": high,
            "tried": float(a.tried),
        }
        certificate = json.dumps(self.certificate, separators=(",", ":")) if self.certificate else ""
        flown = {name: shown[:, k] for k, name in enumerate(("time", "lat", "lon", "height"))}
        told = {"step_time": [s["time_s"] for s in steps], "step_what": [s["what"] for s in steps]}
        data = dataset(
            "worst",
            one | {"certificate": certificate} | flown | told,
            {},
            attrs={
                **name,
                "engaged": int(self.example.engaged),
                "title": self.question.said["name"],
                "zones": json.dumps(system.region.boxes()),
                "discs": json.dumps([[d.lat_deg, d.lon_deg, d.radius_km] for d in system.region.discs]),
                "limited_by": json.dumps(system.limited_by),
                "margin": self.question.said["margin"]["basis"],
            },
        )
        notes = (
            "Speed and delay stand at their limits; what no clause limits is taken at the end that helps the defence.",
            "The bound is that of a search in floating point; only what the checker accepts a certificate of is called certified, and only for what the certificate lists.",
            f"Model margin of the bound: {self.question.said['margin']['basis']}.",
        )
        return Result(
            kind="worst", title="The worst system that the guarantee permits", data=data, notes=notes
        )

    def text(self) -> str:
        """Return the answer in words."""
        a, system = self.found.attained, self.question.system
        limits = "; ".join(f"{what}: {by}" for what, by in system.limited_by.items())
        low, high = self.warheads()
        lines = [f"Limits: {limits}."]
        if not math.isfinite(a.slack_s):
            lines.append("No system that was tried brings any flight within reach.")
        else:
            d, name = a.design, self.question.pool.name(a.flight)
            did = "engages" if a.slack_s > 0.0 else "comes too late for"
            lines.append(
                f"Worst system found: {d.speed_m_s / 1e3:.2f} km/s at {d.lat_deg:.2f} N, {d.lon_deg:.2f} E, {did} a "
                f"{name['family'].replace('_', ' ')} flight from {name['base']} with slack {a.slack_s:.1f} s "
                f"({a.tried:,} engagements tried)."
                + (
                    " It stands at the edge of the permitted area: a wider area may hold a worse one."
                    if a.on_edge
                    else ""
                )
            )
        if math.isfinite(self.found.bound_s):
            lines.append(
                f"Estimate of a bound from above, by a search in floating point: no permitted system has slack of {self.found.bound_s:.1f} s or more."
            )
        else:
            lines.append("No bound was found in the time given.")
        if self.certificate is not None:
            lines.append(
                f"Certified: none has slack of {system.slack_s:g} s or more in the cells of the certificate, which the independent checker accepts; "
                "`guarantee certify` writes it with its statement."
            )
        if math.isfinite(self.found.gap_s):
            lines.append(f"Optimality gap: {self.found.gap_s:.1f} s.")
        lines.append(f"Warheads within reach: {low:.0f} found, at most {high:.0f} not excluded.")
        return "\n".join(lines)


def worst_case(scenario: Scenario, *, day: date | None = None, limit_s: float = 60.0) -> WorstCase:
    """Return the worst system that a scenario's guarantee permits."""
    asked = question(scenario, day=day)
    found = worst(asked.pool, asked.system, asked.said, limit_s=limit_s)
    a, name = found.attained, asked.pool.name(found.attained.flight)
    one = asked.pool.one(a.flight)
    start = asked.system.start_s(float(asked.pool.burn_s[a.flight])) + a.design.wait_s
    example = counterexample(one, a.design.command(asked.system, start), **name)
    open_bases = (
        () if found.bound_s <= asked.system.slack_s else grow_bases(asked.said, limit_s=0.5 * limit_s)
    )
    certificate = None
    if (
        found.bound_s <= asked.system.slack_s and find_spec("flint") is not None
    ):  # the checker needs the extra `proof`
        certificate = _judged(asked, limit_s=limit_s).certificate
    return WorstCase(asked, found, example, a.bases, tuple(sorted({*open_bases, *a.bases})), certificate)


@dataclass(frozen=True)
class Certified:
    """The end of a search for a certificate, already accepted by the independent checker when there is one."""

    outcome: Outcome
    refused: str
    said: Statement

    @property
    def certificate(self) -> dict[str, Any] | None:
        """The certificate, if the checker accepts it."""
        return self.outcome.certificate if not self.refused else None

    def row(self) -> dict[str, Any]:
        """Return the answer as JSON data."""
        o = self.outcome
        return {
            "free_share": o.free,
            "boxes": o.boxes,
            "seconds": round(o.seconds, 2),
            "witness": o.witness,
            "refused": self.refused,
        }

    def text(self, out: Path) -> str:
        """Return the answer in words."""
        o = self.outcome
        if self.certificate is not None:
            threats = self.said["threats"]
            return (
                f"{out}: certified for {len(threats)} threats ({len({t['base'] for t in threats})} bases), {o.boxes} boxes, found in "
                f"{o.seconds:.1f} s; the checker accepts it and finds the scenario's question in it. "
                f"`equipoise guarantee verify {out}` prints the statement."
            )
        if self.refused:
            reason = f"the checker refuses it ({self.refused})"
        elif o.witness:
            place = f"{o.witness['site_lat_deg']:.2f} N (geocentric), {o.witness['site_lon_deg']:.2f} E"
            reason = f"the reach curve does not exclude a site at {place} against {o.witness['threat']}"
        else:
            reason = "undecided in the time given"
        return f"No certificate: {reason}. Share of the region found free: {o.free:.1%}."


def certified(scenario: Scenario, *, day: date | None = None, limit_s: float = 60.0) -> Certified:
    """Search for a certificate and let the independent checker judge it."""
    asked = question(scenario, day=day)
    return _judged(asked, limit_s=limit_s)


def _judged(asked: Question, *, limit_s: float) -> Certified:
    from equipoise.checkers.certificate.verify import Rejected, check

    outcome = certify(asked.said, limit_s=limit_s)
    refused = ""
    if outcome.certificate is not None:
        try:
            check(outcome.certificate, asked.file)
        except Rejected as error:
            refused = str(error)
    return Certified(outcome, refused, asked.said)


def _finite(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None
