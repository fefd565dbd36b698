"""One party's picture as a self-contained page: map, notices board, staleness, released beside received."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

STYLE = """
body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1rem;color:#1b2733;background:#fbfaf7}
svg{width:100%;height:auto;background:#e8eef2;display:block}.land{fill:none;stroke:#8f9a94;stroke-width:.15}
.own{stroke:#0b5c8a;fill:#0b5c8a}.peer{stroke:#b3441e;fill:#b3441e}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem}@media(max-width:44rem){.pair{grid-template-columns:1fr}}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #ddd;vertical-align:top}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:1.6rem}p.verdict{font-weight:600}
"""


def page(title: str, body: str) -> str:
    """Return a whole page."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><h1>{escape(title)}</h1>{body}</html>"
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table that scrolls on a narrow screen."""
    head = "".join(f"<th>{escape(text)}" for text in heads)
    lines = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}" for cell in row) for row in rows)
    return f'<div class="scroll"><table><tr>{head}{lines}</table></div>' if rows else "<p>None.</p>"


def party_page(
    name: str,
    leaves: Sequence[dict[str, Any]],
    *,
    now_ms: int,
    land: Sequence[Sequence[Sequence[float]]] = (),
) -> str:
    """Return one party's display, drawn from its own log alone."""
    released = [leaf for leaf in leaves if leaf["kind"] in ("release", "withheld")]
    received = [leaf for leaf in leaves if leaf["kind"] == "received"]
    own_tracks = [leaf["item"]["payload"] for leaf in released if leaf["item"]["stream"] == "track"]
    peer_tracks = _payloads(received, "track")
    stale_s = (now_ms - max((leaf["at_ms"] for leaf in received), default=now_ms)) / 1000.0
    body = f"<p>Last word from the peer {stale_s:.0f} s ago. Blue: own tracks. Red: as the peer released them.</p>"
    body += _map(own_tracks, peer_tracks, land)
    body += "<h2>Notices</h2>" + table(
        ("from", "notice", "type", "instrument", "area"),
        [("own", *_notice(row)) for row in _payloads(released, "notice")]
        + [("peer", *_notice(row)) for row in _payloads(received, "notice")],
    )
    sides = [("Released or withheld", released), ("Received", received)]
    body += '<div class="pair">' + "".join(
        f"<div><h2>{title}</h2>{_traffic(side)}</div>" for title, side in sides
    )
    return page(f"{name}: own picture", body + "</div>")


def _payloads(leaves: Sequence[dict[str, Any]], stream: str) -> list[dict[str, Any]]:
    bodies = [leaf["message"]["body"] for leaf in leaves]
    return [body["payload"] for body in bodies if body["stream"] == stream]


def _notice(row: dict[str, Any]) -> tuple[Any, ...]:
    return row.get("notice_id"), row.get("type"), row.get("instrument"), row.get("impact_area", "")


def _traffic(leaves: Sequence[dict[str, Any]]) -> str:
    bodies = [leaf["message"]["body"] for leaf in leaves]
    return table(
        ("no.", "stream", "what", "rule"),
        [
            (body["seq"], body["stream"], _what(body["payload"]), body["rule"])
            for body in bodies
            if body["stream"] != "heartbeat"
        ],
    )


def _what(payload: dict[str, Any]) -> str:
    for key in ("text", "notice_id", "launch_id", "track_id"):
        if key in payload:
            return str(payload[key])
    return str(payload.get("commitment", ""))[:12]


def _map(
    own: Sequence[dict[str, Any]], peer: Sequence[dict[str, Any]], land: Sequence[Sequence[Sequence[float]]]
) -> str:
    shapes = "".join(
        f'<polyline class="land" points="{" ".join(f"{x:.1f},{-y:.1f}" for x, y in ring)}"/>' for ring in land
    )
    for kind, tracks in (("own", own), ("peer", peer)):
        for track in tracks:
            x, y = _lon_lat_deg(np.asarray(track["position_ecef_m"], dtype=float))
            shapes += f'<circle class="{kind}" cx="{x:.2f}" cy="{-y:.2f}" r=".35"/>'
    return f'<svg viewBox="-15 -72 90 52" role="img" aria-label="tracks on a map">{shapes}</svg>'


def _lon_lat_deg(position_m: np.ndarray) -> tuple[float, float]:
    x, y, z = position_m
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def after_action(report: Any) -> str:
    """Return the after-action report of a verified exercise."""
    verdict = (
        "Both logs hold: nothing acknowledged was lost, no fork, no gap."
        if report.holds
        else "The logs are in breach."
    )
    counts = [(party, *_counts(report, party)) for party in report.parties]
    body = f'<p class="verdict">{verdict}</p>' + table(("party", "released", "withheld", "receipted"), counts)
    body += "<h2>Breaches</h2>" + table(("what",), [(line,) for line in report.breaches])
    body += "<h2>Late or missing notices</h2>" + table(("what",), [(line,) for line in report.advisories])
    body += "<h2>Notices</h2>" + table(
        ("from", "notice", "judged"),
        [(row["origin"], row["notice_id"], ", ".join(row["verdicts"])) for row in report.notices],
    )
    body += "<h2>Who knew what, when</h2>" + table(
        ("decided (ms)", "from", "no.", "stream", "rule", "known to the peer (ms)"),
        [
            (
                row["decided_at_ms"],
                row["origin"],
                row["seq"],
                row["stream"],
                row["rule"],
                row["known_to_peer_at_ms"],
            )
            for row in report.timeline
        ],
    )
    return page("After-action report", body)


def _counts(report: Any, party: str) -> tuple[int, int, int]:
    rows = [row for row in report.timeline if row["origin"] == party]
    withheld = sum(bool(row["withheld_from"]) for row in rows)
    return len(rows) - withheld, withheld, sum(row["receipted"] for row in rows)
