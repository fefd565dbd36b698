"""Build the packages and try each in an empty environment: packages.py [PYTHON ...].

Wheel and source archive go to build/dist. Every interpreter given (or each of python3.11 to python3.14 that is there) gets a new
environment outside the repository, the wheel, a run of a scenario, and the checkers alone in another one. The first
one also gets the source archive, the extras, ``pip install .``, ``pipx install``, and the tutorials as notebooks. Prints one line for each trial; exits
with 1 if one failed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from docs_site import run_tutorial

ROOT = Path(__file__).resolve().parent.parent
DIST, CHECKERS = ROOT / "build/dist", ROOT / "packages/equipoise-verify"
CERTIFICATE = ROOT / "tests/data/certificates/accepted/slow.json"
CHECKERS_BYTES = 100_000
"""The wheel of the checkers is smaller than this."""
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = {
    "cluster": "distributed",
    "exchange": "cedarpy, cryptography, starlette, uvicorn",
    "nats": "nats",
    "page": "fastapi, uvicorn",
    "proof": "flint",
    "sensitivity": "SALib",
}
"""What each extra lets one import."""
RUN = ("run", "epaa", "--at", "2018-12-31", "--mode", "exchange", "--quiet", "--out", "result")
RUN_NOTEBOOK = """
import sys
import nbclient, nbformat
nbclient.NotebookClient(nbformat.read(sys.argv[1], as_version=4), timeout=600).execute()
"""
Command = tuple[str | Path, ...]


class Trials:
    """Run commands in a folder of its own, with an empty cache of kernels, and keep what failed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.failed = folder, 0
        kept = {
            name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")
        }
        self.environment = kept | {
            "EQUIPOISE_CACHE_DIR": str(folder / "cache"),
            "PIPX_HOME": str(folder / "pipx"),
        }

    def of(self, what: str, *commands: Command) -> bool:
        """Run commands one after the other until one fails; print and return whether all went well."""
        began = time.monotonic()
        for command in commands:
            done = subprocess.run(
                command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                self.failed += 1
                last = (done.stderr or done.stdout).strip().splitlines()[-1:]
                print(f"FAILED  {what}: {' '.join(map(str, command))}: {' '.join(last)}", flush=True)
                return False
        print(f"good    {what} ({time.monotonic() - began:.0f} s)", flush=True)
        return True

    def environment_of(self, python: str, name: str) -> Path:
        """Return the folder of commands of a new environment of an interpreter."""
        folder = self.folder / name
        subprocess.run([python, "-m", "venv", str(folder)], check=True, cwd=self.folder)
        return folder / "bin"


def build() -> tuple[Path, Path, Path]:
    """Return the wheel, the source archive and the wheel of the checkers, made anew."""
    shutil.rmtree(DIST, ignore_errors=True)
    hatch = [sys.executable, "-m", "hatchling", "build", "-d", str(DIST)]
    subprocess.run(hatch, cwd=ROOT, check=True, capture_output=True)
    subprocess.run([*hatch, "-t", "wheel"], cwd=CHECKERS, check=True, capture_output=True)
    (wheel,), (source,) = DIST.glob("equipoise-*.whl"), DIST.glob("equipoise-*.tar.gz")
    (checkers,) = DIST.glob("equipoise_verify-*.whl")
    for path in (wheel, source, checkers):
        print(f"{path.name}: {path.stat().st_size / 1e3:,.0f} kB")
    return wheel, source, checkers


def interpreters(asked: list[str]) -> list[str]:
    """Return the interpreters to try: those asked for, else each version that is there and starts."""
    found = asked or [f"python{version}" for version in VERSIONS]
    return [
        p for p in found if shutil.which(p) and not subprocess.run([p, "-V"], capture_output=True).returncode
    ]


def try_wheels(trials: Trials, python: str, wheel: Path, checkers: Path) -> None:
    """Install and use the wheel, and the checkers alone."""
    version = subprocess.run([python, "-V"], capture_output=True, text=True, check=True).stdout.strip()
    number = version.replace(" ", "").lower()
    here = trials.environment_of(python, number)
    if trials.of(f"{version}: wheel installed", (here / "pip", "install", "-q", wheel)):
        shutil.rmtree(trials.folder / "cache", ignore_errors=True)
        trials.of(f"{version}: version", (here / "equipoise", "--version"))
        trials.of(f"{version}: first run, with nothing compiled", (here / "equipoise", *RUN))
        trials.of(f"{version}: its files hold", (here / "equipoise", "results", "verify", "result"))
        shutil.rmtree(trials.folder / "result", ignore_errors=True)
    alone = trials.environment_of(python, f"{number}-checkers")
    trials.of(
        f"{version}: checkers alone",
        (alone / "pip", "install", "-q", checkers),
        (alone / "equipoise-verify", "certificate", CERTIFICATE),
        (
            alone / "python",
            "-c",
            "import importlib.util as u, sys; sys.exit(u.find_spec('numpy') is not None)",
        ),
    )


def try_other_ways(trials: Trials, python: str, wheel: Path, source: Path) -> None:
    """Install in the other ways: the source archive, every extra, ``pip install .``, ``pipx install``."""
    for what, name, target in (("source archive", "source", source), ("pip install .", "here", ROOT)):
        here = trials.environment_of(python, name)
        trials.of(what, (here / "pip", "install", "-q", target), (here / "equipoise", "list", "missiles"))
    for extra, modules in EXTRAS.items():
        here = trials.environment_of(python, extra)
        trials.of(
            f"extra {extra}",
            (here / "pip", "install", "-q", f"{wheel}[{extra}]"),
            (here / "python", "-c", f"import {modules}"),
        )
        shutil.rmtree(here.parent)
    here = trials.environment_of(python, "pipx-itself")
    if trials.of("pipx installed", (here / "pip", "install", "-q", "pipx")):
        trials.environment["PIPX_BIN_DIR"] = str(trials.folder / "bin")
        trials.of(
            "pipx install",
            (here / "pipx", "install", "--python", python, wheel),
            (trials.folder / "bin/equipoise", "--version"),
        )


def try_notebooks(trials: Trials, python: str, wheel: Path) -> None:
    """Run every tutorial as a notebook, in a kernel of an environment that has the wheel, its extras and Jupyter's client."""
    here = trials.environment_of(python, "notebooks")
    needed = (f"{wheel}[exchange,proof]", "nbclient", "ipykernel")
    if not trials.of("notebooks installed", (here / "pip", "install", "-q", *needed)):
        return
    for path in sorted((ROOT / "docs/tutorials").glob("*.py")):
        _, notebook = run_tutorial(path, lambda _code, _names: [])
        file = trials.folder / f"{path.stem}.ipynb"
        file.write_text(json.dumps(notebook), encoding="utf-8")
        trials.of(f"notebook {path.stem}", (here / "python", "-c", RUN_NOTEBOOK, file))


def main(asked: list[str]) -> int:
    """Build, try, and return the exit code."""
    wheel, source, checkers = build()
    found = interpreters(asked)
    print(f"trying {', '.join(found) or 'nothing: no interpreter was found'}", flush=True)
    small = checkers.stat().st_size < CHECKERS_BYTES
    with tempfile.TemporaryDirectory(prefix="equipoise-packages-") as folder:
        trials = Trials(Path(folder))
        for python in found:
            try_wheels(trials, python, wheel, checkers)
        if found:
            try_other_ways(trials, found[0], wheel, source)
            try_notebooks(trials, found[0], wheel)
    return int(not small or not found or trials.failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
