"""The European scenario end to end: signs that must hold, and what a run leaves behind."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from read_report import identifiers

from command_line import invoke
from equipoise.analysis.defence.defended_area import launch_points
from equipoise.analysis.defence.one_missile import rows_of
from equipoise.analysis.exposure import engageable, strategic_arcs
from equipoise.engagement.bounds import NOMINAL_MISSILES
from equipoise.foundation.errors import InputError
from equipoise.foundation.status import Reason
from equipoise.jobs.api import engage
from equipoise.numerics.threads import thread_count
from equipoise.results.record import load_result, load_results
from equipoise.results.statistics import shares
from equipoise.scenario.load import load_scenario, why_inactive


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa")


@pytest.fixture(scope="module")
def arcs(scenario):
    return strategic_arcs(scenario)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run with spaces")
    done = subprocess.run(
        [sys.executable, "-m", "equipoise", "run", "epaa", "--out", "result", "--quiet"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    return folder / "result"


def engaged(scenario, arcs, **options):
    day = scenario.phases[2].date
    return engageable(scenario, arcs, day, **options)[1] == int(Reason.ENGAGED)


def test_no_engagement_at_4_5_km_s_with_realistic_delays(scenario, arcs):
    assert not engaged(scenario, arcs).any()


def test_the_engageable_set_is_nested_in_speed_and_delay(scenario, arcs):
    sets = [engaged(scenario, arcs, speed_m_s=v) for v in (5000.0, 6000.0, 7000.0)]
    assert sets[1].sum() < sets[2].sum()
    assert np.all(sets[0] <= sets[1])
    assert np.all(sets[1] <= sets[2])
    late = engaged(scenario.at_end("against", "assumption.decision_s"), arcs, speed_m_s=7000.0)
    assert np.all(late <= sets[2])
    assert late.sum() < sets[2].sum()


def test_defence_grows_with_phase_and_with_shared_radars(result):
    area = load_result(result / "results.nc", group="defended_area")
    share = shares(area.data)
    assert np.all(share.sel(mode="joint") >= share.sel(mode="independent"))
    assert float(share.sel(phase="Phase 3", threat="irbm-notional").max()) > 0.5
    # a partner's radar may close (Gabala, December 2012), so only the own system is sure to grow
    assert np.all(np.diff(share.sel(mode="independent").values, axis=0) >= 0)
    assert np.diff(share.values, axis=0).min() > -0.005
    assert {Reason.ENGAGED, Reason.NO_TIME, Reason.OUT_OF_REACH, Reason.OUT_OF_RANGE} <= set(
        np.unique(area.data.reason)
    )


def test_a_run_leaves_all_that_it_promises(result):
    record = json.loads((result / "run.json").read_text())
    assert record["scenario"] == "epaa"
    assert load_result(result / "results.nc", group="exposure").data.sizes["base"] == 15
    names = {p.name for p in result.rglob("*") if p.is_file()}
    assert {
        "report.html",
        "verdicts.csv",
        "exposure.csv",
        "defended-share.csv",
        "exposure.parquet",
        "preview.png",
    } <= names
    assert (
        "exposure-by-speed.svg" not in names
    )  # the page draws its charts; report --figures draws them for print
    assert [p.name for p in result.parent.iterdir()] == ["result"]


def test_what_moves_no_missile_over_its_ranges_says_so(result):
    found = load_results(result / "results.nc")
    nominal = {kind for kind, one in found.items() if NOMINAL_MISSILES in one.notes}
    assert nominal == {"launch_policies", "raids", "cooperation"}
    assert all("covered" in found[kind].data for kind in ("guarantee", "uncertainty"))
    assert "covered" in found["exposure"].data.attrs


def test_cells_of_the_map_say_what_engage_says_of_their_middle(result, scenario):
    """Fifty cells: shots, site, time to spare and whose it is come from one row, that of the command that serves the cell against
    the worst of the threat's launch points and path families."""
    area = load_result(result / "results.nc", group="defended_area").data
    sites = area.attrs["sites"].split("; ")
    inside = np.argwhere(~np.isin(area.reason.values, [int(Reason.OUT_OF_RANGE), int(Reason.NOT_OWN_AREA)]))
    for at in np.random.default_rng(50).choice(inside, 50, replace=False):
        cell = area.isel(dict(zip(("phase", "mode", "threat", "lat", "lon"), at, strict=True)))
        track = None if np.isnan(cell.track) else round(float(cell.track), 1)
        said = {"outcome": Reason(int(cell.reason)).name, "shots": int(cell.shots), "track_s": track}
        if np.isfinite(cell.slack):  # a command that does not serve the cell has none to spare for it
            said |= {"slack_s": round(float(cell.slack), 1), "slack_site": sites[int(cell.slack_site)]}
        if cell.shots > 0:
            said |= {"site": sites[int(cell.site)], "ready_s": round(float(cell.launch), 1)}
        assert any(
            said in [{key: row[key] for key in said} for row in rows] for rows in asked(scenario, cell)
        ), said


