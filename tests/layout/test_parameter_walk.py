"""A number of a scenario file reaches a map cell or a verdict by a short way, and under few names."""

import os
import re
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).parents[2]
MOST_STOPS, MOST_NAMES = 25, 50
ENDS = {
    "burnout speed to a map cell": "physics/interceptor/flyout.py",
    "a radar's range to a map cell": "physics/sensing/visibility.py",
    "a clause's limit to its verdict": "analysis/guarantees/margins.py",
}
"""The file in which each number is at last used."""


def test_a_number_takes_few_stops_and_names_from_its_file_to_what_is_computed():
    told = subprocess.run(
        [sys.executable, str(HOUSE / "builders" / "parameter_walk.py")],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    counts = re.findall(r"^(.+): (\d+) stops in \d+ files, (\d+) names\n((?:  .+\n)+)", told, re.MULTILINE)
    assert [title for title, *_ in counts] == list(ENDS)
    for title, stops, names, walked in counts:
        assert ENDS[title] in walked, title
        assert int(stops) <= MOST_STOPS, title
        assert int(names) <= MOST_NAMES, title
