"""The second process of a run: takes tasks over its connection, one at a time, and gives back what came of each."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from equipoise.compute.process import connected
from equipoise.foundation.garbage import collected_seldom
from equipoise.numerics.jit import CompileNotice
from equipoise.numerics.threads import using


@collected_seldom()
def serve(connection: Connection) -> None:
    """Run tasks until the other end is gone; of a fault only that there was one is told."""
    CompileNotice.current = None  # the first process speaks for both
    scenario, threads = connection.recv()
    known: dict[str, Any] = {}
    with using(threads):
        while True:
            task, new = connection.recv()
            known |= new
            needed = {name: known[name] for name in task.needs if name in known}
            try:
                value = task.run(scenario, needed, partial(connection.send, ("step",)))
            except Exception:  # noqa: BLE001 (the first process meets the same fault and says what it is)
                connection.send(("failed",))
            else:
                connection.send(("value", value))


if __name__ == "__main__":
    with suppress(EOFError, OSError):
        serve(connected())
