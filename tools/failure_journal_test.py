"""What the failure tests' journal takes for a loss, and what not."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests"))
from failure.journal import Journal, Photo  # noqa: E402


def shown(title="", trashed=False, sha256="1"):
    return {"title": title, "sha256": sha256, "trashed_at": "2026-11-24T00:00:00Z" if trashed else None}


class JournalTest(unittest.TestCase):
    def test_what_was_acknowledged_and_is_not_there_is_a_loss(self):
        photo = Photo("id", "1", title="a")
        for status, document in [(404, None), (503, None), (200, shown("b")), (200, shown("a", trashed=True)),
                                 (200, shown("a", sha256="2"))]:
            self.assertIsNotNone(photo.wrong(status, document), (status, document))
        self.assertIsNone(photo.wrong(200, shown("a")))

    def test_what_was_deleted_for_good_is_gone(self):
        photo = Photo("id", "1", purged=True)
        self.assertIsNone(photo.wrong(404, None))
        self.assertIsNotNone(photo.wrong(200, shown()))

    def test_a_change_without_an_answer_may_have_taken_effect_or_not(self):
        photo = Photo("id", "1", title="a")
        photo.titled("b", acknowledged=False)
        self.assertIsNone(photo.wrong(200, shown("a")))
        self.assertIsNone(photo.wrong(200, shown("b")))
        self.assertIsNotNone(photo.wrong(200, shown("c")))

    def test_an_acknowledged_edit_wins_over_all_before_it(self):
        photo = Photo("id", "1", title="a")
        photo.titled("b", acknowledged=False)
        photo.titled("c", acknowledged=True)
        self.assertIsNotNone(photo.wrong(200, shown("b")))
        self.assertIsNone(photo.wrong(200, shown("c")))

    def test_it_counts_what_it_holds(self):
        journal = Journal()
        journal.uploaded("a", b"1")
        journal.uploaded("b", b"2").purged = True
        self.assertEqual(str(journal), "2 photos, 0 of them in the trash, 1 deleted for good")


if __name__ == "__main__":
    unittest.main()
