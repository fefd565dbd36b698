"""Compiled kernels are kept whole or not at all: a cache that cannot be written, or is damaged, costs time and not truth."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import equipoise
from equipoise.foundation.hashing import file_hash
from equipoise.foundation.status import Reason
from equipoise.numerics import kernel_cache

INNER = "from equipoise.numerics.jit import kernel\n@kernel\ndef inner(x):\n    return {factor} * x\n"
OUTER = (
    "from equipoise.numerics.jit import kernel\nfrom equipoise.physics.inner import inner\n"
    "@kernel\ndef outer(x):\n    return inner(x) + 1.0\n"
)
SCRIPT = """
from equipoise.numerics.jit import CompileNotice
with CompileNotice():
    from equipoise.physics.outer import outer
    print(outer(10.0))
"""


def small_package(folder):
    """Return the sources of a small package in a folder, with one kernel that calls another."""
    here, there = Path(equipoise.__file__).parent, folder / "src" / "equipoise"
    for part in ("__init__.py", "__init__.pyi", "foundation", "numerics", "physics/__init__.py"):
        (there / part).parent.mkdir(parents=True, exist_ok=True)
        if (here / part).is_dir():
            shutil.copytree(here / part, there / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(here / part, there / part)
    (there / "physics" / "inner.py").write_text(INNER.format(factor=2.0))
    (there / "physics" / "outer.py").write_text(OUTER)
    return there


@pytest.fixture
def package(tmp_path):
    return small_package(tmp_path)


@pytest.fixture(scope="module")
def compiled_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    package, cache = small_package(folder), folder / "cache"
    assert run(package, cache)[0] == 21.0
    return package, cache


@pytest.fixture
def compiled(compiled_once):
    """A small package and the folder of its compiled kernels; its sources are put back as they were."""
    package, _ = compiled_once
    sources = [package / "physics" / "inner.py", package / "foundation" / "status.py"]
    before = [(path.read_bytes(), path.stat()) for path in sources]
    yield compiled_once
    for path, (text, stat) in zip(sources, before, strict=True):
        path.write_bytes(text)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def run(package, cache, **more):
    """Return what ten comes to, and what was said on standard error."""
    environment = os.environ | {"PYTHONPATH": str(package.parent), "EQUIPOISE_CACHE_DIR": str(cache)} | more
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout), done.stderr


def test_a_status_with_another_number_compiles_its_kernels_again(package, tmp_path):
    inner = package / "physics" / "inner.py"
    inner.write_text(
        "from equipoise.foundation.status import Reason\n"
        + INNER.format(factor="float(CODE)").replace("@", "CODE = int(Reason.ENGAGED)\n@")
    )
    before, _ = run(package, tmp_path / "cache")
    status = package / "foundation" / "status.py"
    status.write_text(status.read_text().replace(f"ENGAGED = {int(Reason.ENGAGED)}", "ENGAGED = 77"))
    after, _ = run(package, tmp_path / "cache")
    assert (before, after) == (10.0 * int(Reason.ENGAGED) + 1.0, 771.0)


def test_a_status_with_another_sentence_compiles_nothing_again(compiled):
    package, cache = compiled
    status = package / "foundation" / "status.py"
    status.write_text(status.read_text().replace(Reason.ENGAGED.sentence, "Said in other words."))
    assert run(package, cache)[1] == ""


def test_every_module_that_feeds_kernels_is_in_their_key():
    here = Path(equipoise.__file__).parent
    kept = [here / part for part in kernel_cache.KERNEL_SOURCES]
    without_numbers = {"equipoise.foundation.errors", "equipoise.foundation.hashing"}
    by_codes = "equipoise.foundation.status"  # their numbers are in the key
    for source in (path for part in kept if part.is_dir() for path in part.rglob("*.py")):
        for name, taken in re.findall(r"^\s*from (equipoise\.[\w.]+) import (.*)", source.read_text(), re.M):
            if name == by_codes:
                assert taken in ("FlightStatus", "Reason", "numbers_of_codes"), source
                continue
            stem = here.parent / name.replace(".", "/")
            file = stem if stem.is_dir() else stem.with_suffix(".py")
            assert name in without_numbers or any(file == k or k in file.parents for k in kept), (
                source,
                name,
            )


def indices(folder):
    return sorted(folder.rglob("*.nbi"))


def test_a_cache_that_cannot_be_written_is_named_and_nothing_stale_is_served(package):
    value, said = run(package, "/proc/none", HOME="/proc")
    assert value == 21.0
    assert "cannot be kept in /proc/none" in said
    assert "set EQUIPOISE_CACHE_DIR" in said
    assert not indices(package)
    (package / "physics" / "inner.py").write_text(INNER.format(factor=3.0))
    assert run(package, "/proc/none", HOME="/proc")[0] == 31.0


def test_without_any_folder_a_run_is_not_cached(package):
    value, said = run(package, "", HOME="/proc", XDG_CACHE_HOME="", TMPDIR="/proc", TMP="/proc", TEMP="/proc")
    assert value == 21.0
    assert said.count("cannot be kept") == 1
    assert not indices(package)


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped"])
def test_a_damaged_file_is_compiled_again(compiled, damage):
    package, cache = compiled
    for path in (*cache.rglob("inner*.nbc"), *cache.rglob("outer*.nbi")):
        whole = path.read_bytes()
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        path.write_bytes({"empty": b"", "cut": whole[:-1], "flipped": flipped}[damage])
    value, said = run(package, cache)
    assert value == 21.0
    assert "Compiled" in said


def test_an_edited_kernel_in_another_file_is_compiled_with_its_callers(compiled):
    package, cache = compiled
    (package / "physics" / "inner.py").write_text(INNER.format(factor=3.0))
    assert run(package, cache)[0] == 31.0


def test_a_setting_of_the_compiler_is_part_of_the_key(compiled):
    assert run(*compiled, NUMBA_NUM_THREADS="1") == (21.0, "")
    assert "Compiled" in run(*compiled, NUMBA_OPT="1")[1]


def test_a_full_disk_is_a_fault(tmp_path, monkeypatch):
    assert kernel_cache._fault(tmp_path / "cache") == ""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(200_000, 0, 200_000))
    assert "0.2 MB free" in kernel_cache._fault(tmp_path / "cache")


def test_what_a_killed_process_left_without_a_hash_is_removed(tmp_path):
    left = tmp_path / "part" / "outer.nbc"
    left.parent.mkdir()
    left.write_bytes(b"half")
    kernel_cache._open(tmp_path)
    assert not left.exists()


def test_what_a_process_at_work_is_writing_is_left_to_it(tmp_path):
    hold = (
        "import sys; from pathlib import Path; from equipoise.numerics import kernel_cache as k\n"
        "k._open(Path(sys.argv[1])); print(flush=True); sys.stdin.read()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", hold, str(tmp_path)], **pipes) as other:
        other.stdout.readline()
        new = tmp_path / "outer.nbc"
        new.write_bytes(b"whole")
        kernel_cache._open(tmp_path)
        assert new.exists()
        other.stdin.close()
    assert kernel_cache._sums(tmp_path) == {"outer.nbc": file_hash(new)}
