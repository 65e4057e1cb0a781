"""Rules of style that a machine can check, on questions and on pages.

`rule` says what a rule is, `catalog` names them all, `run` applies them and their waivers. Every other module holds the
rules of one subject, each with its reason and an example, from which tests and documentation are made. What keeps a
question from being read at all is not here but in the types of questions.
"""
