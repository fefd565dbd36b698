# %% [markdown]
# # An exercise with two nodes
# Two parties have a node each. What one releases reaches the other coarsened; what it withholds does not leave; and
# both logs together show who knew what, and when. Here both nodes run in one process and the link is a function call; the
# [guide](../exchange.md) starts two programs that speak TLS. The nodes need the extra `exchange` (signatures and rules of release):
# `pip install "equipoise[exchange]"`, which `make test` and `make docs` install.

# %%
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from equipoise.checkers.exchange_log import verify
from equipoise.exchange.node.keyring import read_public
from equipoise.exchange.node.party_files import create, open_node
from equipoise.model.notices import instruments

home = TemporaryDirectory()
folder = {party: Path(home.name) / party for party in ("west", "east")}
for party in folder:
    create(folder[party], party=party)
public = {party: read_public(folder[party] / "public.json") for party in folder}
west = open_node(folder["west"], peer=public["east"])
east = open_node(folder["east"], peer=public["west"])
west.head()["size"], east.head()["size"]


# %% [markdown]
# An item says what it is and whether it may leave. `east` sees a track; `west` gives notice of a launch and keeps a text.


# %%
def item(stream: str, sensitivity: str = "releasable", **payload: object) -> dict[str, object]:
    return {"stream": stream, "exercise": True, "sensitivity": sensitivity, "payload": payload}


def deliver(sender, receiver, what) -> None:
    receipts = receiver.receive(sender.ingest(what))
    sender.receive(receipts)


now_s = time.time()
start_ms = round((now_s + 48 * 3600) * 1000)
true_place = [5.0e6, 4.2e6, 1.5e6]
notice = item(
    "notice", notice_id="w-1", instrument="launch-notification-1988", type="pre-launch",
    window_start_ms=start_ms, window_end_ms=start_ms + 3_600_000,
    launch_area={"lat_deg": 34.7, "lon_deg": -120.6, "radius_km": 20},
    impact_area={"lat_deg": 9.0, "lon_deg": 167.7, "radius_km": 100},
)  # fmt: skip
track = item(
    "track", track_id="r-7", time_s=now_s, position_ecef_m=true_place,
    velocity_ecef_m_s=[-1000.0, 2000.0, 3000.0], sigma_m=300.0, sigma_m_s=5.0,
)  # fmt: skip
deliver(west, east, notice)
deliver(east, west, track)
deliver(west, east, item("text", "withhold", text="for our own people alone"))
[(row["stream"], row["rule"], row["withheld"]) for row in west.picture.sent]

# %% [markdown]
# The track reached `west` displaced, with a stated error that allows for it. Of the text `west` knows only that something was withheld.

# %%
received = west.picture.tracks["east", "r-7"].last
moved_km = (
    sum((a - b) ** 2 for a, b in zip(received["position_ecef_m"], true_place, strict=True)) ** 0.5 / 1e3
)
print(
    f"moved by 4 km or more: {moved_km >= 4.0}; stated error {received['sigma_m'] / 1e3:.0f} km on the worst axis"
)
[(row["stream"], row["withheld"]) for row in east.picture.received]

# %% [markdown]
# Afterwards both logs go to a verifier, which trusts neither party and makes every decision again:

# %%
logs = [folder[party] / "evidence.log" for party in folder]
report = verify(*logs, duties=instruments())
print(report.holds, report.breaches)
[(row.origin, row.stream, row.withheld, row.known_at_ms is not None) for row in report.timeline]

# %% [markdown]
# If its owner later changes a single word, the log no longer holds:

# %%
import sqlite3

west.storage.close(), east.storage.close()
with sqlite3.connect(logs[0]) as log:
    log.execute("UPDATE leaf SET data = CAST(replace(CAST(data AS TEXT), 'alone', 'known') AS BLOB)")
log.close()
verify(*logs, duties=instruments()).breaches[:2]

# %%
home.cleanup()
sorted(folder)
