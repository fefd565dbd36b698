"""``equipoise replicate``: published numbers beside ours, and the evidence page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.app import app
from equipoise.cli.terminal import print_json, say

if TYPE_CHECKING:
    from equipoise.present.section import Cells, Table
    from equipoise.results.evidence import Worse
    from equipoise.results.record import Result


@app.command()
def replicate(
    names: Annotated[
        list[str] | None, typer.Argument(help="Studies, see --list, or files FILE.toml.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All studies.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder; out/evidence or out/evidence-NAME by default.")
    ] = None,
    list_names: Annotated[bool, typer.Option("--list", help="Name the studies and compute nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every statement as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress line.")] = False,
) -> None:
    """Compute published numbers again and write the evidence page; exit code 1 when one agrees less well than is recorded for this version."""
    from equipoise.published import STUDIES

    if list_names:
        _list(as_json=as_json)
        return
    if every == bool(names):
        from equipoise.foundation.errors import misuse

        raise misuse(
            "replicate", "", "needs names of studies, or --all.", "See 'equipoise replicate --list'."
        )
    chosen = list(STUDIES) if every else list(dict.fromkeys(names or []))
    folder = out or Path("out") / (
        "evidence" if every else f"evidence-{'-'.join(Path(c).stem for c in chosen)}"
    )
    command = f"equipoise replicate {'--all' if every else ' '.join(chosen)}"
    found, worse = _run(chosen, folder, command, quiet=quiet)
    _say(found, worse, folder, as_json=as_json, short=every)
    if worse:
        raise typer.Exit(1)


def _list(*, as_json: bool) -> None:
    from equipoise.published import titles

    found = titles()
    if as_json:
        print_json(found)
    else:
        say("\n".join(f"{n:20} {t}" for n, t in found.items()), under=21)


def _run(names: list[str], folder: Path, command: str, *, quiet: bool) -> tuple[Result, list[Worse]]:
    """Compute, write the folder, and return the statements and those that agree less than the kept evidence says."""
    from dataclasses import replace

    from equipoise import __version__
    from equipoise.cli.progress import progress
    from equipoise.foundation.output_folder import new_folder, seal
    from equipoise.numerics.jit import CompileNotice
    from equipoise.present.evidence import EVIDENCE, page
    from equipoise.published import published
    from equipoise.results import evidence
    from equipoise.results.record import Provenance, save_results

    with CompileNotice(), progress(quiet=quiet) as bar:
        task = bar.add_task("", total=len(names))

        def tell(title: str) -> None:
            bar.update(task, description=title, advance=1)

        found = published(names, tell)
    found = replace(found, provenance=Provenance(version=__version__, command=command))
    said = set(names)
    past = [row for row in evidence.history() if row["study"] in said]
    text = page(found, past, found.provenance)
    with new_folder(folder) as made:
        save_results(made / "results.nc", {found.kind: found})
        (made / EVIDENCE).write_text(text, encoding="utf-8")
        seal(made, {"version": __version__, "command": command})
    return found, evidence.worse(found, evidence.kept())


def _say(found: Result, worse: list[Worse], folder: Path, *, as_json: bool, short: bool) -> None:
    """Print every statement, or for all studies the counts and what differs by more than 5 %."""
    from dataclasses import asdict

    from equipoise.present.evidence import EVIDENCE, study_table
    from equipoise.present.published import statement_table, told_of

    address = str((folder / EVIDENCE).resolve())
    if as_json:
        table = statement_table(found.data, "statements", "Printed statements beside ours")
        rows = [
            dict(zip(table.heads, map(str, row), strict=True)) | told
            for row, told in zip(table.rows, told_of(found.data), strict=True)
        ]
        said = {"statements": rows, "worse": [asdict(w) for w in worse], "page": address}
        print_json(said)
        return
    if short:
        for study in study_table(found.data).rows:
            _say_counts(study)
    else:
        _say_each(statement_table(found.data, "statements", ""))
    for w in worse:
        say(
            f"Agrees less than this version keeps: {w.study}, {w.what}: {w.was} ({w.ours[0]}), now {w.now} ({w.ours[1]})."
        )
    print(f"Evidence: {address}")


def _say_counts(study: Cells) -> None:
    title, count, agree, differ, open_, memory, unread, middle = map(str, study)
    said = [
        f"{agree} agree", f"{differ} differ", f"{open_} cannot be told", f"{memory} unverified", f"{unread} not read yet",
    ]  # fmt: skip
    words = ", ".join(s for s in said if not s.startswith("0 "))
    numbers = f"; median difference {middle}" if "%" in middle else ""
    print(f"{title}: {count} statements, {words}{numbers}.")


def _say_each(table: Table) -> None:
    for what, printed, ours, difference, verdict, why, source, label in table.rows:
        say(f"{verdict}: {what}: printed {printed}; ours {ours}{f', {difference}' if difference else ''}.")
        say(f"    {f'{why} ' if why else ''}[{source}; {label}]")
