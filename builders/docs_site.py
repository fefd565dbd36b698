"""Build the documentation site into build/site: guides, tutorials and gallery as executed, commands and Python reference.

    builders/docs_site.py

Tutorials are scripts with cells (``# %%``); each is run here, shown with what its cells returned, and also written as a
notebook. A cell that fails stops the build, so a page cannot show what the code does not do. MkDocs makes the site.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import doctest
import inspect
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCS, PAGES, SITE = ROOT / "docs", ROOT / "build/docs", ROOT / "build/site"
EVIDENCE = "evidence-page.html"
"""The page of this version's evidence, which guides link to and the site makes."""
Output = dict[str, str]
"""What one cell left, by type: text/plain, text/html or image/png (base64)."""
STYLE = """[data-md-color-scheme]{--md-text-font:system-ui,sans-serif}
[data-md-color-scheme=default]{--line:#c3c9ce;--md-default-fg-color:#1c2024;--md-default-fg-color--light:#555c63;--md-typeset-color:#1c2024;
--md-primary-fg-color:#fff;--md-primary-bg-color:#1c2024;--md-primary-bg-color--light:#555c63;--md-accent-fg-color:#0b62b0;--md-typeset-a-color:#0b5394;
--md-code-bg-color:#f5f6f7;--md-code-hl-keyword-color:#3159a8;--md-code-hl-comment-color:#555c63;--md-footer-bg-color:#f1f3f4;--md-footer-bg-color--dark:#f1f3f4;
--md-footer-fg-color:#1c2024;--md-footer-fg-color--light:#1c2024;--md-footer-fg-color--lighter:#555c63}
[data-md-color-scheme=slate]{--line:#46505a;--md-default-bg-color:#14181c;--md-default-fg-color:#e6e8ea;--md-default-fg-color--light:#a9b1b8;
--md-typeset-color:#e6e8ea;--md-primary-fg-color:#14181c;--md-primary-bg-color:#e6e8ea;--md-primary-bg-color--light:#a9b1b8;
--md-accent-fg-color:#6db3f2;--md-typeset-a-color:#8ec1ff;--md-code-bg-color:#20262c;--md-code-hl-number-color:#ffab9d;
--md-code-hl-comment-color:#a9b1b8;--md-footer-bg-color:#20262c;--md-footer-bg-color--dark:#20262c;
--md-footer-fg-color--light:#e6e8ea;--md-footer-fg-color--lighter:#a9b1b8}
.md-header,.md-tabs{border-bottom:1px solid var(--line);box-shadow:none}
.md-header[hidden],.md-header .md-tabs{border:0}
.md-tabs__link{opacity:1;color:var(--md-default-fg-color--light)}
.md-tabs__item--active .md-tabs__link{color:var(--md-default-fg-color);font-weight:600}
.md-typeset :is(h1,h2,h3){color:var(--md-default-fg-color);font-weight:600;letter-spacing:0}
.md-typeset a:not(.headerlink,.md-button){text-decoration:underline;text-underline-offset:.15em}
.md-typeset table:not([class]){border:0;font-size:.7rem}
.md-typeset table:not([class]) th{border-bottom:2px solid var(--md-default-fg-color--light);padding:.4em .9em .4em 0}
.md-typeset table:not([class]) td{border-top:0;border-bottom:1px solid var(--line);padding:.4em .9em .4em 0}
.md-typeset table:not([class]) td:first-child code{white-space:nowrap}
.md-typeset img{border-radius:6px}
.md-typeset .doc-label{opacity:1}.md-typeset .doc-label code{color:var(--md-default-fg-color--light)}
.md-grid{max-width:78rem}
.out{border-left:3px solid var(--md-accent-fg-color);padding-left:.8rem;overflow-x:auto}
.hidden{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
"""
"""The look of the site: the colours, letters and lines of a report."""
SCRIPT = """document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
// a heading and one below it can have one name: the lists of what is below them are told apart
const named = {};
document.querySelectorAll("nav[aria-label]").forEach((list) => {
  const name = list.getAttribute("aria-label").toLowerCase();
  named[name] = (named[name] ?? 0) + 1;
  if (named[name] > 1) list.setAttribute("aria-label", `${name}, ${named[name]}`);
});
// the theme puts a bar of buttons into every block of code as it comes near the window: each has a name of its own
new MutationObserver(() => {
  document.querySelectorAll(".md-code__nav:not([aria-label])").forEach((bar) => {
    bar.setAttribute("aria-label", `Code ${1 + [...document.querySelectorAll(".highlight")].indexOf(bar.closest(".highlight"))}`);
  });
  document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])").forEach((wide) => (wide.tabIndex = 0)); // keys can scroll it
}).observe(document.documentElement, { childList: true, subtree: true });
"""


