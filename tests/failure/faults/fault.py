"""What a fault is, and the promises that several of them make."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from failure.load import seconds_of_errors
from failure.run import Run


class Fault(NamedTuple):
    what: str  # is done
    do: Callable[[Run], None]


def no_stale(run: Run) -> None:
    run.promise("no answer was older than what had been acknowledged", not run.load.stale, "; ".join(run.load.stale[:3]))


def at_most_ten_seconds(run: Run) -> None:
    seconds = seconds_of_errors(run.requests)
    run.promise("at most 10 s of errors", seconds <= 10, f"{seconds} s")
    others = Counter(request.status or request.why for request in run.failed if request.status != 503)
    run.promise("what failed was answered 503", not others, ", ".join(f"{count} × {what}" for what, count in others.items()))
