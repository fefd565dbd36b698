"""Fusion held to the truth and to Stone Soup: consistency with unknown correlation and echo, GOSPA, coarsened tracks."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.stats import chi2

from equipoise.exchange.picture.board import Picture
from equipoise.exchange.picture.fusion import Estimate, covariance_intersection, fuse, joined, nees
from equipoise.exchange.picture.tracks import carried, estimate_of, fused_picture
from equipoise.exchange.protocol.coarsen import Sites
from equipoise.exchange.protocol.gate import Gate
from equipoise.exchange.sources.simulator import Sensor, fly, track

RUNS, STEPS, STATE = 200, 60, 4
STEP_S, NOISE = 1.0, 0.5


def rows() -> list[dict[str, Any]]:
    """Return the rows of every comparison."""
    return [*_consistency(), *_coarsened(), *_chernoff(), *_gospa()]


def _row(
    name: str, what: str, value: float, bar: float | None, holds: bool | None, unit: str, source: str
) -> dict[str, Any]:
    kept = {"value": value, "unit": unit, "bar": bar, "holds": holds, "source": source}
    return {"id": f"exchange.fusion.{name}", "what": what, **kept}


# --- two filters, one target, common process noise ------------------------------------------------------------------


def _model() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    move = np.kron(np.array([[1.0, STEP_S], [0.0, 1.0]]), np.eye(2))
    block = NOISE * np.array([[STEP_S**3 / 3, STEP_S**2 / 2], [STEP_S**2 / 2, STEP_S]])
    return move, np.kron(block, np.eye(2)), np.kron(np.array([[1.0, 0.0]]), np.eye(2))


def _predicted(estimate: Estimate, move: np.ndarray, noise: np.ndarray) -> Estimate:
    return Estimate(move @ estimate.state, move @ estimate.covariance @ move.T + noise, estimate.lineage)


def _updated(
    estimate: Estimate, seen: np.ndarray, error: np.ndarray, look: np.ndarray, tag: dict[str, int]
) -> Estimate:
    gain = estimate.covariance @ look.T @ np.linalg.inv(look @ estimate.covariance @ look.T + error)
    covariance = (np.eye(STATE) - gain @ look) @ estimate.covariance
    state = estimate.state + gain @ (seen - look @ estimate.state)
    return Estimate(state, (covariance + covariance.T) / 2, joined(estimate.lineage, tag))


def _naive(a: Estimate, b: Estimate) -> Estimate:
    """Return the product of both, as if they were independent: what the exchange must not do."""
    inverse_a, inverse_b = np.linalg.inv(a.covariance), np.linalg.inv(b.covariance)
    covariance = np.linalg.inv(inverse_a + inverse_b)
    return Estimate(
        covariance @ (inverse_a @ a.state + inverse_b @ b.state), covariance, joined(a.lineage, b.lineage)
    )


def _one_run(seed: int) -> dict[str, list[float]]:
    """Follow one target with two filters that feed each other's fused estimate back, ours and the naive way."""
    rng = np.random.default_rng(seed)
    move, noise, look = _model()
    root = np.linalg.cholesky(noise + 1e-12 * np.eye(STATE))
    errors = {"A": np.diag([30.0, 90.0]) ** 2 / 100.0, "B": np.diag([90.0, 30.0]) ** 2 / 100.0}
    start = 100.0 * np.eye(STATE)
    truth = rng.multivariate_normal(np.zeros(STATE), start)
    first = np.zeros(STATE)
    alone = {name: Estimate(first, start, {}) for name in "AB"}
    ours, fed = dict(alone), dict(alone)
    found: dict[str, list[float]] = {"own": [], "shown": [], "ours": [], "naive": []}
    for step in range(STEPS):
        truth = move @ truth + root @ rng.standard_normal(STATE)
        for name, error in errors.items():
            seen, tag = (
                look @ truth + np.sqrt(np.diag(error)) * rng.standard_normal(2),
                {f"{name}/radar": step},
            )
            for group in (alone, ours, fed):
                group[name] = _updated(_predicted(group[name], move, noise), seen, error, look, tag)
        # each tells the other what it holds, which holds what the other told it before: correlation and echo
        told, loud = dict(ours), dict(fed)
        for name, peer in (("A", "B"), ("B", "A")):
            ours[name] = fuse(ours[name], told[peer], party=name)
            ours[name] = fuse(ours[name], told[name], party=name)  # the own words come back
            fed[name] = _naive(fed[name], loud[peer])
        found["own"].append(nees(alone["A"], truth))
        found["shown"].append(nees(fuse(alone["A"], alone["B"], party="A"), truth))
        found["ours"].append(nees(ours["A"], truth))
        found["naive"].append(nees(fed["A"], truth))
    return found


