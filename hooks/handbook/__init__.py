"""What every page of the handbook needs: problems with a place, a cache, formulas, notebooks.

Nothing in this package knows MkDocs; the adapters one folder up do.
"""
