"""Warnings in free text, as they are sent to ships: read without guessing, or refused."""

import json
from datetime import UTC, datetime

import pytest

from command_line import invoke
from equipoise.exchange.node.party_files import create
from equipoise.model.navigational_warning import WarningTextError, read_warning
from equipoise.model.notice_areas import area_doubts

FLORIDA = """NAVAREA IV 1177/22(11,26).
WESTERN NORTH ATLANTIC.
FLORIDA.
1. HAZARDOUS OPERATIONS, ROCKET LAUNCHING
   121606Z TO 121854Z NOV IN AREAS BOUND BY:
   A. 28-39.92N 080-38.33W, 28-40.00N 079-44.00W,
      28-28.00N 079-40.00W, 28-29.97N 080-32.29W.
2. CANCEL THIS MSG 121954Z NOV 22.
"""


def ms(*when):
    return round(datetime(*when, tzinfo=UTC).timestamp() * 1e3)


def warn(body, title="HYDROPAC 3/26"):
    return read_warning(f"{title}.\nNORTH PACIFIC.\n{body}\n")


PLACE = " AREA BOUND BY 10-00N 150-00E, 10-00N 151-00E, 11-00N 151-00E."


@pytest.mark.textbook
def test_a_warning_gives_its_name_window_corners_and_the_words_not_read():
    # degrees and decimal minutes: 28-39.92N is 28 + 39.92 / 60 degrees
    found = read_warning(FLORIDA)
    assert found.name == "navarea-iv-1177-22"
    assert found.windows == ((ms(2022, 11, 12, 16, 6), ms(2022, 11, 12, 18, 54)),)
    assert found.areas[0]["corners_deg"][0] == [28.665333, -80.638833]
    assert len(found.areas[0]["corners_deg"]) == 4
    assert "HAZARDOUS OPERATIONS" in found.unread
    assert "1606" not in found.unread
    assert any("2022-11-12 16:06 to 2022-11-12 18:54 UTC" in line for line in found.lines())


@pytest.mark.parametrize(
    ("words", "windows"),
    [
        ("300100Z TO 020300Z DEC", [((2026, 11, 30, 1, 0), (2026, 12, 2, 3, 0))]),
        ("312300Z DEC TO 010200Z JAN", [((2026, 12, 31, 23, 0), (2027, 1, 1, 2, 0))]),
        ("010000Z TO 010200Z JAN, ALTERNATE 020000Z TO 020200Z JAN",
         [((2026, 1, 1, 0, 0), (2026, 1, 1, 2, 0)), ((2026, 1, 2, 0, 0), (2026, 1, 2, 2, 0))]),
        ("2300Z TO 0100Z DAILY 05 THRU 06 MAR",
         [((2026, 3, 5, 23, 0), (2026, 3, 6, 1, 0)), ((2026, 3, 6, 23, 0), (2026, 3, 7, 1, 0))]),
    ],
)  # fmt: skip
def test_windows_over_months_years_and_days(words, windows):
    assert [tuple(pair) for pair in warn(words + PLACE).windows] == [(ms(*a), ms(*b)) for a, b in windows]


