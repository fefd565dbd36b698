"""The display never blocks the node, answers its own name alone, and shows what a peer sends as plain text."""

import asyncio
import itertools
import re
import time
from types import SimpleNamespace

import httpx
import numpy as np
import pytest
from exchange_pair import forged, item, launch, notice, text, track

from equipoise.exchange.picture import chart, live
from equipoise.exchange.picture.board import Picture, Trail
from equipoise.exchange.picture.chart import Land
from equipoise.exchange.picture.display import party_body
from equipoise.exchange.picture.tracks import LOOKED_AT, fused_picture, warm_up
from equipoise.model.notices import instruments


def link(pair):
    return SimpleNamespace(node=pair.a, writer=None)


def body(pair, later_s=0.0):
    return party_body(pair.a.picture, now_ms=pair.now_ms + round(1e3 * later_s), land=Land())


def test_the_display_answers_its_own_name_alone_and_lets_no_foreign_script_run(pair):
    transport = httpx.ASGITransport(live.application(link(pair), host="127.0.0.1"))

    async def visit():
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get("/"), await client.get("/picture", headers={"host": "evil.example"})

    good, rebound = asyncio.run(visit())
    assert good.status_code == 200
    policy = good.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert rebound.status_code == 400
    assert good.headers["x-content-type-options"] == "nosniff"


def test_a_slow_drawing_holds_up_no_other_work_and_is_shared(pair, monkeypatch):
    drawn = []

    def slow(*_, **__):
        drawn.append(1)
        time.sleep(0.5)
        return "the picture"

    monkeypatch.setattr(live, "party_body", slow)

    async def visit():
        look, longest, last = live.Look(link(pair)), 0.0, time.monotonic()
        asked = [asyncio.create_task(look.body()) for _ in range(20)]
        while not all(task.done() for task in asked):
            await asyncio.sleep(0.01)
            now = time.monotonic()
            longest, last = max(longest, now - last), now
        return {task.result() for task in asked}, longest

    shown, longest = asyncio.run(visit())
    assert shown == {"the picture"}
    assert len(drawn) == 1
    assert longest < 0.3


