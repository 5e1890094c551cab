"""Stages that run beside each other. What one of them prints comes in one piece, when it has ended."""

import multiprocessing
import multiprocessing.connection
import os
import resource
import shutil
import sys
import tempfile
import time

from cadre_dev import shell
from cadre_dev.shell import Count, Failed, say


# The nice value of what has a core after others.
BEHIND = 5


class _Beside:
    """A stage in a process of its own, with its output in a file."""

    def __init__(self, name, stage, nice):
        self.name = name
        self.log = tempfile.TemporaryFile()
        self.began = time.monotonic()
        self.answer, answers = multiprocessing.Pipe(duplex=False)
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=self._work, args=(stage, nice, answers), daemon=True)
        sys.stdout.flush()
        self.process.start()
        answers.close()

    def _work(self, stage, nice, answers) -> None:
        os.nice(nice)
        os.dup2(self.log.fileno(), 1)
        os.dup2(self.log.fileno(), 2)
        try:
            count = stage()
        except Failed as failure:
            say(str(failure))
            count = Count(failed=1, names=(str(failure),))
        sys.stdout.flush()
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        answers.send((count, sum(one.ru_utime + one.ru_stime for one in used)))

    def end(self) -> tuple[Count, str]:
        """After it has ended: shows what it printed, and says what it found and what it took."""
        self.process.join()
        try:
            with self.answer:
                count, cpu = self.answer.recv()
        except EOFError:
            count, cpu = Count(failed=1, names=(f"it ended with exit code {self.process.exitcode} and no count",)), 0
        print(f"\n=== {self.name}", flush=True)
        with self.log:
            self.log.seek(0)
            shutil.copyfileobj(self.log, sys.stdout.buffer)
        sys.stdout.flush()
        took = f"{time.monotonic() - self.began:.0f} s ({cpu:.0f} s of processor time), {count}"
        return shell.named(self.name, count), f"{self.name}: {took}"


def run_together(stages, at_once: int, first=()) -> Count:
    """Like run_stages, so many at once: the next one begins, in their order, when one has ended. What is in `first` has a
    core before the others."""
    waiting, running, total, times = list(stages), {}, Count(), []
    while waiting or running:
        while waiting and len(running) < at_once:
            name, stage = waiting.pop(0)
            one = _Beside(name, stage, 0 if name in first else BEHIND)
            say(f"{name} has begun")
            running[one.process.sentinel] = one
        for ended in multiprocessing.connection.wait(running):
            count, took = running.pop(ended).end()
            say(took)
            times.append(took)
            total += count
    print("\n=== times\n" + "\n".join(times), flush=True)
    return total
