"""British spellings and the American ones that the handbook uses.

Families of words are written as stems and endings, so that what belongs together stands together.
"""

from __future__ import annotations

from itertools import product

ISE = """
anonym apolog author binar categor central character colon computer critic crystall custom decentral denormal diagonal
digit discret econom emphas equal factor familiar final formal general global harmon hypothes ideal immun incentiv
industrial initial internal item lemmat linear local marginal maxim mechan memor minim mobil modern modular neutral
normal optim organ orthogonal orthonormal parallel parameter penal personal polar popular priorit privat pseudonym
quant random rational real recogn regular renormal reorgan reparameter revolution sanit scrutin sensit serial social
special stabil standard summar symbol symmetr synchron synthes token trivial unregular util vector visual winsor
""".split()
OUR = "behavi col fav flav harb hon hum lab neighb od rum sav vig endeav arm".split()
DOUBLED = (
    "cancel channel counsel dial equal fuel initial label level marshal model panel pedal quarrel remodel signal total travel tunnel relabel".split()
)
SINGLE: dict[str, str] = {
    "ageing": "aging",
    "aluminium": "aluminum",
    "amongst": "among",
    "analyse": "analyze",
    "analysed": "analyzed",
    "analyser": "analyzer",
    "analysing": "analyzing",
    "artefact": "artifact",
    "artefacts": "artifacts",
    "calibre": "caliber",
    "centre": "center",
    "centred": "centered",
    "centrepiece": "centerpiece",
    "centres": "centers",
    "centring": "centering",
    "defence": "defense",
    "defences": "defenses",
    "dialled": "dialed",
    "enrolment": "enrollment",
    "fibre": "fiber",
    "fibres": "fibers",
    "fulfilment": "fulfillment",
    "grey": "gray",
    "greyscale": "grayscale",
    "instalment": "installment",
    "judgement": "judgment",
    "judgements": "judgments",
    "kilometre": "kilometer",
    "kilometres": "kilometers",
    "learnt": "learned",
    "licence": "license",
    "licences": "licenses",
    "litre": "liter",
    "litres": "liters",
    "metre": "meter",
    "metres": "meters",
    "misjudgement": "misjudgment",
    "offence": "offense",
    "paralyse": "paralyze",
    "practise": "practice",
    "practised": "practiced",
    "practising": "practicing",
    "pretence": "pretense",
    "programme": "program",
    "programmes": "programs",
    "sceptic": "skeptic",
    "sceptical": "skeptical",
    "sceptics": "skeptics",
    "spelt": "spelled",
    "unlabelled": "unlabeled",
    "mislabelled": "mislabeled",
    "mislabelling": "mislabeling",
    "whilst": "while",
}


def _pairs() -> dict[str, str]:
    pairs = dict(SINGLE)
    for stem, ending in product(ISE, ("ise", "ised", "ises", "ising", "isation", "isations", "iser", "isers", "isable")):
        pairs[stem + ending] = stem + ending.replace("is", "iz", 1)
    for stem, ending in product(OUR, ("", "s", "ed", "ing", "al", "ful", "able", "ite", "hood", "hoods", "ingly", "ally")):
        pairs[f"{stem}our{ending}"] = f"{stem}or{ending}"
    for stem, ending in product(DOUBLED, ("ed", "ing", "er", "ers", "ings")):
        pairs[f"{stem}l{ending}"] = stem + ending
    return pairs


AMERICAN = _pairs()
