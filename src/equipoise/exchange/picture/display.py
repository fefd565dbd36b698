"""One party's picture as HTML: staleness, map, notices board, launches, released beside received, what waits or failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def table(rows: Sequence[Mapping[str, Any]], *, empty: str = "None.") -> str:
    """Return a table that scrolls on a narrow screen, by the keyboard too; each row says what stands under which head."""
    if not rows:
        return f"<p>{escape(empty)}</p>"
    lines = (
        "".join(
            f'<td class="n">{_words(v)}' if len(str(v)) < 24 else f"<td>{_words(v)}" for v in row.values()
        )
        for row in rows
    )
    head = "".join(f'<th scope="col">{escape(text)}' for text in rows[0])
    label, body = escape(f"Table: {', '.join(rows[0])}"), "".join(f"<tr>{line}" for line in lines)
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{label}"><table><thead><tr>{head}</thead><tbody>{body}</tbody></table></div>'


def _words(cell: Any) -> str:
    return escape(printable(str(cell)))


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


def _side(picture: Picture, origin: str) -> str:
    return "own" if origin == picture.party else "peer"


def _notices(picture: Picture, now_ms: int) -> str:
    rows = [
        {
            "from": _side(picture, origin),
            "notice": name,
            "state": entry.state,
            "instrument": entry.fields["instrument"],
            "window opens": utc(entry.fields.get("window_start_ms")),
            "closes": utc(entry.fields.get("window_end_ms")),
            "opens in": "cancelled" if entry.state == "cancelled" else _until(entry.fields, now_ms),
            "deadline": _judged(picture, entry),
            "launch seen": entry.launch_id or "",
        }
        for origin in (picture.party, picture.peer)
        for name, entry in reversed(picture.boards[origin].entries.items())
    ]
    return table(rows[:ROWS], empty="No notice.")


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
    rows = [
        {
            "seen by": "own sensors" if origin == picture.party else "peer",
            "launch": name,
            "launched by": launch.get("launched_by", ""),
            "at": utc(launch["launched_at_ms"]),
            "class": launch.get("vehicle_class", ""),
            "notice": launch.get("notice_id")
            or ("no notice" if launch.get("launched_by") in picture.boards else "third party"),
        }
        for (origin, name), launch in reversed(picture.launches.items())
    ]
    return table(rows[:ROWS], empty="No launch.")


def _texts(picture: Picture) -> str:
    rows = [
        {
            "from": _side(picture, text["origin"]),
            "at": utc(text["at_ms"]),
            "text": text["text"],
            "refers to": text.get("refers_to", ""),
        }
        for text in reversed(picture.texts)
    ]
    return table(rows[:ROWS], empty="No text.")


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
            {
                "from": _side(picture, origin),
                "track": name,
                "age": _age(age_s) + (" (old)" if age_s > TRACK_STALE_S else ""),
                "stated error, km": f"{last['sigma_m'] / 1e3:.2f}",
                "same object as": other,
                "fused error, km": error_km,
            }
        )
    return table(rows[:ROWS], empty="No track.")


def _traffic(rows: Iterable[dict[str, Any]]) -> str:
    shown = [
        {
            "no.": row["seq"],
            "at": utc(row["at_ms"])[11:],
            "stream": row["stream"],
            "what": _what(row),
            "rule": f"withheld: {row['rule']}" if row["withheld"] else row["rule"],
        }
        for row in list(rows)[: -ROWS - 1 : -1]
    ]
    return table(shown, empty="Nothing yet.")


def _what(row: dict[str, Any]) -> str:
    subject = SUBJECTS[row["stream"]]
    return str(row["payload"].get(subject, ""))[: 16 if row["stream"] == "withheld" else 160]


def _held(picture: Picture) -> str:
    if not picture.held:
        return ""
    rows = [
        {
            "item": name[:16],
            "stream": leaf["item"]["stream"],
            "what": _what(leaf["item"]),
            "approved by": ", ".join(sorted(leaf["approvals"])) or "nobody",
        }
        for name, leaf in list(picture.held.items())[-ROWS:]
    ]
    more = f" ({len(picture.held)}, the last {ROWS} shown)" if len(picture.held) > ROWS else ""
    return f"<h2>Waiting for a second person{more}</h2>{table(rows)}"


def _trouble(picture: Picture) -> str:
    found = {
        "Shown and not yet in the log": [
            {"stream": item["stream"], "what": _what(item)} for item in picture.unlogged.values()
        ],
        "Irregular": [
            {"at": utc(row["at_ms"]), "from": row["origin"], "name": row["name"], "problem": row["problem"]}
            for row in picture.irregular
        ],
        "Refused frames": [
            {
                "at": utc(leaf["at_ms"]),
                "reason": leaf.get("reason", "fork: two contents for one number"),
                "count so far": leaf.get("count", 1),
            }
            for leaf in picture.refused
        ],
    }
    return "".join(f"<h2>{head}</h2>{table(rows[-ROWS:])}" for head, rows in found.items() if rows)
