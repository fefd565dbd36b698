"""Who may shoot with what: sensors, pictures, policies, batteries and commands as frozen records, all in SI units.

These records are plain values: equal ones are the same thing, and the engine computes it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, pi
from typing import Literal

Point = tuple[float, float]
"""Latitude and longitude in rad."""


@dataclass(frozen=True)
class Sensor:
    """A radar or an infrared satellite against one kind of missile.

    ``range_m`` holds against the re-entry body and ``boost_range_m`` against the burning missile. A radar on a ship that may
    be anywhere in a box has several ``places``; with ``sure`` only what all of them see counts. A satellite has no
    place; it watches launches in ``boxes_rad`` (south, west, north, east; none is everywhere) and sees them above
    ``cloud_m``. ``delay_s`` lies between seeing and reporting; nothing is reported before ``report_s`` after launch.

    A radar measures range (m) and angles (rad) with these standard deviations at ``range_m``, every ``update_s``; of a
    satellite they are those of position (m) and velocity (m/s) at burnout, and ``update_s`` is 0.
    """

    id: str
    kind: Literal["radar", "infrared"] = "radar"
    places: tuple[Point, ...] = ()
    sure: bool = True
    height_m: float = 0.0
    azimuth_from_rad: float = 0.0
    width_rad: float = 2.0 * pi
    low_rad: float = 0.0
    high_rad: float = 0.5 * pi
    nearest_m: float = 0.0
    range_m: float = 0.0
    boost_range_m: float = 0.0
    cloud_m: float = 0.0
    boxes_rad: tuple[tuple[float, float, float, float], ...] = ()
    delay_s: float = 0.0
    report_s: float = 0.0
    range_sigma: float = 30.0
    angle_sigma: float = 1e-3
    update_s: float = 1.0


@dataclass(frozen=True)
class Use:
    """One sensor in a shooter's picture, as its owner releases it.

    ``tracks`` is false for a sensor that only cues. ``cued`` marks a narrow beam that searches only where another
    sensor points it. The sigmas are what coarsening adds to the reported state. ``withheld`` names the classes of
    missile (regional, strategic) about which nothing is released.
    """

    sensor: Sensor
    latency_s: float = 0.0
    tracks: bool = True
    cued: bool = False
    position_sigma_m: float = 0.0
    velocity_sigma_m_s: float = 0.0
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Policy:
    """How a battery may shoot.

    ``launch`` and ``guide`` say whose sensors must hold the missile, at launch and for ``Timing.guide_s`` up to the
    intercept: the battery's own, or any in the picture. ``early`` allows launch on a boost-phase track. ``salvo`` missiles
    fly at each of at most ``looks`` shots; shoot-look-shoot is a salvo of one with several looks.
    """

    id: str = "engage-on-remote"
    launch: Literal["own", "any"] = "any"
    guide: Literal["own", "any"] = "any"
    early: bool = False
    salvo: int = 1
    looks: int = 32


@dataclass(frozen=True)
class Timing:
    """Delays of a command in s.

    ``track_s`` of track after burnout are needed (or ``early_track_s`` of any track, with early launch). With a finite
    ``burnout_cue_s`` a track is there that long after burnout whatever the sensors see. With a finite ``handover_m`` accuracy
    decides instead of ``track_s``: an intercept needs data that predict the missile's position there so exactly (1 sigma).
    """

    track_s: float
    decision_s: float
    reaction_s: float
    assessment_s: float
    early_track_s: float = 20.0
    guide_s: float = 10.0
    clear_s: float = 0.0
    burnout_cue_s: float = inf
    handover_m: float = inf


@dataclass(frozen=True)
class Interceptor:
    """What decides an interceptor's reach, and where it kills.

    Altitudes between ``floor_m`` and ``ceiling_m``, at a closing speed of ``least_closing_m_s`` or more, crossing the
    missile's path by ``most_crossing_rad`` or less off head on (pi: a chase from behind is allowed).
    """

    burnout_speed_m_s: float
    burn_time_s: float
    life_s: float
    floor_m: float
    ceiling_m: float = inf
    least_closing_m_s: float = 0.0
    most_crossing_rad: float = pi


@dataclass(frozen=True)
class Battery:
    """Interceptors at one site. A ship somewhere in a box has several places; see :class:`Sensor` for ``sure``."""

    site: str
    places: tuple[Point, ...]
    interceptor: Interceptor
    stock: float
    policy: Policy = Policy()
    own_sensors: tuple[str, ...] = ()
    sure: bool = True


@dataclass(frozen=True)
class Region:
    """A region of the map: a polygon of (latitude, longitude) vertices, or a fan (centre, azimuths, radius), in rad."""

    id: str
    polygon_rad: tuple[Point, ...] = ()
    centre_rad: Point = (0.0, 0.0)
    azimuth_from_rad: float = 0.0
    width_rad: float = 2.0 * pi
    radius_rad: float = 0.0


@dataclass(frozen=True)
class Command:
    """One decision-maker: batteries that shoot in turn, one picture, one set of rules.

    Intercepts must lie above one of ``permit`` (anywhere if it is empty) and above none of ``forbid``.
    """

    name: str
    batteries: tuple[Battery, ...]
    uses: tuple[Use, ...]
    timing: Timing
    permit: tuple[Region, ...] = ()
    forbid: tuple[Region, ...] = ()
    wanted_shots: int = 1