def _consistency() -> list[dict[str, Any]]:
    runs = [_one_run(seed) for seed in range(RUNS)]
    mean = {kind: np.mean([run[kind] for run in runs], axis=0) for kind in runs[0]}
    low, high = chi2.ppf([0.0005, 0.9995], STATE * RUNS) / RUNS
    source = (
        f"{RUNS} seeded runs of {STEPS} steps, 99.9 % interval of chi-square [{low:.2f}, {high:.2f}] a step"
    )
    own = float(np.mean((mean["own"] >= low) & (mean["own"] <= high)))
    out = [
        _row(
            "nees.own",
            "steps at which the own filter's mean NEES lies in its interval",
            own,
            0.98,
            own >= 0.98,
            "1",
            source,
        )
    ]
    for kind, what in (
        ("shown", "the display's fusion, never fed back"),
        ("ours", "fusion fed back, with echo of the own words"),
    ):
        worst = float(mean[kind].max())
        out.append(
            _row(
                f"nees.{kind}",
                f"highest mean NEES of a step, {what}",
                worst,
                float(high),
                worst <= high,
                "1",
                source,
            )
        )
    naive = float(mean["naive"][-1])
    out.append(
        _row(
            "nees.naive",
            "the same at the last step for fusion that takes both as independent",
            naive,
            None,
            None,
            "1",
            source,
        )
    )
    return out


# --- what the gate lets out, against the truth ------------------------------------------------------------------------

FLIGHT_RUNS = 300


def _coarsened() -> list[dict[str, Any]]:
    """Judge the stated error of released tracks, and of own tracks fused with them, over many displacements."""
    flight, rng = (
        fly(start=(38.0, 46.5), aim=(42.5, 15.5), range_m=3.2e6, step_s=15.0),
        np.random.default_rng(7),
    )
    sensor = Sensor("radar", 44.9, 41.0, 6.0e6, 2.0, 2_500.0, 30.0)
    own_sensor = sensor._replace(sigma_m=6_000.0, sigma_m_s=60.0)
    gate, received, fused = Gate(b"v" * 32, party="B"), [], []
    for run in range(FLIGHT_RUNS):
        names: dict[str, Any] = {"launch_id": f"l{run}", "launched_at_s": 1.3e9, "rng": rng}
        theirs = track(flight, sensor, party="B", track_id=f"b{run}", **names)
        mine = track(flight, own_sensor, party="A", track_id=f"a{run}", **names)
        at = int(rng.integers(2, min(len(theirs), len(mine)) - 2))
        told = gate.decide(theirs[at] | {"site": f"site {run}"}, approvals=0, sites=Sites()).payload
        assert told is not None
        number = int(theirs[at]["payload"]["lineage"][0].rpartition("/")[2])
        truth = np.concatenate([flight.position_ecef_m[number], flight.velocity_ecef_m_s[number]])
        own = estimate_of(
            next(one["payload"] for one in mine if one["payload"]["lineage"][0].endswith(f"/{number}"))
        )
        their = carried(estimate_of(told), from_s=told["time_s"], to_s=theirs[at]["payload"]["time_s"])
        received.append(nees(their, truth))
        fused.append(nees(covariance_intersection(own, their), truth))
    high = float(chi2.ppf(0.9995, 6 * FLIGHT_RUNS) / FLIGHT_RUNS)
    source = (
        f"{FLIGHT_RUNS} flights with as many displacements; upper end of the 99.9 % interval of chi-square"
    )
    values = {"received": float(np.mean(received)), "fused": float(np.mean(fused))}
    return [
        _row(
            f"nees.{kind}", f"mean NEES (6) of {what}", values[kind], high, values[kind] <= high, "1", source
        )
        for kind, what in (
            ("received", "coarsened tracks as received"),
            ("fused", "own tracks fused with them"),
        )
    ]


