import struct

import pytest
from validation.simulated_exchange.faults import FaultyDisk

from equipoise.exchange.node.link import joined, split_frames
from equipoise.exchange.node.outbox import Outbox
from equipoise.exchange.node.store import StorageError
from equipoise.exchange.protocol.notices import Board
from equipoise.exchange.sources import dis7
from equipoise.exchange.sources.track_files import Stamp, play, read_items
from equipoise.foundation.errors import InputError
from equipoise.model.notices import instruments, packaged_text, read_instruments

HOUR_S = 3600.0


def pdu(time_s=120.5, **changes):
    data = bytearray(
        dis7.write_entity_state(
            exercise=7,
            entity=(1, 2, 3),
            time_s=time_s,
            position_ecef_m=(7e6, 1.0, -2.0),
            velocity_ecef_m_s=(1.0, 2.0, 3.0),
        )
    )
    for place, value in changes.items():
        data[int(place[1:])] = value
    return bytes(data)


def read(data, now_s=HOUR_S + 130.0):
    return dis7.read_entity_state(data, exercise=7, now_s=now_s, sigma_m=100.0, sigma_m_s=5.0, source="west")


def test_a_pdu_becomes_a_withheld_track():
    item = read(pdu())
    assert item["payload"]["position_ecef_m"] == [7e6, 1.0, -2.0]
    assert item["payload"]["time_s"] == pytest.approx(HOUR_S + 120.5, abs=1e-3)
    assert item["payload"]["lineage"] == ["west/dis-1-2-3/3720500"]
    assert (item["sensitivity"], item["payload"]["track_id"]) == ("withhold", "1-2-3")


@pytest.mark.parametrize(("now_s", "time_s"), [(7199.0, 7205.0), (7205.0, 7198.0), (7200.0 + 1799, 7200.0)])
def test_the_hour_is_the_one_nearest_to_the_own_clock(now_s, time_s):
    assert read(pdu(time_s), now_s)["payload"]["time_s"] == pytest.approx(time_s, abs=1e-3)


OPENDIS = bytes.fromhex(
    "070701010891a2b4009000000001000200030000020100000000000002010000000000003fc00000c020000040600000"
    "414e8480000000004146e3600000000041512a8800000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
)


@pytest.mark.outside
def test_the_bytes_are_those_of_another_implementation():
    # source: opendis 1.0 (open-dis-python), EntityStatePdu read and serialised again
    place = {"position_ecef_m": (4e6, 3e6, 4.5e6), "velocity_ecef_m_s": (1.5, -2.5, 3.5), "absolute": False}
    assert dis7.write_entity_state(exercise=7, entity=(1, 2, 3), time_s=120.5, **place) == OPENDIS


@pytest.mark.textbook
def test_fields_lie_where_the_standard_puts_them():
    # IEEE 1278.1-2012: length at byte 8, entity id at 12, velocity at 36, location at 48, 144 bytes in all
    data = pdu()
    assert len(data) == 144
    assert struct.unpack_from(">H", data, 8) == (144,)
    assert struct.unpack_from(">HHH", data, 12) == (1, 2, 3)
    assert struct.unpack_from(">3f", data, 36) == (1.0, 2.0, 3.0)
    assert struct.unpack_from(">3d", data, 48) == (7e6, 1.0, -2.0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        pdu()[:100],
        pdu(b0=5),
        pdu(b1=8),
        pdu(b2=2),
        pdu(b88=8),
        pdu() + b"x",
        pdu()[:48] + b"\x7f\xf8" + pdu()[50:],
    ],
)
def test_other_bytes_are_refused(data):
    with pytest.raises(dis7.PduError):
        read(data)


FIRST = {
    "notice_id": "n",
    "instrument": "plns-2000",
    "type": "pre-launch",
    "vehicle": "ballistic missile",
    "azimuth_deg": 70,
    "window_start_ms": 1,
    "window_end_ms": 2,
    "launch_area": "a",
    "impact_area": "b",
}


