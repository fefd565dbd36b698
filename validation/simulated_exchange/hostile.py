"""What a hostile peer sends under a valid key: messages in their place whose payload no stream allows."""

from __future__ import annotations

import random
from typing import Any

from equipoise.exchange.node.party_node import Node
from equipoise.exchange.protocol.encoding import MESSAGE_DOMAIN, canonical
from equipoise.exchange.protocol.incoming import NO_HEAD
from equipoise.exchange.protocol.keys import Signer

TRACK: dict[str, Any] = {
    "track_id": "t",
    "time_s": 5.0,
    "position_ecef_m": [7e6, 0.0, 0.0],
    "velocity_ecef_m_s": [0.0, 3e3, 4e3],
    "sigma_m": 300.0,
    "sigma_m_s": 5.0,
}
NOTICE = {"notice_id": "n", "instrument": "plns-2000", "type": "other"}
DEPTH_MARK = "@"


def payloads(rng: random.Random) -> tuple[str, dict[str, Any]]:
    """Return a stream and a payload that an honest node refuses."""
    return rng.choice(
        (
            ("text", {"text": "x", "zz": DEPTH_MARK}),
            ("text", {"text": "x" * 4_001}),
            ("text", {"text": "x", "urgency": 1}),
            ("heartbeat", {"status": "alive", "text": "y"}),
            ("track", {**TRACK, "position_ecef_m": [0.0, 0.0, 0.0]}),
            ("track", {**TRACK, "position_ecef_m": [6_500.0, 100.0, 200.0]}),
            ("track", {**TRACK, "sigma_m": 1e300}),
            ("track", {**TRACK, "lineage": ["x"] * 65}),
            ("notice", {**NOTICE, "window_start_ms": 2**53 - 1}),
            ("notice", {**NOTICE, "impact_area": [{"lat_deg": 1, "lon_deg": 1, "radius_km": 1e9}]}),
            ("launch", {"launch_id": "l", "launched_at_ms": -1}),
            ("withheld", {"commitment": "ab" * 31}),
            ("engage", {"text": "x"}),
        )
    )


def frame_for(node: Node, signer: Signer, rng: random.Random) -> bytes:
    """Return a frame of ``signer``, the node's peer, that continues the chain that the node holds of it."""
    stream, payload = payloads(rng)
    heard = node.heard
    body = {
        "from": node.party.peer,
        "to": node.party.name,
        "log": heard.log or "ab" * 32,
        "seq": heard.seq + 1,
        "prev": heard.digest,
        "head": heard.head or NO_HEAD,
        "proof": [],
        "at_ms": 5,
        "stream": stream,
        "payload": payload,
        "rule": "exercise-traffic",
    }
    depth = rng.choice((1, 12, 13, 20, 400, 960))
    nested = b"[" * depth + b"1" + b"]" * depth
    data = canonical(body).replace(f'"{DEPTH_MARK}"'.encode(), nested)
    sig = signer.sign(MESSAGE_DOMAIN + data)
    return b'{"body":' + data + f',"key":"{signer.public}","sig":"{sig}"}}'.encode()
