"""The page in headless Chromium with software rendering, and its engine's answers to what-if questions."""

from __future__ import annotations

import runpy
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from equipoise.jobs.job import run
from equipoise.jobs.tasks import ANALYSES
from equipoise.present.report import write_report
from equipoise.scenario.load import load_scenario

SYNTHETIC = Path(__file__).parents[1] / "tests/page/synthetic.py"
THREATS = ("ghadr-1", "irbm-notional", "bm-25", "sajjil-2", "shahab-3")
MOVE = """(label) => new Promise((done) => {
  const s = document.querySelector(`[aria-label="${label}"]`), times = [];
  let n = 0, last = performance.now();
  (function step(now) {
    times.push(now - last); last = now;
    s.value = String((n * 17) % Number(s.max)); s.dispatchEvent(new Event("input", { bubbles: true }));
    if (++n < 150) requestAnimationFrame(step); else done(times.slice(10));
  })(performance.now());
})"""
ASK = """async (settings) => {
  const started = performance.now();
  const { first_ms } = await EquipoisePage.ask({ phase: "Phase 4", mode: "independent", threat: "irbm-notional", settings }, false);
  return [performance.now() - started, first_ms];
}"""
SPEED, LONGITUDE, DECISION = (
    "interceptor.sm3-iia.burnout_speed_km_s", "site.redzikowo.lon_deg", "assumption.decision_s",
)  # fmt: skip
MOVES = {  # value of the first step, and of each more
    "a faster interceptor": (SPEED, 5.6, 0.1),
    "a slower interceptor": (SPEED, 4.4, -0.1),
    "a site moved": (LONGITUDE, 16.0, 0.1),
    "a longer decision": (DECISION, 10.0, 1.0),
}
STEPS = 8
SHIFT = """window.shift = 0; new PerformanceObserver((list) => {
  for (const e of list.getEntries()) window.shift += e.value;
}).observe({ type: "layout-shift", buffered: true });"""
TURN = """() => new Promise((done) => {
  const c = document.querySelector("canvas.top"), r = c.getBoundingClientRect(), times = [];
  const event = (kind, x) => c.dispatchEvent(new PointerEvent(kind, { pointerId: 1, clientX: r.x + x, clientY: r.y + 200, bubbles: true }));
  c.setPointerCapture = () => {};
  let n = 0, last = performance.now();
  event("pointerdown", 100);
  (function step(now) {
    times.push(now - last); last = now;
    event("pointermove", 100 + 3 * n);
    if (++n < 90) requestAnimationFrame(step); else { event("pointerup", 400); done(times.slice(10)); }
  })(performance.now());
})"""


def rows() -> list[dict]:
    """Return the rows of the benchmark table."""
    return _page_rows()


def _row(name: str, what: str, value: float, unit: str, bar: float | None, source: str) -> dict:
    return {
        "id": name, "what": what, "value": value, "unit": unit, "bar": f"under {bar:g}" if bar else "",
        "holds": value < bar if bar else None, "source": source,
    }  # fmt: skip


def _page_rows() -> list[dict]:
    where = shutil.which("chromium")
    if where is None:
        return []
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        real = run(load_scenario("epaa"), Path(folder) / "epaa", command="equipoise run epaa", tasks=ANALYSES)
        large = Path(folder) / "large"
        large.mkdir()
        made = runpy.run_path(str(SYNTHETIC))["results"](rows=150, columns=160, paths=200, threats=THREATS)
        big = write_report(made, large)
        browser = playwright.chromium.launch(executable_path=where, args=["--no-sandbox", "--disable-gpu"])
        found = [
            _row("page.report_mb", "report of the European scenario", real.stat().st_size / 1e6, "MB", 4, "equipoise run epaa"),
            _row("page.first_picture_s", "first map drawn, from disk", _median_drawn_s(browser, real), "s", 2, "7 loads, median"),
            *_slow_rows(browser, real),
            *_engine_rows(browser, real),
            _row("page.large_mb", "report with 24,000 cells, 40 maps, 200 paths", big.stat().st_size / 1e6, "MB", None, "made-up results"),
            _row("page.large_interactive_s", "the same, first cell answered", _answered_s(browser, big), "s", 3, "one load"),
            *_frame_rows(browser, big),
        ]  # fmt: skip
        browser.close()
    return found