def test_the_notice_board_is_a_state_machine():
    board = Board(instruments())
    board.take(FIRST, at_ms=0)
    board.take({**FIRST, "type": "window-extension", "window_end_ms": 5}, at_ms=1)
    assert board.entries["n"].fields["window_end_ms"] == 5
    board.take({**FIRST, "type": "post-launch", "launched_at_ms": 3}, at_ms=2)
    assert (board.entries["n"].state, board.entries["n"].first_type) == ("launched", "pre-launch")
    with pytest.raises(ValueError, match="cannot follow state 'launched'"):
        board.take({**FIRST, "type": "cancel"}, at_ms=3)
    with pytest.raises(ValueError, match="missing field: azimuth_deg"):
        Board(instruments()).take({**FIRST, "azimuth_deg": None}, at_ms=0)


def test_a_party_goes_by_its_own_file_of_instruments():
    text = packaged_text().replace(
        'required.pre-launch = ["window_start_ms", "launch_area", "impact_area"]',
        'required.pre-launch = ["vehicle"]',
    )
    board = Board(read_instruments(text, file="mine.toml"))
    board.take(
        {"notice_id": "n", "instrument": "launch-notification-1988", "type": "pre-launch", "vehicle": "x"},
        at_ms=0,
    )
    for bad, words in (
        ("[x]\ntitle = 3", "needs a title"),
        ('[x]\ntitle="t"\nrequired.a=["vehicl"]', "did you mean|Did you mean 'vehicle'"),
        ("x", "not TOML"),
    ):
        with pytest.raises(InputError, match=words):
            read_instruments(bad, file="mine.toml")


def test_a_faulty_disk_forgets_what_was_not_synced_and_may_keep_what_failed_to():
    import random

    outcomes = set()
    for seed in range(20):
        disk = FaultyDisk(random.Random(seed))
        disk.append([b"x"])
        assert list(disk.read()) == []
        disk.fail_rate = 1.0
        with pytest.raises(StorageError):
            disk.sync()
        disk.die()
        outcomes.add(tuple(disk.read()))
    assert outcomes == {(), (b"x",)}


def test_frames_are_split_as_they_were_joined_whatever_the_pieces():
    frames = [b"a", b"x" * 60_000, b"", b"bc"]
    data, buffer, got = joined(frames), bytearray(), []
    for start in range(0, len(data), 777):
        buffer += data[start : start + 777]
        got += split_frames(buffer)
    assert got == [b"a", b"x" * 60_000, b"bc"]
    with pytest.raises(ValueError, match="oversize"):
        split_frames(bytearray(b"\xff\xff\xff\xff"))


def test_the_outbox_gives_each_waiting_message_its_leaf():
    outbox = Outbox()
    for number in range(20_000):
        outbox.add(3 * number)
    outbox.drop_to(15_000)
    assert (outbox.first, len(outbox)) == (15_001, 5_000)
    assert outbox.leaf_number(15_001) == 45_000
    outbox.drop_to(10)
    outbox.drop_to(99_999)
    assert (outbox.first, len(outbox)) == (20_001, 0)
    with pytest.raises(IndexError):
        outbox.leaf_number(20_001)


STAMP = Stamp("west", "releasable", 900.0, 9.0)
OEM = """CCSDS_OEM_VERS = 2.0
CREATION_DATE = 2026-01-01T00:00:00
ORIGINATOR = EQUIPOISE
META_START
OBJECT_NAME = GHADR-1
REF_FRAME = ITRF2000
TIME_SYSTEM = UTC
META_STOP
COMMENT a coast
2012-05-20T12:00:00.500 4000.0 3000.0 4500.0 1.0 -2.0 3.5
2012-05-20T12:00:10.500Z 4010.0 2980.0 4535.0 1.0 -2.0 3.5 0 0 0
COVARIANCE_START
EPOCH = 2012-05-20T12:00:00.500
1 2 3 4 5 6 7
COVARIANCE_STOP
"""


