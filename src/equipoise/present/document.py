"""One HTML document around sections: head, contents, glossary, what made it; no network, no engine."""

from __future__ import annotations

import base64
import hashlib
import tomllib
import zlib
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from equipoise.present.html import Writer
from equipoise.present.section import Section
from equipoise.results.record import Provenance

TO_THE_MAP = '<a class=skip href="#map">To the map</a>'
"""The first stop of the keyboard."""
MOST_LISTED = 20
"""Sections whose titles stand open above them."""


def document(
    title: str,
    sections: Sequence[Section],
    writer: Writer,
    provenance: Provenance,
    *,
    opening: str = "",
    first: str = "",
    last: str = "",
    description: str = "",
    picture: str = "",
    engine: str = "",
) -> str:
    """Return the document.

    ``opening`` is the markup of the first screen below the title, ``first`` of the map and of what shares it; ``last`` stands at the end of the footer; ``description`` is plain text for search and for previews of a link,
    ``picture`` the name of the file beside it that they show; ``engine`` is the element with the engine of a what-if.
    """
    style = _asset("report.css") + _asset("bundle/page.css")
    script = _asset("bundle/page.js")
    links = "".join(f'<li><a href="#{s.anchor}">{escape(s.title)}</a></li>' for s in sections)
    body = "".join(writer.section(s) for s in sections)
    checker = _checker() if any(s.certificate for s in sections) else ""
    mapped = "id=map " in first
    image = (
        f"<meta property=og:image content={picture}><meta name=twitter:card content=summary_large_image>"
        if picture
        else ""
    )
    p = provenance
    inputs = f", scenario {escape(p.scenario)} (sha256 {escape(p.scenario_hash[:16])})" if p.scenario else ""
    return f"""<!doctype html>
<html lang=en><head><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1">
<meta http-equiv=Content-Security-Policy content="{_policy(style, script, runs=bool(checker or engine))}">
<meta name=generator content="Equipoise {escape(p.version)}">
<meta name=description content="{escape(description)}">
<meta property=og:title content="{escape(title)}"><meta property=og:description content="{escape(description)}">
<meta property=og:type content=article>{image}
<title>{escape(title)}</title><style>{style}</style></head><body>{TO_THE_MAP if mapped else ""}
<main>
<div id=first{" class=mapped" if mapped else ""}><header class=opening><h1>{escape(title)}</h1>{opening}</header>{first}</div>
<script>{script}</script>
<nav aria-label="Contents">{_contents(links, count=len(sections))}</nav>
{body}
{writer.glossary(_glossary())}
</main>
<footer id=provenance data-source="Equipoise {escape(p.version)}{inputs}"><h2>Made by</h2><p>Equipoise {escape(p.version)}{inputs}. Make it again: <code>{escape(p.command)}</code></p>{last}</footer>
{writer.notes()}{checker}{engine}</body></html>"""


def _contents(links: str, *, count: int) -> str:
    """Return the list of sections, folded where it would fill a screen."""
    listed = f'<ul>{links}<li><a href="#glossary">Glossary</a></li></ul>'
    return (
        listed if count <= MOST_LISTED else f"<details><summary>{count} sections</summary>{listed}</details>"
    )


def _asset(name: str) -> str:
    return (files("equipoise.present") / name).read_text(encoding="utf-8")


def _checker() -> str:
    """Return the checker of certificates in WebAssembly, for ``page/src/Certificate.svelte``."""
    module = (files("equipoise.present") / "checker/equipoise_check.wasm").read_bytes()
    packed = base64.b64encode(zlib.compress(module, 9)).decode()
    return f'<script type="application/json" id=checker>"{packed}"</script>'


def _policy(style: str, script: str, *, runs: bool) -> str:
    """Return the content security policy: this page's own script and style, and no address at all.

    Where the page ``runs`` the engine or the checker of certificates, it may run WebAssembly, in a worker that it starts itself.
    """
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    module, worker = (" 'wasm-unsafe-eval'", "worker-src blob:; ") if runs else ("", "")
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'{module}; {worker}"
        "base-uri 'none'; form-action 'none'"
    )


def _glossary() -> dict[str, str]:
    terms: dict[str, str] = tomllib.loads(_asset("data/glossary.toml"))["terms"]
    return terms
