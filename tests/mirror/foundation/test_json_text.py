"""JSON that every parser takes."""

import json

import pytest

from equipoise.foundation.json_text import json_text


def refused(word):
    raise ValueError(word)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_a_number_is_null(number):
    text = json_text({"a": [1.5, (number, "ü")], "b": {"c": number}})
    assert json.loads(text, parse_constant=refused) == {"a": [1.5, [None, "ü"]], "b": {"c": None}}


def test_what_json_cannot_say_is_refused():
    with pytest.raises(TypeError):
        json_text({"a": object(), "b": float("nan")})
