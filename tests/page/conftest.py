"""A report of made-up results, and a browser that fails a test on any error in its console."""

import shutil

import pytest
from synthetic import results

from equipoise.present.report import write_report

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 380, "height": 760}


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report with spaces")
    return write_report(results(), folder)


@pytest.fixture(scope="module")
def chromium():
    """A browser per module, closed with it: its driver keeps an event loop running, in which nobody else's can start."""
    where = shutil.which("chromium")
    if where is None:
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(params=["desktop", "phone"])
def page(request, chromium, report):
    """The report in a window of each size; at the end nothing may have been said on the console."""
    phone = request.param == "phone"
    context = chromium.new_context(viewport=PHONE if phone else DESKTOP, has_touch=phone)
    tab = context.new_page()
    context.set_default_timeout(6_000)
    said = []
    tab.on(
        "console", lambda m: said.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else None
    )
    tab.on("pageerror", lambda e: said.append(str(e)))
    tab.goto(report.as_uri())
    tab.wait_for_selector("html[data-page=ready]", timeout=20_000)
    yield tab
    context.close()
    assert said == []
