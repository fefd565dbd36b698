"""The story in scenes, and figures that follow the map's switches, in a real browser."""

import re
from dataclasses import replace

import pytest
from synthetic import results
from test_page import pixels, switch

from equipoise.present import exposure_tables
from equipoise.present.compose import section_of
from equipoise.present.names import Names
from equipoise.present.report import write_report
from equipoise.present.section import Number

pytestmark = pytest.mark.browser


def scene(page):
    return page.locator(".story span").inner_text()


def comes_to(page, words):
    page.locator(".story span", has_text=words).wait_for()


def go(page, name):
    page.evaluate(
        f"document.getElementById('scene-{name}').scrollIntoView({{ block: 'center', behavior: 'instant' }})"
    )
    page.wait_for_timeout(250)


def test_buttons_arrow_keys_and_scrolling_step_through_the_scenes(page):
    page.emulate_media(reduced_motion="reduce")
    assert scene(page) == "The story"
    page.get_by_role("button", name="Next scene").click()
    comes_to(page, "1 of 4")
    page.keyboard.press("Tab")
    page.locator("body").press("ArrowRight")
    comes_to(page, "2 of 4")
    go(page, "promise")
    assert scene(page) == "4 of 4"
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    comes_to(page, "The story")


def test_missile_and_interceptor_meet_within_five_kilometres_at_the_time_that_is_said(page):
    page.emulate_media(reduced_motion="reduce")
    go(page, "shot")
    told = page.locator("#scene-shot").inner_text()
    meet = re.search(r"they meet at (\d+) s", told)[1]
    page.get_by_label("Time of the shot").fill(meet)
    apart = re.search(r"are (\d+) km apart", page.locator("#scene-shot").inner_text())
    assert int(apart[1]) <= 5
    page.get_by_label("Time of the shot").fill("100")
    assert "not launched yet" in page.locator("#scene-shot").inner_text()


def test_the_shot_plays_pauses_and_stands_still_where_motion_is_reduced(page):
    go(page, "shot")
    time = page.locator("#scene-shot output")
    first = time.inner_text()
    page.wait_for_timeout(400)
    assert time.inner_text() != first
    page.locator("#scene-shot").get_by_role("button", name="Pause").click()
    still = time.inner_text()
    page.wait_for_timeout(300)
    assert time.inner_text() == still
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    page.wait_for_timeout(250)
    page.emulate_media(reduced_motion="reduce")
    go(page, "shot")
    assert time.inner_text() == "8 min 00 s"
    before = pixels(page)
    page.wait_for_timeout(300)
    assert pixels(page) == before


def test_a_faster_interceptor_turns_more_paths_while_map_and_slider_are_in_view(page):
    page.emulate_media(reduced_motion="reduce")
    go(page, "other")
    slider = page.get_by_label("Speed of the interceptors")
    slider.fill("3.5")
    slow, map_before = page.locator("#scene-other .stage p").inner_text(), pixels(page, 0)
    slider.fill("9")
    fast = page.locator("#scene-other .stage p").inner_text()
    assert re.match(r"0 of the 6 paths", slow)
    assert re.match(r"6 of the 6 paths", fast)
    assert pixels(page, 0) != map_before
    height = page.viewport_size["height"]
    for part in (slider, page.locator("#map canvas.top")):
        box = part.bounding_box()
        assert 0 <= box["y"] < height
        assert box["y"] + 20 <= height


def test_the_promise_shows_what_breaks_it_in_the_phase_that_is_chosen(page):
    page.emulate_media(reduced_motion="reduce")
    go(page, "promise")
    broken = pixels(page, 0)
    page.locator("#scene-promise").get_by_role("button", name="Phase 1").click()
    page.wait_for_timeout(200)
    assert pixels(page, 0) != broken


def test_a_link_brings_a_scene_back(page, report):
    page.emulate_media(reduced_motion="reduce")
    go(page, "other")
    page.get_by_label("Speed of the interceptors").fill("7")
    page.get_by_role("button", name="Copy link to this view").evaluate("e => e.click()")
    link = page.evaluate("location.href")
    other = page.context.new_page()
    other.emulate_media(reduced_motion="reduce")
    other.goto(link)
    other.wait_for_selector("html[data-page=ready]")
    other.wait_for_timeout(400)
    assert scene(other) == "3 of 4"
    assert other.locator("#scene-other output").inner_text() == "7.00 km/s"


