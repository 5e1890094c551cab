import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from cadre_dev import shell, together


@contextlib.contextmanager
def printed():
    """What is printed to descriptor 1, once the block has ended."""
    lines, kept = [], os.dup(1)
    with tempfile.TemporaryFile() as file:
        sys.stdout.flush()
        os.dup2(file.fileno(), 1)
        try:
            # Of its own, whatever the runner has put in its place.
            with contextlib.redirect_stdout(open(1, "w", closefd=False)):
                yield lines
                sys.stdout.flush()
        finally:
            os.dup2(kept, 1)
            os.close(kept)
        file.seek(0)
        lines += file.read().decode().splitlines()


def prints(text: str, *, then=lambda: None, count=None):
    def stage():
        for word in text.split():
            subprocess.run(["echo", word], check=True)
            print(word)
            then()
        return count or shell.Count(passed=1)

    return stage


def run_together(stages, at_once, seconds=60, **more):
    return together.run_together(stages, at_once, lambda _: seconds, **more)


class Together(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def meet(self, own: str, other: str):
        """Waits until the other stage is here, too."""
        def wait() -> None:
            (self.folder / own).touch()
            while not (self.folder / other).exists():
                time.sleep(0.01)

        return wait

    def test_stages_run_beside_each_other_and_each_prints_in_one_piece(self):
        with printed() as lines:
            total = run_together([("a", prints("one two", then=self.meet("a", "b"))),
                                  ("b", prints("three four", then=self.meet("b", "a")))], at_once=2)
        self.assertEqual(total, shell.Count(passed=2))
        for name, words in (("a", ["one", "two"]), ("b", ["three", "four"])):
            begun = lines.index(f"=== {name}") + 1
            ended = next(i for i, line in enumerate(lines) if line.startswith(f"dev: {name}: "))
            self.assertEqual(sorted(lines[begun:ended]), sorted(words * 2))

    def test_no_more_run_at_once_than_may_and_in_their_order(self):
        def alone():
            (self.folder / "here").mkdir()  # fails where another is
            (self.folder / "here").rmdir()
            return shell.Count(passed=1)

        with printed() as lines:
            total = run_together([(name, alone) for name in "abcdef"], at_once=1)
        self.assertEqual(total, shell.Count(passed=6))
        self.assertEqual([line[4:] for line in lines if line.startswith("=== ")], [*"abcdef", "times"])

    def test_what_fails_breaks_or_dies_is_named_and_the_others_still_run(self):
        def broken():
            raise shell.Failed("The compiler is away.")

        def wrong():
            raise ValueError("a fault of ours")

        with printed() as lines:
            total = run_together([("a", broken), ("b", prints("x", count=shell.Count(1, 1, 0, ("bad",)))), ("c", lambda: os._exit(7)),
                                  ("d", wrong), ("e", prints("y"))], at_once=3)
        self.assertEqual((total.passed, total.failed), (2, 4))
        self.assertEqual(sorted(total.names), ["a: The compiler is away.", "b: bad", "c: it ended with exit code 7 and no count",
                                               "d: it ended with exit code 1 and no count"])
        self.assertIn("ValueError: a fault of ours", lines)

    def test_what_does_not_end_is_stopped_with_all_that_it_started_and_shows_how_far_it_came(self):
        def hangs():
            print("here", flush=True)
            started = subprocess.Popen(["sleep", "600"])
            (self.folder / "sleeps").write_text(str(started.pid))
            started.wait()

        with printed() as lines:
            total = run_together([("a", hangs), ("b", prints("x"))], at_once=1, seconds=1)
        self.assertEqual((total.passed, total.failed), (1, 1))
        self.assertEqual(total.names, ("a: it had not ended after 0 minutes, and was stopped",))
        self.assertIn("here", lines)
        started = pathlib.Path("/proc") / (self.folder / "sleeps").read_text() / "stat"
        self.assertTrue(not started.exists() or started.read_text().rsplit(")", 1)[1].split()[0] == "Z")

    def test_what_is_stopped_may_count_as_given_up(self):
        with printed() as lines:
            total = run_together([("a", lambda: time.sleep(600)), ("b", lambda: os._exit(7))], at_once=1, seconds=1,
                                 given_up=lambda name: shell.Count(skipped=1))
        self.assertEqual((total.skipped, total.failed), (1, 1))
        self.assertIn("dev: a: it had not ended after 0 minutes, and was stopped", lines)

    def test_what_is_shown_comes_as_it_is_printed(self):
        with printed() as lines:
            run_together([("a", lambda: shell.Count(passed=subprocess.run(["echo", "one"], check=True).returncode + 1))], at_once=1,
                         shown=True)
        self.assertEqual([line for line in lines if line and not line.startswith("dev: ")], ["=== a", "one", "=== times", lines[-1]])


if __name__ == "__main__":
    unittest.main()
