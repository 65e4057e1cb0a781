"""Questions with answers: read from YAML, checked, rendered, put into pages.

The flow: `source` reads a file strictly, `question` and `kinds` say what a question is, `bank` holds them all,
`fragment` renders one, `markers` finds where they belong in a page, `check` runs what can be run.
Nothing in this package knows MkDocs.
"""
