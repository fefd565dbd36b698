"""Running a study in a folder: begin or go on, compute what is missing, write the cube when all is there."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from equipoise import __version__
from equipoise.analysis.sweeps.cube import cube, fits
from equipoise.analysis.sweeps.design import SALTELLI
from equipoise.analysis.sweeps.rows import RUNNER, spec_of
from equipoise.analysis.sweeps.study import Study
from equipoise.analysis.uncertainty.sensitivity import require_salib
from equipoise.catalogue import load_catalogue
from equipoise.compute.chunks import chunk_rows_for
from equipoise.compute.drive import Shard, State, Tell, cannot_write, drive
from equipoise.compute.folder import JobFolder, create, read_job
from equipoise.compute.job import Job, code_hash
from equipoise.compute.workers import Workers
from equipoise.foundation import writing
from equipoise.foundation.errors import WriteError, misuse
from equipoise.foundation.hashing import file_hash
from equipoise.foundation.output_folder import update_record
from equipoise.jobs.made import record_of
from equipoise.present.report import redraw
from equipoise.results import tables
from equipoise.results.record import Provenance, Result, load_results, save_results

Hire = Callable[[Job], Workers]
"""Start workers for a job; they are closed when the work ends."""

CUBE = "results.nc"


@dataclass(frozen=True)
class Outcome:
    """What a client did: how far the sweep is, and the cube once it is complete (None when it is too large)."""

    job: Job
    state: State
    complete: bool
    result: Result | None


def job_of(study: Study, command: str) -> Job:
    """Return the job that a study stands for, not yet cut into chunks."""
    provenance = Provenance(
        version=__version__,
        scenario=study.scenario.name,
        scenario_hash=study.scenario.hash,
        catalogue_hash=load_catalogue().hash(),
        seed=study.seed,
        command=command,
    )
    return Job(
        kind="sweep",
        title=study.title,
        runner=RUNNER,
        spec=spec_of(study),
        rows=study.rows,
        chunk_rows=study.chunk_rows,
        provenance=asdict(provenance),
        code=code_hash(),
    )


def run_study(
    study: Study,
    out: Path,
    hire: Hire,
    *,
    command: str,
    resume: bool = False,
    shard: Shard | None = None,
    tell: Tell = lambda state: None,
) -> Outcome:
    """Compute what is missing of a study in ``out`` and return what came of it.

    With ``resume`` or a ``shard`` a folder that exists is gone on with, whoever else is at work in it; it must be of
    the same study and sources.
    """
    if study.method == SALTELLI:
        require_salib()  # now, not after hours of work
    job = job_of(study, command)
    join = resume or shard is not None
    if (out / "job.json").exists():
        job = _held(out, job, join=join)
    elif out.exists() and any(out.iterdir()):
        raise misuse(str(out), "", "exists and is not a sweep.", "Choose another --out.")
    if job.chunk_rows and (out / "job.json").exists() and _is_finished(out, job):
        return Outcome(job, State(job.rows, job.rows, job.rows), complete=True, result=_load(out))
    workers = hire(job)
    with contextlib.closing(workers):
        if not (out / "job.json").exists():
            job = _begin(out, job, workers, target_s=study.chunk_s, join=join)
        folder = JobFolder(out, job)
        with contextlib.closing(folder):
            state = drive(folder, workers, shard=shard or Shard(), budget_s=study.budget_s, tell=tell)
            folder.refresh()
            if not folder.is_complete:
                return Outcome(job, state, complete=False, result=None)
            began_s = state.elapsed_s
            result = _finish(study, folder, state)
            state.finishing_s = state.elapsed_s - began_s
            return Outcome(job, state, complete=True, result=result)


def _held(out: Path, job: Job, *, join: bool) -> Job:
    """Return the job that is in the folder, when it is the same and may be gone on with."""
    held = read_job(out)
    if held.identity != job.identity:
        raise misuse(str(out), "", *_difference(held, job))
    if not join:
        raise misuse(str(out), "", "holds this sweep already.", "Add --resume to go on with it or to help.")
    return held


def _difference(held: Job, job: Job) -> tuple[str, str]:
    if held.code != job.code and replace(held, code=job.code).identity == job.identity:
        version = held.provenance.get("version", "unknown")
        return (
            f"was begun by Equipoise {version} from other sources, whose rows must not be mixed with these.",
            "Go on with those sources, or choose another --out.",
        )
    keys = [key for key in job.spec if held.spec.get(key) != job.spec[key]]
    return f"holds another study (it differs in {', '.join(keys) or 'rows'}).", "Choose another --out."


def _begin(out: Path, job: Job, workers: Workers, *, target_s: float, join: bool) -> Job:
    if not job.chunk_rows:
        job = replace(job, chunk_rows=chunk_rows_for(job.rows, workers, target_s=target_s))
    try:
        if create(out, job):
            return job
    except OSError as error:
        if out.is_dir() and (stop := cannot_write(error, out)):
            raise stop from None
        raise WriteError(f"{out}: cannot be written: {writing.cannot_write(error, out)}.") from None
    return _held(out, job, join=join)  # another client was quicker; its cut of the rows holds


def _is_finished(out: Path, job: Job) -> bool:
    """Return whether the folder is complete and every file in it is whole."""
    try:
        manifest: dict[str, Any] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        files: Mapping[str, str] = manifest["files"]
        wanted = {out / "parts" / entry["part"]: entry["sha256"] for entry in manifest["parts"]}
        wanted |= {out / name: digest for name, digest in files.items()}
        return manifest["job"] == job.identity and all(
            file_hash(path) == digest for path, digest in wanted.items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _load(out: Path) -> Result | None:
    return load_results(out / CUBE)["sweep"] if (out / CUBE).exists() else None


def _finish(study: Study, folder: JobFolder, state: State) -> Result | None:
    """Write the cube, the record of the run and the manifest; one client at a time, and the same whoever does it."""
    with folder.finishing():
        if _is_finished(folder.path, folder.job):
            return _load(folder.path)
        try:
            result = _write_cube(study, folder)
            _write_record(folder, state)
            files = {CUBE: file_hash(folder.path / CUBE)} if result else {}
            if result:
                redraw(folder.path)
            folder.write_manifest(files)
        except Exception as error:
            if stop := cannot_write(error, folder.path):
                raise stop from None
            raise
        return result


def _write_cube(study: Study, folder: JobFolder) -> Result | None:
    if not fits(study):
        return None
    result = cube(
        study,
        lambda chunk: tables.read_table(folder.part(chunk)),
        folder.job.chunks,
        Provenance(**dict(folder.job.provenance) | {"scenario_toml": study.scenario.to_toml()}),
    )
    save_results(folder.path / CUBE, {result.kind: result})
    return result


def _write_record(folder: JobFolder, state: State) -> None:
    """Write what the client that finished saw: pace, memory, machine."""
    job = folder.job
    entries = folder.entries.values()
    record = record_of(
        job.provenance,
        rows=job.rows,
        chunks=job.chunks,
        chunk_rows=job.chunk_rows,
        computing_s=round(sum(entry.seconds for entry in entries), 3),
        workers=len({entry.worker for entry in entries}),
        last_client={
            "rows": state.rows_done_here,
            "wall_time_s": round(state.elapsed_s, 3),
            "recording_s": round(state.recording_s, 3),
            "peak_worker_mb": round(max(state.peak_mb.values(), default=0.0), 1),
        },
        cpus=os.cpu_count(),
    )
    update_record(folder.path, record)