# --- outside opinions -------------------------------------------------------------------------------------------------


def _chernoff() -> list[dict[str, Any]]:
    """Compare covariance intersection with Stone Soup's Chernoff updater at the weight that ours chose."""
    from stonesoup.models.measurement.linear import LinearGaussian
    from stonesoup.types.detection import GaussianDetection
    from stonesoup.types.hypothesis import SingleHypothesis
    from stonesoup.types.state import GaussianState
    from stonesoup.updater.chernoff import ChernoffUpdater

    rng, worst = np.random.default_rng(5), 0.0
    for _ in range(100):
        a, b = (_random_estimate(rng) for _ in range(2))
        ours = covariance_intersection(a, b)
        inverse_a, inverse_b = np.linalg.inv(a.covariance), np.linalg.inv(b.covariance)
        weight = float(
            np.sum((np.linalg.inv(ours.covariance) - inverse_b) * (inverse_a - inverse_b))
            / np.sum((inverse_a - inverse_b) ** 2)
        )
        model = LinearGaussian(STATE, list(range(STATE)), np.eye(STATE))
        detection = GaussianDetection(b.state, b.covariance, measurement_model=model)
        prior = GaussianState(a.state, a.covariance)
        updater = ChernoffUpdater(omega=1.0 - weight, measurement_model=None)
        hypothesis = SingleHypothesis(prior, detection, updater.predict_measurement(prior, model))
        theirs = updater.update(hypothesis)
        worst = max(
            worst,
            float(np.abs(np.ravel(theirs.mean) - ours.state).max()),
            float(np.abs(theirs.covar - ours.covariance).max()),
        )
    source = "stonesoup ChernoffUpdater (outside program), 100 random pairs"
    return [
        _row(
            "intersection",
            "largest difference from Stone Soup's covariance intersection",
            worst,
            1e-8,
            worst <= 1e-8,
            "1",
            source,
        )
    ]


def _random_estimate(rng: np.random.Generator) -> Estimate:
    root = rng.standard_normal((STATE, STATE))
    return Estimate(rng.standard_normal(STATE), root @ root.T + 0.1 * np.eye(STATE), {})


CUT_M, SCENES, OBJECTS = 30_000.0, 40, 6
OWN_SIGMAS_M = (2_000.0, 6_000.0, 9_000.0, 10_500.0, 15_000.0)


def gospa(found: np.ndarray, truth: np.ndarray) -> float:
    """Return GOSPA (Rahmathullah et al. 2017, p = 2, alpha = 2) of positions (m, 3) against (n, 3), in m."""
    if not len(found) or not len(truth):
        return float(np.sqrt(CUT_M**2 / 2.0 * (len(found) + len(truth))))
    cost = np.minimum(np.linalg.norm(found[:, None] - truth[None], axis=2), CUT_M) ** 2
    i, j = linear_sum_assignment(cost)
    return float(np.sqrt(cost[i, j].sum() + CUT_M**2 / 2.0 * abs(len(found) - len(truth))))


def _stone_soup_gospa(found: np.ndarray, truth: np.ndarray) -> float:
    from stonesoup.metricgenerator.ospametric import GOSPAMetric
    from stonesoup.types.state import State

    when = datetime.datetime(2026, 1, 1)
    states = [[State(list(place), timestamp=when) for place in places] for places in (found, truth)]
    metric, _ = GOSPAMetric(c=CUT_M, p=2).compute_gospa_metric(*states)
    return float(metric.value["distance"])


