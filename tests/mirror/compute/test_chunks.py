"""How large a chunk is made, from what a few rows cost on workers whose costs are known."""

import numpy as np
import pytest

from equipoise.compute.chunks import chunk_rows_for
from equipoise.compute.workers import Answer


class Priced:
    """Workers that compute nothing and say what it would have cost; what is new to one costs more the first time."""

    def __init__(self, row_s, *, new_s=0.0, kinds=1, count=2):
        self.row_s, self.new_s, self.kinds, self.capacity = row_s, new_s, kinds, 2 * count
        self.known = [set() for _ in range(count)]
        self.asked, self.rows = [], 0

    def submit(self, request):
        self.asked.append(request)

    def wait(self, timeout_s):
        answers = []
        for k, request in enumerate(self.asked):
            known = self.known[k % len(self.known)]
            kinds = {row % self.kinds for row in range(request.start, request.stop)}
            count = request.stop - request.start
            self.rows += count
            seconds = self.row_s * count + self.new_s * len(kinds - known)
            known |= kinds
            answers.append(Answer(request, {"row": np.arange(count)}, seconds))
        self.asked = []
        return answers


@pytest.mark.parametrize(("row_s", "expected"), [(0.0027, 1000), (0.6, 5), (30.0, 1)])
def test_a_chunk_takes_about_as_long_as_asked(row_s, expected):
    assert chunk_rows_for(100_000, Priced(row_s), target_s=5.0) == expected


def test_what_is_paid_once_does_not_make_chunks_small():
    workers = Priced(0.0027, new_s=0.04, kinds=20)
    assert chunk_rows_for(100_000, workers, target_s=5.0) == 1000
    assert workers.rows * 0.0027 < 3.0


def test_a_small_job_still_has_chunks_for_all():
    assert chunk_rows_for(400, Priced(0.0027), target_s=5.0) == 10
    assert chunk_rows_for(1, Priced(0.0027), target_s=5.0) == 1
    assert chunk_rows_for(3, Priced(10.0), target_s=5.0) == 1
