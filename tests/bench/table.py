"""What was measured beside what was promised, a line each."""

from __future__ import annotations


def head() -> None:
    print(f"{'':<58} {'measured':>20}  {'budget':<18}")


def row(what: str, measured: str, budget: str, kept: bool) -> None:
    print(f"{what:<58} {measured:>20}  {budget:<18} {'kept' if kept else 'MISSED'}", flush=True)


def note(what: str, measured: str) -> None:
    """A figure without a budget."""
    print(f"  {what:<56} {measured:>20}", flush=True)
