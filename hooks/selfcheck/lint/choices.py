"""Options of single and multiple choice: none may give the answer away, and every wrong one teaches something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selfcheck.kinds.single import Choice, Right, Single, Wrong
from selfcheck.lint.page import prose
from selfcheck.lint.rule import Bank, Finding, Found, Rule, at, each
from selfcheck.question import Question

SHARE, ENOUGH = 0.35, 8  # of the single choices of a file the right option may be the longest, from so many on
FAR, CHARACTERS = 1.3, 12  # a right option is far longer from this ratio and this difference on
# Each with its opposite: where one stands among the right options and the other among the wrong ones, neither tells anything.
CUES = {"all": "none", "always": "never", "must": "", "never": "always", "none": "all", "only": ""}
CONTAINED = 3  # words; "bias" in "bias and variance" is no flaw
CATCH_ALL = re.compile(
    r"(?:all|any|each|both|none|neither|either) of (?:these|them|the (?:above|options?|others?|answers?|claims?|statements?))\b", re.IGNORECASE
)
WORD = re.compile(r"`[^`]+`|\$[^$]+\$|[^\W_]+(?:['’-][^\W_]+)*")


def _without_reason(question: Question) -> Iterator[Found]:
    for option in question.options if isinstance(question, Choice) else ():
        if isinstance(option, Wrong) and not option.why:
            yield at(option.wrong), "This wrong option has no `why`: name the misconception behind it and correct it."


def _longest(bank: Bank) -> Iterator[Finding]:
    for path, questions in bank.files.items():
        singles = [question for question in questions if isinstance(question, Single)]
        measured = {str(question.id): lengths(question) for question in singles}
        longest = [question for question in singles if measured[question.id][0] > measured[question.id][1]]
        counted = [question for question in longest if LONGEST.id not in (question.waive or ())]
        many = len(singles) >= ENOUGH and len(counted) > SHARE * len(singles)
        for question in longest:
            right, wrong = measured[question.id]
            far = right >= FAR * wrong and right >= wrong + CHARACTERS
            text = next(option.right for option in question.options if isinstance(option, Right))
            if far:
                message = (
                    f"The right option is far longer ({right} characters) than every wrong one ({wrong} at most), which gives it away: "
                    "shorten it, or say more in a wrong one."
                )
            elif many or question not in counted:
                message = (
                    f"In {len(counted)} of {len(singles)} single choices of this file the right option is the longest, as here; "
                    f"at most {SHARE:.0%} may be: make wrong options as long, until they are few."
                )
            else:
                continue
            yield Finding(path, question, at(text), message)


def lengths(question: Single) -> tuple[int, int]:
    """Of the right option and of the longest wrong one, about as many characters as a reader sees."""
    right = [_visible(option.text) for option in question.options if isinstance(option, Right)]
    wrong = [_visible(option.text) for option in question.options if isinstance(option, Wrong)]
    return max(right), max(wrong, default=0)


def _visible(text: str) -> int:
    text = re.sub(r"\\(?:text|mathrm|mathbf|mathbb|mathcal|operatorname|left|right|big|Big)\b", "", text)
    text = re.sub(r"\\(?:[A-Za-z]+|.)", "x", text)
    return len(re.sub(r"[{}$`*_^]", "", text).strip())


def _cues(question: Question) -> Iterator[Found]:
    if not isinstance(question, Choice):
        return
    options = [option for option in question.options if not CATCH_ALL.match(option.text.strip())]
    right, wrong = ([option.text for option in options if isinstance(option, side)] for side in (Right, Wrong))
    for cue, opposite in CUES.items():
        in_right, in_wrong = ([_cue(cue, text) for text in texts] for texts in (right, wrong))
        if in_right and all(in_right) and not any(in_wrong):
            which, text, found, others = "the right option" if len(right) == 1 else "every right option", right[0], in_right[0], wrong
        elif len(wrong) > 1 and all(in_wrong) and not any(in_right):
            which, text, found, others = "every wrong option", wrong[0], in_wrong[0], right
        else:
            continue
        if opposite and any(_cue(opposite, other) for other in others):
            continue
        side = "no wrong one" if others is wrong else "no right one"
        offset = found.start() if found else 0
        yield at(text, offset), f"`{cue}` stands in {which} and in {side}, which gives the answer away: say it in both, or in neither."


def _cue(word: str, text: str) -> re.Match[str] | None:
    """Where a text says it without exception; “not all”, “at all” and “if and only if” are exact."""
    return re.search(rf"(?<!\bnot )(?<!\bat )(?<!\band )\b{word}\b", prose(text), re.IGNORECASE)


def _contained(question: Question) -> Iterator[Found]:
    if not isinstance(question, Single):  # of several right options one may well say more than another
        return
    words = [(option.text, WORD.findall(option.text.lower())) for option in question.options]
    for inner, few in words:
        for outer, many in words:
            if CONTAINED <= len(few) < len(many) and any(many[i : i + len(few)] == few for i in range(len(many) - len(few) + 1)):
                yield (
                    at(outer),
                    f"This option says all that “{inner.strip()}” says, and more: if it is right, so is the other. Make them exclude each other.",
                )


def _catch_all(question: Question) -> Iterator[Found]:
    for option in question.options if isinstance(question, Choice) else ():
        if found := CATCH_ALL.match(option.text.strip()):
            if found[0].lower().startswith(("all", "any", "each", "both", "either")):
                yield at(option.text), "Who sees that two options hold needs no third: ask with `type: multiple` in place of this option."
            elif option.pin != "last":
                yield at(option.text), "The build orders options by a hash, and this one means those before it: add `pin: last`."


WITHOUT_REASON = Rule(
    id="wrong-without-why",
    says="Every wrong option has a `why`.",
    reason="Readers learn most from the mistake they have just made. A wrong option that can't be explained is not a mistake that people make.",
    bad="""