def test_a_drawing_that_fails_says_so_and_ends_nothing(pair, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(live, "party_body", broken)
    assert "cannot be drawn (ZeroDivisionError)" in asyncio.run(live.Look(link(pair)).body())


def test_a_thousand_tracks_beside_each_other_take_a_bounded_look(pair):
    """The old look compared every pair: 40,000 of them, a minute and a half, on the node's own thread."""
    rng, now_s = np.random.default_rng(1), 1.3e9
    picture = Picture(party="A", peer="B", instruments=instruments())
    for party in "AB":
        for number in range(200):
            place = {"position_ecef_m": [7e6 + rng.normal(0.0, 300.0), *rng.normal(0.0, 300.0, 2).tolist()]}
            update = track(f"{party}{number}", now_s - rng.uniform(0.0, 20.0), sigma_m=1e4, **place)[
                "payload"
            ]
            picture.tracks[party, f"{party}{number}"] = Trail(update)
    warm_up()
    began = time.process_time()
    found = fused_picture(picture, now_s=now_s)
    assert 0 < len(found) <= 200
    assert time.process_time() - began < 20.0
    assert LOOKED_AT < 1_000


@pytest.mark.parametrize(
    "changes",
    [
        {"velocity_ecef_m_s": [0.0, 0.0, 0.0]},
        {"sigma_m": 1e-3, "sigma_m_s": 1e4},
        {"position_ecef_m": [0.0] * 3},
    ],
)
def test_no_pair_of_tracks_ends_the_look(pair, changes):
    now_s = pair.now_ms / 1000.0
    for party, gap_s in (("A", 0.0), ("B", 100.0)):
        pair.a.picture.tracks[party, party] = Trail(track(party, now_s - gap_s)["payload"] | changes)
    assert isinstance(fused_picture(pair.a.picture, now_s=now_s), list)


def test_launches_texts_and_cancelled_notices_are_shown_and_old_tracks_look_old(pair):
    now_s = pair.now_ms / 1000.0
    circle = {"lat_deg": -50.0, "lon_deg": 150.0, "radius_km": 300.0}
    pair.answer(notice("n-far", pair.now_ms + 90_000_000, launch_area=circle))
    pair.answer(notice("n-off", pair.now_ms + 90_000_000))
    pair.answer(
        item("notice", {"notice_id": "n-off", "instrument": "launch-notification-1988", "type": "cancel"})
    )
    pair.answer(launch("l-1", pair.now_ms, "third", "releasable", launch_point=[10.0, 100.0]))
    pair.answer(text("a word from B"))
    pair.send(track("mine", now_s))
    page = body(pair)
    row = page[page.index("n-off") :].split("<tr>")[0]
    assert row.count("cancelled") == 2
    assert "a word from B" in page
    assert '<g class="launch">' in page
    assert "(old)" not in page
    later = body(pair, later_s=600.0)
    assert "(old)" in later
    assert '<g class="own old">' in later


def test_areas_lie_inside_the_frame(pair):
    circle = {"lat_deg": -50.0, "lon_deg": 150.0, "radius_km": 300.0}
    pair.answer(notice("n-far", pair.now_ms + 90_000_000, launch_area=circle))
    page = body(pair)
    height = float(page.split('viewBox="0 0 960 ')[1].split('"')[0])
    ellipse = page.split("<ellipse ")[1].split("/>")[0]
    place = {key: float(value.split('"')[1]) for key, value in (w.split("=") for w in ellipse.split())}
    assert 0.0 < place["cx"] - place["rx"] < place["cx"] + place["rx"] < 960.0
    assert 0.0 < place["cy"] - place["ry"] < place["cy"] + place["ry"] < height


def test_marks_and_names_at_one_place_do_not_hide_each_other(pair):
    now_s = pair.now_ms / 1000.0
    for name in ("mine-1", "mine-2"):
        pair.send(track(name, now_s))
    page = body(pair)
    lines = [
        part.split(" x=")[1].split(">")[0]
        for part in page.split("<text ")[1:]
        if "mine-" in part.split("</text>")[0]
    ]
    assert len(set(lines)) == 2


def test_what_a_peer_writes_is_plain_text(pair):
    frame = pair.b.ingest(text("x"))[0]
    words = "<img src=x onerror=alert(1)>\x1b[2J\u202eback"
    pair.a.receive([forged(frame, "B", payload={"text": words})])
    page = body(pair)
    assert "<img" not in page
    assert "\x1b" not in page
    assert "\\u202e" in page


def test_things_far_apart_in_longitude_are_not_drawn_on_a_strip_and_labels_leave_room():
    frame = chart.Frame([(-120.6, 34.7), (167.7, 9.0)])
    assert frame.height >= chart.LEAST_HEIGHT * chart.WIDTH - 1e-6
    labels = chart.Labels(frame.height)
    chart._graticule(frame, labels)
    across = sorted(float(x) for x in re.findall(r'<text[^>]* x="([\d.]+)"[^>]*>\d+°[EW]?<', labels.drawn()))
    assert min(b - a for a, b in itertools.pairwise(across)) >= chart.LABEL_APART[0]


def test_things_far_apart_in_latitude_are_not_drawn_on_a_tall_strip():
    frame = chart.Frame([(30.0, 0.0), (31.0, 70.0)])
    assert frame.height <= chart.MOST_HEIGHT * chart.WIDTH + 1e-6
    assert frame.holds(30.0, 0.0)
    assert frame.holds(31.0, 70.0)


def test_names_stand_near_their_marks_and_on_no_other_name_and_in_the_frame():
    labels = chart.Labels(400.0)
    marks = [(500.0, 200.0 + number % 5) for number in range(8)] + [(955.0, 200.0), (3.0, 396.0)]
    for x, y in marks:
        labels.put(x, y, "track-1", aside=11.0)
    drawn = re.findall(r'x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)"', labels.drawn())
    boxes = []
    for (mark_x, mark_y), (x, y, anchor) in zip(marks, drawn, strict=True):
        x, y, width = float(x), float(y), 7 * 13.0
        assert abs(x - mark_x) == 11.0
        assert abs(y - mark_y) <= 3.0 * chart.LINE
        left = x if anchor == "start" else x - width
        assert -1.0 <= left <= 960.0 - width
        assert 20.0 <= y <= 400.0
        boxes.append((left, y))
    for (x, y), (u, v) in itertools.combinations(boxes, 2):
        assert abs(x - u) > 7 * 12.0 or abs(y - v) >= chart.LINE - 6.0
