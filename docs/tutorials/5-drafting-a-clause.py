# %% [markdown]
# # Drafting a clause
# This tutorial leads from a sentence that somebody might sign to a file that the other side can check: clauses as records, their verdict on a
# plan, the worst system that they permit, one more clause, and the certificate. The deterrent is one base of `epaa`, on the coarsest grid of aims.
# Certificates need the extra `proof`: `pip install "equipoise[proof]"`, which `make run` installs.

# %%
import equipoise as eq
from equipoise.checkers.certificate.verify import Rejected

plan = eq.Scenario.load("epaa", ["scenario.aim_step_deg=10"]).at("2018", mode="independent")
others = [f"base.{one.id}" for one in plan.bases[1:]] + [f"clause.{one.id}" for one in plan.clauses]
plan = plan.without(*others)
said = {"source": "this tutorial", "confidence": "assumption"}
speed = eq.Clause(
    id="speed", name="No interceptor faster than 4.5 km/s", kind="limit", quantity="burnout_speed", at_most_km_s=4.5, **said
)  # fmt: skip
place = eq.Clause(
    id="place", name="No site north of 46 N", kind="location", within_deg=((34.0, 10.0, 46.0, 30.0),), **said
)
draft = plan.with_entries(speed, place)
[(one.id, one.kind, one.name) for one in draft.clauses]

# %% [markdown]
# Does the plan keep the draft? The margin is the distance to the limit, with every input at its nominal value: the
# plan's northern site lies far outside the zone, and its fastest interceptor may or may not be slower than the limit.

# %%
verdicts = eq.guarantee(draft).data.isel(phase=0)
[
    (
        str(one.id),
        eq.Truth.of(verdicts.truth.sel(clause=one.id)).name,
        float(verdicts.margin.sel(clause=one.id)),
    )
    for one in draft.clauses
]

# %% [markdown]
# A plan is one system; a clause permits many. The search looks for the worst of them. It may be anywhere in the zone, and may launch while the
# missile still burns, since no clause forbids it:

# %%
worst = eq.worst(draft, limit_s=1.0).data
float(worst.attained), float(worst.site_lat), float(worst.site_lon), worst.attrs["family"]

# %% [markdown]
# The slack is negative: the interceptor comes that many seconds too late. But if a search finds nothing, that does not show that there is nothing.
# A certificate would show it, for what its statement lists; here the search for one fails, and names a place that it cannot exclude.

# %%
loose = eq.certify(draft, limit_s=1.0)
loose.certificate is None, loose.row()["witness"]["site_lat_deg"]

# %% [markdown]
# One more clause: no launch within 15 s of burnout.

# %%
later = eq.Clause(
    id="launch", name="No launch within 15 s of burnout", kind="limit", quantity="launch_delay", at_least_s=15.0, **said
)  # fmt: skip
tight = draft.with_entries(later)
found = eq.certify(tight, limit_s=5.0)
found.certificate is not None, found.outcome.boxes

# %% [markdown]
# The other side checks the file with a program of its own, or with `verify`, which rebuilds the statement from the scenario. `verify` says what
# is certified and what is not covered.

# %%
sentences = eq.verify(found.certificate, tight)
sentences[1], [line for line in sentences if line.startswith("Not covered")]

# %% [markdown]
# The certificate answers this question and no other: against the looser draft it is refused.

# %%
try:
    eq.verify(found.certificate, draft)
except Rejected as error:
    print(error)
