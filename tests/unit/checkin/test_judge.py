"""The judge against its table of vectors, and the properties of derived attendance."""

import json
import random
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.checkin import judge as judge_module
from blueprints.checkin.attendance import attendance
from blueprints.checkin.codes import clean_code, short_code
from blueprints.checkin.judge import Attempt, Checkpoint, Judgement, Known, Past, Verdict, judge

VECTORS = json.loads(Path(judge_module.__file__).with_name("vectors.json").read_text(encoding="utf-8"))
DEFAULTS = VECTORS["defaults"]


def build(cls, default: dict, values: dict):
    """Make a dataclass of the judge from JSON: times end in `_at`, lists are sets."""
    merged = default | values
    for key, value in merged.items():
        if isinstance(value, list):
            merged[key] = frozenset(value)
        elif value is not None and (key == "at" or key.endswith("_at")):
            merged[key] = datetime.fromisoformat(value)
    return cls(**merged)


def build_log(scans: list[dict]) -> list[Past]:
    return [build(Past, DEFAULTS["past"], scan) for scan in scans]


def to_json(value: object) -> object:
    """How a field of an answer is written in the table."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Past):
        return value.nonce
    return list(value) if isinstance(value, tuple) else value


def names(kind: str):
    return pytest.mark.parametrize("vector", VECTORS[kind], ids=lambda vector: vector["name"])


@names("clean")
def test_clean_code(vector):
    assert clean_code(vector["raw"], VECTORS["hosts"]) == vector["code"]


@names("short")
def test_short_code(vector):
    assert short_code(vector["raw"]) == vector["code"]


@names("judge")
def test_judge(vector):
    known = vector.get("known", {})
    answer = judge(
        DEFAULTS["event_id"],
        build(Checkpoint, DEFAULTS["checkpoint"], vector.get("checkpoint", {})),
        None if known is None else build(Known, DEFAULTS["known"], known),
        build(Attempt, DEFAULTS["attempt"], vector.get("attempt", {})),
        build_log(vector.get("log", [])),
    )
    assert {key: to_json(getattr(answer, key)) for key in vector["expect"]} == vector["expect"]


@names("attendance")
def test_attendance(vector):
    all_out_at = vector.get("all_out_at")
    answer = attendance(build_log(vector["log"]), vector["policy"], all_out_at and datetime.fromisoformat(all_out_at))
    assert {field.name: to_json(getattr(answer, field.name)) for field in fields(answer)} == vector["expect"]


def test_the_table_reaches_every_verdict_of_the_judge():
    """`annulled` is the log's word alone."""
    reached = {vector["expect"]["verdict"] for vector in VECTORS["judge"]}
    assert reached == set(Verdict) - {Verdict.ANNULLED}


@pytest.mark.parametrize("verdict", Verdict)
def test_force_is_offered_exactly_for_steps_4_to_8(verdict):
    never = {"ok", "unverified", "replaced", "other_event", "unknown", "annulled"}
    answer = Judgement(verdict, datetime.now(UTC), verdict)
    assert answer.can_force == (verdict not in never)
    assert answer.admitted == (verdict == "ok") == (verdict.colour == "green")


START = datetime(2026, 11, 22, 5, tzinfo=UTC)
policies = st.sampled_from(["once", "reentry", "any"])
# Few seconds and few nonces, so that ties and repetitions are common.
logs = st.lists(
    st.builds(
        Past,
        nonce=st.uuids().map(str),
        direction=st.sampled_from(["in", "out"]),
        at=st.integers(0, 5).map(lambda second: START + timedelta(seconds=second)),
        admitted=st.booleans(),
        undone=st.booleans(),
    ),
    max_size=12,
)


@given(logs, policies, st.randoms(use_true_random=False))
def test_attendance_depends_on_the_set_of_scans_alone(log, policy, rng: random.Random):
    again = log + [rng.choice(log) for _ in log]
    rng.shuffle(again)
    assert attendance(again, policy) == attendance(log, policy)


@given(logs, policies)
def test_attendance_adds_up(log, policy):
    """Refused and undone scans change nothing; a stay lies between the first in and the last out."""
    counted = [scan for scan in log if scan.admitted and not scan.undone]
    answer = attendance(log, policy)
    entries = [scan for scan in counted if scan.direction == "in"]
    assert answer == attendance(counted, policy)
    assert answer.first_in == min((scan.at for scan in entries), default=None)
    assert answer.seconds >= 0
    if answer.seconds:
        assert answer.seconds <= (answer.last_out - answer.first_in).total_seconds()
    if policy == "once":
        assert len(answer.conflicts) == max(0, len(entries) - 1)
    if policy == "any":
        assert answer.conflicts == ()


@given(logs, policies)
def test_undoing_every_conflict_leaves_none(log, policy):
    conflicts = set(attendance(log, policy).conflicts)
    kept = [scan for scan in log if scan.nonce not in conflicts]
    assert attendance(kept, policy).conflicts == ()
    assert attendance(kept, policy).first_in == attendance(log, policy).first_in


@given(st.text(max_size=80))
def test_clean_code_gives_a_code_or_nothing(raw):
    code = clean_code(raw, VECTORS["hosts"])
    assert code is None or (len(code) == 26 and set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
