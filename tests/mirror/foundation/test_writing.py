"""What is said where a file cannot be written."""

import pytest

from equipoise.foundation.errors import WriteError
from equipoise.foundation.writing import writing_to


@pytest.mark.parametrize("name", ["x", "x/y"])
def test_a_folder_below_a_file_is_refused_by_the_name_of_the_file(name, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    wanted = tmp_path / "notes.txt" / name
    with pytest.raises(WriteError, match=r"notes\.txt is not a folder"), writing_to(wanted):
        wanted.mkdir(parents=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"
