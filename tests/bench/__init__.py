"""Measures time and size against the budgets, as ratios within one run, so that a slower machine changes little.

make bench                                 everything, about half an hour
python -m tests.bench size search          only these parts
"""
