"""A certificate that a scenario's report carries is judged against that scenario, and shown with all that it is certified for."""

import json
from dataclasses import replace

import pytest

from equipoise.analysis.guarantees.carried import answering, carried
from equipoise.analysis.guarantees.cases import certified
from equipoise.checkers.certificate.verify import COMPARED
from equipoise.foundation.errors import InputError
from equipoise.present import certificate
from equipoise.present.report import write_report
from equipoise.scenario.load import load_scenario


@pytest.fixture(scope="module")
def scenario():
    whole = load_scenario("needlessly-strict")
    return replace(whole, head=whole.head.but(aim_step_deg=12.0), bases=whole.bases[:1])


@pytest.fixture(scope="module")
def file(scenario, tmp_path_factory):
    path = tmp_path_factory.mktemp("certificate") / "promise.json"
    path.write_text(json.dumps(certified(scenario).certificate))
    return path


def test_the_report_says_what_is_certified_and_carries_the_certificate(scenario, file, tmp_path):
    result = carried(scenario, file)
    trees = [t for threat in json.loads(file.read_text())["trees"] for cell in threat for t in cell]
    assert int(result.data.boxes) == sum(tree.count(".") for tree in trees) >= int(result.data.decided) > 0
    said = [str(line) for line in result.data.sentence.values]
    assert said[-1] == COMPARED
    assert sum(line.startswith("Not covered: ") for line in said) == 6
    section = certificate.section(result, {})
    assert "no system that the clauses permit engages" in section.sentences[0].text
    assert "for nothing else" in section.sentences[0].text
    assert json.loads(section.certificate) == json.loads(file.read_text())
    assert [row[0] for row in section.tables[0].rows] == said
    page = write_report({"certificate": result}, tmp_path).read_text()
    assert "id=checker" in page
    assert 'id="certificate"' in page


@pytest.mark.parametrize(
    "change",
    [
        lambda s: replace(s, head=s.head.but(aim_step_deg=11.0)),
        lambda s: replace(s, bases=load_scenario("needlessly-strict").bases[:2]),
        lambda s: replace(load_scenario("sufficient"), head=s.head.but(title="Draft C"), bases=s.bases),
    ],
    ids=["aims", "a base more", "clauses"],
)
def test_a_certificate_of_another_question_is_refused_in_one_line(scenario, file, change):
    with pytest.raises(
        InputError, match=r"promise\.json: is not a certificate for this scenario: .*certify"
    ) as told:
        answering(change(scenario), file)  # before anything is computed
    assert "\n" not in str(told.value)


def test_a_file_that_is_no_certificate_is_refused(scenario, tmp_path):
    path = tmp_path / "promise.json"
    path.write_text("{}")
    with pytest.raises(InputError, match="expected exactly the keys"):
        carried(scenario, path)
