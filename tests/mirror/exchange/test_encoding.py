"""One byte form: written once or anew, alone or around parts that are written already, it is the same."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.node.files import read_json
from equipoise.exchange.protocol.encoding import (
    FrameError,
    Written,
    canonical,
    digest,
    read_frame,
    why_not_plain,
    written,
)
from equipoise.exchange.sources.track_files import Stamp, read_items
from equipoise.foundation.errors import InputError

pytestmark = pytest.mark.identity
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=5)


@given(OBJECTS, st.dictionaries(TEXT, OBJECTS, max_size=3))
def test_around_written_parts(plain: dict, parts: dict) -> None:
    whole = {**plain, **parts}
    around = {**plain, **{key: written(part) for key, part in parts.items()}}
    assert canonical(around) == canonical(json.loads(canonical(whole)))
    assert digest(written(around)) == digest(whole)


@given(OBJECTS, OBJECTS, TEXT, TEXT)
def test_a_frame_read_is_what_was_written(body: dict, more: dict, key: str, sig: str) -> None:
    for frame in ({"body": body, "key": key, "sig": sig}, {**more, "body": body}, more, {"body": body}):
        data = canonical(frame)
        read = read_frame(data)
        assert read == json.loads(data)
        assert read.data == data
        if isinstance(found := read.get("body"), Written):
            assert found.data == canonical(json.loads(canonical(found.copy())))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a":1,"a":1}', "a key appears twice"),
        (b'{"b":{"a":1,"a":2}}', "a key appears twice"),
        (b'{"a":9007199254740992}', "a whole number over"),
        (b'{"a":-9007199254740992}', "a whole number over"),
        (b'{"a":1' + b"0" * 5_000 + b"}", "a whole number over"),
        (b'{"a":NaN}', "not a number of this protocol"),
        (b'{"a":1e999}', "a number that is not finite"),
        (b'{"a":"\\ud800"}', "half of a surrogate pair"),
        (b'{"\\ud800":1}', "half of a surrogate pair"),
        (b'{"a":-0}', "not in canonical form"),
        (b'{"a":1.50}', "not in canonical form"),
        (b'{"b":1,"a":1}', "not in canonical form"),
        (b'{"a":"\\u0041"}', "not in canonical form"),
        (b'{"a":' + b"[" * 300 + b"]" * 300 + b"}", "nested more than 15 deep"),
        (b'{"a":' + b"[" * 6_000 + b"]" * 6_000 + b"}", "not JSON|nested"),
        (b"[]", "not an object"),
        (b'{"a":"\xff"}', "not JSON"),
    ],
)
def test_why_a_frame_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FrameError, match=reason):
        read_frame(data)


def test_sixteen_deep_and_no_more() -> None:
    def nested(depth: int) -> object:
        return [nested(depth - 1)] if depth > 1 else 0

    assert not why_not_plain({"a": nested(15)})
    assert why_not_plain({"a": nested(16)}) == "nested more than 16 deep"
    assert not why_not_plain({"a": [[]]})
    assert why_not_plain({1: 2}) == "a key that is no text"
    assert why_not_plain({"a": (1,)}) == "a value of type tuple"


def test_what_is_written_cannot_be_changed() -> None:
    """Its bytes would go on saying what it was: what is signed and what is shown would differ."""
    frame = read_frame(canonical({"body": {"a": 1}, "key": "k"}))
    for change in (
        lambda: frame.__setitem__("key", "x"),
        lambda: frame["body"].update(a=2),
        lambda: frame.pop("key"),
        lambda: setattr(frame, "data", b"{}"),
        lambda: frame.__ior__({"key": "x"}),
    ):
        with pytest.raises(TypeError, match="cannot be changed"):
            change()
    assert frame.data == canonical(dict(frame))
    assert copy.deepcopy([frame])[0] is frame


@pytest.mark.parametrize("read", ["jsonl", "json"])
def test_an_item_that_says_withhold_and_releasable_is_refused(tmp_path, read: str) -> None:
    path = tmp_path / f"items.{read}"
    path.write_text(
        '{"stream": "text", "exercise": true, "sensitivity": "withhold", "sensitivity": "releasable", '
        '"payload": {"text": "x"}}'
    )
    stamp = Stamp(party="A", sensitivity="withhold", sigma_m=1.0, sigma_m_s=1.0)
    with pytest.raises(InputError, match="a key appears twice"):
        read_items(path, stamp=stamp)
    with pytest.raises(InputError, match="a key appears twice"):
        read_json(path)
