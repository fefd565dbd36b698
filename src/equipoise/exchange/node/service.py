"""One party's running node: its link, its inbox and the sources and display that were asked for, in one process."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from equipoise.exchange.node.files import private_folder
from equipoise.exchange.node.inbox import Inbox
from equipoise.exchange.node.keyring import read_public, signers, tls, warning
from equipoise.exchange.node.link import Link
from equipoise.exchange.node.log_state import FoldError
from equipoise.exchange.node.party_files import (
    open_node,
    operators_of,
    replayed,
    seal,
    snapshot,
    sole_owner,
)
from equipoise.exchange.node.party_node import Node
from equipoise.exchange.node.say import Tally, say
from equipoise.exchange.node.store import StorageError
from equipoise.exchange.protocol.forms import ItemError
from equipoise.foundation.errors import EquipoiseError, InputError, WriteError, misuse
from equipoise.foundation.text import shortened, whole_number

POLL_S = 0.02
LINK_TURNS = (
    16  # of the event loop between two takes: a full inbox must leave a window of messages time to go out
)
DEGRADED_S = 0.5
SEAL_S = 1.0
SNAPSHOT_LEAVES = 50_000  # a start replays so many at most: a second or two
SMALL_LOG = 5_000  # leaves that are replayed sooner than anybody notices
DAY_S = 86_400.0


@dataclass(frozen=True)
class Options:
    """What a node is to run beside its inbox: where the link is, and which sources and display it has."""

    peer: Path
    listen: str = ""
    connect: str = ""
    clock_offset_ms: int = 0
    heartbeat_s: float = 5.0
    page: str = ""
    dis: str = ""
    dis_exercise: int = 1
    dis_releasable: bool = False
    dis_sigma_m: float = 1_000.0
    dis_sigma_m_s: float = 20.0
    nats: str = ""
    nats_stream: str = "exercise"


def place(option: str, value: str) -> tuple[str, int]:
    """Return host and port of ``host:port``."""
    host, _, port = value.rpartition(":")
    number = whole_number(port, most=65_535)
    if not host or number is None:
        raise misuse(
            "command line",
            option,
            f"{shortened(value)} is not host:port.",
            "For instance 127.0.0.1:7400.",
        )
    return host, number


def serve(folder: Path, options: Options) -> None:
    """Run the node until it is interrupted or told to end."""
    if bool(options.listen) == bool(options.connect):
        raise misuse("command line", "--listen/--connect", "give exactly one, as host:port.")
    for option in ("listen", "connect", "page", "dis"):
        if value := getattr(options, option):
            place(f"--{option}", value)
    if options.page:
        from equipoise.exchange.picture.tracks import warm_up

        warm_up()  # before the link is up: the first fusion loads compiled kernels, a second or more
    read_public(folder / "public.json")  # a folder that is no party's: said before anything is made there
    for path in (folder, folder / "inbox"):
        private_folder(path)
    with sole_owner(folder):
        peer = read_public(options.peer)
        node = open_node(folder, peer=peer, clock_offset_ms=options.clock_offset_ms)
        inbox = Inbox(folder / "inbox", node, signers=lambda: signers(folder))
        try:
            _check_peer(peer["key"], inbox)
            interrupted = asyncio.run(_run(inbox, folder, options))
            seal(folder, node)()
            if node.tree.size - node.replayed_from >= SMALL_LOG:
                snapshot(folder, node)()
        finally:
            node.storage.close()
    if interrupted:
        raise KeyboardInterrupt


def _check_peer(key: str, inbox: Inbox) -> None:
    """Raise ``InputError`` when the log does not know the peer's key, after the orders that may tell it."""
    heard = inbox.node.heard
    while heard.key and key not in heard.keys and inbox.take():
        heard = inbox.node.heard
    if heard.key and key not in heard.keys:
        cure = "Tell it with 'equipoise exchange revoke', or give the peer's own public.json."
        raise misuse("--peer", key[:16], "is a key that this log does not know.", cure)


async def _run(inbox: Inbox, folder: Path, options: Options) -> bool:
    """Run everything that was asked for; return whether a person interrupted it."""
    link = Link(inbox.node, peer=lambda: read_public(options.peer))
    jobs = [
        _expiry(folder, options),
        link.keep(),
        _watch(inbox, link),
        _seals(inbox.node, folder),
        _old_leaves(inbox.node, folder),
        _operators(inbox.node, folder),
    ]
    jobs.append(_connection(link, folder, options))
    if options.heartbeat_s > 0.0:
        jobs.append(_heartbeats(link, options.heartbeat_s))
    jobs += _sources(link, options)
    if options.page:
        from equipoise.exchange.picture.live import show

        jobs.append(show(link, place=place("--page", options.page)))
    say(_up(inbox.node, folder, options))
    try:
        return await _together(jobs)
    except ExceptionGroup as group:  # one line, not a trace of tasks
        raise _cause(group) from None
    finally:
        link.drop()


def _up(node: Node, folder: Path, options: Options) -> str:
    """Return the line that says what runs and where."""
    parts = [f"{node.party.name} is up with a log of {node.tree.size} leaves"]
    parts.append(f"listens on {options.listen}" if options.listen else f"connects to {options.connect}")
    parts.append(f"for {node.party.peer}")
    more = [f"inbox {folder / 'inbox'}"]
    more += [f"display http://{options.page}/"] if options.page else []
    more += [f"DIS on {options.dis}"] if options.dis else []
    return f"{', '.join(parts[:2])} {parts[2]}; {'; '.join(more)}"


