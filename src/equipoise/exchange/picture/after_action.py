"""The after-action report of a verified exercise: who knew what when, what was withheld under which rule, notices."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from equipoise.checkers.exchange_log import Known, Report
from equipoise.exchange.picture.display import page, table, utc

WIDTH, LEFT, LANE = 960.0, 150.0, 26.0
PAUSE_MS, SESSIONS = 600_000, 4
LISTED = 2_000  # rows of the whole list; a longer one stands in the timeline file


def after_action(report: Report) -> str:
    """Return the whole page."""
    return page("After-action report", "".join(_parts(report)))


def _parts(report: Report) -> list[str]:
    rows = [row for row in report.timeline if row.stream != "heartbeat"]
    return [
        _verdict(report),
        _logs(report),
        _section("Breaches", table([{"what": line} for line in report.breaches])),
        _section("Late, missing and irregular", table([{"what": line} for line in report.advisories])),
        _section("Notices and detections", _notices(report) + _launches(report)),
        _section("Who knew what, when", _figure(rows) + _summary(rows)),
        _section("Withheld, and under which rule", _withheld(rows)),
        _section("Every message", _list(rows)),
    ]


def _logs(report: Report) -> str:
    named = {
        "log of": "party",
        "leaves": "leaves",
        "released": "released",
        "withheld": "withheld",
        "receipted": "receipted",
        "never reached": "unknown_to_peer",
        "leaves only it vouches for": "unsealed_leaves",
    }
    return table([{head: log[key] for head, key in named.items()} for log in report.logs])


def _section(title: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>{body}"


def _verdict(report: Report) -> str:
    names = " and ".join(report.parties)
    if report.verdict == "UNREADABLE":
        return f'<p class="bad">Not judged: {escape("; ".join(report.unreadable))}.</p>'
    if not report.holds:
        return (
            f'<p class="bad">The logs of {escape(names)} are in breach: {len(report.breaches)} findings.</p>'
        )
    return (
        f'<p class="good">The logs of {escape(names)} hold: every signature, chain, head, decision and receipt; nothing '
        f"acknowledged was lost, no fork, no gap.</p>"
    )


def _notices(report: Report) -> str:
    rows = [
        {
            "from": row["origin"],
            "notice": row["notice_id"],
            "instrument": row["instrument"],
            "steps, by the receiver's clock (UTC)": "; ".join(
                f"{step['type']} {utc(step['received_at_ms'])}" for step in row["steps"]
            ),
            "state": row["state"] or "irregular",
            "judged": ", ".join(row["verdicts"]),
            "launch detected": ", ".join(row["launches"]) or "none",
        }
        for row in report.notices
    ]
    return table(rows, empty="No notice.")


def _launches(report: Report) -> str:
    rows = [
        {
            "detected by": row["detected_by"],
            "launch": row["launch_id"],
            "launched by": row["launched_by"],
            "at (UTC)": utc(row["launched_at_ms"]),
            "notice": row["notice_id"] or "missing",
        }
        for row in report.launches
    ]
    said = "<p>Launches of the other party that a party detected itself:</p>"
    return said + table(rows, empty="No launch.")


def _groups(rows: Sequence[Known]) -> dict[tuple[str, str, str], list[Known]]:
    """Return the rows by origin, stream and, for tracks, the track: one lane of the figure each."""
    found: dict[tuple[str, str, str], list[Known]] = {}
    for row in rows:
        found.setdefault((row.origin, row.stream, row.subject if row.stream == "track" else ""), []).append(
            row
        )
    return dict(sorted(found.items()))


def _sessions(rows: Sequence[Known]) -> list[tuple[int, int]]:
    """Return first and last moment of each stretch without a pause; the last ones when there are many."""
    found: list[list[int]] = []
    for at_ms in sorted(row.decided_at_ms for row in rows):
        if not found or at_ms - found[-1][1] > PAUSE_MS:
            found.append([at_ms, at_ms])
        found[-1][1] = at_ms
    return [(first, last) for first, last in found[-SESSIONS:]]


def _figure(rows: Sequence[Known]) -> str:
    """Draw a lane for each origin and stream: decided by its clock, filled where released, hollow where withheld."""
    if not rows:
        return ""
    lanes, sessions = _groups(rows), _sessions(rows)
    marks = _axis(sessions, height=LANE * len(lanes))
    for number, ((origin, stream, subject), group) in enumerate(lanes.items()):
        y = LANE * (number + 0.5)
        label = escape(" ".join(part for part in (origin, stream, subject) if part))
        marks += f'<text x="4" y="{y + 4:.0f}">{label}</text><path class="grid" d="M{LEFT},{y}H{WIDTH}"/>'
        marks += _dots(group, sessions, y=y, side="own" if origin == rows[0].origin else "peer")
    alt = f"Timeline: {len(rows)} messages in {len(lanes)} lanes from {utc(sessions[0][0])} to {utc(sessions[-1][1])} UTC."
    key = "Each dot a message, at the moment its origin decided it (own clock, UTC); hollow: withheld. Pauses are cut out."
    return (
        f'<figure><div class="scroll wide" tabindex="0" role="group" aria-label="Timeline"><svg viewBox="0 0 {WIDTH:.0f} {LANE * len(lanes) + 40:.0f}" role="img" aria-label="{alt}">'
        f"{marks}</svg></div><figcaption>{key}</figcaption></figure>"
    )


def _dots(group: Sequence[Known], sessions: Sequence[tuple[int, int]], *, y: float, side: str) -> str:
    """Return the dots of one lane; of those that would lie on each other, one."""
    places = {}
    for row in group:
        for number, (first, last) in enumerate(sessions):
            if first <= row.decided_at_ms <= last:
                x = _x(row.decided_at_ms, number, first, last, count=len(sessions))
                places[round(x), row.withheld] = x
    return "".join(
        f'<circle class="{side}{" hollow" if withheld else ""}" cx="{x:.1f}" cy="{y}" r="4"/>'
        for (_, withheld), x in places.items()
    )


def _x(at_ms: int, number: int, first: int, last: int, *, count: int) -> float:
    share = (WIDTH - LEFT) / count
    return LEFT + share * number + 12.0 + (share - 24.0) * (at_ms - first) / max(1, last - first)


def _axis(sessions: Sequence[tuple[int, int]], *, height: float) -> str:
    out, count = "", len(sessions)
    for number, (first, last) in enumerate(sessions):
        left, right = (_x(at_ms, number, first, last, count=count) for at_ms in (first, max(last, first + 1)))
        out += f'<path class="grid" d="M{left:.1f},0V{height}M{right:.1f},0V{height}"/>'
        out += f'<text x="{left - 8:.1f}" y="{height + 16:.0f}">{utc(first)[5:]}</text>'
        out += f'<text x="{right + 8:.1f}" y="{height + 32:.0f}" text-anchor="end">{utc(last)[5:]}</text>'
    return out


def _summary(rows: Sequence[Known]) -> str:
    """Say for each lane when the peer knew: by its own clock, and no later than the receipt on the origin's clock."""
    lines = []
    for (origin, stream, subject), group in _groups(rows).items():
        known = [row for row in group if row.known_at_ms is not None]
        bounds = [row.receipted_at_ms - row.decided_at_ms for row in group if row.receipted_at_ms is not None]
        lines.append(
            {
                "origin": origin,
                "what": f"{stream} {subject}".strip(),
                "messages": len(group),
                "first decided": utc(group[0].decided_at_ms),
                "first known to the peer": utc(known[0].known_at_ms) if known else "never",
                "last known": utc(known[-1].known_at_ms) if known else "never",
                "longest until receipt, s": f"{max(bounds) / 1000.0:.3f}" if bounds else "",
            }
        )
    return table(lines)


def _withheld(rows: Sequence[Known]) -> str:
    lines = [
        _named(row) | {"rule": row.rule, "reason": row.reason, "decided": utc(row.decided_at_ms)}
        for row in rows
        if row.withheld
    ]
    return table(lines[:LISTED], empty="Nothing was withheld.")


def _named(row: Known) -> dict[str, Any]:
    return {"origin": row.origin, "no.": row.seq, "stream": row.stream, "what": row.subject}


def _list(rows: Sequence[Known]) -> str:
    lines = [
        _named(row)
        | {
            "rule": f"withheld: {row.rule}" if row.withheld else row.rule,
            "decided (origin's clock)": utc(row.decided_at_ms),
            "recorded (peer's clock)": utc(row.known_at_ms),
            "receipt (origin's clock)": utc(row.receipted_at_ms),
        }
        for row in rows[:LISTED]
    ]
    more = f"<p>The first {LISTED} of {len(rows)}; --timeline writes all.</p>" if len(rows) > LISTED else ""
    return more + table(lines)
