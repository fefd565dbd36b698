"""What stands in the first view at the sizes of a desk, a laptop and a telephone: answer, figures, a labelled map, few words."""

import re
from itertools import combinations

import pytest
from test_page import switch

pytestmark = pytest.mark.browser

SIZES = [(1400, 900), (1100, 700), (390, 844)]
RECORD = """window.drawn = [];
const write = CanvasRenderingContext2D.prototype.fillText, clear = CanvasRenderingContext2D.prototype.clearRect;
CanvasRenderingContext2D.prototype.clearRect = function (...at) {
  if (this.canvas.matches('#map canvas:not(.top)')) window.drawn = [];
  return clear.apply(this, at);
};
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  const wide = this.measureText(text).width, size = Number(/([\\d.]+)px/.exec(this.font)[1]);
  const left = this.textAlign === 'center' ? x - wide / 2 : x;
  if (this.canvas.matches('#map canvas:not(.top)')) window.drawn.push([text, left, y - 0.75 * size, left + wide, y + 0.2 * size]);
  return write.call(this, text, x, y);
};"""
"""Keeps each text that is drawn on the map with the box that its letters fill: left, top, right, bottom in pixels."""


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def view(request, chromium, report):
    """The report, untouched, in a window of one size."""
    context = chromium.new_context(viewport=dict(zip(("width", "height"), request.param, strict=True)))
    tab = context.new_page()
    tab.add_init_script(RECORD)
    tab.goto(report.as_uri())
    tab.wait_for_selector("html[data-page=ready]")
    yield tab
    context.close()


def labels(view):
    view.evaluate("async () => { for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame); }")
    return view.evaluate("window.drawn")


def overlapping(boxes):
    return [
        (a[0], b[0])
        for a, b in combinations(boxes, 2)
        if a[1] < b[3] and b[1] < a[3] and a[2] < b[4] and b[2] < a[4]
    ]


def test_answer_map_and_three_figures_are_seen_before_anybody_scrolls_and_take_at_most_ninety_words(view):
    wide, high = view.viewport_size["width"], view.viewport_size["height"]
    parts = [view.locator(".answer"), view.locator("#map canvas.top"), *view.locator(".keys > li").all()]
    assert len(parts) == 5
    for part in parts:
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= high
    assert view.locator("#map canvas.top").bounding_box()["width"] >= (0.6 if wide > 820 else 0.9) * wide
    said = " ".join(view.locator(part).inner_text() for part in (".answer", ".chosen", ".keys"))
    assert len(re.findall(r"[\w./'-]*\w[\w./'-]*", said)) <= 90


def test_at_least_twelve_countries_are_named_beside_a_scale_and_no_name_lies_on_another(view):
    named = view.evaluate(
        "JSON.parse(document.getElementById('page-data').textContent).countries.map((c) => c[0])"
    )
    drawn = labels(view)
    assert len({text for text, *_ in drawn} & set(named)) >= 12
    assert any(re.fullmatch(r"[\d,]+ km", text) for text, *_ in drawn)
    if view.viewport_size["width"] < 820:
        view.evaluate("document.getElementById('explore').scrollIntoView()")
    for phase in range(4):
        for mode in range(2):
            for missile in range(2):
                for name, index in (("Phase", phase), ("Mode", mode), ("Missile", missile)):
                    switch(view, name).select_option(index=index)
                assert overlapping(labels(view)) == []