def cells(text: str) -> list[tuple[str, str]]:
    """Return the cells of a script as (kind, content), kind being markdown or code."""
    parts = re.split(r"^# %%(.*)\n", text, flags=re.M)[1:]
    found = []
    for head, body in zip(parts[::2], parts[1::2], strict=True):
        if "[markdown]" in head:
            found.append(("markdown", re.sub(r"^# ?", "", body.strip(), flags=re.M)))
        else:
            found.append(("code", body.strip()))
    return found


def run_cell(code: str, names: dict[str, Any]) -> list[Output]:
    """Run one cell; return what it printed and the value of its last expression, as a notebook would show them."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
    outputs = [{"text/plain": printed.getvalue()}] if printed.getvalue() else []
    return outputs if value is None else [*outputs, shown(value)]


def shown(value: Any) -> Output:
    """Return a value by the richest type it has."""
    plain = {"text/plain": repr(value)}
    if hasattr(value, "savefig"):
        return plain | {"image/png": picture(value)}
    if hasattr(value, "_repr_html_"):
        return plain | {"text/html": value._repr_html_()}
    return plain


def picture(figure: Any) -> str:
    """Return a figure as a PNG in base64."""
    made = io.BytesIO()
    figure.savefig(made, format="png", dpi=90)
    return base64.b64encode(made.getvalue()).decode()


def as_markdown(output: Output, words: str) -> str:
    """Return an output for a page; ``words`` say what a picture shows."""
    if "image/png" in output:
        return f'<div class="out"><img alt="{escape(words)}" src="data:image/png;base64,{output["image/png"]}"></div>'
    if "text/html" in output:
        unbroken = re.sub(r"\n\s*\n", "\n", output["text/html"])  # an empty line would end the block
        return f'<div class="out" tabindex="0">{unbroken.replace("<th></th>", "<td></td>")}</div>'
    return f'<pre class="out" tabindex="0">{escape(output["text/plain"])}</pre>'


def run_tutorial(
    path: Path, run: Callable[[str, dict[str, Any]], list[Output]] = run_cell
) -> tuple[str, dict[str, Any]]:
    """Return a tutorial as a page in Markdown and as a notebook (format 4.5), each cell with what ``run`` says it left."""
    names: dict[str, Any] = {"__name__": "tutorial"}
    page = [f"[This tutorial as a notebook]({path.stem}.ipynb){{ .md-button }}"]
    notebook, words = [], path.stem
    for number, (kind, content) in enumerate(cells(path.read_text(encoding="utf-8"))):
        base = {"id": f"cell-{number}", "metadata": {}, "source": content}
        if kind == "markdown":
            page.append(content)
            words = " ".join(content.splitlines()[-1].split())
            notebook.append(base | {"cell_type": "markdown"})
            continue
        outputs = run(content, names)
        page += [f"```python\n{content}\n```", *(as_markdown(output, words) for output in outputs)]
        kept = [{"output_type": "display_data", "metadata": {}, "data": data} for data in outputs]
        notebook.append(base | {"cell_type": "code", "execution_count": number, "outputs": kept})
    page[0], page[1] = page[1], page[0]  # the title comes first
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return "\n\n".join(page) + "\n", {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": about,
        "cells": notebook,
    }


def gallery() -> str:
    """Run every example of the gallery; each leaves a ``figure``."""
    parts = ["# Gallery"]
    for path in sorted((DOCS / "gallery").glob("*.py")):
        code = path.read_text(encoding="utf-8")
        names: dict[str, Any] = {"__name__": "example"}
        exec(compile(code, path.name, "exec"), names)
        words = names["__doc__"]
        parts += [f"## {words.rstrip('.')}", as_markdown({"image/png": picture(names["figure"])}, words)]
        parts.append(f"```python\n{code.strip()}\n```")
    return "\n\n".join(parts) + "\n"


def example_pictures(thing: Any) -> list[str]:
    """Run the example in the docstring of a public name; return the figures that it draws, for a page."""
    said, names = inspect.getdoc(thing) or "", {"__name__": "example"}
    examples = doctest.DocTestParser().get_examples(said)
    if not any("plot" in example.source for example in examples):
        return []
    shown = [output for example in examples for output in run_cell(example.source, names)]
    words = f"What the example of {thing.__name__} draws. {said.splitlines()[0]}"
    return [as_markdown(output, words) for output in shown if "image/png" in output]


def python_reference(pictures: Callable[[Any], list[str]] = example_pictures) -> str:
    """Return a page on every public name, for mkdocstrings to fill in, with what its example draws (``pictures``)."""
    import equipoise

    parts = ["# Python reference", "Every name of `import equipoise as eq`, from its docstring."]
    for name, home in equipoise.HOMES.items():
        parts += [f"::: {home}.{name}", *pictures(getattr(equipoise, name))]
    return "\n\n".join(parts) + "\n"


def commands() -> str:
    """Return what every command says of itself."""
    from typer.main import get_command

    from equipoise.cli.main import app
    from equipoise.cli.panels import PANELS

    root: Any = get_command(app)
    parts = ["# Commands", "What `equipoise COMMAND --help` says."]
    for panel, names in PANELS.items():
        parts.append(f"## {panel}")
        for name, example in names.items():
            command = root.commands[name]
            parts += [f"### {name}", command.help or "", f"```\n{example}\n```"]
            inner = getattr(command, "commands", {})
            parts += [options(command, f"equipoise {name}")] if not inner else []
            for word, one in inner.items():
                parts += [
                    f"#### {name} {word}",
                    (one.help or "").strip(),
                    options(one, f"equipoise {name} {word}"),
                ]
    return "\n\n".join(part for part in parts if part) + "\n"


def options(command: Any, called: str) -> str:
    """Return the arguments and options of a command as a table."""
    rows = []
    for one in command.params:
        words = ", ".join(
            f"`{text}`" for text in (one.opts if one.param_type_name == "option" else [one.name.upper()])
        )
        said = " ".join(str(getattr(one, "help", "") or "").split()).replace("|", "\\|")
        rows.append(f"| {words} | {said} |")
    return "\n".join([f"| `{called}` | meaning |", "|---|---|", *rows]) if rows else ""


def write_pages() -> None:
    """Write everything that MkDocs reads: guides as they are, the rest as made here."""
    from equipoise.present.disputed_numbers import pages
    from equipoise.present.evidence import kept_page
    from equipoise.results.evidence import kept

    shutil.rmtree(PAGES, ignore_errors=True)
    shutil.copytree(DOCS, PAGES, ignore=shutil.ignore_patterns("*.py", "gallery"))
    (PAGES / "tutorials").mkdir(exist_ok=True)
    for path in sorted((DOCS / "tutorials").glob("*.py")):
        body, notebook = run_tutorial(path)
        (PAGES / "tutorials" / f"{path.stem}.md").write_text(body, encoding="utf-8")
        (PAGES / "tutorials" / f"{path.stem}.ipynb").write_text(
            json.dumps(notebook, indent=1), encoding="utf-8"
        )
    made = {"gallery.md": gallery(), "api.md": python_reference(), "commands.md": commands()}
    made |= {"site.css": STYLE, "site.js": SCRIPT, EVIDENCE: kept_page()} | pages(kept().data)
    (PAGES / "numbers").mkdir(exist_ok=True)
    for name, text in made.items():
        (PAGES / name).write_text(text, encoding="utf-8")


def main() -> None:
    """Build the site."""
    write_pages()
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(ROOT / "mkdocs.yml")], check=True
    )
    print(f"{SITE / 'index.html'} (for its search: python -m http.server -d build/site)", file=sys.stderr)


if __name__ == "__main__":
    main()
