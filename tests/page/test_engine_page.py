"""The engine inside a report: equal to the native one from disk, without a network; what it saves runs on the command line."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from validation.what_if import COARSE, LEAST_EQUAL, SEED, compare, questions, report_of

from equipoise.analysis.what_if import study
from equipoise.analysis.what_if.answers import area, changed
from equipoise.analysis.what_if.kills import stopped
from equipoise.present.report import write_report
from equipoise.results.record import load_results
from equipoise.results.statistics import shares
from equipoise.scenario.load import Scenario, load_scenario

pytestmark = pytest.mark.browser
QUESTIONS = 500


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa", COARSE)


@pytest.fixture(scope="module")
def report(scenario, tmp_path_factory):
    return report_of(scenario, tmp_path_factory.mktemp("what if") / "epaa")


@contextmanager
def opened(chromium, report, *, lacking="", ready="html[data-page=ready]"):
    """Open a report from disk without a network; nothing may be said on the console."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_offline(True)
    page = context.new_page()
    said = []
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    page.add_init_script(f"delete globalThis.{lacking}" if lacking else "")
    page.goto(report.as_uri())
    page.wait_for_selector(ready)
    yield page
    context.close()
    assert said == []


@pytest.fixture(scope="module")
def tab(chromium, report):
    with opened(chromium, report) as page:
        yield page


@pytest.mark.second_method
def test_the_engine_in_the_page_answers_as_the_native_one(tab, scenario):
    tally = compare(tab, scenario, questions(scenario, QUESTIONS, SEED))
    assert tally.compared > 50_000
    assert tally.equal >= LEAST_EQUAL, tally.differ[:10]
    assert tally.largest_s <= 0.01


def test_what_is_changed_moves_map_and_bases_and_the_saved_scenario_says_the_same(tab, scenario, tmp_path):
    tab.get_by_text("What if?").click()
    tab.get_by_label("Burnout speed, SM-3 Block IIA").fill("6.5")
    tab.get_by_label("Longitude, Naval Support Facility Redzikowo").fill("22")
    block = tab.locator("details.whatif")
    block.get_by_text("computed in").wait_for()
    block.get_by_text("broken by 3.5 km/s").wait_for()
    block.get_by_label("Launch policy, Naval Support Facility Redzikowo").select_option(
        label="Own sensor only"
    )
    block.get_by_label("A track is good enough by").select_option(label="its accuracy")
    block.get_by_label("Kill probability of a shot").fill("0.4")
    block.get_by_text("At a kill probability of 0.40, 5 shots stop").wait_for()
    block.get_by_role("row", name="Twelve missiles in two minutes hangs on stocks and intervals").wait_for()
    block.get_by_text("computed in").wait_for()
    with tab.expect_download() as taken:
        block.get_by_role("button", name="Save as scenario").click()
    taken.value.save_as(tmp_path / "what-if.toml")
    saved = Scenario.from_toml((tmp_path / "what-if.toml").read_text(), "what-if.toml")
    settings = {
        "interceptor.sm3-iia.burnout_speed_km_s": 6.5, "site.redzikowo.lon_deg": 22.0, "site.redzikowo.policy": "own-sensor",
        "scenario.track_rule": "accuracy", "balance.kill_probability": 0.4,
    }  # fmt: skip
    assert saved.hash == changed(scenario, "Phase 4", settings).hash
    asked = {"phase": "Phase 4", "mode": "independent", "threat": "irbm-notional"}
    said = tab.evaluate("(q) => EquipoisePage.ask(q)", {**asked, "settings": settings})["area"]
    native = area(saved, **asked)
    assert said["share_percent"] == pytest.approx(100 * float(shares(native).values[0, 0, 0]), abs=1e-9)
    share = stopped(saved, native, scenario.phases[-1].date)
    assert said["stopped_percent"] == pytest.approx([100 * x for x in share], abs=1e-9)
    block.get_by_role("button", name="Reset").click()
    block.get_by_text("of the people in range are defended").wait_for(state="detached")


def test_a_site_that_is_dragged_asks_the_engine_and_stands_in_the_link(tab):
    tab.evaluate("location.hash = 'view:map=flat&at=54.50,17.10,9.00&layers=cells,places'")
    slider = tab.get_by_label("Longitude, Naval Support Facility Redzikowo")
    before = float(slider.input_value())
    tab.locator("#map").scroll_into_view_if_needed()
    box = tab.locator("#map canvas.top").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 30, y, steps=4)
    tab.mouse.up()
    assert before < float(slider.input_value()) < before + 15.0
    tab.locator("details.whatif").get_by_text("computed in").wait_for()
    tab.get_by_role("button", name="Copy link to this view").click()
    assert "try=site.redzikowo.lon_deg" in tab.evaluate("location.hash")
    tab.get_by_role("button", name="Reset").click()


def test_a_browser_without_webassembly_shows_what_was_computed_and_says_so(chromium, report):
    with opened(chromium, report, lacking="WebAssembly") as page:
        page.get_by_text("What if?").click()
        page.get_by_text("This browser lacks what the engine of this report needs").wait_for()
        assert page.get_by_label("Burnout speed, SM-3 Block IIA").count() == 0
        assert page.locator("#map canvas.top").is_visible()


def test_a_browser_that_cannot_unpack_the_map_shows_the_still_one_and_says_so(chromium, report):
    with opened(chromium, report, lacking="DecompressionStream", ready="#map-page img") as page:
        page.get_by_text("This browser cannot unpack the interactive map").wait_for()
        assert page.locator("#map-page img").is_visible()


def test_a_missile_that_the_engine_does_not_fly_is_said_to_be_one(
    chromium, report, scenario, tmp_path, monkeypatch
):
    monkeypatch.setattr(study, "MOST_PATHS", 100)  # room for the missiles of few paths
    results = load_results(report.parent / "results.nc")
    last = replace(scenario, phases=scenario.phases[-1:])
    few = replace(study.what_if(last), provenance=results["what_if"].provenance)
    with opened(chromium, write_report(results | {"what_if": few}, tmp_path)) as page:
        flown = page.evaluate(
            "EquipoisePage.ask({phase: 'Phase 4', mode: 'independent', threat: 'shahab-3', settings: {}})"
        )
        assert flown["area"]["share_percent"] is not None
        page.get_by_role("combobox", name="Missile").first.select_option(
            index=[t.id for t in scenario.threats].index("irbm-notional")
        )
        page.get_by_text("What if?").click()
        page.get_by_text("The engine in this report does not fly this missile").wait_for()