- id: penalty
  type: single
  ask: Which penalty gives exact zeros?
  options:
    - right: The L1 penalty
    - wrong: The L2 penalty
""",
    good="""
- id: penalty
  type: single
  ask: Which penalty gives exact zeros?
  options:
    - right: The L1 penalty
    - wrong: The L2 penalty
      why: Its pull fades near zero.
""",
    bank=each(_without_reason),
)
LONGEST = Rule(
    id="longest-option",
    says=f"The right option is not far longer than the wrong ones, and in a file at most {SHARE:.0%} of the single choices have it as the longest.",
    reason="Authors hedge what is true. Readers who notice choose the longest option, and learn nothing.",
    bad="""
- id: dropout
  type: single
  ask: What does dropout do at test time?
  options:
    - right: Nothing, if activations were scaled up during training by one over the share that was kept
    - wrong: It drops units
      why: Only training does.
    - wrong: It doubles weights
      why: Nothing is scaled.
""",
    good="""
- id: dropout
  type: single
  ask: What does inverted dropout do at test time?
  options:
    - right: Nothing
    - wrong: It drops units
      why: Only training does.
    - wrong: It doubles weights
      why: Nothing is scaled.
""",
    bank=_longest,
)
CUE = Rule(
    id="cue-word",
    says=f"{', '.join(f'“{cue}”' for cue in CUES)} don't stand in the right option alone, nor in the wrong ones alone.",
    reason="Claims without exception are seldom true, so these words tell which options are wrong, whatever the question.",
    bad="""
- id: bootstrap
  type: single
  ask: When does the bootstrap of a mean work?
  options:
    - right: With finite variance
    - wrong: It always works
      why: A heavy tail breaks it.
    - wrong: Always, from thirty rows on
      why: No count of rows is enough for itself.
""",
    good="""
- id: bootstrap
  type: single
  ask: When does the bootstrap of a mean work?
  options:
    - right: With finite variance
    - wrong: With any variance
      why: A heavy tail breaks it.
    - wrong: From thirty rows on
      why: No count of rows is enough for itself.
""",
    bank=each(_cues),
)
NESTED = Rule(
    id="nested-option",
    says=f"No option of a single choice contains another one of {CONTAINED} words or more.",
    reason="If the longer one is right, so is the shorter; readers can rule one out without knowing anything.",
    bad="""
- id: average
  type: single
  ask: What does averaging many deep trees do?
  options:
    - right: It lowers the variance
    - wrong: It lowers the variance and the bias
      why: Each tree has the bias of the average.
""",
    good="""
- id: average
  type: single
  ask: What does averaging many deep trees lower?
  options:
    - right: The variance
    - wrong: The bias
      why: Each tree has the bias of the average.
    - wrong: Variance and bias
      why: Each tree has the bias of the average.
""",
    bank=each(_contained),
)
CATCH = Rule(
    id="catch-all",
    says="“None of these” is pinned last, and there is no “all of these”.",
    reason="Options are shuffled, so “the above” may stand below. “All of these” is right as soon as two options are.",
    bad="""
- id: convex
  type: single
  ask: Which loss is convex in the logits?
  options:
    - right: None of these
    - wrong: The zero-one loss
      why: It is a step.
""",
    good="""
- id: convex
  type: single
  ask: Which loss is convex in the logits?
  options:
    - right: None of these
      pin: last
    - wrong: The zero-one loss
      why: It is a step.
""",
    bank=each(_catch_all),
)
RULES = (WITHOUT_REASON, LONGEST, CUE, NESTED, CATCH)
