"""Feeds as other programs send them: bundles, version 6, timestamps of the sender's own hour."""

import pytest

from equipoise.exchange.sources import dis7
from equipoise.exchange.sources.dis_source import Refusals

NOW_S = 1_772_323_200.0 + 1_234.5
PLACE = {"position_ecef_m": (7e6, 1.0, -2.0), "velocity_ecef_m_s": (1.0, 2.0, 3.0)}


def pdu(number=1, time_s=NOW_S, version=7, parts=0, **more):
    data = dis7.write_entity_state(exercise=7, entity=(1, 2, number), time_s=time_s, **PLACE, **more)
    data = bytes([version]) + data[1:8] + (len(data) + 16 * parts).to_bytes(2) + data[10:]
    return data + bytes(16 * parts)


def read(data):
    return dis7.read_entity_state(data, exercise=7, now_s=NOW_S, sigma_m=1e3, sigma_m_s=20.0, source="west")


@pytest.mark.parametrize("up_s", [0.0, 1_500.0, 3_000.0])
def test_a_timestamp_of_the_senders_own_hour_is_dated_by_arrival(up_s):
    assert read(pdu(time_s=up_s, absolute=False))["payload"]["time_s"] == NOW_S


def test_an_absolute_timestamp_counts():
    assert read(pdu(time_s=NOW_S - 40.0))["payload"]["time_s"] == pytest.approx(NOW_S - 40.0, abs=1e-3)


def test_version_6_has_the_same_layout_and_others_are_named():
    assert read(pdu(version=6)) == read(pdu())
    with pytest.raises(dis7.PduError, match="version 5; versions 6 and 7"):
        read(pdu(version=5))


def test_a_bundle_is_split_by_the_lengths_that_its_pdus_state():
    bundle = [pdu(1), pdu(2, parts=2), pdu(3)]
    assert dis7.split(b"".join(bundle)) == bundle
    assert [read(one)["payload"]["track_id"] for one in dis7.split(b"".join(bundle))] == [
        "1-2-1",
        "1-2-2",
        "1-2-3",
    ]
    torn = dis7.split(pdu(1) + pdu(2)[:100])
    assert (torn[0], len(torn)) == (pdu(1), 2)
    with pytest.raises(dis7.PduError, match="states 144 octets and has 100"):
        read(torn[1])
    assert dis7.split(b"") == []
    assert dis7.split(b"\x00" * 1_000) == [b"\x00" * 1_000]


def test_each_reason_is_said_and_a_flood_of_reasons_is_not(capsys):
    refused = Refusals()
    for number in range(1_000):
        refused.count("of version 5")
        refused.count(f"odd {number}")
    lines = capsys.readouterr().err.splitlines()
    assert "exchange: 1 DIS PDUs refused: of version 5" in lines
    assert len(lines) < 130
