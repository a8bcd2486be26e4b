"""One enterprise under its many spellings: บริษัท … จำกัด, บจก. …, หจก. …, … Co., Ltd."""

import re

from thai.text import letters_only, normalise

_ABBREVIATION = r"(?:บ\.? ?ม\.? ?จ|บ\.? ?จ\.? ?ก|บ\.? ?จ|ห\.? ?จ\.? ?ก|ห\.? ?ส\.? ?น)"
_FORM_BEFORE = re.compile(
    r"^(?:บริษัท ?จำกัด(?: ?\(มหาชน\))?|บริษัท|ห้างหุ้นส่วน ?(?:จำกัด|สามัญ(?: ?นิติบุคคล)?)"
    rf"|{_ABBREVIATION}(?:\.|(?= ))|บ\.)(?![ะ-ฺ็-๎]) ?")
_FORM_AFTER = re.compile(
    r" ?(?:(?<!ไม่)จำกัด\.?|(?<= )จก\.?|จก\.|\( ?(?:มหาชน|สำนักงานใหญ่|head office) ?\)"
    rf"|(?<= ){_ABBREVIATION}\.?"
    r"|(?<![^\W_])(?:(?:public )?(?:company|co)[., ]*(?:limited|ltd)|(?:limited|ltd)[., ]*part(?:nership)?"
    r"|pcl|plc|llc|inc|ltd|limited|co)[.,]*)$", re.IGNORECASE)
_EDGES = " ,;"
# บริษัท … จำกัด (มหาชน) (สำนักงานใหญ่) has three at one end.
_MOST_FORMS = 3


def fold_organisation(name: str) -> str:
    """A key that the spellings of one organisation share and different organisations do not.

    Legal form, case, spaces and punctuation do not count; tone marks do, for ค้า and คา are different names.
    Compare it only with another `fold_organisation`.
    """
    return letters_only(sort_name(name)) or letters_only(name)


def sort_name(name: str) -> str:
    """The name without its legal form, for lists in dictionary order; the whole name when nothing else is left."""
    name = normalise(name)
    for _ in range(_MOST_FORMS):
        name = _FORM_AFTER.sub("", _FORM_BEFORE.sub("", name)).strip(_EDGES) or name
    return name
