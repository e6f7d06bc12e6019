"""Runs of numbers, both ends counted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Run = tuple[int, int]


def left(whole: Run, gone: Iterable[Run]) -> list[Run]:
    """What is left of ``whole`` in runs, lowest first. ``gone`` lies within it and does not overlap."""
    found, start = [], whole[0]
    for first, last in sorted(gone):
        if first > start:
            found.append((start, first - 1))
        start = last + 1
    if start <= whole[1]:
        found.append((start, whole[1]))
    return found


def size(runs: Iterable[Run]) -> int:
    """How many numbers the runs hold."""
    return sum(last - first + 1 for first, last in runs)


def told(runs: Sequence[Run]) -> str:
    """ "1–40, 52, 60–100"."""
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
