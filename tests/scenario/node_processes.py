"""What tests of node processes share: how they are started, asked and commanded."""

import json
import urllib.request

from command_line import invoke

QUIET = ("--heartbeat-s", "0")


def text(words, **more):
    return {
        "stream": "text",
        "exercise": True,
        "sensitivity": "releasable",
        "payload": {"text": words},
    } | more


def start_both(exercise, port=None):
    exercise.start("a", *QUIET)
    exercise.start("b", *QUIET, port=port)


def command(*words):
    done = invoke(["exchange", *words])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def shows(port, words):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/picture", timeout=10) as answer:
            return words in answer.read().decode()
    except OSError:
        return False
