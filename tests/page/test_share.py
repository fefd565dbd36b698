"""What is taken away from the page: pictures, cells, links, a frame for another page, paper."""

import csv
import io
import re
import struct
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from xml.etree import ElementTree

import pytest
from synthetic import results
from test_page import switch

from equipoise.present.report import write_report

pytestmark = pytest.mark.browser
SVG = "{http://www.w3.org/2000/svg}"


def saved(page, name):
    with page.expect_download() as got:
        page.get_by_role("button", name=name).click()
    return got.value.suggested_filename, got.value.path().read_bytes()


def test_the_view_is_saved_as_a_picture_that_stands_alone(page):
    title = page.locator("h1").inner_text()
    name, png = saved(page, "Picture (PNG)")
    assert name.endswith(".png")
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24])[0] == 2400
    name, svg = saved(page, "Picture (SVG)")
    drawn = ElementTree.fromstring(svg)
    words = [element.text for element in drawn.iter(f"{SVG}text")]
    assert name.endswith(".svg")
    assert title in words
    assert {"two shots or more", "interceptors"} <= set(words)
    assert any("km" in w for w in words)
    assert any("Equipoise" in w and "sha256" in w for w in words)
    assert " style=" not in svg.decode()
    assert all("NaN" not in str(path.get("d")) for path in drawn.iter(f"{SVG}path"))


def test_the_cells_that_are_saved_are_those_of_the_view(page):
    _, text = saved(page, "Cells (CSV)")
    lines = text.decode().splitlines()
    rows = list(csv.DictReader(io.StringIO("\n".join(lines[1:]))))
    assert lines[0].startswith("# ")
    assert page.locator("h1").inner_text() in lines[0]
    defended = [r for r in rows if int(r["shots"]) > 0]
    assert defended
    assert all(r["shoots_first"] and not r["reason"] for r in defended)
    assert all(r["reason"] for r in rows if int(r["shots"]) == 0)
    one = defended[len(defended) // 2]
    page.get_by_label("Latitude").fill(one["latitude_deg"])
    page.get_by_label("Longitude").fill(one["longitude_deg"])
    page.get_by_role("button", name="Ask this place").click()
    said = page.locator("section.explain").inner_text()
    assert one["shoots_first"] in said
    assert f"{one['time_to_spare_s']} s" in said


def test_a_link_carries_what_was_tried_and_says_that_this_file_cannot_compute_it(page, report):
    page.goto("about:blank")
    page.goto(f"{report.as_uri()}#view:phase=Phase+4&try=interceptor.sm3-iia.burnout_speed_km_s%3D5.5")
    page.wait_for_selector("html[data-page=ready]")
    assert "what if interceptor.sm3-iia.burnout_speed_km_s = 5.5" in page.locator(".tried").inner_text()
    page.get_by_role("button", name="Copy link to this view").click()
    assert "burnout_speed_km_s" in page.evaluate("location.hash")


def test_an_embedded_page_shows_the_answer_and_the_map_alone(page, report):
    page.goto("about:blank")
    page.goto(f"{report.as_uri()}#view:map=flat&embed=1")
    page.wait_for_selector("html[data-page=ready]")
    assert page.locator(".answer").is_visible()
    assert page.locator("#map canvas.top").is_visible()
    assert not page.locator("#explore").is_visible()
    assert not page.locator("footer").is_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")


def test_a_printed_report_has_at_most_fifteen_pages_with_the_map_on_the_first(page):
    paper = page.pdf(format="A4", print_background=True)
    assert max(int(n) for n in re.findall(rb"/Count (\d+)", paper)) <= 15
    page.emulate_media(media="print")
    assert page.locator("#map canvas.top").bounding_box()["y"] < 900
    assert not page.locator(".zoom").first.is_visible()


def test_without_scripts_there_are_the_headline_and_a_still_map(chromium, report):
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(report.as_uri())
    still = tab.locator("#map noscript img, #map img").first
    assert tab.locator(".answer").is_visible()
    assert still.bounding_box()["width"] > 300
    context.close()


def test_previews_of_a_link_find_title_words_and_picture(tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    text = write_report(results(), folder).read_text()
    told = dict(re.findall(r'<meta (?:property|name)=([\w:]+) content="?([^">]*)', text))
    assert told["og:title"]
    assert told["description"]
    assert told["og:description"] == told["description"]
    png = (folder / told["og:image"]).read_bytes()
    assert struct.unpack(">II", png[16:24]) == (1200, 630)


SHIFT = (
    "window.shift = 0; new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shift += e.value; })"
    ".observe({ type: 'layout-shift', buffered: true });"
)


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)])
def test_the_page_stands_still_while_it_loads_and_the_map_is_a_few_stops_away(chromium, report, size):
    context = chromium.new_context(viewport=dict(zip(("width", "height"), size, strict=True)))
    tab = context.new_page()
    slow = context.new_cdp_session(tab)  # the first picture may stand before all is read
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    tab.add_init_script(SHIFT)
    tab.goto(report.as_uri())
    tab.wait_for_selector("html[data-page=ready]")
    tab.wait_for_timeout(800)
    assert tab.evaluate("window.shift") < 0.05
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "To the map"
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.matches('#map canvas')")
    context.close()


class InTwoParts(BaseHTTPRequestHandler):
    """Sends a report up to its map, then, once that may have been painted, the rest."""

    text = b""

    def do_GET(self):
        at = self.text.index(b"<section id=map ")
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.text)))
        self.end_headers()
        self.wfile.write(self.text[:at])
        time.sleep(0.5)
        self.wfile.write(self.text[at:])

    def log_message(self, *words):
        pass


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)])
def test_nothing_moves_when_the_map_is_read_after_what_stands_below_it(chromium, report, size):
    handler = type("Report", (InTwoParts,), {"text": report.read_bytes()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        tab = chromium.new_page(viewport=dict(zip(("width", "height"), size, strict=True)))
        tab.add_init_script(SHIFT)
        tab.goto(f"http://127.0.0.1:{server.server_port}/")
        tab.wait_for_selector("html[data-page=ready]")
        tab.wait_for_timeout(300)
        assert tab.evaluate("window.shift") < 0.05
        tab.close()
        server.shutdown()


def words_of(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_picture_of_two_maps_names_both_and_its_key_every_colour(page):
    modes = [option.strip() for option in switch(page, "Mode").locator("option").all_inner_texts()]
    page.get_by_label("Compare two").check()
    page.get_by_label("Difference on the second map").check()
    said = words_of(saved(page, "Picture (SVG)")[1])
    assert any(modes[0] in words and "Difference" not in words for words in said)
    assert any(words.startswith("Difference from the first map: ") and modes[1] in words for words in said)
    assert {"two shots or more", "second map: both defend", "second map: neither"} <= set(said)
    beside = page.locator(".key").inner_text()
    assert all(words in beside for words in said if words.startswith("second map: "))


def test_a_difference_ends_with_the_comparison(page):
    page.get_by_label("Compare two").check()
    page.get_by_label("Difference on the second map").check()
    page.get_by_label("Compare two").uncheck()
    said = words_of(saved(page, "Picture (SVG)")[1])
    assert "two shots or more" in said
    assert not any("both defend" in words for words in said)
