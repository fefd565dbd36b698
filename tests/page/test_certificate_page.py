"""A report checks the certificate that it carries, in a browser without a network, and says for what it is certified."""

import json
from pathlib import Path

import pytest

from equipoise.present import certificate
from equipoise.present.document import document
from equipoise.present.html import Writer
from equipoise.present.section import Section
from equipoise.results.record import Provenance, Result
from equipoise.results.schema import dataset

pytestmark = pytest.mark.browser
VECTORS = Path(__file__).parents[1] / "data/certificates"


def carried(text):
    values = {"certificate": text, "boxes": 8, "decided": 8, "sentence": ["Claim", "Not covered"]}
    return Result("certificate", "Certificate", dataset("certificate", values, {}, {"title": "Draft"}))


@pytest.fixture
def opened(chromium, tmp_path):
    """A function that opens a report with the text of a certificate; at the end nothing may have been said on the console."""
    said, contexts = [], []

    def open_with(text):
        section = certificate.section(carried(text), {})
        path = tmp_path / "report.html"
        path.write_text(document("Report", [section], Writer({}, Provenance()), Provenance()))
        context = chromium.new_context(offline=True)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
        tab.on("pageerror", lambda e: said.append(str(e)))
        tab.goto(path.as_uri())
        tab.get_by_role("button", name="Check this certificate here").click()
        return tab.locator("[data-verdict]")

    yield open_with
    for context in contexts:
        context.close()
    assert said == []


def test_an_accepted_certificate_says_its_statement(opened):
    text = (VECTORS / "accepted/two-cells.json").read_text()
    verdict = opened(text)
    verdict.wait_for()
    assert verdict.get_attribute("data-verdict") == "accepted"
    boxes = sum(tree.count(".") for threat in json.loads(text)["trees"] for cell in threat for tree in cell)
    assert f"{boxes:,} boxes" in verdict.inner_text()
    words = verdict.page.locator("pre").inner_text()
    assert words.startswith("Certified for the statement below: ")
    assert "The question was NOT compared" in words
    assert (
        verdict.page.get_by_role("link", name="Save the certificate")
        .get_attribute("href")
        .startswith("blob:")
    )


def test_a_changed_certificate_is_rejected_with_the_reason(opened):
    verdict = opened((VECTORS / "accepted/two-cells.json").read_text().replace('"slack_s"', '"slack_x"'))
    verdict.wait_for()
    assert verdict.get_attribute("data-verdict") == "rejected"
    assert verdict.page.locator("pre").count() == 0


def test_only_a_report_with_a_certificate_may_run_webassembly():
    without = document("Report", [Section("worst", "Worst")], Writer({}, Provenance()), Provenance())
    assert "wasm-unsafe-eval" not in without
    assert "id=checker" not in without
