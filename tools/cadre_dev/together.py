"""Stages that run beside each other, each in a process group of its own and in bounded time."""

import multiprocessing
import multiprocessing.connection
import os
import resource
import shutil
import signal
import sys
import tempfile
import time

from cadre_dev import shell
from cadre_dev.shell import Count, Failed, say


# The nice value of what has a core after others.
BEHIND = 5
# Seconds that a stage has to end, once it is told to.
LEAVE = 60


class _Beside:
    """A stage in a process group of its own; `log` has what it prints, or nothing if it is shown as it comes."""

    def __init__(self, name, stage, nice, within, shown):
        self.name = name
        self.within = within
        self.late = False
        self.log = None if shown else tempfile.TemporaryFile()
        self.began = time.monotonic()
        self.answer, answers = multiprocessing.Pipe(duplex=False)
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=self._work, args=(stage, nice, answers), daemon=True)
        sys.stdout.flush()
        self.process.start()
        answers.close()

    def _work(self, stage, nice, answers) -> None:
        os.setpgid(0, 0)
        os.nice(nice)
        with open(os.devnull) as nothing:  # in the background a terminal would stop who reads from it
            os.dup2(nothing.fileno(), 0)
        if self.log is not None:
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

    def left(self) -> float:
        """Seconds until it has to be stopped."""
        return self.began + self.within - time.monotonic()

    def stop(self) -> None:
        """Ends it with all that it started: politely first, since what it started may have started more."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, how)
            except ProcessLookupError:
                return
            self.process.join(LEAVE)

    def end(self, given_up) -> tuple[Count, str]:
        """After it has ended: shows what it printed, and says what it found and what it took."""
        self.process.join()
        try:
            with self.answer:
                count, cpu = self.answer.recv()
        except EOFError:
            why = f"it ended with exit code {self.process.exitcode} and no count"
            if self.late:
                why = f"it had not ended after {self.within / 60:.0f} minutes, and was stopped"
            count, cpu = (self.late and given_up(self.name)) or Count(failed=1, names=(why,)), 0
            say(f"{self.name}: {why}")
        if self.log is not None:
            print(f"\n=== {self.name}", flush=True)
            with self.log:
                self.log.seek(0)
                shutil.copyfileobj(self.log, sys.stdout.buffer)
            sys.stdout.flush()
        took = f"{time.monotonic() - self.began:.0f} s ({cpu:.0f} s of processor time), {count}"
        return shell.named(self.name, count), f"{self.name}: {took}"


def run_together(stages, at_once: int, within, first=(), shown=False, given_up=lambda _: None) -> Count:
    """Like run_stages, so many at once: the next one begins, in their order, when one has ended. What is in `first` has a
    core before the others. What one prints comes in one piece when it has ended, or with `shown` as it comes. A stage that
    has not ended after within(name) seconds is stopped, and has failed, if given_up(name) does not count it otherwise."""
    began = time.monotonic()
    waiting, running, total, times = list(stages), {}, Count(), []
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                name, stage = waiting.pop(0)
                if shown:
                    print(f"\n=== {name}")
                say(f"{name} has begun, {time.monotonic() - began:.0f} s after the first")
                one = _Beside(name, stage, 0 if name in first else BEHIND, within(name), shown)
                running[one.process.sentinel] = one
            first_late = min(running.values(), key=_Beside.left)
            ended = multiprocessing.connection.wait(running, max(0, first_late.left()))
            if not ended:
                first_late.late = True
                first_late.stop()
            for sentinel in ended:
                count, took = running.pop(sentinel).end(given_up)
                say(took)
                times.append(took)
                total += count
    finally:
        for one in running.values():
            one.stop()
    print("\n=== times\n" + "\n".join(times), flush=True)
    return total