def test_an_ephemeris_becomes_tracks(tmp_path):
    (tmp_path / "f.oem").write_text(OEM)
    items = read_items(tmp_path / "f.oem", stamp=STAMP)
    assert [item["payload"]["time_s"] for item in items] == [1337515200.5, 1337515210.5]  # date -u -d ... +%s
    truth = [4e6, 3e6, 4.5e6, 1e3, -2e3, 3.5e3]
    seen = [*items[0]["payload"]["position_ecef_m"], *items[0]["payload"]["velocity_ecef_m_s"]]
    error = [abs(a - b) / s for a, b, s in zip(seen, truth, [900.0] * 3 + [9.0] * 3, strict=True)]
    assert min(error) > 0.0
    assert max(error) < 4.0
    assert items == read_items(tmp_path / "f.oem", stamp=STAMP)
    assert items[0]["payload"]["sigma_m"] == 900.0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("f.oem", OEM.replace("ITRF2000", "EME2000"), "line 8: REF_FRAME must be Earth-fixed"),
        ("f.oem", OEM.replace("4000.0", "abc"), "line 10: is not an ephemeris line"),
        ("f.csv", "a,b\n", "line 1: must name the columns"),
        (
            "f.csv",
            "track_id,time_s,x_m,y_m,z_m,vx_m_s,vy_m_s,vz_m_s,sigma_m,sigma_m_s\nt,1,2,x,4,5,6,7,8,9\n",
            "line 2: is not a row",
        ),
        (
            "f.csv",
            "track_id,time_s,x_m,y_m,z_m,vx_m_s,vy_m_s,vz_m_s,sigma_m,sigma_m_s\nt,1,7e6,0,0,4,5,6,7,8,9\n",
            "line 2: is not a row",
        ),
        (
            "f.csv",
            "track_id,time_s,x_m,y_m,z_m,vx_m_s,vy_m_s,vz_m_s,sigma_m,sigma_m_s\nt,1,7,8,9,4,5,6,7,8\n",
            "line 2: .*looks like degrees",
        ),
        ("f.csv", "track_id;time_s\n", "line 1: must name the columns"),
        ("f.json", "[" * 5000, "is nested too deep|is not JSON"),
        ("f.json", "[]", "holds nothing to file"),
        ("f.jsonl", '{"stream":"text"}\n', "line 1: an item needs a payload"),
        ("f.json", "{", "is not JSON"),
        ("f.kml", "", "is not one of .csv, .json, .jsonl, .oem, .xml"),
    ],
)
def test_a_bad_file_is_one_line_that_says_where(tmp_path, name, content, words):
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=words) as error:
        read_items(tmp_path / name, stamp=STAMP)
    assert "\n" not in str(error.value)


def test_a_flight_is_played_from_now_on(tmp_path):
    (tmp_path / "f.oem").write_text(OEM)
    items, filed, clock = read_items(tmp_path / "f.oem", stamp=STAMP), [], iter([5e9, 5e9 + 20, 5e9 + 20])
    play(items[::-1], drop=filed.append, clock_s=clock.__next__)
    assert [item["payload"]["time_s"] for item in filed] == [5e9, 5e9 + 10.0]
    assert filed[0]["payload"]["position_ecef_m"] == items[0]["payload"]["position_ecef_m"]


def test_rows_of_a_table_become_tracks(tmp_path):
    (tmp_path / "f.csv").write_text(
        "track_id,time_s,x_m,y_m,z_m,vx_m_s,vy_m_s,vz_m_s,sigma_m,sigma_m_s\nt,1,2e6,3e6,6e6,5,6,7,8,9\n"
    )
    assert read_items(tmp_path / "f.csv", stamp=STAMP)[0]["payload"]["velocity_ecef_m_s"] == [5.0, 6.0, 7.0]
