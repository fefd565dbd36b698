"""The verifier as a command of its own: what it is given to judge by is checked before any log is judged."""

import pytest
from exchange_pair import text

from equipoise.checkers.command import main


@pytest.fixture
def logs(pair):
    pair.send(text())
    return [str(pair.path(name)) for name in "AB"]


def test_logs_that_cannot_be_read_are_not_breached(logs, tmp_path, capsys):
    (tmp_path / "junk").write_text("junk\n")
    assert main(["log", *logs]) == 0
    assert main(["log", logs[0], str(tmp_path / "junk")]) == 3
    assert main(["log", *logs, "--checkpoint", str(tmp_path / "junk")]) == 3
    assert main(["log", logs[0], logs[0]]) == 1


@pytest.mark.parametrize(
    ("option", "content", "words"),
    [
        ("--party", "{}", "expected a party with an Ed25519 key"),
        ("--party", '{"party": 3, "key": [1]}', "expected a party with an Ed25519 key"),
        ("--party", '{"party": "A", "key": "00"}', "expected a party with an Ed25519 key"),
        ("--opened", "{}", "expected an opened secret"),
        ("--opened", '{"party": "A", "secret": "zz"}', "expected an opened secret"),
        ("--opened", '{"party": 3, "secret": "00"}', "expected an opened secret"),
        (
            "--duties",
            "launch-notification-1988 = 3",
            "instrument 'launch-notification-1988': expected a table",
        ),
        ("--duties", "[a]\nrequired.cancel = 3", "instrument 'a': expected a list of fields"),
        (
            "--duties",
            "[a]\nrequired = {}\nbefore_h = 24",
            "instrument 'a': before_h: expected a value in hours",
        ),
        ("--witness-key", "a\x1b[31m+00000000+AAAA", "a\\x1b[31m"),
    ],
)
def test_a_file_to_judge_by_that_is_ill_formed_accuses_nobody(logs, tmp_path, capsys, option, content, words):
    (tmp_path / "asked").write_text(content)
    assert main(["log", *logs, option, str(tmp_path / "asked")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert said.err.count("\n") == 1


def test_a_quorum_is_a_count(logs, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["log", *logs, "--quorum", "-1"])
    assert stopped.value.code == 2
