import pathlib
import tempfile
import unittest

import check_includes


class Includes(unittest.TestCase):
    def findings(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check_includes.check(pathlib.Path(folder))

    def test_calls_that_go_down_are_fine(self):
        self.assertEqual(self.findings({
            "api/photos.cc": '#include "gallery/photos.h"\n#include "http/router.h"\n',
            "gallery/photos.h": '#include "catalog/catalog.h"\n#include <vector>\n',
            "base/sqlite.h": "#include <sqlite3.h>\n",
            "catalog/sqlite/open.cc": '#include "base/sqlite.h"\n#include "catalog/catalog.h"\n',
            "cli/serve.cc": '#include "catalog/sqlite/open.h"\n',
            "catalog/sqlite/open.h": "",
            "decode/probe.cc": "#include <vips/vips.h>\n#include <exiv2/exiv2.hpp>\n",
            "blobs/s3/store.cc": '#include "http/client.h"\n',
        }), [])

    def test_a_call_that_goes_up_is_found_with_its_line(self):
        self.assertEqual(self.findings({"gallery/photos.cc": '\n#include "api/photos.h"\n'}),
                         ["gallery/photos.cc:2: gallery may not include api"])
        self.assertEqual(len(self.findings({"http/router.cc": '#include "gallery/gallery.h"\n'})), 1)
        self.assertEqual(len(self.findings({"base/id.h": '#include "http/url.h"\n'})), 1)
        self.assertEqual(len(self.findings({"main.cc": '#include "api/photos.h"\n'})), 1)

    def test_the_gallery_sees_no_driver_but_its_tests_do(self):
        files = {"catalog/sqlite/open.h": "", "gallery/a.cc": '#include "catalog/sqlite/open.h"\n'}
        self.assertEqual(self.findings(files), ["gallery/a.cc:1: only cli may include the driver catalog/sqlite"])
        self.assertEqual(self.findings({"catalog/sqlite/open.h": "",
                                        "gallery/a_test.cc": '#include "catalog/sqlite/open.h"\n'}), [])

    def test_one_driver_does_not_see_another(self):
        self.assertEqual(len(self.findings({"jobs/sqlite/q.cc": '#include "catalog/sqlite/open.h"\n',
                                            "catalog/sqlite/open.h": ""})), 1)

    def test_libraries_stay_where_they_belong(self):
        self.assertEqual(len(self.findings({"media/pool.cc": "#include <vips/vips.h>\n"})), 1)
        self.assertEqual(len(self.findings({"gallery/a.cc": "#include <boost/beast/http.hpp>\n"})), 1)
        self.assertEqual(len(self.findings({"http/parser.h": "#include <boost/beast/http.hpp>\n"})), 1)
        self.assertEqual(len(self.findings({"gallery/a.cc": "#  include <sqlite3.h>\n"})), 1)

    def test_beast_stays_in_few_files(self):
        many = {f"http/{name}.cc": "#include <boost/beast/http.hpp>\n" for name in "abcd"}
        self.assertEqual(len(self.findings(many)), 1)

    def test_a_room_that_nobody_drew_is_found(self):
        self.assertEqual(len(self.findings({"misc/a.cc": '#include "base/id.h"\n'})), 1)


if __name__ == "__main__":
    unittest.main()
