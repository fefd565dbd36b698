"""The documentation's trial, line by line as it stands, on ports that are free."""

import os
import subprocess
import sys
from pathlib import Path

from equipoise.exchange.node.processes import free_port

PAGE = Path(__file__).parents[2] / "docs" / "exchange.md"


def test_a_newcomer_who_follows_the_page_has_two_logs_that_hold(tmp_path):
    commands = PAGE.read_text("utf-8").partition("```bash\n")[2].partition("```")[0]
    for port in ("7400", "7401", "7402"):
        commands = commands.replace(port, str(free_port()))
    program = tmp_path / "bin" / "equipoise"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m equipoise "$@"\n')
    program.chmod(0o755)
    folder = tmp_path / "trial"
    folder.mkdir()
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", commands],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("HOLDS: ")
    told = (folder / "who-knew.jsonl").read_text("utf-8")
    for subject in ("w-1", "second day of the exercise begins", "r-7", "for our own people alone"):
        assert subject in told
    assert "<svg" in (folder / "after-action.html").read_text("utf-8")
