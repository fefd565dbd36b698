import struct

import pytest

from equipoise.exchange import dis7
from equipoise.exchange.keys import Ed25519Signer
from equipoise.exchange.notices import Board
from equipoise.exchange.simulation import FaultyDisk
from equipoise.exchange.tree import consistency_proof, leaf_hash
from equipoise.exchange.witness import ForkError, Witness


def pdu():
    return dis7.write_entity_state(
        exercise=7,
        entity=(1, 2, 3),
        time_s=120.5,
        position_ecef_m=(7e6, 1.0, -2.0),
        velocity_ecef_m_s=(1.0, 2.0, 3.0),
    )


def test_a_pdu_becomes_a_withheld_track():
    item = dis7.read_entity_state(pdu(), exercise=7, hour_start_s=3600.0, sigma_m=100.0)
    assert item["payload"]["position_ecef_m"] == [7e6, 1.0, -2.0]
    assert item["payload"]["time_s"] == pytest.approx(3720.5, abs=1e-3)
    assert (item["sensitivity"], item["payload"]["track_id"]) == ("withhold", "1-2-3")


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
    "data", [b"", pdu()[:100], b"\x06" + pdu()[1:], pdu()[:48] + b"\x7f\xf8" + pdu()[50:]]
)
def test_other_bytes_are_refused(data):
    with pytest.raises(dis7.PduError):
        dis7.read_entity_state(data, exercise=7, hour_start_s=0.0, sigma_m=1.0)


def test_the_notice_board_is_a_state_machine():
    first = {
        "notice_id": "n",
        "instrument": "plns-2000",
        "type": "pre-launch",
        "vehicle": "ballistic missile",
        "azimuth_deg": 70,
    }
    first |= {"window_start_ms": 1, "window_end_ms": 2, "launch_area": "a", "impact_area": "b"}
    board = Board().after(first).after({**first, "type": "window-extension", "window_end_ms": 5})
    assert board.fields["n"]["window_end_ms"] == 5
    done = board.after({**first, "type": "post-launch", "launched_at_ms": 3})
    assert done.states == {"n": "launched"}
    with pytest.raises(ValueError, match="cannot follow state 'launched'"):
        done.after({**first, "type": "cancel"})
    with pytest.raises(ValueError, match="missing field: azimuth_deg"):
        Board().after({**first, "azimuth_deg": None})


def test_a_witness_refuses_a_second_history(pair):
    hashes = [leaf_hash(leaf) for leaf in pair.a.storage.read()]
    witness = Witness(Ed25519Signer(b"w" * 32), keys={"A": pair.a.own_key})
    witness.countersign(pair.a.signed_head(), proof=[])
    pair.a.ingest({"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": {"text": "x"}})
    hashes = [leaf_hash(leaf) for leaf in pair.a.storage.read()]
    assert witness.countersign(pair.a.signed_head(), proof=consistency_proof(hashes, 1))
    pair.a.tree.append(b"rewritten")
    with pytest.raises(ForkError):
        witness.countersign(pair.a.signed_head(), proof=[])


def test_a_faulty_disk_forgets_what_was_not_synced():
    import random

    disk = FaultyDisk(random.Random(1))
    disk.append([b"x"])
    assert disk.read() == []
    disk.sync()
    assert disk.read() == [b"x"]
