"""Compile the engagement kernels as WebAssembly into the tree, or check that what is kept is what the sources make.

    builders/engine.py build     compile into src/equipoise/present/engine
    builders/engine.py check     compile elsewhere and compare; exit 1 when it differs

The very kernels that run natively: numba's unoptimised code, whose structures still have their types, is turned to
WebAssembly by LLVM and linked with builders/engine_runtime.rs. Needs the versions in `MADE_BY` and Debian 12's rustc,
libstd-rust-dev-wasm32 and lld; `RUSTC` and `WASM_LD` name them if they are elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from equipoise.foundation.hashing import source_files
from equipoise.foundation.status import numbers_of_codes
from equipoise.numerics.kernel_cache import KERNEL_SOURCES
from kept import keep

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/equipoise"
BUILT = PACKAGE / "present/engine"
MODULE, LAYOUT, STAMP = "engine.wasm", "engine.json", "sources.sha256"
RUNTIME = ROOT / "builders/engine_runtime.rs"
MADE_BY = {"python": "3.11", "numba": "0.68.1", "llvmlite": "0.50.0", "rustc": "1.63.0"}
RUSTC = os.environ.get("RUSTC", "/usr/bin/rustc")
LINKER = os.environ.get("WASM_LD", "/usr/bin/wasm-ld")
TARGET = "wasm32-unknown-unknown"
FEATURES = (
    "+simd128,+bulk-memory,+bulk-memory-opt,+nontrapping-fptoint,+sign-ext,-multivalue,-reference-types,"
    "-call-indirect-overlong"
)
STACK_BYTES = 2 * 1024 * 1024
SLOT_BYTES = 8
EXPORTS = ("run", "take", "mark", "back_to")
ARGUMENTS = ("vehicle", "flights", "world", "memory", "out", "start", "stop")
OWN_PROCESS = {"PYTHONHASHSEED": "0", "NUMBA_OPT": "0", "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}


def source_hash() -> str:
    """Return one hash over every file that the module depends on."""
    files = [RUNTIME, Path(__file__), *source_files(*(PACKAGE / part for part in KERNEL_SOURCES))]
    digest = hashlib.sha256((json.dumps(MADE_BY, sort_keys=True) + numbers_of_codes()).encode())
    for path in files:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def missing() -> str:
    """Return what keeps this machine from building the kept bytes; empty if nothing does."""
    import llvmlite
    import numba

    if not Path(RUSTC).exists() or not Path(LINKER).exists():
        return f"{RUSTC} or {LINKER} is not installed"
    words = subprocess.run([RUSTC, "--version"], capture_output=True, text=True, check=True).stdout.split()
    found = {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "numba": numba.__version__,
        "llvmlite": llvmlite.__version__,
        "rustc": words[1],
    }
    if found != MADE_BY:
        return f"it is made by {MADE_BY}, and here are {found}"
    sysroot = subprocess.run([RUSTC, "--print=sysroot"], capture_output=True, text=True, check=True).stdout
    library = Path(sysroot.strip()) / "lib/rustlib" / TARGET
    return "" if library.is_dir() else "libstd-rust-dev-wasm32 is not installed"


def leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names and values that numba passes for an argument: a named tuple comes field by field."""
    if isinstance(value, tuple):
        for field, part in zip(value._fields, value, strict=True):  # type: ignore[attr-defined]
            yield from leaves(f"{name}.{field}", part)
    else:
        yield name, value


def described(name: str, value: Any) -> dict[str, Any]:
    """Return what a caller must know of one argument: its kind and, of an array, its items."""
    if not hasattr(value, "dtype"):
        return {"name": name, "kind": "f8" if isinstance(value, float) else "i8"}
    plain = {"name": name, "kind": "array", "dimensions": value.ndim, "item": value.dtype.itemsize}
    if value.dtype.names is None:
        return plain | {"dtype": value.dtype.str[1:]}
    parts = ((field, *value.dtype.fields[field][:2]) for field in value.dtype.names)
    return plain | {"fields": [[field, kind.str[1:], offset] for field, kind, offset in parts]}


def write_code(folder: Path) -> None:
    """Write numba's code of the kernel and the layout of its arguments, in a process whose numba does not optimise."""
    import numpy as np

    from equipoise.analysis.exposure.cases import defender
    from equipoise.analysis.exposure.paths import strategic_arcs
    from equipoise.engagement.kernel_tables import compile_world
    from equipoise.physics.engagement.memory import KEPT, engage_again, memory_for
    from equipoise.physics.engagement.tables import OUTCOME
    from equipoise.physics.flight.trajectory import CAPACITY
    from equipoise.physics.sensing.visibility import ARCS
    from equipoise.scenario.load import load_scenario

    scenario = load_scenario("epaa")
    paths = strategic_arcs(scenario, which=slice(1)).paths[0]
    commands = [defender(scenario, scenario.phases[-1].date)]
    world = compile_world(commands, missile_class=paths.missile_class, earth=paths.earth).world
    n = paths.flights.status.size
    out = np.empty((n, world.commands.wanted.size), OUTCOME)
    arguments = (paths.vehicle, paths.flights, world, memory_for(world, n), out, 0, n)
    engage_again(*arguments)
    named = [leaf for pair in zip(ARGUMENTS, arguments, strict=True) for leaf in leaves(*pair)]
    (code,) = engage_again.inspect_llvm().values()
    (folder / "kernel.ll").write_text(code)
    room = {"samples": CAPACITY, "spells": ARCS, "stretches": KEPT}
    layout = {"arguments": [described(*leaf) for leaf in named], "room": room}
    (folder / LAYOUT).write_text(json.dumps(layout, indent=1) + "\n")