def test_the_figures_beside_the_map_are_the_table_s_for_every_phase_mode_and_missile(page):
    data = results()
    shown = section_of("defended_area", data).tables[0]
    exposed = data["exposure"].data.share.sel(family="any")
    in_mode, said = data["exposure"].data.share_in_mode.sel(family="any"), set()
    if page.viewport_size["width"] < 820:
        page.locator("#explore").scroll_into_view_if_needed()
    keys = [page.locator(f"[data-key={name}]") for name in ("defended", "exposed")]
    for number, (phase, mode, *shares) in enumerate(shown.rows):
        switch(page, "Phase").select_option(label=f"{phase} ({2011 + [0, 4, 7, 9][number // 2]})")
        switch(page, "Mode").select_option(index=number % 2)
        for missile, share in enumerate(shares):
            switch(page, "Missile").select_option(index=missile)
            defended, reached = (key.inner_text() for key in keys)
            value = Number(share, unit="%").text
            assert value in defended
            assert page.locator(".bars li.now b").inner_text() == value
            assert shown.columns[2 + missile].name in defended
            chosen = page.locator(".chosen").inner_text()
            assert chosen == f"{phase}, {Names.of(data)('mode', mode).lower()}"
            base = exposed.isel(phase=number // 2)
            most = exposure_tables.percent(base.isel(base=exposure_tables.most_exposed(base)))
            assert most.text in reached
            seen = in_mode.isel(phase=number // 2, mode=number % 2).max()
            assert f"sensors: {Number(100 * float(seen), unit='%').text}" in reached
            said.add((phase, reached))
    assert (
        len(said) == 7
    )  # in the first phase no sensor exposes anything, in the others each mode has its own figure


def test_no_identifier_is_read_anywhere(page):
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    page.evaluate("document.querySelectorAll('code').forEach((c) => c.remove())")
    text = page.locator("body").inner_text()
    assert not re.findall(
        r"(?<![\w-])(?:irbm-notional|ghadr-1|sm3-ib|sm3-iia|ru-a|ru-b|nato|russia|[a-z]+_[a-z_]+)(?![\w-])",
        text,
    )


BY_DEG = 145.0
"""Puts the edge of the globe into the map, into the shot and between the bases."""


def turned(results):
    """The results of the same world turned about its axis: the map crosses 180 degrees."""
    found = {}
    for kind, result in results.items():
        data = result.data.copy()
        for name in [n for n in data.variables if str(n).split("_")[-1] in ("lon", "longitude")]:
            moved = data[name].values + BY_DEG
            if name not in data.indexes:  # the axes of a map rise beyond 180
                moved = (moved + 180.0) % 360.0 - 180.0
            data[name] = data[name].copy(data=moved)
        found[kind] = replace(result, data=data)
    return found


def centres(context, report):
    """Longitude and latitude in the middle of the map on the first screen and in each scene, as the map says them."""
    tab, found = context.new_page(), {}
    tab.emulate_media(reduced_motion="reduce")
    tab.goto(report.as_uri())
    tab.wait_for_selector("html[data-page=ready]", timeout=20_000)
    for name in ("", "shot", "phases", "other"):
        if name:
            go(tab, name)
        said = tab.locator("canvas[role=application]").first.get_attribute("aria-label")
        lat, north, lon, east = re.search(r"centred on (\d+)° ([NS]), (\d+)° ([EW])", said).groups()
        found[name] = (int(lon) * (1 if east == "E" else -1), int(lat) * (1 if north == "N" else -1))
    return found


@pytest.mark.identity
def test_every_scene_of_a_turned_world_looks_at_it_from_where_it_was_turned_to(chromium, tmp_path):
    plain = {kind: result for kind, result in results().items() if kind != "guarantee"}
    folders = tmp_path / "plain", tmp_path / "turned"
    for folder in folders:
        folder.mkdir()
    reports = [write_report(r, f) for r, f in zip((plain, turned(plain)), folders, strict=True)]
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    here, there = (centres(context, report) for report in reports)
    context.close()
    for name, (lon, lat) in here.items():
        apart = (there[name][0] - lon - BY_DEG + 180) % 360 - 180
        assert abs(apart) <= 1, (name, here, there)
        assert abs(there[name][1] - lat) <= 1, (name, here, there)
