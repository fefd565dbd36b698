"""The checkers as a package of their own: small, free of the rest, and of one mind with it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from equipoise.checkers.command import main

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests/data/certificates"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT / "packages/equipoise-verify", check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    assert wheel.stat().st_size < 100_000
    with zipfile.ZipFile(wheel) as archive:
        assert not [n for n in archive.namelist() if n.endswith((".pyc", ".md"))]
        archive.extractall(out / "alone")
    return out / "alone"


def test_the_wheel_checks_without_the_rest(unpacked):
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('equipoise', 'numpy', 'numba', 'matplotlib')))\n"
        "from equipoise_verify.command import main\n"
        "import equipoise_verify.exchange_log\n"
        "sys.exit(main(sys.argv[1:]))"
    )

    def run(name):
        command = [sys.executable, "-P", "-c", code, "certificate", str(VECTORS / name)]
        return subprocess.run(
            command, env={"PYTHONPATH": str(unpacked)}, capture_output=True, text=True, check=False
        )

    done = run("accepted/slow.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "NOT compared" in done.stdout
    assert run("rejected/tree-leaf.json").returncode == 1


def test_the_command_says_what_it_cannot_read(tmp_path, capsys):
    assert main(["certificate", str(tmp_path / "absent.json")]) == 1
    assert "REJECTED: absent.json: not readable" in capsys.readouterr().out
    assert main(["log", str(tmp_path), str(tmp_path), "--duties", str(tmp_path / "none.toml")]) == 2


def test_the_checkers_import_each_other_relatively():
    for path in (ROOT / "src/equipoise/checkers").rglob("*.py"):
        assert "from equipoise" not in path.read_text(), path
        assert "import equipoise" not in path.read_text(), path
