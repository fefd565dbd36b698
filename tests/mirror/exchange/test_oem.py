"""Ephemerides of other programs: every line is used, named or refused with its line."""

from pathlib import Path

import pytest

from equipoise.exchange.sources.oem import read_epoch, read_oem
from equipoise.foundation.errors import InputError

HEAD = "CCSDS_OEM_VERS = 2.0\nCREATION_DATE = 2026-01-01T00:00:00\nORIGINATOR = TEST\n"
META = (
    "META_START\nOBJECT_NAME = TARGET\nOBJECT_ID = 0000-000A\nCENTER_NAME = EARTH\nREF_FRAME = ITRF-97\n"
    "TIME_SYSTEM = UTC\nSTART_TIME = 2026-03-01T00:00:00\nSTOP_TIME = 2026-03-01T00:02:00\nMETA_STOP\n"
)
STATE = "2026-03-01T00:00:00.000 6500.0 100.0 200.0 1.0 7.0 0.5\n"
LATER = "2026-03-01T00:01:00.000 6490.0 520.0 230.0 0.9 7.0 0.5\n"


def read(text):
    return read_oem(text, Path("f.oem"))


@pytest.mark.outside
@pytest.mark.parametrize(
    ("epoch", "time_s"),
    [
        # source: GNU date -u -d ... +%s; day 60 of 2026 is 1 March; POSIX counts a leap second as the next midnight
        ("2026-03-01T00:00:00.000", 1772323200.0),
        ("2026-060T00:01:00.500", 1772323260.5),
        ("2024-366T23:59:59Z", 1735689599.0),
        ("2016-12-31T23:59:59", 1483228799.0),
        ("2016-12-31T23:59:60.25", 1483228800.25),
    ],
)
def test_epochs_of_both_calendars_and_leap_seconds(epoch, time_s):
    assert read_epoch(epoch) == pytest.approx(time_s, abs=1e-6)


@pytest.mark.parametrize(
    "epoch",
    ["2026-02-30T00:00:00", "2026-366T00:00:00", "2026-000T00:00:00", "2026-12-31T23:59:60", "2026-03-01T24:00:00",
     "2026-03-01T23:60:00", "2026-03-01 00:00:00", "2026-03-01T00:00:00+01:00", "soon"],
)  # fmt: skip
def test_other_epochs_are_refused(epoch):
    with pytest.raises(ValueError, match=r"epoch|day|leap|month"):
        read_epoch(epoch)


def test_states_of_two_segments_and_notes_on_what_is_not_used():
    covariance = "COVARIANCE_START\nEPOCH = 2026-03-01T00:00:00\n1\n2 3\nCOVARIANCE_STOP\n"
    states, notes = read(HEAD + META + STATE + covariance + META.replace("TARGET", "SECOND") + LATER)
    assert [(one.name, one.line) for one in states] == [("TARGET", 13), ("SECOND", 28)]
    assert states[0].state == (6.5e6, 1e5, 2e5, 1e3, 7e3, 5e2)
    assert "1 blocks of covariances are not used" in notes[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + META, "line 12: the segment that begins at line 4 holds no state"),
        (HEAD, "holds no segment"),
        ("", "holds no segment"),
        (META + STATE, "line 1: a segment before CCSDS_OEM_VERS"),
        (HEAD + STATE + LATER, "line 4: a state within the header"),
        (HEAD + META + STATE + "2026-03-01T00:01:00 6490.0 520.0 230.0 0.9 7.0\n", "line 14: .*it has 6"),
        (HEAD + META + STATE + "some words\n", "line 14: .*it has 2"),
        (HEAD + META + LATER + STATE, "line 14: its epoch lies before"),
        (HEAD + META.replace("REF_FRAME = ITRF-97\n", "") + STATE, "line 11: the metadata lack REF_FRAME"),
        (HEAD + META.replace("ITRF-97", "EME2000") + STATE, "line 12: REF_FRAME must be Earth-fixed"),
        (HEAD + META.replace("UTC", "GPS") + STATE, "line 12: TIME_SYSTEM must be UTC"),
        (HEAD + META.replace("EARTH", "MOON") + STATE, "line 12: CENTER_NAME must be EARTH"),
        (HEAD + META.replace("OBJECT_ID", "OBJECT_IDD") + STATE, "line 6: 'OBJECT_IDD' .*did you mean 'OBJECT_ID'"),
        (HEAD + META.replace("META_STOP\n", "") + STATE, "a state within the meta"),
        (HEAD + META + STATE + "COVARIANCE_START\n1 2 3\n", "ends within the covariance"),
        (HEAD + META + STATE.replace("6500.0", "6,500"), "line 13: is not an ephemeris line"),
    ],
)  # fmt: skip
def test_what_has_no_place_is_refused_with_its_line(text, says):
    with pytest.raises(InputError, match=says) as caught:
        read(text)
    assert "\n" not in str(caught.value)


def xml(states="", frame="ITRF-97", before=""):
    return (
        f'<?xml version="1.0"?>\n{before}<oem id="CCSDS_OEM_VERS" version="2.0">\n<header><ORIGINATOR>T</ORIGINATOR>'
        "</header>\n<body><segment><metadata><OBJECT_NAME>TARGET</OBJECT_NAME><CENTER_NAME>EARTH</CENTER_NAME>"
        f"<REF_FRAME>{frame}</REF_FRAME><TIME_SYSTEM>UTC</TIME_SYSTEM></metadata>\n<data>{states}</data>"
        "</segment></body></oem>"
    )


VECTOR = (
    "<stateVector><EPOCH>2026-060T00:00:00</EPOCH><X units='km'>6500</X><Y>100</Y><Z>200</Z>"
    "<X_DOT>1</X_DOT><Y_DOT>7</Y_DOT><Z_DOT>0.5</Z_DOT></stateVector>\n"
)


def test_the_xml_form_says_the_same():
    assert [(one.name, one.time_s, one.state) for one in read(xml(VECTOR))[0]] == [
        (one.name, one.time_s, one.state) for one in read(HEAD + META + STATE)[0]
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (xml(), "holds no state"),
        (xml(VECTOR, frame="EME2000"), "line 4: REF_FRAME must be"),
        (xml(VECTOR.replace("<Z>200</Z>", "")), "line 5: the state lacks Z"),
        (xml(VECTOR.replace("units='km'", "units='m'")), "line 5: X must be in km"),
        (xml(VECTOR.replace("X_DOT", "XDOT")), "'XDOT' has no place in a state"),
        (xml(VECTOR)[:-20], "is not XML"),
        (
            xml(VECTOR, before='<!DOCTYPE oem [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n'),
            "a document type is not",
        ),
        (xml("<odd>1</odd>" + VECTOR), "'odd' has no place there"),
        ("<html></html>", "'html' has no place there"),
    ],
)
def test_bad_xml_is_refused_with_its_line(text, says):
    with pytest.raises(InputError, match=says):
        read(text)
