"""Of whom a question is asked: one rule, in Python and in the browser."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.questions import rules
from blueprints.questions.rules import Condition, Definition, Option, Rule, asked_of
from core.config import ROOT
from models import QuestionKind

VALUES = st.frozensets(st.sampled_from(["yes", "no", "a1"]), max_size=2)


@st.composite
def chains(draw: st.DrawFn) -> list[Rule]:
    """Up to eight questions, each perhaps for some categories, perhaps after an earlier one."""
    made: list[Rule] = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        categories = draw(st.none() | st.frozensets(st.integers(1, 3), min_size=1))
        condition = Condition(draw(st.integers(1, number - 1)), draw(VALUES)) if number > 1 and draw(st.booleans()) else None
        made.append(Rule(number, categories, condition))
    return made


ANSWERS = st.dictionaries(st.integers(1, 8), st.sampled_from([None, "", "yes", "no", "a1", ["a1"], ["yes", "a1"], []]))


@given(chain=chains(), category=st.integers(1, 3), answers=ANSWERS)
def test_nothing_hangs_on_a_question_that_is_not_asked(chain: list[Rule], category: int, answers: dict[int, Any]) -> None:
    asked = asked_of(chain, category, answers)
    assert asked == sorted(asked)
    for rule in chain:
        wanted = rule.category_ids is None or category in rule.category_ids
        if rule.condition:
            said = rules.said(answers.get(rule.condition.question_id))
            wanted = wanted and rule.condition.question_id in asked and bool(said & rule.condition.values)
        assert (rule.id in asked) == wanted


@settings(max_examples=5, deadline=None)
@given(cases=st.lists(st.tuples(chains(), st.integers(1, 3), ANSWERS), min_size=60, max_size=60))
def test_the_browser_decides_the_same(cases: list[tuple[list[Rule], int, dict[int, Any]]]) -> None:
    vectors = [{"rules": [[str(r.id), sorted(map(str, r.category_ids)) if r.category_ids is not None else None,
                           str(r.condition.question_id) if r.condition else None, sorted(r.condition.values) if r.condition else []] for r in chain],
                "category": str(category), "answers": [[str(key), sorted(rules.said(value))] for key, value in answers.items()]}
               for chain, category, answers in cases]
    script = f"""
      import {{ askedOf }} from '{(ROOT / "static/js/modules/questions.js").as_uri()}';
      const cases = {json.dumps(vectors)};
      console.log(JSON.stringify(cases.map((one) => [...askedOf(
        one.rules.map(([id, categories, after, values]) => ({{ id, categories: categories && new Set(categories), after, values: new Set(values) }})),
        one.category, new Map(one.answers.map(([id, said]) => [id, new Set(said)])))])));"""
    out = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True).stdout
    assert json.loads(out) == [[str(i) for i in asked_of(*case)] for case in cases]


@pytest.mark.parametrize(("given_", "fact"), [
    ({"label_th": ""}, rules.LabelMissing),
    ({"kind": QuestionKind.ONE_OF, "options": (Option("", "ก"),)}, rules.TooFewOptions),
    ({"kind": QuestionKind.ONE_OF, "options": (Option("", "ก"), Option("", "ก"))}, rules.OptionTwice),
    ({"kind": QuestionKind.NUMBER, "low": 5, "high": 4}, rules.BoundsCrossed),
    ({"condition": Condition(9, frozenset({"yes"}))}, rules.ConditionUnfit),
    ({"condition": Condition(1, frozenset())}, rules.ConditionUnfit),
    ({"condition": Condition(1, frozenset({"other"}))}, rules.ConditionUnfit),
])
def test_unfit_definitions(given_: dict[str, Any], fact: type[Exception]) -> None:
    with pytest.raises(fact):
        rules.check(Definition(**({"kind": QuestionKind.SHORT_TEXT, "label_th": "ถาม"} | given_)), {1: ["yes", "no"]})
