"""The display of a party and the report after an exercise in a real browser: legible, within the window, open to the keyboard."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "mirror/exchange"))
from exchange_pair import Pair, launch, notice, text, track

from equipoise.checkers.exchange_log import verify
from equipoise.exchange.picture.after_action import after_action
from equipoise.exchange.picture.display import page as whole
from equipoise.exchange.picture.display import party_body
from equipoise.exchange.picture.live import land
from equipoise.model.notices import instruments

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Files with the display of a party that sees tracks, a notice and a launch, and with the report on both logs."""
    folder = tmp_path_factory.mktemp("exchange")
    pair = Pair(folder)
    circle = {"lat_deg": 62.0, "lon_deg": 40.0, "radius_km": 300.0}
    for number in range(30):
        place = {"position_ecef_m": [3.6e6 + 2e4 * number, 2.9e6, 4.6e6]}
        pair.send(track("mine", pair.now_ms / 1000.0, **place))
        pair.answer(track("theirs", pair.now_ms / 1000.0, sigma_m=5e4, **place))
        pair.send(text(f"message {number}", "releasable" if number % 2 else "withhold"))
    pair.answer(notice("n-1", pair.now_ms + 90_000_000, launch_area=circle))
    pair.answer(launch("l-1", pair.now_ms, "third", "releasable", launch_point=[50.0, 20.0]))
    body = party_body(pair.a.picture, now_ms=pair.now_ms, land=land())
    report = verify(pair.path("A"), pair.path("B"), duties=instruments())
    pair.close()
    made = {"display": whole("A: own picture", body), "report": after_action(report)}
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return folder


@pytest.mark.parametrize("size", [(1100, 700), (390, 844)])
@pytest.mark.parametrize("name", ["display", "report"])
def test_pages_of_the_exchange_are_accessible_and_within_the_window(chromium, pages, name, size):
    from axe_playwright_python.sync_playwright import Axe

    tab = chromium.new_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    tab.goto((pages / f"{name}.html").as_uri())
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(tab).response["violations"]] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]
    tab.close()


def test_the_map_tells_land_from_sea_and_names_countries_where_there_is_room(chromium, pages):
    tab = chromium.new_page(viewport={"width": 1100, "height": 700})
    tab.goto((pages / "display.html").as_uri())
    land_colour, sea_colour = tab.evaluate(
        "['land', 'sea'].map((kind) => getComputedStyle(document.querySelector(`svg .${kind}`)).fill)"
    )
    assert land_colour != sea_colour
    assert tab.locator("svg text.country").count() >= 3
    boxes = tab.locator("figure > svg text").evaluate_all(
        "all => all.map((e) => e.getBBox()).map((b) => [b.x, b.y, b.x + b.width, b.y + b.height])"
    )
    over = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]]  # fmt: skip
    assert over == []
    tab.close()


def test_a_withheld_message_is_hollow_in_the_colour_of_the_page(chromium, pages):
    html = (pages / "report.html").read_text(encoding="utf-8")
    assert 'style="' not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    tab = chromium.new_page(color_scheme="dark")
    tab.goto((pages / "report.html").as_uri())
    hollow = tab.locator("svg .hollow").first
    assert hollow.evaluate("e => getComputedStyle(e).fill") == tab.evaluate(
        "getComputedStyle(document.body).backgroundColor"
    )
    tab.close()
