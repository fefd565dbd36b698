"""Every parser of the exchange under guided fuzzing, a moment each; the long run is in validation."""

import pytest
from validation.exchange_fuzz import Target, fuzz, targets

from equipoise.exchange.protocol.encoding import FrameError, read_frame


@pytest.fixture(scope="module")
def parsers(tmp_path_factory):
    return targets(tmp_path_factory.mktemp("fuzz"))


def test_no_parser_fails_but_by_its_own_error(parsers, capsys):
    assert [fault for one in parsers for fault in fuzz(one, seconds=0.2, runs=len(one.seeds)).faults] == []


def test_what_reaches_something_new_is_built_upon():
    def door(data):
        if data[:1] == b"{":
            read_frame(b"{}")
            if data[1:2] == b"\xff":
                raise ZeroDivisionError

    found = fuzz(Target("door", door, [b"some words"]), runs=5_000)
    assert [name.partition(" at ")[0] for name in found.faults] == ["door: ZeroDivisionError"]


def test_an_error_that_is_not_the_parsers_own_is_a_fault():
    frame = b'{"body":{},"key":"","sig":""}'
    assert fuzz(Target("frame", read_frame, [frame], (FrameError,)), runs=300).faults == {}
    assert any("FrameError" in fault for fault in fuzz(Target("frame", read_frame, [frame]), runs=300).faults)