def asked(scenario, cell):
    """What engage says of the middle of a cell in its phase and mode, against each flight that can reach it."""
    threat = scenario.find("threat", str(cell.threat.values))
    aim, where = (float(cell.lat), float(cell.lon)), (str(cell.phase.values), str(cell["mode"].values))
    for point in launch_points(scenario.find("launch_area", threat.launch_area)):
        start = tuple(np.degrees(point))
        for family in scenario.head.families:
            try:
                found = engage(scenario, threat.id, aim=aim, start=start, family=family)
            except InputError:  # no such flight
                continue
            yield [r for r in rows_of(found) if (r["phase"], r["mode"]) == where]


def test_no_identifier_is_read_in_the_report(result, scenario):
    assert identifiers((result / "report.html").read_text(), scenario) == set()


def test_the_first_screen_takes_at_most_ninety_words(result):
    html = (result / "report.html").read_text()
    first = re.search(r"<p class=answer>.*?</ul>(?=</header>)", html, re.DOTALL)[0]
    said = re.sub(r"<[^>]*>", " ", first)
    assert "strategic missiles" in said
    assert len(re.findall(r"[\w./'-]*\w[\w./'-]*", said)) <= 90


def test_the_report_fetches_nothing(result):
    text = (result / "report.html").read_text()
    assert "default-src 'none'" in text
    assert not re.findall(r'(?:src|href)="?(?:https?:)?//', text)


def test_a_folder_is_drawn_again_without_the_engine(result, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(result, copy)
    before = (copy / "report.html").read_text()
    (copy / "report.html").unlink()
    code = (
        "import sys; from pathlib import Path; sys.modules['numba'] = None\n"
        "from equipoise.present.report import redraw; redraw(Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(copy)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (copy / "report.html").read_text() == before
    assert not list(copy.glob("../.copy.part"))


def test_a_folder_without_results_is_refused(tmp_path):
    done = invoke(["report", str(tmp_path)])
    assert done.exit_code == 2
    assert "there is no such result file" in done.output


def test_sources_and_verdicts_are_there_for_programs(result):
    said = json.loads((result / "verdicts.json").read_text())
    assert {v["phase"] for v in said} == {"Phase 1", "Phase 2", "Phase 3", "Phase 4"}
    assert all(v["verdict"] in ("kept", "broken", "undetermined") for v in said)
    cited = invoke(["cite", str(result)])
    assert cited.exit_code == 0
    assert "interceptor.sm3-iia.burnout_speed_km_s" in cited.output


def test_one_date_one_mode_and_one_setting(tmp_path):
    options = ["--at", "2018", "--mode", "independent", "--set", "interceptor.sm3-iia.burnout_speed_km_s=3.0"]
    options += ["--set", "scenario.map_step_deg=5", "--set", "scenario.aim_step_deg=10"]
    options += ["--set", "scenario.families=['minimum_energy']"]
    done = invoke(["run", "epaa", "--out", str(tmp_path / "r"), "--quiet", "--json", *options])
    assert done.exit_code == 0, done.output
    area = load_result(tmp_path / "r" / "results.nc", group="defended_area").data
    assert list(area.phase.values) == ["Phase 3"]
    assert list(area["mode"].values) == ["independent"]
    assert "burnout_speed_km_s=3.0" in json.loads((tmp_path / "r" / "run.json").read_text())["command"]


def test_a_site_acts_only_while_its_instrument_is_in_force(scenario):
    site = scenario.find("site", "deveselu")
    assert why_inactive(site.but(active_from=date(2011, 1, 1)), date(2011, 10, 1)).startswith(
        "us-romania-2011 is not"
    )
    assert why_inactive(site, date(2015, 12, 31)) == ""
    assert "not before" in why_inactive(site, date(2014, 1, 1))


def children(pid):
    """Return the processes that a process has started; none where the system does not tell."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_killed_runs_leave_nothing_under_the_final_name(tmp_path):
    for how in (signal.SIGINT, signal.SIGKILL):
        run = subprocess.Popen(
            [sys.executable, "-m", "equipoise", "run", "epaa", "--out", "r", "--quiet"],
            cwd=tmp_path,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # as in a terminal
        )
        until = time.monotonic() + 120
        expected = 1 if thread_count() > 1 and Path("/proc/self/task").exists() else 0
        helpers: list[int] = []
        while len(helpers) < expected or not list(tmp_path.glob(".r.part")):
            assert time.monotonic() < until
            time.sleep(0.05)
            helpers = children(run.pid)
        run.send_signal(how)
        code = run.wait(timeout=60)
        until = time.monotonic() + 20
        while (left := [pid for pid in helpers if alive(pid)]) and time.monotonic() < until:
            time.sleep(0.05)
        assert not left
        assert not (tmp_path / "r").exists()
        if how == signal.SIGINT:
            assert code == 3
            assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_a_result_is_never_replaced(tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "mine.txt").write_text("keep")
    done = subprocess.run(
        [sys.executable, "-m", "equipoise", "run", "epaa", "--out", "r"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert (tmp_path / "r" / "mine.txt").read_text() == "keep"


def test_a_file_that_extends_changes_one_key_of_one_entry(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[scenario]\nextends = "epaa"\nname = "mine"\n[[site]]\nid = "redzikowo"\ncount = 3\n')
    mine, base = load_scenario(str(path)), load_scenario("epaa")
    changed = [e for e in mine.sites if e not in base.sites]
    assert [e.id for e in changed] == ["redzikowo"]
    assert changed[0].count.value == 3
    assert mine.hash != base.hash
