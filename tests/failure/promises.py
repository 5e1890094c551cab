"""Sentences that must hold, each printed with its figure as soon as it is known."""

from cadre_dev.shell import Count


class Promises:
    """Of one fault or one show."""

    def __init__(self):
        self.begin()

    def begin(self) -> None:
        """Forgets those of the one before."""
        self._broken: list[str] = []

    def promise(self, sentence: str, holds: bool, figure="") -> None:
        print(f"    {'ok  ' if holds else 'FAIL'} {sentence}{': ' + figure if figure else ''}", flush=True)
        if not holds:
            self._broken.append(f"{sentence}{': ' + figure if figure else ''}"[:300])

    def figure(self, sentence: str) -> None:
        """What was measured and nobody promised."""
        print(f"    {sentence}", flush=True)

    def count(self, name="") -> Count:
        """All of them together are one test, told by `name` where its stage has others."""
        if not self._broken:
            return Count(passed=1)
        return Count(failed=1, names=((f"{name}: " if name else "") + "; ".join(self._broken),))
