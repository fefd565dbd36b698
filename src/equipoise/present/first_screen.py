"""The first screen of a report: a headline in plain words and three figures, all computed from its results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from equipoise.foundation.status import TOGETHER, Truth
from equipoise.present import defended_area, exposure_tables
from equipoise.present.names import Names, shortened
from equipoise.present.section import Number, Sentence, from_memory
from equipoise.present.verdicts import Verdict, in_runs
from equipoise.results.record import Result
from equipoise.results.statistics import shares


@dataclass(frozen=True)
class Key:
    """One figure of the first screen: what it says in a few words, the words under it, and where the report goes on.

    ``verdicts`` are those of a clause; where there are any, they stand in the place of a number.
    """

    label: str
    words: Sentence
    anchor: str
    number: Number | None = None
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class FirstScreen:
    """What stands above everything else; ``chosen`` names the phase and the mode of which the figures speak."""

    headline: tuple[Sentence, ...]
    keys: tuple[Key, ...]
    chosen: Sentence | None = None


def first_screen(results: Mapping[str, Result]) -> FirstScreen:
    """Return the first screen of the results that are there; what they lack is left out."""
    names = Names.of(results)
    return FirstScreen(
        tuple(_headline(results, names)), tuple(_keys(results, names)), _chosen(results, names)
    )


def shown(data: xr.Dataset) -> dict[str, str]:
    """Return the phase, mode and missile that a report shows first: the last phase, the first mode, the last missile."""
    return {
        "phase": str(data.phase.values[-1]),
        "mode": str(data["mode"].values[0]),
        "threat": str(data.threat.values[-1]),
    }


def _chosen(results: Mapping[str, Result], names: Names) -> Sentence | None:
    """Return the phase and the mode of the figures, which are the same for all of them."""
    known = [results[kind].data for kind in ("defended_area", "exposure") if kind in results]
    if not known:
        return None
    said = {
        "phase": str(known[0].phase.values[-1]),
        "mode": names("mode", str(known[0]["mode"].values[0])).lower(),
    }
    return Sentence("{phase}, {mode}", names=said)


def _headline(results: Mapping[str, Result], names: Names) -> Iterator[Sentence]:
    if "defended_area" in results:
        data = results["defended_area"].data
        at = shown(data)
        share = shares(data).sel(at)
        year = _year(results, at["phase"])
        missile = {"missile": names.short("threat", at["threat"])}
        if bool(share.isnull()):  # the missile reaches nobody whose share it would be
            words = "On the map, {missile} reaches nobody whom the defence protects."
            yield Sentence(words, names=missile, figure="defended-share")
        else:
            words = "can engage missiles aimed at {share} of the people of {who} in range ({missile})"
            start = f"By {{year}} the defence {words}" if year else f"In {{phase}} the defence {words}"
            when = {"year": year} if year else {"phase": at["phase"]}
            said = when | missile | {"who": str(data.attrs["protected_name"])}
            yield Sentence(f"{start}.", {"share": _share_of(share)}, said, figure="defended-share")
    if "exposure" in results:
        last = results["exposure"].data.isel(phase=-1)
        yield _exposed(results["exposure"].data)
        yield from _resting_on_memory(last)


def _resting_on_memory(one: xr.Dataset) -> tuple[Sentence, ...]:
    """Return the warning that ranges which decide are from memory, in few words where the headline has just named the first of them."""
    first, *others = str(one.from_memory.values if "from_memory" in one else "").split(", ")
    if (
        first
        and first == str(one.deciding.values).split(", ")[0]
        and Truth.of(one.truth) == Truth.UNDETERMINED
    ):
        words = "Its range is from memory."
        return (Sentence(words, figure="exposure-by-base", warns=True),)
    return from_memory(f"{first} and others" if others else first, figure="exposure-by-base")


def _exposed(data: xr.Dataset) -> Sentence:
    """Return whether the defence reaches strategic missiles, with what decides where the assumptions leave it open."""
    one = data.isel(phase=-1)
    truth = Truth.of(one.truth)
    if truth == Truth.KEPT:
        return Sentence(
            "It can reach no strategic missile from the bases mapped, within the ranges stated.",
            figure="exposure-by-base",
        )
    if truth == Truth.BROKEN:
        words = "It can reach strategic missiles tracked from burnout."
        return Sentence(words, figure="exposure-by-base")
    deciding = str(one.deciding.values)
    if deciding == TOGETHER:
        words = "Whether it reaches strategic missiles depends on {together}."
        return Sentence(words, names={"together": deciding}, figure="exposure-by-base")
    first, *others = deciding.split(", ")
    words = "Whether it reaches strategic missiles depends on {first}"
    more = (
        {"count": Number(len(others), method="inputs whose range alone turns the answer")} if others else {}
    )
    noun = "other" if len(others) == 1 else "others"
    return Sentence(
        f"{words} and {{count}} {noun}." if others else f"{words}.",
        more,
        {"first": first},
        figure="exposure-by-base",
    )


def _keys(results: Mapping[str, Result], names: Names) -> Iterator[Key]:
    if "defended_area" in results:
        data = results["defended_area"].data
        at = shown(data)
        yield Key(
            "defended",
            Sentence("of those in range: {missile}", names={"missile": names.short("threat", at["threat"])}),
            "area",
            _share_of(shares(data).sel(at)),
        )
    if "exposure" in results:
        yield _exposure_key(results["exposure"].data, names)
    if "guarantee" in results:
        yield from _promise(results["guarantee"].data)


def _exposure_key(data: xr.Dataset, names: Names) -> Key:
    """Return the exposure of the base most exposed if tracks are granted from burnout, and the most that the mode's own sensors give."""
    one = data.isel(phase=-1)
    share, base = _of_most_exposed(one)
    words, numbers, said = "of paths from {base} tracked from burnout", {}, {"base": base}
    own = seen_in_mode(one.isel(mode=0), names)
    if own:
        words = f"{words}; by sensors: {{own}}{{where}}"
        method = (
            "sensors and exchange of the mode, nominal; the base and the launch policy with the largest share"
        )
        numbers = {"own": Number(own.percent, unit="%", method=method)}
        said |= {"where": own.where}
    return Key("exposed", Sentence(words, numbers, said), "exposure", share)


