"""Every control of the page in a real browser, at desktop and phone width."""

import re

import pytest

pytestmark = pytest.mark.browser


def pixels(page, index=-1):
    """A fingerprint of what a canvas shows once two frames have passed."""
    return page.evaluate(
        """async (i) => {
        for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame);
        const c = [...document.querySelectorAll('#map canvas')].at(i);
        const copy = new OffscreenCanvas(c.width, c.height).getContext('2d', { willReadFrequently: true });
        copy.drawImage(c, 0, 0);
        const d = copy.getImageData(0, 0, c.width, c.height).data;
        let h = 0;
        for (let k = 0; k < d.length; k += 97) h = (h * 31 + d[k]) | 0;
        return h; }""",
        index,
    )


def frames(page, count):
    """Wait until the browser has drawn so many frames."""
    page.evaluate(
        "async (count) => { for (let n = 0; n < count; n++) await new Promise(requestAnimationFrame); }",
        count,
    )


def changed(page, before, index=0):
    """Whether a canvas comes to show something else within three seconds."""
    for _ in range(30):
        if pixels(page, index) != before:
            return True
        page.wait_for_timeout(100)
    return False


def comes_back(page, before, index=0):
    """Whether a canvas comes to show what it did before within three seconds."""
    for _ in range(30):
        if pixels(page, index) == before:
            return True
        page.wait_for_timeout(100)
    return False


def switch(page, name):
    return page.get_by_role("combobox", name=name, exact=True)


def explanation(page):
    return page.locator("section.explain").inner_text()


def ask_place(page, lat, lon):
    page.get_by_label("Latitude").scroll_into_view_if_needed()
    frames(
        page, 6
    )  # a scene that the window jumps past begins and ends in these, and its time slider moves what lies below
    page.get_by_label("Latitude").fill(str(lat))
    page.get_by_label("Longitude").fill(str(lon))
    page.get_by_role("button", name="Ask this place").click()


