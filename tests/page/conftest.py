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


@pytest.fixture(scope="module", params=["desktop", "phone"])
def window(request, chromium):
    """A window of each size, in which a test loads the report anew: a new window takes as long again as the report."""
    phone = request.param == "phone"
    context = chromium.new_context(viewport=PHONE if phone else DESKTOP, has_touch=phone)
    context.set_default_timeout(6_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(window, report):
    """The report, untouched, in a window of each size; at the end nothing may have been said on the console."""
    said = []

    def note(message):
        if message.type in ("error", "warning"):
            said.append(f"{message.type}: {message.text}")

    def fail(error):
        said.append(str(error))

    window.emulate_media(media="null", color_scheme="null", reduced_motion="null")
    window.goto("about:blank")  # else a link to a place in the same file would load nothing
    window.on("console", note)
    window.on("pageerror", fail)
    window.goto(report.as_uri())
    window.wait_for_selector("html[data-page=ready]", timeout=20_000)
    yield window
    for other in window.context.pages:
        if other is not window:
            other.close()
    window.remove_listener("console", note)
    window.remove_listener("pageerror", fail)
    assert said == []
