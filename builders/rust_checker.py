"""Build the checker in Rust as WebAssembly into the tree, or check that what is kept is what the sources make.

    builders/rust_checker.py build     compile checkers/rust into src/equipoise/present/checker
    builders/rust_checker.py check     compile elsewhere and compare; exit 1 when it differs

Needs Debian 12's rustc, libstd-rust-dev-wasm32 and lld: another compiler makes other bytes. `RUSTC` and `WASM_LD` name them if they are elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from kept import keep

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "checkers/rust/src"
BUILT = ROOT / "src/equipoise/present/checker"
MODULE, STAMP = "equipoise_check.wasm", "sources.sha256"
COMPILER = "rustc 1.63.0"
RUSTC = os.environ.get("RUSTC", "/usr/bin/rustc")
LINKER = os.environ.get("WASM_LD", "/usr/bin/wasm-ld")
OPTIONS = [
    "--edition=2021", "--crate-name=equipoise_check", "--crate-type=cdylib", "--target=wasm32-unknown-unknown",
    "-Copt-level=3", "-Clto", "-Ccodegen-units=1", "-Cpanic=abort", "-Cstrip=symbols", "-Coverflow-checks=on",
]  # fmt: skip


def source_hash() -> str:
    """Return one hash over every source file."""
    digest = hashlib.sha256()
    for path in sorted(SOURCE.glob("*.rs")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def missing() -> str:
    """Return what keeps this machine from building the kept bytes; empty if nothing does."""
    if not Path(RUSTC).exists() or not Path(LINKER).exists():
        return f"{RUSTC} or {LINKER} is not installed"
    found = subprocess.run([RUSTC, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if found != COMPILER:
        return f"{RUSTC} is {found}, not {COMPILER}"
    libraries = subprocess.run([RUSTC, "--print=sysroot"], capture_output=True, text=True, check=True).stdout
    target = Path(libraries.strip()) / "lib/rustlib/wasm32-unknown-unknown"
    return "" if target.is_dir() else "libstd-rust-dev-wasm32 is not installed"


def build(out: Path) -> None:
    """Compile into ``out``, with the stamp of the sources."""
    out.mkdir(exist_ok=True)
    command = [RUSTC, *OPTIONS, f"-Clinker={LINKER}", "-o", str(out / MODULE), "lib.rs"]
    subprocess.run(command, cwd=SOURCE, check=True)
    (out / MODULE).chmod(0o644)
    (out / STAMP).write_text(source_hash() + "\n")


def main(command: str) -> int:
    """Do as asked; return the exit code."""
    lacking = missing()
    if lacking:
        print(f"the checker in WebAssembly was not built: {lacking}")
        return int(command == "build")
    return keep(command, build, BUILT, what="checker in WebAssembly", script="builders/rust_checker.py")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if sys.argv[1:] in (["build"], ["check"]) else __doc__)