def test_circles_in_nautical_miles_and_several_areas():
    body = "010000Z TO 010200Z JAN IN AREAS:\nA. WITHIN 15 MILES OF 22-00N 159-48W.\nB." + PLACE
    found = warn(body)
    assert found.areas[0] == {"lat_deg": 22.0, "lon_deg": -159.8, "radius_km": 27.78}
    assert found.areas[1]["corners_deg"][2] == [11.0, 151.0]
    assert len(found.payload(instrument="plns-2000")["impact_area"]) == 2
    seconds = warn("010000Z TO 010200Z JAN WITHIN 2 KM OF 22-00-30S 159-48-36E.")
    assert seconds.areas == ({"lat_deg": -22.008333, "lon_deg": 159.81, "radius_km": 2.0},)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ROCKETS TOMORROW", "has no title"),
        ("HYDROPAC 3/26. ROCKETS" + PLACE, "gives no window"),
        ("HYDROPAC 3/26. 010000Z TO 010200Z JAN", "gives no position"),
        ("HYDROPAC 3/26. 320000Z TO 320200Z JAN" + PLACE, "32 JAN 2026 is not a date"),
        ("HYDROPAC 3/26. 012500Z TO 012600Z JAN" + PLACE, "2500 is no time"),
        ("HYDROPAC 3/26. 010200Z TO 010100Z JAN" + PLACE, "before it begins"),
        ("HYDROPAC 3/26. 010000Z TO 010200Z JAN IN 10-00N 150-00E, 10-00N 151-00E.", "2 positions that make no area"),
        ("HYDROPAC 3/26. 010000Z TO 010200Z JAN" + PLACE.replace("10-00N", "10-75N"), "'10-75N' is not a position"),
        ("HYDROPAC 3/26. 010000Z TO 010200Z JAN" + PLACE.replace("151-00E", "191-00E"), "is not a position"),
        ("HYDROPAC 3/26. 010000Z TO 010200Z JAN TRACKLINE 10-00N 150-00E, 10-00N 151-00E", "'TRACKLINE'"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_without_guessing_is_refused(text, says):
    with pytest.raises(WarningTextError, match=says):
        read_warning(text)


SQUARE = [[28.6653, -80.6388], [28.6667, -79.7333], [28.4667, -79.6667], [28.4995, -80.5382]]
CIRCLE = {"lat_deg": 28.5, "lon_deg": -80.6, "radius_km": 15}


@pytest.mark.parametrize(
    ("corners", "says"),
    [
        (SQUARE, ""),
        ([[lon, lat] for lat, lon in SQUARE], "are they exchanged (28.7 N 80.6 W)?"),
        ([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]], "sides 1-2 and 3-4 cross"),
        ([[10.0, 179.0], [10.0, -179.0], [11.0, -179.0], [11.0, 179.0]], ""),
        ([[10.0, 179.0], [11.0, -179.0], [10.0, -179.0], [11.0, 179.0]], "cross"),
        ([[82.0, 40.0], [83.0, 40.0], [82.5, 60.0]], "are they exchanged"),
    ],
)
def test_corners_in_doubt_are_named(corners, says):
    launch = CIRCLE if corners[0][1] < 100.0 else {**CIRCLE, "lat_deg": 10.0, "lon_deg": 178.0}
    found = area_doubts({"launch_area": launch, "impact_area": {"corners_deg": corners}})
    assert says in " ".join(map(str, found))
    assert bool(found) is bool(says)


def command(*words):
    return invoke(words)


def test_both_commands_read_a_warning_back_and_name_corners_in_doubt(tmp_path):
    (tmp_path / "navarea.txt").write_text(FLORIDA)
    create(tmp_path / "a", party="a")
    done = command("exchange", "notice", tmp_path / "a", tmp_path / "navarea.txt")
    assert done.exit_code == 0
    item = json.loads(done.stdout)
    assert item["payload"]["notice_id"] == "navarea-iv-1177-22"
    assert "window 1: 2022-11-12 16:06" in done.stderr
    assert list((tmp_path / "a" / "inbox").iterdir()) == []
    done = command("flight-test", "notice", tmp_path / "navarea.txt", "--given", "2022-11-10T00:00:00Z")
    assert done.exit_code == 1
    assert "missing field: launch_area" in done.stdout
    more = {"vehicle": "x", "azimuth_deg": 90, "launch_area": CIRCLE}
    item["payload"] |= more | {"impact_area": {"corners_deg": [[lon, lat] for lat, lon in SQUARE]}}
    (tmp_path / "item.json").write_text(json.dumps(item))
    for words in (
        ("exchange", "notice", tmp_path / "a", tmp_path / "item.json"),
        ("flight-test", "notice", tmp_path / "item.json", "--given", "2022-11-10T00:00:00Z"),
    ):
        done = command(*words)
        assert done.exit_code in (1, 2)
        assert "doubtful corners" in done.output
    assert command("exchange", "notice", tmp_path / "a", tmp_path / "item.json", "--sure").exit_code == 0
