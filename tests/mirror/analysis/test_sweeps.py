"""Studies: what a file may say, which scenario a row is, and that rows do not depend on who asks."""

import json
from math import prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analysis.measures import TASKS, task
from equipoise.analysis.sweeps.cube import cube
from equipoise.analysis.sweeps.design import design_rows
from equipoise.analysis.sweeps.order import as_cube, dimensions, places
from equipoise.analysis.sweeps.read import load_study
from equipoise.analysis.sweeps.rows import Rows, spec_of
from equipoise.analysis.sweeps.study import STUDIES, Axis
from equipoise.foundation.errors import InputError
from equipoise.results.record import Provenance
from equipoise.scenario.load import load_scenario
from equipoise.scenario.vary import place, with_numbers

GOOD = """
[study]
name = "small"
scenario = "epaa"
analysis = "exposure"
measures = ["engageable_share", "largest_slack_s"]
set = ["scenario.aim_step_deg=10.0"]
at = "2020"
samples = 8
method = "sobol"

[axis.speed]
key = "interceptor.sm3-iib.burnout_speed_km_s"
range = [5.0, 7.0]

[axis.number]
key = "site.redzikowo.count"
range = [10, 12]

[axis.decision_s]
key = "assumption.decision_s"
values = [0, 60]

[axis.plan]
variants = { planned = [], slow = ["assumption.reaction_s=60"] }
"""


GRID = """
[study]
name = "grid"
scenario = "epaa"
analysis = "exposure"
set = ["scenario.aim_step_deg=10.0"]
[axis.decision_s]
key = "assumption.decision_s"
values = [0, 15, 60]
"""


def test_a_study_of_listed_axes_alone_has_a_row_for_each_value(write):
    study = load_study(write(GRID))
    assert study.rows == 3
    found = Rows(spec_of(study))(0, 3)
    assert list(found["fault"]) == ["", "", ""]


@pytest.fixture
def write(tmp_path):
    def write_it(text=GOOD):
        path = tmp_path / "study.toml"
        path.write_text(text)
        return str(path)

    return write_it


def columns_equal(left, right):
    assert list(left) == list(right)
    for name, column in left.items():
        np.testing.assert_array_equal(column, right[name])


def test_rows_in_any_pieces_are_the_rows_of_the_whole(write):
    spec = json.loads(json.dumps(spec_of(load_study(write()))))
    whole = Rows(spec)(0, 32)
    pieces = [Rows(spec)(a, b) for a, b in ((0, 3), (3, 20), (20, 32))]
    columns_equal(whole, {name: np.concatenate([p[name] for p in pieces]) for name in whole})
    assert set(whole["number"]) == {10.0, 11.0, 12.0}
    assert np.ptp(whole["speed"]) > 1.0
    np.testing.assert_array_equal(
        whole["speed"][:16:2], whole["speed"][17::2]
    )  # the same design in every cell


def test_scenarios_that_are_evaluated_together_share_only_work():
    base = load_scenario("epaa", ["scenario.aim_step_deg=10.0"]).at("2020", mode="independent")
    moves = ("assumption.reaction_s", 60.0), ("missile.icbm-solid.burnout_altitude_km", 328.0)
    ones = [base, *(with_numbers(base, {place(key, base, label="t"): value}) for key, value in moves), base]
    evaluate = task("exposure").evaluate
    together = evaluate(ones)
    assert together == [evaluate([one])[0] for one in ones]
    assert len({tuple(found.values()) for found in together}) == 3


@pytest.mark.second_method  # the same number through a full load of the scenario with settings
def test_a_row_is_the_scenario_that_its_columns_name(write):
    rows = Rows(spec_of(load_study(write())))(0, 32)
    for i in (3, 12, 27):
        settings = [
            "scenario.aim_step_deg=10.0",
            f"interceptor.sm3-iib.burnout_speed_km_s={float(rows['speed'][i])!r}",
            f"assumption.decision_s={float(rows['decision_s'][i])!r}",
            "assumption.reaction_s=60" if rows["plan"][i] == "slow" else "assumption.reaction_s=10",
        ]
        (found,) = task("exposure").evaluate([load_scenario("epaa", settings).at("2020", mode="independent")])
        np.testing.assert_equal(rows["largest_slack_s"][i], found["largest_slack_s"])
        np.testing.assert_equal(rows["engageable_share"][i], found["engageable_share"])


