import unittest

import check_settings
from check_settings import findings, read_in, table_of


class Settings(unittest.TestCase):
    TABLE = table_of('    {"Limits", "max_upload", Kind::size, &Settings::max_upload, by_serve, "1GiB", "", 0, 0, "", "…"},\n'
                     '    {"", "drain", Kind::duration,\n     &Settings::drain, by_serve, kAuto, "0s", 0, 0, "", "…"},\n')

    def wrong(self, *sources):
        return findings(self.TABLE, read_in(list(sources)), set())

    def test_each_setting_is_read_somewhere(self):
        self.assertEqual(self.wrong("policy.max_upload = settings.max_upload;", "wait(settings_.drain);"), [])
        self.assertEqual(self.wrong("policy.max_upload = settings_.max_upload;"), ["drain: nothing reads it"])

    def test_what_is_only_given_a_value_is_not_read(self):
        self.assertEqual(self.wrong("use(settings.max_upload); settings.drain = 5s;"), ["drain: nothing reads it"])
        self.assertEqual(self.wrong("use(settings.max_upload); if (settings.drain == 5s) go();"), [])

    def test_what_is_read_can_be_set(self):
        self.assertEqual(self.wrong("use(settings.max_upload, settings.drain, settings.secret_knob);"),
                         ["secret_knob: is read, and is no setting"])

    def test_the_table_as_it_is_reaches_something_everywhere(self):
        self.assertEqual(check_settings.main(), 0)


if __name__ == "__main__":
    unittest.main()
