"""Folders of results: made beside their place, put there whole, and replaced only when every file in them is ours.

``run.json`` lists every other file of the folder with its SHA-256, and ends with that of what it says itself. A folder with a file that is not in the list, or is not
as it was written, holds somebody's work and is left alone. One process at a time writes a folder: it holds a lock of the
operating system on the temporary folder, which ends with the process.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from equipoise.foundation.errors import InputError, StoredResultError, WriteError, misuse
from equipoise.foundation.hashing import file_hash
from equipoise.foundation.writing import publish, settle, settle_folder, writing_to

RECORD: Final = "run.json"
COMING: Final = "coming"
SEAL: Final = "sha256"
"""The key under which the list has a hash of all else that it says."""


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of ``out`` when the block ends well; the block ends with :func:`seal`."""
    with writing_to(out):
        _refuse_foreign(out)
        with _held(out) as temporary:
            yield temporary
            _refuse_foreign(out)  # again: the work may have taken hours
            _put(temporary, out)


@contextmanager
def additions_to(out: Path) -> Iterator[Path]:
    """Give an empty folder whose files are put into ``out`` when the block ends well, and into its list."""
    with writing_to(out), _held(out) as temporary:
        yield temporary
        made = {path.relative_to(temporary).as_posix(): settle(path) for path in files_in(temporary)}
        record = _record(out)
        for name in made:
            if (out / name).is_symlink() or (out / name).exists():
                _refuse_unless_ours(out, name, record)
        _write_record(out, {**record, COMING: made})  # a folder that is left here is still known to be ours
        for name in made:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(temporary / name, out / name)
        listed = {**_files(record), **made}
        _write_record(out, {**record, "files": dict(sorted(listed.items()))})


def seal(folder: Path, record: Mapping[str, Any]) -> None:
    """Write ``run.json``: ``record`` and the hash of every file of the folder; all of them are then on the disk."""
    files = {path.relative_to(folder).as_posix(): settle(path) for path in files_in(folder)}
    _write_record(folder, {**record, "files": files})


def update_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write ``run.json`` anew with the list of files that it has."""
    _write_record(folder, {**record, "files": _files(_record(folder))})


def verify(path: Path) -> None:
    """Compare a file with the list of the result folder that it is in; :class:`StoredResultError` when it is another.

    A file that no list names passes.
    """
    for folder in path.absolute().parents[:2]:
        known = _files(_record(folder)).get(path.absolute().relative_to(folder).as_posix())
        if known is not None:
            if not path.is_file() or file_hash(path) != known:
                raise StoredResultError(
                    f"{path}: is not as it was written (its hash in {RECORD} differs); make it again"
                )
            return


def changes_in(folder: Path) -> list[str]:
    """Return what of a result folder is not as it was written, one line each: changed, gone, or somebody else's.

    A folder without a list is a :class:`StoredResultError`.
    """
    record = _record(folder)
    if "files" not in record:
        raise StoredResultError(f"{folder}: holds no {RECORD} that says what it should hold")
    known, found = _files(record), {path.relative_to(folder).as_posix(): path for path in files_in(folder)}
    lines = [] if record.get(SEAL) == _seal_of(record) else [f"{RECORD}: is not as it was written"]
    for name, digest in known.items():
        if name not in found:
            lines.append(f"{name}: is gone")
        elif found[name].is_symlink() or file_hash(found[name]) != digest:
            lines.append(f"{name}: is not as it was written")
    return lines + [f"{name}: was not written by Equipoise" for name in found if name not in known]


def refuse_changed(folder: Path) -> None:
    """Raise :class:`StoredResultError` when a listed file of a result folder is not as it was written; others may lie beside it."""
    if "files" not in _record(folder):
        return
    if lines := [line for line in changes_in(folder) if not line.endswith("by Equipoise")]:
        more = f", and {len(lines) - 1} more" if len(lines) > 1 else ""
        raise StoredResultError(f"{folder}/{lines[0]}{more}; make it again, or draw it again with 'report'")


def files_in(folder: Path) -> list[Path]:
    """Return every file and link below the folder, sorted, but for its list."""
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path for path in paths if path != folder / RECORD)


def _refuse_foreign(out: Path) -> None:
    """Refuse to replace what is not wholly ours."""
    if out.is_symlink():
        raise WriteError(
            f"{out}: is a symbolic link, which is neither followed nor replaced. Choose another --out."
        )
    if not out.exists():
        return
    if not out.is_dir():
        raise misuse(str(out), "", "exists and is not a folder.", "Choose another --out.")
    record = _record(out)
    if "files" not in record and ((out / RECORD).is_symlink() or (out / RECORD).exists()):
        raise _not_ours(out, RECORD, "was not written by Equipoise")
    for path in files_in(out):
        _refuse_unless_ours(out, path.relative_to(out).as_posix(), record)


def _refuse_unless_ours(out: Path, name: str, record: Mapping[str, Any]) -> None:
    known = [files[name] for files in (_files(record), record.get(COMING, {})) if name in files]
    path = out / name
    if not known:
        why = "was not written by Equipoise"
    elif path.is_symlink() or file_hash(path) not in known:
        why = "is not as Equipoise wrote it"
    else:
        return
    raise _not_ours(out, name, why)


def _not_ours(out: Path, name: str, why: str) -> InputError:
    said = f"is left as it is, because '{name}' in it {why}."
    return misuse(str(out), "", said, "Move that file, or choose another --out.")


@contextmanager
def _held(out: Path) -> Iterator[Path]:
    """Give the temporary folder of ``out``, empty and locked; a second process is refused until the first has ended."""
    if not out.parent.is_dir():
        out.parent.mkdir(parents=True, exist_ok=True)
    temporary, old = out.with_name(f".{out.name}.part"), _old(out)
    while True:
        temporary.mkdir(exist_ok=True)
        lock = os.open(temporary, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            said = "another command is writing it."
            raise misuse(str(out), "", said, "Wait for it, or choose another --out.") from None
        if _is(temporary, lock):
            break
        os.close(lock)  # the other has just put its folder in place: the name is free again
    try:
        _empty(temporary)  # of a process that was killed
        if old.exists():
            shutil.rmtree(old) if out.exists() else os.replace(old, out)
        yield temporary
    finally:
        if _is(temporary, lock):
            shutil.rmtree(temporary, ignore_errors=True)
        os.close(lock)


def _is(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path, follow_symlinks=False), os.fstat(descriptor))
    except OSError:
        return False


def _old(out: Path) -> Path:
    return out.with_name(f".{out.name}.old")


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _put(temporary: Path, out: Path) -> None:
    old = _old(out)
    if not out.exists():
        os.replace(temporary, out)
        settle_folder(out.parent)
        return
    os.replace(out, old)
    try:
        os.replace(temporary, out)
    finally:
        if not out.exists():
            os.replace(old, out)
    settle_folder(out.parent)
    shutil.rmtree(old)


def _record(folder: Path) -> dict[str, Any]:
    path = folder / RECORD
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _files(record: Mapping[str, Any]) -> dict[str, str]:
    files = record.get("files")
    return files if isinstance(files, dict) else {}


def _seal_of(record: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in record.items() if key != SEAL}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _write_record(folder: Path, record: Mapping[str, Any]) -> None:
    temporary = folder / f".{RECORD}.part"
    sealed = {**record, SEAL: _seal_of(record)}
    temporary.write_text(json.dumps(sealed, indent=2) + "\n", encoding="utf-8")
    settle(temporary)
    publish(temporary, folder / RECORD)