async def _expiry(folder: Path, options: Options) -> None:
    """Say once a day which certificate ends soon, the own one or the peer's."""
    while True:
        for path in (folder / "public.json", options.peer):
            try:
                line = warning(read_public(path))
            except InputError as error:
                line = str(error)
            if line:
                say(line)
        await asyncio.sleep(DAY_S)


def _cause(group: ExceptionGroup[Exception]) -> Exception:
    """Return the first of our own errors, or the machine's as one of ours; the whole group when neither comes first."""
    ours, rest = group.split(EquipoiseError)
    if ours is not None:
        return ours.exceptions[0]
    if rest is not None and isinstance(rest.exceptions[0], OSError):
        return misuse("command line", "", f"{rest.exceptions[0]}.", "Choose another port.")
    return group


def _connection(link: Link, folder: Path, options: Options) -> Coroutine[Any, Any, None]:
    def context(*, server: bool) -> Any:
        return tls(folder, peer=read_public(options.peer), server=server)

    if options.listen:
        return link.listen(*place("--listen", options.listen), context=lambda: context(server=True))
    return link.connect(*place("--connect", options.connect), context=lambda: context(server=False))


def _sources(link: Link, options: Options) -> list[Coroutine[Any, Any, None]]:
    found: list[Coroutine[Any, Any, None]] = []
    if options.dis:
        from equipoise.exchange.sources.dis_source import Rule, listen

        rule = Rule(
            exercise=options.dis_exercise,
            sigma_m=options.dis_sigma_m,
            sigma_m_s=options.dis_sigma_m_s,
            sensitivity="releasable" if options.dis_releasable else "withhold",
        )
        found.append(listen(link, place("--dis", options.dis), rule=rule))
    if options.nats:
        from equipoise.exchange.sources.nats_source import consume

        found.append(consume(link, url=options.nats, stream=options.nats_stream))
    return found


async def _together(jobs: list[Coroutine[Any, Any, None]]) -> bool:
    """Run the jobs until one fails, which ends the process loudly, or a signal comes; return whether it was SIGINT."""
    interrupted = False
    with contextlib.suppress(asyncio.CancelledError):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job) for job in jobs]

            def end(number: int) -> None:
                nonlocal interrupted
                interrupted = number == signal.SIGINT
                for task in tasks:
                    task.cancel()

            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, end, number)
    return interrupted


async def _watch(inbox: Inbox, link: Link) -> None:
    while True:
        try:
            went = inbox.take()
        except (
            OSError
        ) as error:  # no descriptor left, a folder that is gone: people are told, the link goes on
            say(f"the inbox cannot be read: {error}")
            await asyncio.sleep(DEGRADED_S)
            continue
        if went:
            link.pump()
        for _ in range(LINK_TURNS if went else 0):
            await asyncio.sleep(0.0)
        if not went or inbox.node.degraded:
            await asyncio.sleep(DEGRADED_S if inbox.node.degraded else POLL_S)


async def _seals(node: Node, folder: Path) -> None:
    """Keep the newest head beside the log, about once a second while it grows, and a snapshot now and then.

    They are signed here, and written in a thread: no message waits for the disk to sync them.
    """
    size, kept = 0, node.replayed_from
    failed = Tally("times the seal or the snapshot could not be kept")
    while True:
        if node.tree.size != size:
            try:
                grown = node.tree.size
                await asyncio.to_thread(seal(folder, node))
                size = grown
                if node.tree.size - kept >= SNAPSHOT_LEAVES:
                    grown = node.tree.size
                    await asyncio.to_thread(snapshot(folder, node))
                    kept = grown
            except (InputError, WriteError):  # a full disk: the log says so itself
                failed.count()
        await asyncio.sleep(SEAL_S)


async def _old_leaves(node: Node, folder: Path) -> None:
    """Compare the leaves that the start did not replay with what was signed over them, beside everything else."""
    stopped = False
    try:
        await asyncio.to_thread(replayed, folder, node, stopped=lambda: stopped)
    except StorageError as error:  # no descriptor left, say: the link goes on
        say(f"the log before the snapshot was not compared with it: {error}")
    finally:
        stopped = True


async def _operators(node: Node, folder: Path) -> None:
    """Take a changed list of operators without a restart; one that cannot be read changes nothing."""
    said = ""
    while True:
        await asyncio.sleep(SEAL_S)
        try:
            operators = operators_of(folder)
            if operators != node.operators:
                node.enrol(operators)
                say(f"operators enrolled now: {', '.join(sorted(operators)) or 'none'}")
            said = ""
        except (EquipoiseError, OSError) as error:
            if isinstance(error, FoldError):
                raise
            if str(error) != said:
                said = str(error)
                say(said)


async def _heartbeats(link: Link, every_s: float) -> None:
    """Tell the peer that the own side is alive while it listens: a heartbeat kept for later says nothing."""
    while True:
        await asyncio.sleep(every_s)
        if link.writer is None or link.node.outbox:
            continue
        try:
            link.node.heartbeat()
        except ItemError as error:
            say(f"no heartbeats: {error}")
            return
        link.pump()
