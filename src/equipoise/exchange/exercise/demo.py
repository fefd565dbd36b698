"""The built-in exercise run by two node processes on loopback, with both displays and an after-action report."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

from equipoise.checkers.exchange_log import Report
from equipoise.exchange.exercise.script import EAST, WEST, Day, script
from equipoise.exchange.node.inbox import drop_items
from equipoise.exchange.node.operators import enrol
from equipoise.exchange.node.party_files import picture_of
from equipoise.exchange.node.processes import Processes, free_port, wait_until
from equipoise.exchange.picture.after_action import after_action
from equipoise.exchange.picture.display import page, party_body
from equipoise.exchange.picture.live import land
from equipoise.exchange.protocol.keys import Ed25519Signer

START_S = SETTLE_S = 60.0


def run(
    folder: Path,
    *,
    seconds: float = 20.0,
    live: bool = True,
    tell: Callable[[str], None] = print,
    after: Callable[[dict[str, int]], None] | None = None,
) -> Report:
    """Run the exercise in ``folder``; leave both logs, both displays and the after-action report there.

    The second day goes on for ``seconds`` of real time. With ``live`` both nodes serve their displays meanwhile, and
    ``after`` is called with the ports once they are up. ``tell`` hears what happens.
    """
    parties = Processes(folder, names=(WEST, EAST))
    pages = {name: free_port() for name in (WEST, EAST)} if live else {}
    signers = {who: enrol(folder / WEST, who, key_file=folder / f"{who}.key") for who in ("ann", "ben")}
    offset_ms = 0
    for number, day in enumerate(script(start_ms=_now_ms(), seconds=seconds)):
        tell(f"Day {number + 1}: {len(day.events)} items.")
        offset_ms = day.begins_ms - _now_ms()
        try:
            _start(parties, pages, offset_ms=offset_ms)
            if after and number == 0:
                after(pages)
            _play(folder, day, signers)
            wait_until(
                lambda: parties.check_alive() and parties.settled(),
                seconds=SETTLE_S,
                what="both logs settled",
            )
        finally:
            parties.end()
    report = parties.report()
    _write_pages(folder, report, now_ms=_now_ms() + offset_ms)
    return report


def _start(parties: Processes, pages: dict[str, int], *, offset_ms: int) -> None:
    """Start both nodes; with displays, wait until they say that the link is up: the exercise runs by the clock."""
    for name in parties.names:
        page_option = ("--page", f"127.0.0.1:{pages[name]}") if name in pages else ()
        parties.start(name, "--clock-offset-ms", str(offset_ms), *page_option)
    wait_until(
        lambda: parties.check_alive() and all(map(_linked, pages.values())),
        seconds=START_S,
        what="the link between the nodes",
    )


def _linked(port: int) -> bool:
    """Return whether a live display says that the link is up."""
    with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/picture", timeout=5.0) as answer:
        return b"link up" in answer.read()
    return False


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _play(folder: Path, day: Day, signers: dict[str, Ed25519Signer]) -> None:
    """File the day's events at their moments; those of one moment together."""
    began = time.monotonic()
    for at_s, party, what, operator in sorted(day.events, key=lambda event: event[0]):
        time.sleep(max(0.0, began + at_s - time.monotonic()))
        drop_items(folder / party, [what], operator=operator, signer=signers.get(operator))


def _write_pages(folder: Path, report: Report, *, now_ms: int) -> None:
    shapes = land()
    for name in (WEST, EAST):
        body = party_body(picture_of(folder / name), now_ms=now_ms, land=shapes)
        (folder / f"{name}.html").write_text(page(f"{name}: own picture", body), "utf-8")
    (folder / "after-action.html").write_text(after_action(report), "utf-8")


def names_of(folder: Path) -> list[Path]:
    """Return the pages that an exercise leaves."""
    return [folder / name for name in ("west.html", "east.html", "after-action.html")]