def test_nothing_is_wider_than_the_window(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Compare two").check()
    page.get_by_label("Trajectories").check()
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    page.evaluate(
        "document.querySelectorAll('option').forEach((o) => (o.textContent += ' of a long name'.repeat(4)))"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_each_switch_draws_another_map(page):
    for name, option in (
        ("Phase", "Phase 1 (2011)"),
        ("Mode", "One joint system"),
        ("Missile", "Ghadr-1"),
    ):
        before, chosen = pixels(page, 0), switch(page, name).input_value()
        switch(page, name).select_option(option)
        assert changed(page, before), name
        switch(page, name).select_option(chosen)
        assert comes_back(page, before), name


def test_each_layer_can_be_switched(page):
    page.evaluate("document.getElementById('explore').scrollIntoView({ behavior: 'instant' })")
    page.wait_for_timeout(200)
    for layer in (
        "Defended area",
        "Cells and reasons",
        "Sites and radars",
        "Sensor fans",
        "Trajectories",
        "Engagement points",
        "Exposure corridors",
        "Sectors",
    ):
        box = page.get_by_label(layer)
        before, shown = pixels(page, 0), box.is_checked()
        box.set_checked(not shown)
        assert changed(page, before), layer
        box.set_checked(shown)
        assert comes_back(page, before), layer


def test_a_cell_says_why_by_click(page):
    page.locator("canvas.top").scroll_into_view_if_needed()
    box = page.locator("canvas.top").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.62)
    assert re.search(r"\d+\.\d° N, \d+\.\d° E, Phase 4", explanation(page))
    assert "Shots" in explanation(page)


def test_a_cell_names_the_site_of_each_value_and_no_launch_where_there_is_no_shot(page):
    ask_place(page, 47.0, 24.0)
    said = explanation(page)
    assert re.search(r"Time to spare\s+\d+ s, Redzikowo", said)
    assert re.search(r"Shoots first\s+Deveselu", said)
    assert "interceptor launch" in page.locator("section.explain svg").get_attribute("aria-label")
    ask_place(page, 70.0, 24.0)
    said = explanation(page)
    assert "Shoots first" not in said
    assert "interceptor launch" not in page.locator("section.explain").inner_html()


def test_a_cell_says_why_by_keyboard(page):
    page.locator("canvas.top").focus()
    page.keyboard.press("ArrowUp")
    first = explanation(page)
    page.keyboard.press("ArrowRight")
    assert explanation(page) != first
    page.keyboard.press("Escape")
    assert "Choose a cell" in explanation(page)


def test_the_keyboard_moves_and_zooms_the_map(page):
    page.locator("canvas.top").focus()
    views = {pixels(page, 0)}
    for key in ("Shift+ArrowLeft", "Shift+ArrowUp", "+", "-", "Home"):
        page.keyboard.press(key)
        page.wait_for_timeout(250)
        views.add(pixels(page, 0))
    assert len(views) >= 4


def test_a_defended_and_an_undefended_place(page):
    ask_place(page, 47.0, 24.0)
    assert "Defended." in explanation(page)
    assert page.locator("section.explain svg").get_attribute("aria-label").count(" at ") == 3
    ask_place(page, 70.0, -10.0)
    assert "Defended." not in explanation(page)


def test_a_base_explains_its_exposure(page):
    page.get_by_role("button", name="Eastern base").click()
    assert "Eastern base" in explanation(page)
    assert "4 % (0 to 35 %)" in explanation(page)
    assert page.get_by_role("button", name="Eastern base").get_attribute("aria-pressed") == "true"


def test_the_globe_and_the_buttons_of_the_map(page):
    before = pixels(page, 0)
    page.get_by_label("Globe").check()
    globe = pixels(page, 0)
    assert globe != before
    page.get_by_label("Zoom in: Map").click()
    assert changed(page, globe)
    page.get_by_label("Zoom out: Map").click()
    page.get_by_label("Whole map: Map").click()
    page.get_by_label("Flat map").check()
    page.wait_for_timeout(250)
    assert pixels(page, 0) == before


def test_dragging_turns_the_globe(page):
    page.get_by_label("Globe").check()
    page.wait_for_timeout(250)
    before = pixels(page, 0)
    page.locator("canvas.top").scroll_into_view_if_needed()
    box = page.locator("canvas.top").bounding_box()
    page.mouse.move(box["x"] + 150, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 250, box["y"] + 160, steps=4)
    page.mouse.up()
    assert changed(page, before)


def test_the_wheel_zooms_only_a_map_that_was_chosen(page):
    page.locator("canvas.top").scroll_into_view_if_needed()
    box = page.locator("canvas.top").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    before = pixels(page, 0)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(250)
    assert pixels(page, 0) == before
    page.locator("canvas.top").focus()
    page.mouse.move(box["x"] + 100, page.locator("canvas.top").bounding_box()["y"] + 100)
    page.mouse.wheel(0, -200)
    assert changed(page, before)


def test_time_moves_the_paths_by_slider_and_by_play(page):
    page.get_by_label("Globe").check()
    page.get_by_label("Trajectories").check()
    before = pixels(page)
    page.get_by_label("Time after launch").fill("600")
    later = pixels(page)
    assert later != before
    assert page.locator(".time output").inner_text() == "10 min 00 s"
    page.locator(".time").get_by_role("button", name="Play").click()
    page.wait_for_timeout(300)
    page.locator(".time").get_by_role("button", name="Pause").click()
    assert pixels(page) != later
    assert page.locator("figure svg[aria-label*='Altitude']").count() == 1


def test_two_maps_side_by_side_have_their_own_switches(page):
    page.get_by_label("Compare two").check()
    switch(page, "Mode on the first map").select_option("Two independent systems")
    switch(page, "Mode on the second map").select_option("One joint system")
    assert pixels(page, 0) != pixels(page, 2)
    assert "percentage points" in page.locator(".apart").inner_text()
    switch(page, "Mode on the second map").select_option("Two independent systems")
    assert pixels(page, 0) == pixels(page, 2)
    assert "as many" in page.locator(".apart").inner_text()


def test_on_a_phone_the_controls_are_a_sheet_below_the_map(page):
    sheet = page.locator(".sheet")
    if page.viewport_size["width"] > 820:
        assert not sheet.locator(".handle").is_visible()
        return
    page.locator("#explore h2").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('explore').scrollIntoView()")
    page.wait_for_timeout(200)
    there, seen = sheet.bounding_box(), page.locator("#map canvas.top").first.bounding_box()
    assert abs(there["y"] + there["height"] - page.viewport_size["height"]) < 3
    assert seen["y"] >= 0
    assert seen["y"] + seen["height"] <= there["y"]
    sheet.get_by_role("button", name="Hide the controls").click()
    assert not page.get_by_label("Compare two").is_visible()
    sheet.get_by_role("button", name="Show the controls").click()
    assert page.get_by_label("Compare two").is_visible()


def test_a_link_brings_the_view_back(page, report):
    switch(page, "Phase").select_option("Phase 2 (2015)")
    page.get_by_label("Globe").check()
    page.get_by_label("Sensor fans").check()
    ask_place(page, 47.0, 24.0)
    page.get_by_role("button", name="Copy link to this view").click()
    seen, words = pixels(page, 0), explanation(page)
    link = page.evaluate("location.href")
    other = page.context.new_page()
    other.goto(link)
    other.wait_for_selector("html[data-page=ready]")
    assert explanation(other) == words
    assert switch(other, "Phase").input_value() == "1"
    assert pixels(other, 0) == seen


def test_a_broken_link_leaves_the_page_whole(page, report):
    for part in (
        "#view:",
        "#view:phase=x&at=a,b&cell=9999,1",
        "#view:%E0%A4%A",
        "#nowhere",
        "#view:at=1e9,1e9,1e9&t=NaN",
    ):
        page.goto("about:blank")
        page.goto(report.as_uri() + part)
        page.wait_for_selector("html[data-page=ready]")
        assert pixels(page, 0) != 0, part


def test_dark_light_and_what_the_system_says(page):
    before = pixels(page, 0)
    page.get_by_label("Appearance").select_option("dark")
    assert changed(page, before)
    page.get_by_label("Appearance").select_option("light")
    assert pixels(page, 0) == before
    page.get_by_label("Appearance").select_option("auto")
    page.emulate_media(color_scheme="dark")
    assert changed(page, before)


def test_a_number_tells_its_unit_method_and_source(page):
    page.locator(".answer button.number").first.click()
    about = page.locator("[popover]:popover-open").inner_text()
    assert "Method" in about
    assert "Source" in about
    page.keyboard.press("Escape")
    assert page.locator("[popover]:popover-open").count() == 0


def test_figures_can_be_cited_and_their_data_taken(page):
    figure = page.locator("#exposure-by-base")
    figure.scroll_into_view_if_needed()
    figure.locator("div.chart svg").first.wait_for()
    with page.expect_download() as taken:
        figure.locator("a[download]").click()
    assert taken.value.suggested_filename == "exposure.csv"
    assert "Eastern" in taken.value.path().read_text() or "ru-b" in taken.value.path().read_text()
    button = figure.locator("button.cite")
    button.click()
    page.wait_for_timeout(100)
    assert button.inner_text() in ("Copied", "Could not copy")


def test_charts_are_drawn_from_data_and_never_wider_than_the_window(page):
    figure = page.locator("#exposure-by-base")
    figure.scroll_into_view_if_needed()
    figure.locator("div.chart svg").first.wait_for()
    assert figure.locator("text", has_text="Eastern base").count() > 0
    assert "Phase 4, Eastern base, Topol, any family: 4 (0 to 35)" in figure.locator(
        "div.chart"
    ).get_attribute("aria-label")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("figure img").count() == 0


def test_a_link_to_something_folded_opens_it(page):
    assert not page.locator("#defended-ghadr-1").is_visible()
    page.evaluate("location.hash = '#defended-ghadr-1'")
    page.wait_for_timeout(150)
    assert page.locator("#defended-ghadr-1").is_visible()


def test_a_report_without_the_engine_offers_no_what_if(page):
    assert page.get_by_text("What if?").count() == 0


def test_no_finding_of_accessibility(page):
    from axe_playwright_python.sync_playwright import Axe

    page.get_by_label("Trajectories").check()
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    for figure in page.locator("figure:has(> script.chart)").all():  # charts are drawn when they come near
        figure.scroll_into_view_if_needed()
        figure.locator("div.chart").wait_for()
    for scheme in ("light", "dark"):
        page.get_by_label("Appearance").select_option(scheme)
        found = Axe().run(page).response["violations"]
        assert [f"{v['impact']}: {v['id']}: {v['nodes'][0]['html'][:120]}" for v in found] == []


def test_the_negotiation_space_is_explored(page):
    figure = page.locator("figure.lively")
    assert figure.locator("circle.point").count() == 2
    figure.locator("svg").focus()
    page.keyboard.press("ArrowRight")
    assert "south of 46 N: at most 4.5 km/s, 100 interceptors" in figure.inner_text()
    figure.get_by_label("Burnout speed up to").fill("0")
    assert figure.locator("circle.point").count() == 1
    figure.get_by_label("Known proposals").uncheck()
    assert figure.locator(".proposal").count() == 0
