"""Build the documentation site into build/site: guides, tutorials and gallery as executed, and the API reference.

    builders/docs_site.py

Tutorials are scripts with cells (``# %%``); each is run here, shown with what its cells returned, and also written as a
notebook. A cell that fails stops the build, so a page cannot show what the code does not do.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import re
import sys
from html import escape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from equipoise.present.evidence import kept_page

ROOT = Path(__file__).resolve().parent.parent
DOCS, SITE, PACKAGE = ROOT / "docs", ROOT / "build/site", ROOT / "src/equipoise"
EVIDENCE = "evidence-page.html"
"""The page of this version's evidence, which guides link to and the site makes."""
Output = dict[str, str]
"""What one cell left, by type: text/plain, text/html or image/png (base64)."""
STYLE = """body{margin:0 auto;max-width:1000px;padding:1rem;font:16px/1.55 system-ui,sans-serif;color:#1c2024}
:root{color-scheme:light dark}@media(prefers-color-scheme:dark){body{color:#e6e8ea;background:#14181c}a{color:#8ec1ff}}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem;border-bottom:1px solid #8888;padding-bottom:.5rem}img{max-width:100%}
pre{overflow-x:auto;background:#8881;padding:.6rem;border-radius:4px;white-space:pre-wrap}table{border-collapse:collapse}
.out{border-left:3px solid #3182bd;padding-left:.8rem;overflow-x:auto}th,td{border:1px solid #8888;padding:.2rem .5rem;vertical-align:top}
.hidden{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}"""


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


def as_html(output: Output) -> str:
    """Return an output for the site."""
    if "image/png" in output:
        return f'<div class=out><img alt="" src="data:image/png;base64,{output["image/png"]}"></div>'
    if "text/html" in output:
        return f"<div class=out>{output['text/html']}</div>"
    return f"<pre class=out>{escape(output['text/plain'])}</pre>"


def run_tutorial(path: Path) -> tuple[str, dict[str, Any]]:
    """Return a tutorial as HTML and as a notebook (format 4.5)."""
    names: dict[str, Any] = {"__name__": "tutorial"}
    page, notebook = [], []
    for number, (kind, content) in enumerate(cells(path.read_text(encoding="utf-8"))):
        base = {"id": f"cell-{number}", "metadata": {}, "source": content}
        if kind == "markdown":
            page.append(MarkdownIt("commonmark").enable("table").render(content))
            notebook.append(base | {"cell_type": "markdown"})
            continue
        outputs = run_cell(content, names)
        page += [f"<pre><code>{escape(content)}</code></pre>", *map(as_html, outputs)]
        kept = [{"output_type": "display_data", "metadata": {}, "data": data} for data in outputs]
        notebook.append(base | {"cell_type": "code", "execution_count": number, "outputs": kept})
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return "".join(page), {"nbformat": 4, "nbformat_minor": 5, "metadata": about, "cells": notebook}


def gallery() -> str:
    """Run every example of the gallery; each leaves a ``figure``."""
    parts = ["<h1>Gallery</h1>"]
    for path in sorted((DOCS / "gallery").glob("*.py")):
        code = path.read_text(encoding="utf-8")
        names: dict[str, Any] = {"__name__": "example"}
        exec(compile(code, path.name, "exec"), names)
        words = escape(names["__doc__"])
        image = f'<img alt="{words}" src="data:image/png;base64,{picture(names["figure"])}">'
        parts.append(f"<h2>{words}</h2>{image}<pre><code>{escape(code)}</code></pre>")
    return "".join(parts)


def reference() -> str:
    """Return every public function and class of the package with its signature and docstring, read without running it."""
    parts = ["<h1>API reference</h1>"]
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        entries = [entry(node) for node in tree.body if public(node)]
        if not entries:
            continue
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        said = f"<pre>{escape(ast.get_docstring(tree) or '')}</pre>"
        parts.append(
            f"<details id='{name}'><summary><code>{name}</code></summary>{said}{''.join(entries)}</details>"
        )
    return "".join(parts)


def public(node: ast.stmt) -> bool:
    """Return whether a statement defines a public function or class."""
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")


def entry(node: Any) -> str:
    """Return one function or class, with its public methods."""
    head = (
        f"{node.name}({ast.unparse(node.args)})"
        if isinstance(node, ast.FunctionDef)
        else f"class {node.name}"
    )
    own = [m for m in node.body if isinstance(node, ast.ClassDef) and public(m)]
    inside = "".join(f"<li>{entry(m)}</li>" for m in own)
    said = escape(ast.get_docstring(node) or "")
    return f"<p><code>{escape(head)}</code></p><pre>{said}</pre>" + (f"<ul>{inside}</ul>" if inside else "")


def page(title: str, body: str, names: dict[str, str]) -> str:
    """Return a whole page of the site."""
    links = "".join(f'<a href="{name}.html">{escape(words)}</a>' for name, words in names.items())
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><nav>{links}</nav><main>{body}</main></body></html>"
    )


def guide(path: Path) -> tuple[str, str]:
    """Return title and HTML of a guide in Markdown; links between guides stay inside the site."""
    text = path.read_text(encoding="utf-8")
    html = MarkdownIt("commonmark").enable("table").render(text)
    title = re.search(r"^# (.+)$", text, flags=re.M)
    return (title.group(1) if title else path.stem), re.sub(r'href="([\w-]+)\.md', r'href="\1.html', html)


def main() -> None:
    """Build the site."""
    SITE.mkdir(parents=True, exist_ok=True)
    guides = {path.stem: guide(path) for path in sorted(DOCS.glob("*.md"))}
    front = guide(ROOT / "README.md")
    tutorials = {}
    for path in sorted((DOCS / "tutorials").glob("*.py")):
        body, notebook = run_tutorial(path)
        tutorials[path.stem] = (notebook["cells"][0]["source"].splitlines()[0].lstrip("# "), body)
        (SITE / f"{path.stem}.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    pages = {"index": ("Equipoise", front[1]), **tutorials, "gallery": ("Gallery", gallery()), **guides, "api": ("API", reference())}  # fmt: skip
    names = {name: title for name, (title, _) in pages.items()}
    for name, (title, body) in pages.items():
        (SITE / f"{name}.html").write_text(page(title, body, names), encoding="utf-8")
    (SITE / EVIDENCE).write_text(kept_page(), encoding="utf-8")
    (SITE / "pictures").mkdir(exist_ok=True)
    for picture_file in (DOCS / "pictures").iterdir():
        (SITE / "pictures" / picture_file.name).write_bytes(picture_file.read_bytes())
    print(SITE / "index.html", file=sys.stderr)


if __name__ == "__main__":
    main()