def test_the_cube_has_every_row_at_its_place(write):
    study = load_study(write())
    rows = Rows(spec_of(study))
    result = cube(study, lambda chunk: rows(chunk * 5, min(chunk * 5 + 5, 32)), 7, Provenance())
    data, flat = result.data, rows(0, 32)
    assert data.engageable_share.dims == ("decision_s", "plan", "sample")
    for i in range(32):
        cell = data.sel(decision_s=flat["decision_s"][i], plan=flat["plan"][i])
        sample = np.flatnonzero(data.speed.values == flat["speed"][i])
        np.testing.assert_array_equal(cell.largest_slack_s.values[sample], [flat["largest_slack_s"][i]])
    assert np.unique(data.speed.values).size == 8
    assert data.speed.attrs["units"] == "km/s"
    assert int(data.failed.sum()) == 0


def listed(name, count, kind="number"):
    return Axis(name, kind, name, tuple(range(count)))


def test_listed_numbers_run_fastest_then_samples_then_the_rest():
    axes = [listed("speed", 10), listed("plan", 2, "variants"), listed("delay", 3)]
    assert list(dimensions(axes, 8).items()) == [("plan", 2), ("sample", 8), ("speed", 10), ("delay", 3)]
    axes[0] = listed("speed", 11)  # 33 combinations would all be kept in memory
    assert list(dimensions(axes, 8)) == ["speed", "plan", "sample", "delay"]


@pytest.mark.identity
@given(
    counts=st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["number", "setting"])), max_size=4),
    size=st.integers(1, 5),
)
def test_every_row_has_one_place_and_the_cube_holds_it_there(counts, size):
    axes = [listed(f"a{k}", count, kind) for k, (count, kind) in enumerate(counts)]
    lengths = dimensions(axes, size)
    rows = np.arange(size * prod(count for count, _ in counts))
    names = [axis.name for axis in axes] + ["sample"]
    held = as_cube(lengths, rows, names)
    assert held.shape == (*(count for count, _ in counts), size)
    at = places(lengths, rows)
    np.testing.assert_array_equal(held[tuple(at[name] for name in names)], rows)


def test_a_scenario_that_cannot_be_computed_is_data_and_the_rest_goes_on(write, monkeypatch):
    from equipoise.foundation.errors import DomainError

    study = load_study(write())
    rows = Rows(spec_of(study))

    def refuse(scenarios):
        if any(s.find("site", "redzikowo").count.value == 11.0 for s in scenarios):
            raise DomainError("eleven is not a number")
        return [{"engageable_share": 0.5, "largest_slack_s": 1.0} for _ in scenarios]

    monkeypatch.setattr(rows, "task", type("T", (), {"evaluate": staticmethod(refuse)}))
    found = rows(0, 8)
    bad = found["number"] == 11.0
    assert 0 < bad.sum() < 8
    assert set(found["fault"][bad]) == {"eleven is not a number"}
    assert np.isnan(found["engageable_share"][bad]).all()
    assert (found["engageable_share"][~bad] == 0.5).all()
    result = cube(study, lambda chunk: rows(chunk * 8, chunk * 8 + 8), 4, Provenance())
    assert any("could not be computed, most often because: eleven" in note for note in result.notes)


@pytest.mark.identity  # what makes Saltelli's design: each block differs from A in one column, taken from B
def test_saltelli_rows_swap_one_column_at_a_time():
    whole = design_rows("saltelli", samples=8, columns=3, seed=4, start=0, stop=40)
    for block in whole.reshape(8, 5, 3):
        a, b = block[0], block[-1]
        for column in range(3):
            expected = a.copy()
            expected[column] = b[column]
            np.testing.assert_array_equal(block[column + 1], expected)
    pieces = [
        design_rows("saltelli", samples=8, columns=3, seed=4, start=a, stop=b)
        for a, b in ((0, 7), (7, 8), (8, 40))
    ]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


def test_a_saltelli_study_has_sobol_indices_and_a_report(write):
    from equipoise.present.sweep import section

    study = load_study(write(GOOD.replace('method = "sobol"', 'method = "saltelli"')))
    rows = Rows(spec_of(study))
    result = cube(study, lambda chunk: rows(chunk * 64, chunk * 64 + 64), 2, Provenance())
    total = result.data.largest_slack_s_total
    assert total.dims == ("decision_s", "plan", "input")
    assert (total.sel(input="speed") > 0.9).all(), "the number of interceptors does not move the slack"
    assert (abs(total.sel(input="number")) < 0.05).all()
    made = section(result, {})
    assert [table.stem for table in made.tables] == ["sweep-quantiles", "sweep-sobol"]
    assert "holds in" in made.sentences[0].text
    for figure in made.figures:
        assert figure.draw().axes[0].get_ylabel()


