"""The crux of two scenarios: what differs, what the verdicts read, and what turns them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from equipoise.analysis.crux.differences import ASKED, Between, Stated, claims, differences
from equipoise.analysis.crux.firmness import OUTER, firm
from equipoise.analysis.crux.lattice import Side
from equipoise.analysis.crux.observation import _entry, observation
from equipoise.analysis.crux.result import _side, _values, called
from equipoise.analysis.crux.study import NOT_ASKED, Crux, asked_together, crux
from equipoise.analysis.crux.verdicts import verdicts
from equipoise.analysis.defence.defended_area import defended_area
from equipoise.analysis.exposure.ranges import engaged_in
from equipoise.analysis.guarantees.verdicts import families
from equipoise.analysis.guarantees.verdicts import verdicts as judged
from equipoise.engagement.bounds import at_ends
from equipoise.foundation.errors import InputError
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.status import Truth
from equipoise.model.record import specs
from equipoise.model.scenario import TABLES
from equipoise.results.statistics import shares
from equipoise.scenario.load import Scenario, load_scenario

COARSE = ["scenario.aim_step_deg=10", "scenario.map_step_deg=8"]
KEPT = ("ru-kozelsk", "ru-tatishchevo-27", "ru-uzhur")


def small(name: str) -> Scenario:
    """Return a scenario with few aims, cells, bases and threats."""
    found = load_scenario(name, COARSE)
    return replace(
        found,
        bases=tuple(b for b in found.bases if b.id in KEPT) or found.bases[:3],
        threats=tuple(t for t in found.threats if t.id in ("irbm-north", "bm-25", "nodong")),
    )


@cache
def pair() -> tuple[Scenario, Scenario]:
    """Return both sides of the dispute of 2007, at one date in one mode."""
    return asked_together(small("third-site-agency"), small("third-site-critics"))


@cache
def found() -> Crux:
    """Return their crux at stated values."""
    return crux(*pair(), over_ranges=False)


@pytest.mark.identity
def test_inputs_that_a_claim_names_go_together() -> None:
    assert {c.id: [str(d) for d in c.differences] for c in claims(*pair())} == {
        "interceptor-speed": ["interceptor.gbi-2-stage.burnout_speed_km_s"],
        "launch-delay": ["assumption.decision_s", "assumption.reaction_s", "assumption.track_s"],
    }


@pytest.mark.identity
def test_the_scenario_between_is_the_one_with_the_numbers_put_in() -> None:
    ours, theirs = pair()
    between = Between(ours, theirs, claims(ours, theirs))
    speed = {"interceptor.gbi-2-stage.burnout_speed_km_s": 8.3}
    for taken, wanted in ((0, ours), (1, ours.with_(speed, keep_range=True)), (3, theirs)):
        one = between.at(taken)
        for name in ("site", "interceptor", "assumption", "base", "radar", "clause"):
            if name != "interceptor":
                assert repr(one.table(name)) == repr(wanted.table(name)), name
        gbi = "interceptor", "gbi-2-stage"
        assert one.find(*gbi).burnout_speed_km_s.value == wanted.find(*gbi).burnout_speed_km_s.value


@pytest.mark.second_method
def test_both_sides_verdicts_are_those_of_their_own_analyses() -> None:
    for k, scenario in enumerate(pair()):
        value = {a.verdict.id: (a.ours, a.theirs)[k] for a in found().answers}
        one = engaged_in([scenario], [scenario.phases[-1].date], families(scenario))[0]
        hit = np.asarray(one.engaged(0).any(axis=(0, 2)))
        assert [value[f"exposed.{base}"] for base in one.arcs.bases] == hit.tolist()
        for verdict in judged(scenario):
            if not np.isnan(verdict.margin.nominal):
                assert value[f"clause.{verdict.clause.id}"] == (verdict.margin.nominal >= 0.0), (
                    verdict.clause.id
                )
        people = shares(defended_area(scenario).data).isel(phase=0, mode=0)
        assert value["defended.nato"] == pytest.approx(float(people.min()), abs=1e-12)


@pytest.mark.second_method
def test_minimal_sets_are_those_of_every_subset() -> None:
    ours, theirs = pair()
    between = Between(ours, theirs, claims(ours, theirs))
    every = [between.at(taken) for taken in range(4)]
    engaged = engaged_in(every, [ours.phases[-1].date], families(ours))
    for answer in found().disputed:
        if not answer.verdict.id.startswith("exposed."):
            continue
        base = answer.verdict.id.removeprefix("exposed.")
        hit = [bool(e.engaged(0)[:, e.arcs.bases.index(base)].any()) for e in engaged]
        for side, start in ((Side.OURS, 0), (Side.THEIRS, 3)):
            turning = [s for s in range(1, 4) if hit[start ^ s] != hit[start]]
            minimal = {s for s in turning if not any(t != s and s & t == t for t in turning)}
            got = {sum(1 << k for k in one) for one in answer.turning[side].sets}
            assert got == minimal, answer.verdict.id


@pytest.mark.identity
def test_sides_swapped_give_the_same_crux() -> None:
    back = crux(*pair()[::-1], over_ranges=False)
    assert len(found().disputed) > 0
    for one, other in zip(found().answers, back.answers, strict=True):
        assert (one.ours, one.theirs) == (other.theirs, other.ours)
        if one.differs:
            assert one.turning[Side.OURS] == other.turning[Side.THEIRS]
            assert one.turning[Side.THEIRS] == other.turning[Side.OURS]
            assert one.shares is not None
            assert other.shares is not None
            np.testing.assert_allclose(one.shares.share, other.shares.share, atol=1e-12)
            ours = sorted((t.claim, *t.shares) for t in one.turns)
            theirs = sorted((t.claim, *(1.0 - s for s in reversed(t.shares))) for t in other.turns)
            np.testing.assert_allclose(ours, theirs, atol=1e-12)


def _everything_moved(scenario: Scenario) -> Scenario:
    """Return the scenario with every quantity elsewhere, whichever analysis reads it."""

    def moved(entry: object) -> object:
        changed = {}
        for key in specs(type(entry)):  # type: ignore[arg-type]
            value = getattr(entry, key)
            if isinstance(value, Quantity):
                changed[key] = replace(
                    value, value=value.value * 0.9 if value.value > 1.5 else value.value * 1.1
                )
        return entry.but(**changed)  # type: ignore[attr-defined]

    content = {}
    for name, table in TABLES.items():
        if name not in ("phase", "claim"):
            held = scenario.table(name)
            content[table.attribute] = moved(held) if table.single else tuple(map(moved, held))
    return replace(scenario, **content)


@pytest.mark.identity
@pytest.mark.parametrize("name", ["third-site-agency", "phase-four-russia", "thaad-korea-us"])
def test_no_part_hangs_on_an_input_that_it_does_not_declare(name: str) -> None:
    scenario = small(name)
    ours = scenario.at(scenario.phases[-1].date, mode="independent")
    theirs = _everything_moved(ours)
    stated = tuple(Stated(str(d), str(d), (d,)) for d in differences(ours, theirs))
    assert len(stated) > 80
    between = Between(ours, theirs, stated)
    parts = {part.name: part for verdict in verdicts(ours, theirs) for part in verdict.parts}
    tried = 0
    for part in parts.values():
        unread = sum(1 << k for k, claim in enumerate(stated) if not any(map(part.reads, claim.differences)))
        before, after = part.find([between.at(0)]), part.find([between.at(unread)])
        assert repr(before) == repr(after), part.name
        tried += bool(before[0])
    assert tried >= 3


@pytest.mark.identity
def test_what_stands_over_the_ranges_is_what_guarantee_check_says() -> None:
    for scenario in pair():
        stands = firm(scenario)
        said = {f"clause.{v.clause.id}": v.truth != Truth.UNDETERMINED for v in judged(scenario)}
        assert {name: stands[name] for name in said} == said
        assert {f"exposed.{base.id}" for base in scenario.bases} <= set(stands)
    early = small("phase-four-russia")
    assert not any(
        name.startswith("exposed.") for name in firm(early.at(early.phases[-1].date, mode="independent"))
    )


@pytest.mark.identity
def test_equal_scenarios_agree() -> None:
    ours = pair()[0]
    same = crux(ours, ours)
    assert same.between.claims == ()
    assert same.disputed == ()


@pytest.mark.identity
def test_what_only_one_side_has_is_one_claim_with_what_it_names() -> None:
    ours = load_scenario("third-site-agency")
    theirs = ours.with_entries(
        ours.find("radar", "emr").but(id="second", name="Second radar"),
        ours.find("site", "redzikowo-gbi").but(id="another", name="Another site", sensors=("second",)),
    )
    (only,) = claims(ours, theirs)
    assert {str(d) for d in only.differences} == {"radar.second", "site.another"}
    between = Between(ours, theirs, (only,))
    assert [len(between.at(taken).sites) for taken in (0, 1)] == [len(ours.sites), len(theirs.sites)]


@pytest.mark.identity
def test_what_radars_were_declared_for_goes_with_the_cross_section_that_it_follows(tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(
        '[scenario]\nname = "other"\ntitle = "Other"\nextends = "epaa"\n[assumption]\ncross_section_m2 = 0.01\n',
        encoding="utf-8",
    )
    (only,) = claims(load_scenario("epaa"), load_scenario(str(path)))
    assert only.id == "assumption.cross_section_m2"
    assert {d.key for d in only.differences} == {"cross_section_m2", "reference_cross_section_m2"}


@pytest.mark.identity
def test_a_claim_on_what_neither_side_has_is_refused() -> None:
    ours, theirs = pair()
    wrong = ours.claims[0].but(inputs=("interceptor.gbi-2-stag.burnout_speed_km_s",))
    with pytest.raises(InputError, match="neither scenario has interceptor 'gbi-2-stag'"):
        claims(replace(ours, claims=(wrong,)), theirs)


@pytest.mark.identity
def test_scenarios_without_a_date_in_common_are_refused_in_one_line() -> None:
    with pytest.raises(InputError, match="has no date in common with 'third-site-agency'"):
        asked_together(load_scenario("third-site-agency"), load_scenario("gulf-2024"))


@pytest.mark.identity
def test_every_input_of_a_scenario_is_in_the_table_of_observations() -> None:
    ours = pair()[0]
    stated = [
        (name, key)
        for name in TABLES
        if name not in ASKED
        for record in TABLES[name].records
        for key in specs(record)
    ]
    for table, key in stated:
        first = differences(ours, _everything_moved(ours))[0]
        assert _entry(replace(first, table=table, key=key)), (table, key)


@pytest.mark.identity
def test_an_intention_cannot_be_observed() -> None:
    named = claims(*pair())[1]
    assert "intention" in observation(replace(named, intention=True)).words
    assert not observation(named).settles


@pytest.mark.second_method
@pytest.mark.parametrize(
    "names", [("phase-four-nato", "phase-four-russia"), ("thaad-korea-us", "thaad-korea-china")]
)
def test_what_takes_long_stands_where_it_is_the_same_at_every_scenario_of_both_ends(
    names: tuple[str, str],
) -> None:
    """Against every scenario at an end flown to all aims and cells, where the survey flies to some and picks one."""
    ours, theirs = asked_together(*map(small, names))
    found = crux(ours, theirs)
    known = set(firm(ours)) | set(firm(theirs))
    asked = [a for a in found.disputed if a.verdict.id not in known and a.verdict.parts]
    assert asked
    assert all(NOT_ASKED not in a.firm for a in asked)
    for answer in asked:
        for k, side in enumerate((ours, theirs)):
            verdict = answer.verdict
            flown = {t.missile for t in side.threats} if verdict.is_share else {b.missile for b in side.bases}
            narrow = replace(side, missiles=tuple(m for m in side.missiles if m.id in flown))
            tried = [s for end in OUTER for s in at_ends(narrow, end)]
            parts = [part.find(tried) for part in verdict.parts]
            values = [verdict.value(s, [part[i] for part in parts]) for i, s in enumerate(tried)]
            stands = {verdict.stands(v, answer.ours, answer.theirs) for v in values}
            stated = verdict.stands((answer.ours, answer.theirs)[k], answer.ours, answer.theirs)
            assert answer.firm[k] == (stands == {stated}), (verdict.id, side.name)


@pytest.mark.identity
def test_entries_are_called_by_their_names() -> None:
    """Two interceptors in one claim, and policies that sites name."""
    ours, theirs = asked_together(small("phase-four-nato"), small("phase-four-russia"))
    between = Between(ours, theirs, claims(ours, theirs))
    names, by_id = called(between), {c.id: c for c in between.claims}
    speeds = next(
        c for c in between.claims if len(c.differences) > 1 and c.differences[0].table == "interceptor"
    )
    words = _side(speeds, Side.OURS, names)
    assert words.startswith("SM-3 Block IIA burnout speed 4.5 km/s")
    turned = _values(speeds, 0.0, names)
    assert turned.startswith(
        "SM-3 Block IIA burnout speed 4.5 km/s; SM-3 Block IIB (never built) burnout speed"
    )
    for claim in by_id.values():
        for side in Side:
            assert not set(_side(claim, side, names).split()) & {
                *(e.id for e in (*ours.interceptors, *ours.policies) if "-" in e.id)
            }
