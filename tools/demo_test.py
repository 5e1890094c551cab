import pathlib
import tempfile
import unittest
import xml.etree.ElementTree
from datetime import datetime

from cadre_dev import demo


class Demo(unittest.TestCase):
    def test_each_photograph_is_named_once_and_said_of_it_is_what_can_be(self):
        photographs = demo.table()
        names = [pathlib.PurePath(photograph.file).name for photograph in photographs]
        self.assertEqual(len(set(names)), len(names))
        for photograph in photographs:
            with self.subTest(photograph.file):
                if photograph.taken:
                    datetime.fromisoformat(photograph.taken)
                if photograph.position:
                    self.assertLessEqual(abs(photograph.position[0]), 90)
                    self.assertLessEqual(abs(photograph.position[1]), 180)
                self.assertIn(photograph.rating, (None, 1, 2, 3, 4, 5))

    def test_a_sidecar_is_xmp_whatever_is_said(self):
        told = demo.Photograph("a.jpg", title='<"Été" & more>', tags=("a&b",), rating=4, taken="2018-06-23T10:12:00",
                               position=(-43.19, 4.83))
        tree = xml.etree.ElementTree.fromstring(told.sidecar())
        self.assertIn('<"Été" & more>', "".join(tree.itertext()))
        text = {element.tag.rpartition("}")[2]: element.text for element in tree.iter()}
        self.assertEqual((text["GPSLatitude"], text["GPSLongitude"]), ("43,11.400000S", "4,49.800000E"))

    def test_they_lie_in_the_folders_of_their_albums_each_with_its_sidecar(self):
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            count = demo.lay_out(place)
            pictures = [path for path in place.rglob("*") if path.is_file() and path.suffix != ".xmp"]
            self.assertEqual(len(pictures), count)
            self.assertTrue(all(path.with_name(path.name + ".xmp").exists() for path in pictures))
            self.assertTrue((place / "The garden" / "LadyBird.jpg").exists())


if __name__ == "__main__":
    unittest.main()
