"""One party's picture as HTML: staleness, map, notices board, launches, released beside received, what waits or failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from equipoise.exchange.picture.board import Picture
from equipoise.exchange.picture.chart import Land, draw
from equipoise.exchange.picture.tracks import STALE_S as TRACK_STALE_S
from equipoise.exchange.picture.tracks import Fused, fused_picture
from equipoise.exchange.protocol.notices import Entry
from equipoise.foundation.printable import printable
from equipoise.model.notices import time_faults

STALE_S = 15.0  # three heartbeats
ROWS = 40
SUBJECTS = {
    "notice": "notice_id",
    "launch": "launch_id",
    "track": "track_id",
    "text": "text",
    "heartbeat": "status",
    "key": "new_key",
    "withheld": "commitment",
}
STYLE = """
:root{color-scheme:light dark;--own:light-dark(#0072b2,#6db3f2);--peer:light-dark(#b34700,#ff9d5c);--both:light-dark(#6a3d9a,#c9a6f0);
--ink:light-dark(#1c2024,#e6e8ea);--paper:light-dark(#fff,#14181c);--quiet:light-dark(#4c5a61,#a9b1b8);--line:light-dark(#c3c9ce,#46505a);
--sea:light-dark(#e6eff5,#0f1c27);--land:light-dark(#f5f2ea,#2b3238);--coast:light-dark(#3b434a,#aab4bc);--seen:light-dark(#5c1a6b,#d79be8)}
*{box-sizing:border-box}body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;max-width:80rem;padding:1rem;color:var(--ink);background:var(--paper)}
h1{font-size:1.4rem;margin:0}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}p{margin:.3rem 0}
.status{display:flex;flex-wrap:wrap;gap:.4rem 1.6rem;border-block:1px solid var(--line);padding:.5rem 0;margin:.6rem 0}
.bad{font-weight:600;color:light-dark(#9c1c1c,#ff8f8f)}.good{color:light-dark(#1f5f3b,#7fd6a4)}
figure{margin:0}svg{display:block;width:100%;height:auto;max-height:80vh}svg .sea{fill:var(--sea)}
svg .land{fill:var(--land);stroke:var(--coast);stroke-width:.8}svg .border{fill:none;stroke:var(--quiet);stroke-width:.4}svg .grid{stroke:var(--line);stroke-width:.6;fill:none}
svg text{font:12px system-ui,sans-serif;fill:var(--quiet)}svg .country{font-style:italic}svg .hollow{fill:var(--paper);stroke-width:2}figure text{paint-order:stroke;stroke:var(--land);stroke-width:.25em;stroke-linejoin:round}
.own{stroke:var(--own);fill:var(--own)}.peer{stroke:var(--peer);fill:var(--peer)}.told{stroke:var(--own)}
.both{stroke:#fff;fill:var(--both);stroke-width:1.5}svg .ring{fill:none;stroke:var(--both);stroke-width:2}
svg .line,.key path{fill:none;stroke-width:2}.told .line,.told path{stroke-dasharray:2 4}
.peer .error{fill:none;stroke-dasharray:3 3}.key .both path{fill:var(--both)}
figure text.own,figure text.peer,figure text.launch{stroke:var(--land);stroke-width:.25em}svg text.own{fill:var(--own)}svg text.peer{fill:var(--peer)}
svg .old{opacity:.4}svg .launch{stroke:var(--seen);fill:none;stroke-width:2}svg text.launch{fill:var(--seen)}
.key .launch path,.launch path{stroke:var(--seen)}.area{fill:light-dark(#00000010,#ffffff18);stroke:var(--quiet);stroke-dasharray:5 3}
figcaption{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;font-size:.9rem;padding:.4rem 0}
.key{display:inline-flex;align-items:center;gap:.4rem}.key svg{width:28px;height:16px}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}.pair>*{min-width:0}
@media(max-width:60rem){.pair{grid-template-columns:1fr}svg text{font-size:15px}}
@media(max-width:40rem){svg text{font-size:30px}}
.scroll{overflow-x:auto;max-height:32rem;overflow-y:auto}table{border-collapse:collapse;width:100%;font-size:.88rem}
th{position:sticky;top:0;background:var(--paper)}td,th{text-align:left;padding:.28rem .8rem .28rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td:not(.n){min-width:9rem}.wide svg{min-width:42rem}.wide svg text{font-size:12px}
td.n{font-variant-numeric:tabular-nums;white-space:nowrap}
.told-not{color:light-dark(#6b5200,#e0c94b)}
"""


def page(title: str, body: str, *, script: str = "") -> str:
    """Return a whole page that needs nothing from a network."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><main><h1>{escape(title)}</h1>"
        f'<div id="picture">{body}</div></main>{f"<script>{script}</script>" if script else ""}</html>'
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str = "None.") -> str:
    """Return a table that scrolls on a narrow screen, by the keyboard too."""
    lines = [
        "<tr>"
        + "".join(
            f'<td class="n">{_words(cell)}' if _is_short(cell) else f"<td>{_words(cell)}" for cell in row
        )
        for row in rows
    ]
    head = "".join(f'<th scope="col">{escape(text)}' for text in heads)
    label = escape(f"Table: {', '.join(heads)}")
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{label}"><table><thead><tr>{head}</thead><tbody>{"".join(lines)}</tbody></table></div>'
        if lines
        else f"<p>{escape(empty)}</p>"
    )


def _words(cell: Any) -> str:
    return escape(printable(str(cell)))


def _is_short(cell: Any) -> bool:
    return len(str(cell)) < 24


def utc(at_ms: float | None) -> str:
    """Return a time as a person reads it, UTC."""
    if at_ms is None:
        return ""
    return datetime.fromtimestamp(at_ms / 1000.0, UTC).strftime("%Y-%m-%d %H:%M:%S")


def party_body(
    picture: Picture,
    *,
    now_ms: int,
    land: Land,
    waiting: int = 0,
    degraded: bool = False,
    linked: bool | None = None,
) -> str:
    """Return one party's display as of ``now_ms`` of its own clock; it needs neither link nor peer nor a working disk."""
    fused = fused_picture(picture, now_s=now_ms / 1000.0)
    return "".join(
        (
            _status(picture, now_ms, waiting, degraded=degraded, linked=linked),
            draw(picture, fused=fused, land=land, now_s=now_ms / 1000.0),
            "<h2>Notices</h2>" + _notices(picture, now_ms),
            "<h2>Launches</h2>" + _launches(picture),
            "<h2>Texts</h2>" + _texts(picture),
            "<h2>Tracks</h2>" + _tracks(picture, fused, now_ms),
            '<div class="pair"><div><h2>Released and withheld</h2>' + _traffic(picture.sent),
            "</div><div><h2>Received</h2>" + _traffic(picture.received) + "</div></div>",
            _held(picture),
            _trouble(picture),
        )
    )


def _status(picture: Picture, now_ms: int, waiting: int, *, degraded: bool, linked: bool | None) -> str:
    heard = picture.heard_at_ms
    age_s = None if heard is None else (now_ms - heard) / 1000.0
    words = (
        "nothing heard from the peer yet" if age_s is None else f"last word from the peer {_age(age_s)} ago"
    )
    stale = age_s is None or age_s > STALE_S
    parts = [f"<span>{escape(picture.party)} with {escape(picture.peer)}, own clock {utc(now_ms)} UTC</span>"]
    if linked is not None:
        parts.append('<span class="good">link up</span>' if linked else '<span class="bad">link down</span>')
    parts.append(f'<span class="{"bad" if stale else "good"}">{words}{" (stale)" if stale else ""}</span>')
    parts.append(f"<span>{waiting} messages wait for a receipt</span>")
    if any(str(leaf.get("reason", "fork")).startswith("fork") for leaf in picture.refused):
        parts.append(
            '<span class="bad">the peer signed two histories: the frame is kept in the log as evidence</span>'
        )
    if degraded:
        parts.append(
            '<span class="bad">the log cannot be written: nothing leaves and nothing is receipted</span>'
        )
    return f'<div class="status" role="status">{"".join(parts)}</div>'


def _age(seconds: float) -> str:
    if abs(seconds) < 120.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60.0:.0f} min" if abs(seconds) < 7200.0 else f"{seconds / 3600.0:.1f} h"


def _notices(picture: Picture, now_ms: int) -> str:
    rows = []
    for origin in (picture.party, picture.peer):
        for name, entry in reversed(picture.boards[origin].entries.items()):
            fields = entry.fields
            rows.append(
                (
                    "own" if origin == picture.party else "peer",
                    name,
                    entry.state,
                    fields["instrument"],
                    utc(fields.get("window_start_ms")),
                    utc(fields.get("window_end_ms")),
                    "cancelled" if entry.state == "cancelled" else _until(fields, now_ms),
                    _judged(picture, entry),
                    entry.launch_id or "",
                )
            )
    heads = (
        "from",
        "notice",
        "state",
        "instrument",
        "window opens",
        "closes",
        "opens in",
        "deadline",
        "launch seen",
    )
    return table(heads, rows[:ROWS], empty="No notice.")


def _until(fields: dict[str, Any], now_ms: int) -> str:
    start, end = fields.get("window_start_ms"), fields.get("window_end_ms")
    if start is None:
        return ""
    if now_ms < start:
        return _age((start - now_ms) / 1000.0)
    return "open" if end is None or now_ms <= end else "past"


def _judged(picture: Picture, entry: Entry) -> str:
    """Return what the own clock says about the notice: when it came, against what its instrument asks."""
    first = {**entry.fields, "type": entry.first_type}
    faults = time_faults(first, given_at_ms=entry.first_at_ms, rules=picture.instruments)
    return "; ".join(fault.kind for fault in faults) or "kept"


def _launches(picture: Picture) -> str:
    rows = []
    for (origin, name), launch in reversed(picture.launches.items()):
        covered = launch.get("notice_id") or (
            "no notice" if launch.get("launched_by") in picture.boards else "third party"
        )
        seen = "own sensors" if origin == picture.party else "peer"
        rows.append(
            (
                seen,
                name,
                launch.get("launched_by", ""),
                utc(launch["launched_at_ms"]),
                launch.get("vehicle_class", ""),
                covered,
            )
        )
    return table(
        ("seen by", "launch", "launched by", "at", "class", "notice"), rows[:ROWS], empty="No launch."
    )


def _texts(picture: Picture) -> str:
    rows = [
        (
            "own" if text["origin"] == picture.party else "peer",
            utc(text["at_ms"]),
            text["text"],
            text.get("refers_to", ""),
        )
        for text in reversed(picture.texts)
    ]
    return table(("from", "at", "text", "refers to"), rows[:ROWS], empty="No text.")


def _tracks(picture: Picture, fused: Sequence[Fused], now_ms: int) -> str:
    pairs = {(picture.party, one.own_id): one for one in fused} | {
        (picture.peer, one.peer_id): one for one in fused
    }
    rows = []
    for (origin, name), trail in reversed(picture.tracks.items()):
        if origin not in picture.boards:
            continue
        last, one = trail.last, pairs.get((origin, name))
        age_s = now_ms / 1000.0 - last["time_s"]
        other = "" if one is None else one.peer_id if origin == picture.party else one.own_id
        error_km = "" if one is None else f"{max(one.estimate.covariance.diagonal()[:3]) ** 0.5 / 1e3:.2f}"
        rows.append(
            (
                "own" if origin == picture.party else "peer",
                name,
                _age(age_s) + (" (old)" if age_s > TRACK_STALE_S else ""),
                f"{last['sigma_m'] / 1e3:.2f}",
                other,
                error_km,
            )
        )
    heads = ("from", "track", "age", "stated error, km", "same object as", "fused error, km")
    return table(heads, rows[:ROWS], empty="No track.")


def _traffic(rows: Iterable[dict[str, Any]]) -> str:
    shown = [
        (row["seq"], utc(row["at_ms"])[11:], row["stream"], _what(row), _rule(row))
        for row in list(rows)[: -ROWS - 1 : -1]
    ]
    return table(("no.", "at", "stream", "what", "rule"), shown, empty="Nothing yet.")


def _rule(row: dict[str, Any]) -> str:
    return f"withheld: {row['rule']}" if row["withheld"] else str(row["rule"])


def _what(row: dict[str, Any]) -> str:
    subject = SUBJECTS[row["stream"]]
    return str(row["payload"].get(subject, ""))[: 16 if row["stream"] == "withheld" else 160]


def _held(picture: Picture) -> str:
    if not picture.held:
        return ""
    rows = [
        (
            name[:16],
            leaf["item"]["stream"],
            _what(leaf["item"]),
            ", ".join(sorted(leaf["approvals"])) or "nobody",
        )
        for name, leaf in list(picture.held.items())[-ROWS:]
    ]
    more = f" ({len(picture.held)}, the last {ROWS} shown)" if len(picture.held) > ROWS else ""
    return f"<h2>Waiting for a second person{more}</h2>" + table(
        ("item", "stream", "what", "approved by"), rows
    )


def _trouble(picture: Picture) -> str:
    unlogged = [(item["stream"], _what(item)) for item in picture.unlogged.values()]
    irregular = [(utc(row["at_ms"]), row["origin"], row["name"], row["problem"]) for row in picture.irregular]
    refused = [
        (utc(leaf["at_ms"]), leaf.get("reason", "fork: two contents for one number"), leaf.get("count", 1))
        for leaf in picture.refused
    ]
    out = ""
    if unlogged:
        out += "<h2>Shown and not yet in the log</h2>" + table(("stream", "what"), unlogged[-ROWS:])
    if irregular:
        out += "<h2>Irregular</h2>" + table(("at", "from", "name", "problem"), irregular[-ROWS:])
    if refused:
        out += "<h2>Refused frames</h2>" + table(("at", "reason", "count so far"), refused[-ROWS:])
    return out
