"""The types of questions. A new type is a new file here, one line below, and a file of the same name for the browser."""

from __future__ import annotations

from selfcheck.kinds.cloze import Cloze
from selfcheck.kinds.code import Code
from selfcheck.kinds.match import Match
from selfcheck.kinds.multiple import Multiple
from selfcheck.kinds.numeric import Numeric
from selfcheck.kinds.open import Open
from selfcheck.kinds.order import Order
from selfcheck.kinds.output import Output
from selfcheck.kinds.short import Short
from selfcheck.kinds.single import Single
from selfcheck.question import Question

KINDS: dict[str, type[Question]] = {
    "single": Single,
    "multiple": Multiple,
    "numeric": Numeric,
    "short": Short,
    "cloze": Cloze,
    "order": Order,
    "match": Match,
    "output": Output,
    "open": Open,
    "code": Code,
}