@dataclass(frozen=True)
class Seen:
    """The largest share (percent) of one base's paths that the sensors of a mode let the defence engage, and in words where: base and policy."""

    percent: float
    where: str


def seen_in_mode(one: xr.Dataset, names: Names) -> Seen | None:
    """Return what the sensors of one mode give in one phase, over bases and launch policies; None where no policy was tried."""
    share = one.share_in_mode.sel(family="any").transpose("policy", "base").fillna(0.0)
    if share.size == 0:
        return None
    policy, base = np.unravel_index(int(share.values.argmax()), share.shape)
    if float(share.max()) == 0.0:
        return Seen(0.0, "")
    launched = names("policy", str(share.policy.values[policy])).replace("-", " ").lower()
    return Seen(100.0 * float(share.max()), f" ({brief(one, int(base))}, {launched})")


def _of_most_exposed(one: xr.Dataset) -> tuple[Number, str]:
    """Return the share of the base most exposed in one phase, with that base's own range, and its short name."""
    share = one.share.sel(family="any")
    at = exposure_tables.most_exposed(share)
    return exposure_tables.percent(share.isel(base=at)), brief(one, at)


def brief(data: xr.Dataset, base: int) -> str:
    """Return the short name of a base: the place alone where no other base mapped has it."""
    said = [shortened(str(name)) for name in data.base_name.values]
    places = [name.split(",")[0] for name in said]
    return places[base] if places.count(places[base]) == 1 else said[base]


def promise(data: xr.Dataset) -> xr.Dataset | None:
    """Return the clause that no strategic missile can be engaged, of a result on clauses; None where none says so."""
    kinds = [str(kind) for kind in data.clause_kind.values]
    return data.isel(clause=kinds.index("function")) if "function" in kinds else None


def _promise(data: xr.Dataset) -> Iterator[Key]:
    """Yield the promise that strategic missiles cannot be engaged, phase by phase, where a clause makes it."""
    made = promise(data)
    if made is None:
        return
    words = Sentence("{clause}", names={"clause": str(made.name.values)})
    yield Key("promised", words, "guarantee", verdicts=in_runs(made))


def _year(results: Mapping[str, Result], phase: str) -> str:
    data = results["scenario"].data if "scenario" in results else xr.Dataset()
    return str(data.date.sel(phase=phase).values)[:4] if "date" in data and phase in data.phase.values else ""


def _share_of(share: xr.DataArray) -> Number:
    return Number(100 * float(share), unit="%", method=defended_area.METHOD)
