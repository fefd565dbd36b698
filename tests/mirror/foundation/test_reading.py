"""What is handed over is read whole, or refused in one line: pipes, devices, folders, huge files, other encodings."""

import os

import pytest

from equipoise.foundation.errors import InputError
from equipoise.foundation.reading import read_input, read_input_text


def test_a_byte_order_mark_is_no_letter_of_the_text(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfcaf\xc3\xa9")
    assert read_input_text(tmp_path / "a") == "café"
    assert read_input(tmp_path / "a").startswith(b"\xef")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("pipe", "is a pipe or a device"),
        ("/dev/zero", "is a pipe or a device"),
        ("folder", "is a folder"),
        ("none", "cannot be read: No such file"),
        ("a\0b", "is not a possible file name"),
        ("large", "is larger than 0 MB"),
        ("latin", "byte 3: is not text in UTF-8"),
        ("x" * 300, "cannot be read: File name too long"),
        ("pipe/below", "cannot be read: Not a directory"),
    ],
)
def test_anything_else_is_one_line(name, what, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "large").write_bytes(bytes(1001))
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    with pytest.raises(InputError, match=what) as refused:
        read_input_text(tmp_path / name, label="--file", most_bytes=1000)
    assert str(refused.value).startswith("--file: ")
    assert len(str(refused.value).splitlines()) == 1
