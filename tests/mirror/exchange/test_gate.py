import pytest
from exchange_pair import item, text, track

from equipoise.checkers.exchange_log import policy
from equipoise.exchange.protocol.coarsen import Sites
from equipoise.exchange.protocol.gate import Gate, packaged, problem_with_policy, read_profile
from equipoise.exchange.protocol.notices import Board
from equipoise.foundation.errors import InputError


@pytest.mark.parametrize(
    ("what", "approvals", "rule", "allowed"),
    [
        (text(), 0, "exercise-traffic", True),
        (track(), 0, "exercise-traffic", True),
        (text(sensitivity="withhold"), 9, "marked-withhold", False),
        (text(sensitivity="hold"), 1, "second-person", False),
        (text(sensitivity="hold"), 2, "exercise-traffic", True),
        (text() | {"exercise": False}, 9, "default-deny", False),
        (item("orders", {}), 9, "default-deny", False),
    ],
)
def test_the_packaged_policy(what, approvals, rule, allowed):
    decision = Gate(b"k", party="A").decide(what, approvals=approvals, sites=Sites())
    assert (decision.rule, decision.allowed) == (rule, allowed)
    assert (decision.payload is not None) is allowed


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("permit (principal", "unexpected end of input|parse"),
        ("forbid (principal, action, resource) when { resource.sensitivty == 1 };", "sensitivty"),
        ('forbid (principal, action, resource) when { resource.approvals < "2" };', "type"),
    ],
)
def test_a_policy_that_could_fail_to_fire_is_an_error_at_the_start(policy, words):
    with pytest.raises(InputError, match=words):
        Gate(b"k", party="A", policy=policy)


COARSE = "[coarsen]\nleast_error_m = 1.0\nnoise_m = 0.0\ngrid_deg = 1.0\nstep_s = 1.0\nsigma_step_m = 1.0\n"


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("x", "not TOML"),
        ('[field]\ntext = ["text"]', "Did you mean 'fields'"),
        ('[fields]\ntext = ["tex", "text"]', "Did you mean 'text'"),
        ('[fields]\ntrack = ["track_id"]', "lacks time_s"),
        ("fields = 3", "fields: must be a table"),
        ("coarsen = [1]", "coarsen: must be a table"),
        ("[fields]\nheartbeat = 180", "fields.heartbeat: must be a list of names"),
        ('[fields]\ntext = [true, "text"]', "fields.text: must be a list of names"),
        ("[coarsen]\nleast_error_m = 1.0", "noise_m: is missing: give a number"),
        (
            COARSE.replace("least_error_m = 1.0", "least_error_m = 0.0"),
            "least_error_m: must be",
        ),
        (
            COARSE.replace("sigma_step_m = 1.0", "sigma_step_m = 0.0"),
            "sigma_step_m: must be a number from 1 to 1e[+]06",
        ),
        (
            COARSE.replace("grid_deg = 1.0", "grid_deg = 1e-300"),
            "grid_deg: must be a number from 1e-06 to 45",
        ),
        (COARSE.replace("step_s = 1.0", "step_s = 1e-4"), "step_s: must be a number from 0.001"),
        ("[coarsen]\ntime_shift_s = 2.0", "time_shift_s is not known|time_shift_s"),
    ],
)
def test_a_profile_with_a_fault_is_an_error_at_the_start(profile, words):
    with pytest.raises(InputError, match=words):
        read_profile(profile, file="profile.toml")


def test_a_stream_that_the_profile_does_not_list_stays():
    gate = Gate(b"k", party="A", profile='[fields]\nnotice = ["notice_id", "instrument", "type"]')
    decision = gate.decide(text(), approvals=0, sites=Sites())
    assert (decision.allowed, decision.reason) == (False, "the profile lists no field of this stream")


def test_nothing_of_the_package_names_an_order():
    words = packaged("profile.toml") + packaged("release.cedar")
    assert not [word for word in ("engage", "order", "weapon", "fire") if word in words.lower()]
    assert "order" not in str(Board({}).__dict__)


def test_a_rule_that_fails_denies():
    # Cedar passes over a rule whose evaluation fails, here by overflow, a forbid like any other
    policy = """@id("all") permit (principal, action, resource);
    @id("none") forbid (principal, action, resource) when { resource.approvals + 9223372036854775807 > 5 };"""
    gate = Gate(b"k", party="A", policy=policy)
    assert gate.decide(text(), approvals=0, sites=Sites()).rule == "none"
    decision = gate.decide(text(), approvals=1, sites=Sites())
    assert (decision.rule, decision.allowed) == ("policy-error", False)


WHEN = "permit (principal, action, resource) when { %s };"
LENGTH = len(WHEN % "")


@pytest.mark.parametrize("problem", [problem_with_policy, policy.problem_with_policy])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"(((' + '\\"((' * 100, ""),  # a text that never ends is read once to the end
        ('"(((' + '\\"((' * 100 + "\\", ""),
        ('"a\\"(" ' + "(" * 32, ""),
        ('"a\\"(" ' + "(" * 33, "nests more than 32 deep"),
        (WHEN % ("x" * (16_384 - LENGTH)), ""),
        (WHEN % ("x" * (16_385 - LENGTH)), "is 16,385 bytes long, more than 16,384"),
        (WHEN % ("\u00e9" * 8_192), "is 16,431 bytes long, more than 16,384"),
        ("permit (principal is Party, action, resource is Item) when { true };", ""),
        (WHEN % 'resource.stream == "is" && resource.this_has_is // has', ""),
        (WHEN % "resource has stream", "asks in a condition with 'has'"),
        (WHEN % "(resource)is Item", "asks in a condition with 'is'"),
        ("permit (principal, action, resource)} when { 1has a.b };", "asks in a condition with 'has'"),
    ],
)
def test_gate_and_verifier_refuse_the_same_policies(problem, text, words):
    assert problem(text).startswith(words)
    assert bool(problem(text)) is bool(words)