def _entry(code: str) -> tuple[str, list[str]]:
    """Return the kernel's name in the code and the types of its arguments, the first two numba's own."""
    found = re.search(
        r"^define [^\n]*?i32 @(_ZN9equipoise\w+?memory\w+?engage_again\w*)\(([^\n]*)\)", code, re.M
    )
    assert found is not None, "the kernel is not in numba's code"
    return found[1], [argument.split()[0] for argument in found[2].split(",")]


def placeless(code: str) -> str:
    """Return the code without what hangs on the process that made it: addresses in names and values, paths in messages.

    Messages belong to exceptions, of which the engine passes on that there was one and no more.
    """
    code = re.sub(r"^(@numba\.dynamic\.globals\S* = .*? ptr) inttoptr .*", r"\1 null", code, flags=re.M)
    code = re.sub(
        r"^(@\.const\.pickledata\S* = .*?) \[\d+ x i8\] .*", r"\1 [1 x i8] zeroinitializer", code, flags=re.M
    )
    code = re.sub(r"^(@\.const\.picklebuf\S* = .*?\}) .*", r"\1 zeroinitializer", code, flags=re.M)
    numbers: dict[str, str] = {}
    return re.sub(
        r"(?<=dynamic\.globals\.)[0-9a-f]+|(?<=_0x)[0-9a-f]{6,}|(?<=pickledata\.)[0-9a-f]{40}|(?<=picklebuf\.)[0-9a-f]{40}",
        lambda found: numbers.setdefault(found[0], str(len(numbers))),
        code,
    )


def for_wasm(code: str) -> str:
    """Return the code for 32-bit WebAssembly, with an entry that reads the arguments from a block of slots.

    References are not counted, because the caller gives memory back in one piece: the calls, which the optimiser cannot see
    through, took more than half of the time.
    """
    code = re.sub(r"^ +(?:tail )?call void @NRT_(?:in|de)cref\(.*\n", "", code, flags=re.M)
    code = re.sub(r"^target datalayout = .*\n", "", code, flags=re.M)
    code = re.sub(r"^target triple = .*", f'target triple = "{TARGET}"', code, flags=re.M)
    code = re.sub(r' *"(target-cpu|target-features|tune-cpu)"="[^"]*"', "", code)
    code = code.replace("call double @sqrt(", "call double @llvm.sqrt.f64(")
    name, kinds = _entry(code)
    lines, passed = ["define i32 @run(ptr %block, ptr %result, ptr %error) {"], ["ptr %result", "ptr %error"]
    for i, kind in enumerate(kinds[2:]):
        lines.append(f"  %p{i} = getelementptr i8, ptr %block, i32 {SLOT_BYTES * i}")
        lines.append(f"  %v{i} = load {kind}, ptr %p{i}")
        passed.append(f"{kind} %v{i}")
    lines += [f"  %status = call i32 @{name}({', '.join(passed)})", "  ret i32 %status", "}", ""]
    return code + "\n" + "\n".join(lines)


def object_file(code: str) -> bytes:
    """Return the object file of the code, optimised, everything but the entry left to the linker to drop."""
    from llvmlite import binding

    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    module = binding.parse_assembly(code)
    module.verify()
    for part in (*module.functions, *module.global_variables):
        if not part.is_declaration and part.name != "run":
            part.linkage = "internal"
    machine = binding.Target.from_triple(TARGET).create_target_machine(
        cpu="mvp", features=FEATURES, opt=3, reloc="static"
    )
    module.data_layout = str(machine.target_data)
    options = binding.create_pipeline_tuning_options(speed_level=3)
    builder = binding.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return bytes(machine.emit_object(module))


def build(out: Path) -> None:
    """Compile and link into ``out``, with the layout of the arguments and the stamp of the sources."""
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        environment = {
            **os.environ,
            **OWN_PROCESS,
            "EQUIPOISE_CACHE_DIR": name,
            "PYTHONPATH": str(ROOT / "src"),
        }
        subprocess.run([sys.executable, "-W", "ignore", __file__, "code", name], check=True, env=environment)
        (work / "kernel.o").write_bytes(object_file(for_wasm(placeless((work / "kernel.ll").read_text()))))
        options = ["--edition=2021", "--crate-name=runtime", "--crate-type=staticlib", f"--target={TARGET}"]
        options += ["-Copt-level=3", "-Ccodegen-units=1", "-Cpanic=abort", "-o", str(work / "libruntime.a")]
        subprocess.run([RUSTC, *options, RUNTIME.name], cwd=RUNTIME.parent, check=True)
        linked = [
            str(work / "kernel.o"),
            str(work / "libruntime.a"),
            "--no-entry",
            "--gc-sections",
            "--strip-all",
        ]
        linked += [*(f"--export={export}" for export in EXPORTS), "-z", f"stack-size={STACK_BYTES}"]
        subprocess.run([LINKER, *linked, "-o", str(out / MODULE)], check=True)
        (out / LAYOUT).write_bytes((work / LAYOUT).read_bytes())
    (out / MODULE).chmod(0o644)
    (out / STAMP).write_text(source_hash() + "\n")


def main(command: str) -> int:
    """Do as asked; return the exit code."""
    lacking = missing()
    if lacking:
        print(f"the engine in WebAssembly was not built: {lacking}")
        return int(command == "build")
    return keep(command, build, BUILT, what="engine in WebAssembly", script="builders/engine.py")


if __name__ == "__main__":
    if sys.argv[1:2] == ["code"]:
        write_code(Path(sys.argv[2]))
    else:
        sys.exit(main(sys.argv[1]) if sys.argv[1:] in (["build"], ["check"]) else __doc__)