def _scene(seed: int, own_sigma_m: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return truth, own, received and fused positions of a raid of exercise flights, each side missing some."""
    rng, picture = np.random.default_rng(seed), Picture(party="A", peer="B", instruments={})
    gate, now_s, truth, places = Gate(seed.to_bytes(32), party="B"), 1.3e9 + 400.0, [], {"A": [], "B": []}
    for number in range(OBJECTS):
        start = (34.0 + rng.uniform(-4, 4), 48.0 + rng.uniform(-6, 6))
        flight = fly(
            start=start,
            aim=(42.0 + rng.uniform(-3, 3), 22.0 + rng.uniform(-6, 6)),
            range_m=4.4e6,
            step_s=10.0,
        )
        truth.append(flight.position_ecef_m[29])
        for party, sigma in (("A", own_sigma_m), ("B", 1_500.0)):  # what B releases states 9 km
            if rng.random() < 0.15:
                continue
            sensor = Sensor("radar", 44.9, 41.0, 9.0e6, -90.0, sigma, 40.0)
            names = {"party": party, "track_id": f"{party}{number}", "launch_id": f"{party}l{number}"}
            update = track(flight, sensor, **names, launched_at_s=now_s - float(flight.time_s[29]), rng=rng)[
                29
            ]
            update["site"] = f"site {number}"  # one displacement for all would be one error for all
            told = gate.decide(update, approvals=0, sites=Sites()).payload
            payload = update["payload"] if party == "A" else told
            picture._show_payload(party, "track", payload, at_ms=round(now_s * 1000.0))
            shown = estimate_of(payload)
            places[party].append(carried(shown, from_s=payload["time_s"], to_s=now_s).state[:3])
    fused = fused_picture(picture, now_s=now_s)
    paired_a, paired_b = {one.own_id for one in fused}, {one.peer_id for one in fused}
    joint = [one.estimate.state[:3] for one in fused]
    for (_, name), trail in picture.tracks.items():
        if name not in paired_a | paired_b:
            joint.append(carried(estimate_of(trail.last), from_s=trail.last["time_s"], to_s=now_s).state[:3])
    return np.array(truth), np.array(places["A"]), np.array(places["B"]), np.array(joint)


def _gospa() -> list[dict[str, Any]]:
    """Judge the fused picture against the own one, for own sensors better and worse than what the peer releases.

    Covariances that are multiples of each other, as these are, make covariance intersection choose the smaller one: a
    released track that states 9 km errs by less (its displacement lies in the horizontal), and an own track that states
    the same is taken in its place. A track that errs by more than 21 km costs more than none, by the metric's cut-off.
    """
    rows, worst, theirs = [], 0.0, 0.0
    source = (
        f"{SCENES} scenes of {OBJECTS} flights, each side misses 15 %, cut-off {CUT_M / 1e3:.0f} km, p = 2"
    )
    for own_sigma_m in OWN_SIGMAS_M:
        values = []
        for seed in range(SCENES):
            truth, *sets = _scene(seed, own_sigma_m)
            ours = [gospa(found, truth) for found in sets]
            outside = [_stone_soup_gospa(found, truth) for found in sets]
            worst = max(worst, *(abs(a - b) for a, b in zip(ours, outside, strict=True)))
            values.append(ours)
        own, theirs, fused = map(float, np.mean(values, axis=0) / 1e3)
        what = f"mean GOSPA of the fused picture, own sensor of {own_sigma_m / 1e3:g} km; the bar is the own picture alone"
        rows.append(_row(f"gospa.fused.{own_sigma_m:.0f}", what, fused, own, fused < own, "km", source))
    what = "mean GOSPA of what the peer released, alone: not always worse than the fused picture"
    rows.append(_row("gospa.received", what, theirs, None, None, "km", source))
    what = "largest difference between our GOSPA and Stone Soup's"
    outside_name = "stonesoup GOSPAMetric (outside program) on the same sets"
    return [_row("gospa.difference", what, worst, 1e-6, worst <= 1e-6, "m", outside_name), *rows]
