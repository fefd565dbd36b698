"""Both nodes as processes of their own on this machine: for the exercise, the trials and the timings."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from equipoise.checkers.exchange_log import Pins, Report, verify
from equipoise.exchange.node.keyring import opening, read_public
from equipoise.exchange.node.party_files import LOG, create
from equipoise.exchange.node.store import StorageError, read_backwards
from equipoise.foundation.errors import EquipoiseError
from equipoise.model.notices import instruments

END_S = 10.0


class NotInTimeError(EquipoiseError):
    """What was waited for did not come."""


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(check: Callable[[], bool], *, seconds: float, what: str, every_s: float = 0.1) -> None:
    """Return once ``check`` holds; a :class:`NotInTimeError` says what did not come."""
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            raise NotInTimeError(f"{what}: not within {seconds:.0f} s")
        time.sleep(every_s)


class Processes:
    """Two parties' folders and the node processes that serve them; the first named listens, the second connects."""

    def __init__(self, folder: Path, *, names: tuple[str, str]) -> None:
        """Make both parties; start nothing."""
        folder = folder.resolve()  # the nodes need not start where this process did
        self.names, self.port = names, free_port()
        self.folders = {name: folder / name for name in names}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        for name in names:
            create(self.folders[name], party=name)

    def start(
        self, name: str, *options: str, port: int | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        """Start one party's node; what it says goes to ``node.txt`` in its folder.

        ``port`` is another than the pair's own: that of a bad wire between them.
        """
        peer = next(other for other in self.names if other != name)
        role = "--listen" if name == self.names[0] else "--connect"
        command = [sys.executable, "-P", "-m", "equipoise", "exchange", "serve", str(self.folders[name])]
        command += [
            "--peer",
            str(self.folders[peer] / "public.json"),
            role,
            f"127.0.0.1:{port or self.port}",
            *options,
        ]
        with (self.folders[name] / "node.txt").open("ab") as said:
            self.running[name] = subprocess.Popen(command, stdout=said, stderr=said, env=environment)  # noqa: S603

    def kill(self, name: str) -> None:
        """Kill the process as a power cut would (SIGKILL)."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def pause(self, name: str) -> None:
        """Stop the process where it stands."""
        self.running[name].send_signal(signal.SIGSTOP)

    def go_on(self, name: str) -> None:
        """Let a paused process go on."""
        self.running[name].send_signal(signal.SIGCONT)

    def end_one(self, name: str) -> None:
        """Tell one process to end and wait for it."""
        process = self.running.pop(name)
        process.terminate()
        process.wait(timeout=END_S)

    def end(self) -> None:
        """Tell every process to end, and kill what does not."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(timeout=END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()

    def said(self, name: str) -> str:
        """Return what the party's node said."""
        return (self.folders[name] / "node.txt").read_text("utf-8")

    def check_alive(self) -> bool:
        """Return true; a node that died is a :class:`NotInTimeError` with the last lines that it said."""
        for name, process in self.running.items():
            if (code := process.poll()) is not None:
                said = " / ".join(self.said(name).splitlines()[-3:])
                raise NotInTimeError(f"the node of {name} ended with code {code}: {said}")
        return True

    def logs(self) -> tuple[Path, Path]:
        """Return both evidence logs, the first party's first."""
        first, second = (self.folders[name] / LOG for name in self.names)
        return first, second

    def report(self) -> Report:
        """Return what both logs prove, with the keys and the secrets of both folders."""
        known = [read_public(folder / "public.json") for folder in self.folders.values()]
        return verify(
            *self.logs(),
            duties=instruments(),
            pins=Pins({party["party"]: party["key"] for party in known}),
            opened=tuple(opening(folder) for folder in self.folders.values()),
        )

    def idle(self) -> bool:
        """Return whether both logs exist and nothing waits in an inbox."""
        waiting = [path for folder in self.folders.values() for path in (folder / "inbox").glob("[!.]*.json")]
        return not waiting and all(path.exists() for path in self.logs())

    def settled(self) -> bool:
        """Return whether everything filed is in the logs and every message has its receipt."""
        return self.idle() and all(_all_receipted(path) for path in self.logs())

    def settle(self, count: int | None = None, *, seconds: float = 60.0) -> Report:
        """Wait until everything is settled, with ``count`` until there are so many messages; return the report.

        The nodes may run, but not send: a head that one log got while the other was read looks like a cut log.
        """
        wait_until(self.settled, seconds=seconds, what="both logs settled", every_s=0.25)
        if count is not None:
            wait_until(
                lambda: self.settled() and len(self.report().timeline) == count,
                seconds=seconds,
                what=f"{count} messages",
                every_s=0.25,
            )
        return self.report()


def _all_receipted(log: Path) -> bool:
    """Return whether the last message of a log has its receipt there; a log that is still being made has not."""
    ack = None
    try:
        for leaf in read_backwards(log):
            if leaf["kind"] == "receipt" and ack is None:
                ack = leaf["receipt"]["body"]["ack"]
            if "message" in leaf and leaf["kind"] in ("release", "withheld"):
                return bool(leaf["message"]["body"]["seq"] == ack)
    except StorageError:
        return False
    return True