def _open(browser, report: Path):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-page=ready]")
    return page


def _median_drawn_s(browser, report: Path) -> float:
    times = []
    for _ in range(7):
        page = _open(browser, report)
        times.append(page.evaluate("performance.getEntriesByName('equipoise-drawn')[0].startTime") / 1e3)
        page.close()
    return median(times)


SLOWED = 4
"""Times that the processor is slowed, as on a cheap telephone."""


def _slow(page) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})


def _slow_rows(browser, report: Path) -> list[dict]:
    """Return what a reader with a slow processor waits for: the first map, and frames while the map is dragged."""
    drawn, shifts = [], []
    for _ in range(5):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        _slow(page)
        page.add_init_script(SHIFT)
        page.goto(report.as_uri())
        page.wait_for_selector("html[data-page=ready]")
        drawn.append(page.evaluate("performance.getEntriesByName('equipoise-drawn')[0].startTime") / 1e3)
        page.wait_for_timeout(1000)
        shifts.append(page.evaluate("window.shift"))
        page.close()
    page = _open(browser, report)
    _slow(page)
    drag = sorted(page.evaluate(TURN))
    page.close()
    source = f"equipoise run epaa, processor slowed {SLOWED} times, 1280 by 900, software rendering"
    return [
        _row("page.slow_picture_s", "first map drawn, from disk", median(drawn), "s", 2, source),
        _row("page.slow_drag_p95_ms", "frame while the map is dragged, 95th of 100", drag[int(0.95 * len(drag))], "ms", 100, source),
        _row("page.shift", "cumulative layout shift", max(shifts), "", 0.05, source),
    ]  # fmt: skip


def _answered_s(browser, report: Path) -> float:
    start = time.perf_counter()
    page = _open(browser, report)
    page.locator("canvas.top").focus()
    page.keyboard.press("ArrowUp")
    page.locator("section.explain strong").wait_for()
    taken = time.perf_counter() - start
    page.close()
    return taken


def _frame_rows(browser, report: Path) -> list[dict]:
    page = _open(browser, report)
    page.get_by_label("Globe").check()
    page.get_by_label("Trajectories").check()
    slider = sorted(page.evaluate(MOVE, "Time after launch"))
    turn = sorted(page.evaluate(TURN))
    page.close()
    source = "24,000 cells, 200 paths on the globe, 1280 by 900, software rendering"
    return [
        _row("page.slider_frame_ms", "frame of the time slider, median", median(slider), "ms", 34, source),
        _row(
            "page.slider_frame_p95_ms",
            "the same, 95th of 100",
            slider[int(0.95 * len(slider))],
            "ms",
            None,
            source,
        ),
        _row(
            "page.turn_frame_ms", "frame while the globe is turned, median", median(turn), "ms", None, source
        ),
    ]


def _engine_rows(browser, report: Path) -> list[dict]:
    """Return how long the engine in the report takes for a step of a slider, the whole map and every base, and for its first answer."""
    source = "1-degree map, 1,883 cells reached, two path families, and 782 strategic paths; numbers not asked before, median of 8"

    def answers(slowed: bool) -> tuple[float, float, dict[str, float]]:
        page = _open(browser, report)
        if slowed:
            _slow(page)
        whole, first = page.evaluate(ASK, {SPEED: 3.0})
        steps = {
            name: median(page.evaluate(ASK, {key: start + n * by})[0] for n in range(STEPS))
            for name, (key, start, by) in MOVES.items()
        }
        page.close()
        return whole, first, steps

    (whole, first, usual), (_, _, slowed) = answers(slowed=False), answers(slowed=True)
    return [
        _row("whatif.first_ms", "what-if: first map, coarse, once the page is ready", first, "ms", 400, source),
        _row("whatif.whole_ms", "what-if: the first question answered whole", whole, "ms", None, source),
        *(_row(f"whatif.step{n}_ms", f"what-if: map and 15 bases again, {name}", ms, "ms", 150, source)
          for n, (name, ms) in enumerate(usual.items(), 1)),
        *(_row(f"whatif.slow_step{n}_ms", f"the same, processor slowed {SLOWED} times, {name}", ms, "ms", 700, source)
          for n, (name, ms) in enumerate(slowed.items(), 1)),
    ]  # fmt: skip