def with_line(line, instead=""):
    assert instead in GOOD
    return GOOD.replace(instead, line) if instead else GOOD + line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (with_line('analysis = "exposur"', 'analysis = "exposure"'), "study.analysis: 'exposur' is not one of"),
        (with_line('scenario = "epaaa"', 'scenario = "epaa"'), "epaaa.*Did you mean 'epaa'"),
        (
            with_line('measures = ["engagable_share"]', 'measures = ["engageable_share", "largest_slack_s"]'),
            "has no measure 'engagable_share'.*Did you mean 'engageable_share'",
        ),
        (with_line("sample = 8", "samples = 8"), "study.sample: unknown key. Did you mean 'samples'"),
        (with_line("samples = 8.5", "samples = 8"), "samples is 8.5; give a whole number"),
        (with_line('samples = "many"', "samples = 8"), "study.samples: expected a number, got 'many'"),
        (with_line("", "samples = 8"), "study.samples: this key is missing; an axis has a range"),
        (with_line('at = "2020-13"', 'at = "2020"'), "study.at: .*not a date"),
        (with_line('method = "saltelli"\nseed = -1', 'method = "sobol"'), "study.seed: -1 lies outside"),
        (
            with_line('method = "saltelli"', 'method = "sobol"').replace("samples = 8", "samples = 9"),
            "balanced only for a power of two, such as 8 or 16",
        ),
        (with_line("range = [7.0, 5.0]", "range = [5.0, 7.0]"), r"axis.speed.range: expected range = \[low, high\]"),
        (with_line("range = [5.0, 17.0]", "range = [5.0, 7.0]"), "17.0 lies outside 0.5 to 10.5"),
        (with_line("range = [5.0, 7.0]\nvalues = [5]", "range = [5.0, 7.0]"), "axis.speed: needs exactly one of"),
        (with_line("from = 1", "range = [5.0, 7.0]"), "axis.speed: needs exactly one of values"),
        (with_line("values = [5]\nto = 7", "range = [5.0, 7.0]"), "from, to and steps go together"),
        (with_line("[axis.sample]", "[axis.decision_s]"), "the result has a column 'sample' of its own"),
        (with_line("values = [0, 0]", "values = [0, 60]"), "the same value stands there twice"),
        (with_line('values = [0, "60"]', "values = [0, 60]"), "all numbers or all texts"),
        (with_line('values = ["60"]', "values = [0, 60]"), "assumption.decision_s is a number"),
        (with_line("values = [-1]", "values = [0, 60]"), "-1.0 lies outside 0 to 3600"),
        (with_line("sm3-iic", "sm3-iib"), "no interceptor 'sm3-iic'.*Did you mean 'sm3-ii"),
        (with_line("burnout_sped_km_s", "burnout_speed_km_s"), "Did you mean 'burnout_speed_km_s'"),
        (with_line('["assumption.reaction=60"]', '["assumption.reaction_s=60"]'), "variants.slow: .*Did you mean 'reaction_s'"),
        (with_line('[axis.again]\nkey = "assumption.decision_s"\nvalues = [1]\n'), "an axis for 'assumption.decision_s' stands"),
        (with_line('[axis.x]\nkey = "at"\nvalues = ["2018", "20188"]\n'), "axis.x.values: .*not a date"),
        (with_line('[axis.x]\nkey = "mode"\nvalues = ["jiont"]\n'), "axis.x.values: .*Did you mean 'joint'"),
        (with_line('[axis.x]\nvariants = { a = "b" }\n'), "axis.x.variants: expected variants ="),
        (with_line('[axis.x]\nkey = "radar.gabala.party"\nvalues = ["nato", "sweden"]\n'), "no party 'sweden'"),
        (with_line('[axis.x]\nkey = "assumption.track_s"\nfrom = 1\nto = 9\nsteps = 1\n'), "axis.x.steps: 1 lies outside 2"),
        (with_line('ranges = ["assumptions"]', 'at = "2020"'), "no table 'assumptions'.*Did you mean 'assumption'"),
        ("", "study: this table is missing"),
        ("[study", "not valid TOML"),
        ('[study]\nname="x"\nscenario="epaa"\nanalysis="exposure"\n', "axis: nothing varies"),
    ],
)  # fmt: skip
def test_every_fault_of_a_study_is_one_line(write, text, words):
    with pytest.raises(InputError, match=words) as caught:
        load_study(write(text))
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.problems) <= 2


@pytest.mark.parametrize("name", STUDIES.names())
def test_built_in_studies_load(name):
    study = load_study(name)
    assert study.rows > 1
    assert study.task.name in TASKS


def test_a_scenario_beside_the_study_is_found(tmp_path, write):
    (tmp_path / "mine.toml").write_text(
        '[scenario]\nname = "mine"\nextends = "epaa"\n[assumption]\ndecision_s = 5\n'
    )
    study = load_study(write(GOOD.replace('"epaa"', '"mine.toml"')))
    assert study.scenario.name == "mine"
    assert Path(study.label).name == "study.toml"
