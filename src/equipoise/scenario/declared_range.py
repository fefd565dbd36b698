"""For which radar cross-section a radar's declared range holds, where no source states one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from pydantic_core import PydanticCustomError

from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.model.record import specs
from equipoise.model.scenario import Assumptions
from equipoise.model.systems import Radar
from equipoise.scenario.library import Raw

SOURCE = "no source states it: taken to be the scenario's nominal cross-section in the radar's band"


def with_references(radars: Sequence[Radar], raw: Raw, assumptions: Assumptions) -> tuple[Radar, ...]:
    """Return the radars, each with the cross-section for which its declared range holds.

    Where a radar states none, that is the nominal one of its band in the file (``raw``, before any setting): a setting, a
    sweep or the end of a range then moves the cross-section, and not what the range was declared for. Where the file says
    nothing that can be read, a setting does, and ``assumptions`` has it. A radar of which the radar equation gives the
    range needs none.
    """
    return tuple(
        radar
        if radar.reference_cross_section_m2 or radar.equation
        else radar.but(reference_cross_section_m2=_nominal(radar.section, raw, assumptions))
        for radar in radars
    )


def _nominal(key: str, raw: Raw, assumptions: Assumptions) -> Quantity:
    kind, file = specs(Assumptions)[key].kind, raw.get("assumption")
    assert kind is not None
    found: Quantity = getattr(assumptions, key)
    if isinstance(file, dict) and key in file:
        with suppress(PydanticCustomError):
            found = kind.read(file[key], key)
    return replace(found, low=found.value, high=found.value, source=SOURCE, confidence=Confidence.ASSUMPTION)
