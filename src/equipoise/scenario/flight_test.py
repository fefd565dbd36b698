"""Flight-test files: one TOML file describes a test, its range, observers, notices and the claim that it should probe."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, ClassVar

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import InputError, Problem
from equipoise.foundation.sphere import width_deg
from equipoise.model import flight_test as model
from equipoise.model.fields import known_names
from equipoise.model.notices import instruments
from equipoise.model.scenario import Table
from equipoise.scenario.faults import Fault, refuse
from equipoise.scenario.library import Library, Raw, told_of
from equipoise.scenario.records import Records, read_tables
from equipoise.scenario.write import to_toml

FLIGHT_TESTS = Library(
    what="flight test",
    head="test",
    folder="data/flight_tests",
    tables=model.TABLES,
    replaced=("stage",),
    setting="interceptor.burnout_speed_km_s=3.5 or observer.ship-radar.lat_deg=24.5",
)
"""The flight tests that are built in, and how such a file is read."""


@dataclass(frozen=True, repr=False)
class FlightTest(Records):
    """A checked flight test, frozen to the bottom; the hash names it.

    >>> import equipoise as eq
    >>> test = eq.load_flight_test("ftm-16-like")
    >>> isinstance(test, eq.FlightTest), len(test.hash)
    (True, 64)
    """

    TABLES: ClassVar[Mapping[str, Table]] = model.TABLES

    head: model.Head
    target: model.Target
    interceptor: model.FlownInterceptor
    stages: tuple[model.FlownStage, ...]
    sensors: tuple[model.ObservingSensor, ...]
    observers: tuple[model.Observer, ...]
    setups: tuple[model.Setup, ...]
    keep_outs: tuple[model.KeepOut, ...]
    safety: model.Safety
    notification: model.Notification
    claim: model.SpeedClaim
    restraint: model.Restraint
    estimate: model.Estimate
    planner: model.Planner
    options: tuple[model.Option, ...]

    def to_toml(self) -> str:
        """Return the text of a file that says everything."""
        return to_toml(self)


def load_flight_test(name_or_path: str, settings: Sequence[str] = ()) -> FlightTest:
    """Return a built-in flight test by name or one from a file; :class:`InputError` lists every fault.

    What ``[interceptor]`` does not say of speed and burn time comes from the catalogue; sensors that the file does not
    define are built in.

    >>> import equipoise as eq
    >>> eq.load_flight_test("ftm-16-like", ["claim.tests=3"]).claim.tests
    3
    """
    with told_of(lambda: _loaded(name_or_path, ())):
        return _loaded(name_or_path, settings)


def _loaded(name_or_path: str, settings: Sequence[str]) -> FlightTest:
    raw, label = FLIGHT_TESTS.read(name_or_path, settings, below=_sensors())
    refuse(label, _fill_interceptor(raw.get("interceptor")))
    problems: list[Problem] = []
    found = read_tables(raw, model.TABLES, label, problems, model="ftm-16-like")
    if problems:
        raise InputError(problems)
    test = FlightTest(**found | {"head": found["head"].but(extends="")})
    refuse(label, _cross_check(test))
    return test


def _sensors() -> Raw:
    """Return the built-in classes of sensor, which lie below every file."""
    text = (files("equipoise.scenario") / "data" / "observers" / "sensors.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _fill_interceptor(entry: Any) -> Iterator[Fault]:
    """Take the interceptor's speed and burn time from the catalogue where the file has none."""
    system = entry.get("system") if isinstance(entry, dict) else None
    known = load_catalogue().interceptors
    if not isinstance(system, str):
        return
    if system not in known:
        yield Fault("interceptor.system", f"no '{system}'.", known_names(sorted(known), system))
        return
    for key in ("burnout_speed_km_s", "burn_time_s"):
        if key not in entry and getattr(known[system], key) is not None:
            entry[key] = getattr(known[system], key)
        elif key not in entry:
            yield Fault(f"interceptor.{key}", f"the catalogue has none for '{system}'.", "Write one here.")


def _named(place: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
    yield from (
        Fault(place, f"no '{name}'.", known_names(sorted(known), name)) for name in names if name not in known
    )


def _cross_check(test: FlightTest) -> Iterator[Fault]:
    """Check what the tables say of each other."""
    yield from _named("test.range", [test.head.range], load_catalogue().sites)
    sensors, observers = [e.id for e in test.sensors], [e.id for e in test.observers]
    for entry in test.observers:
        yield from _named(f"observer.{entry.id}.sensor", [entry.sensor], sensors)
    for setup in test.setups:
        yield from _named(f"setup.{setup.id}.observers", setup.observers, observers)
        if not setup.observers:
            yield Fault(f"setup.{setup.id}.observers", "names no observer.")
    for option in test.options:
        yield from _named(f"option.{option.id}.sensor", [option.sensor], sensors)
        yield from _named(f"option.{option.id}.beside", option.beside, observers)
    yield from _named("notification.instruments", test.notification.instruments, instruments())
    for sensor in test.sensors:
        if sensor.kind == "radar" and sensor.range_sigma_m <= 0:
            said = "a radar measures range; give a positive number."
            yield Fault(f"sensor.{sensor.id}.range_sigma_m", said)
    yield from _order(test)
    yield from _stages(test.stages)


def _order(test: FlightTest) -> Iterator[Fault]:
    claim, safety, box = test.claim, test.safety, test.planner
    pairs = [
        ("claim", claim, "prior_low_km_s", "prior_high_km_s"),
        ("claim", claim, "first_km_s", "second_km_s"),
        ("safety", safety, "fragment_drag_low_kg_m2", "fragment_drag_high_kg_m2"),
        ("planner", box, "south_deg", "north_deg"),
    ]
    for table, entry, low, high in pairs:
        if not getattr(entry, low) < getattr(entry, high):
            yield Fault(f"{table}.{high}", f"does not lie above {low}.")
    if not test.head.window_start < test.head.window_end:
        yield Fault("test.window_end", "does not lie after window_start.")
    width = width_deg(box.west_deg, box.east_deg)
    if box.west_deg == box.east_deg:
        yield Fault("planner.east_deg", "is west_deg: the box has no width.")
    elif box.step_deg > min(box.north_deg - box.south_deg, width):
        yield Fault("planner.step_deg", "is wider than the box.", "Make it smaller.")
    if not claim.prior_low_km_s < claim.limit_km_s < claim.prior_high_km_s:
        said = "lies outside the prior range, so the verdict would be settled before any test."
        yield Fault("claim.limit_km_s", said, "Widen prior_low_km_s to prior_high_km_s.")


def _stages(stages: Sequence[model.FlownStage]) -> Iterator[Fault]:
    last = 0.0
    for stage in stages:
        if not last <= stage.ignition_share < stage.end_share:
            said = "burns before the stage below has ended, or not at all."
            yield Fault(f"stage.{stage.id}", said, "Order the stages.")
        last = stage.end_share
    if abs(last - 1.0) > 1e-9:
        yield Fault("stage", f"the last stage ends at {last:g} of the burn time.", "It ends at 1.")
    total = sum(stage.speed_share for stage in stages)
    if abs(total - 1.0) > 1e-6:
        yield Fault("stage", f"the shares of speed sum to {total:g}.", "They sum to 1.")
