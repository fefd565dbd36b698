"""What the map draws where one looks closely: beyond 180 degrees, at the poles, in the midst of land and sea."""

import pytest
from test_page import frames

pytestmark = pytest.mark.browser

NEAR = """() => {
  const c = document.querySelector("#map canvas:not(.top)");
  const copy = new OffscreenCanvas(60, 60).getContext("2d", { willReadFrequently: true });
  const dots = () => {
    const { data } = copy.getImageData(0, 0, 60, 60);
    return Array.from({ length: 3600 }, (_, i) => data.slice(4 * i, 4 * i + 4).join());
  };
  const named = {}, probe = c.parentElement.appendChild(document.createElement("i"));
  for (const name of ["land", "sea"]) {
    probe.style.color = `var(--${name})`;
    copy.fillStyle = getComputedStyle(probe).color;
    copy.fillRect(0, 0, 60, 60);
    named[dots()[0]] = name;
  }
  probe.remove();
  copy.drawImage(c, c.width / 2 - 30, c.height / 2 - 30, 60, 60, 0, 0, 60, 60);
  const found = { land: 0, sea: 0 };
  for (const dot of dots()) if (named[dot]) found[named[dot]]++;
  return found.land > 2 * found.sea ? "land" : found.sea > 2 * found.land ? "sea" : `both: ${JSON.stringify(found)}`;
}"""
"""What most of the pixels around the middle of the map show."""


PLACES = [
    (67.0, 178.0, "land"), (67.0, -178.5, "land"), (66.9, -177.0, "land"), (61.0, 180.0, "sea"), (-80.0, 40.0, "land"),
    (-82.0, -100.0, "land"), (-60.0, 10.0, "sea"), (78.0, -40.0, "land"), (85.0, 150.0, "sea"), (0.0, 25.0, "land"),
    (0.0, 0.0, "sea"), (60.0, 100.0, "land"),
]  # fmt: skip
"""Latitude and longitude, and what lies there."""


@pytest.mark.parametrize("kind", ["flat", "globe"])
def test_a_close_look_shows_land_and_sea_also_at_180_degrees_and_the_poles(page, kind):
    top = page.locator("canvas.top")
    for lat, lon, shown in PLACES:
        before = top.get_attribute("aria-label")
        page.evaluate(f"location.hash = 'view:map={kind}&at={lat},{lon},20&layers='")
        page.wait_for_function(
            "before => document.querySelector('canvas.top').ariaLabel !== before", arg=before
        )
        frames(page, 2)
        assert (lat, lon, page.evaluate(NEAR)) == (lat, lon, shown)
