"""The dashboard's form, as Grafana reads it, and that it and the rules leave nothing out that the other has."""

import json
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "cadre.json").read_text())
RULES = (ROOT / "deploy" / "prometheus" / "cadre.rules.yml").read_text()
CASES = (ROOT / "deploy" / "prometheus" / "cadre.rules.test.yml").read_text()
KINDS = {"row", "stat", "table", "timeseries", "state-timeline"}
COLUMNS = 24


def cells(panel) -> set:
    place = panel["gridPos"]
    return {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}


class Dashboard(unittest.TestCase):
    def test_it_has_what_grafana_asks_of_a_dashboard_that_is_provisioned(self):
        self.assertRegex(DASHBOARD["uid"], r"^[a-z0-9-]{1,40}$")
        self.assertTrue(DASHBOARD["title"])
        self.assertNotIn("id", DASHBOARD, "the number of one Grafana is not another's")
        self.assertNotIn("__inputs", DASHBOARD, "what is provisioned is asked nothing")
        self.assertGreaterEqual(DASHBOARD["schemaVersion"], 36)

    def test_panels_have_ids_and_titles_of_their_own_and_do_not_overlap(self):
        panels = DASHBOARD["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        taken = set()
        for panel in panels:
            with self.subTest(panel["title"]):
                self.assertIn(panel["type"], KINDS)
                self.assertTrue(panel["title"])
                own = cells(panel)
                self.assertFalse(own & taken, "it lies on another one")
                self.assertLessEqual(panel["gridPos"]["x"] + panel["gridPos"]["w"], COLUMNS)
                taken |= own

    def test_each_panel_asks_the_source_that_was_chosen(self):
        variables = {one["name"]: one for one in DASHBOARD["templating"]["list"]}
        self.assertEqual(variables["datasource"]["type"], "datasource")
        self.assertEqual(variables["datasource"]["query"], "prometheus")
        for panel in DASHBOARD["panels"]:
            if panel["type"] == "row":
                continue
            with self.subTest(panel["title"]):
                self.assertEqual(panel["datasource"]["uid"], "${datasource}")
                letters = [target["refId"] for target in panel["targets"]]
                self.assertTrue(letters)
                self.assertEqual(len(set(letters)), len(letters))
                for target in panel["targets"]:
                    self.assertEqual(target["datasource"]["uid"], "${datasource}")
                    used = set(re.findall(r"\$(?!__)\{?(\w+)", target["expr"]))
                    self.assertLessEqual(used, set(variables))


class Rules(unittest.TestCase):
    def test_each_alert_has_a_case_in_which_it_fires_and_says_what_and_how_bad(self):
        alerts = re.findall(r"^ +- alert: (\w+)$", RULES, re.MULTILINE)
        self.assertEqual(len(set(alerts)), len(alerts))
        for alert in alerts:
            with self.subTest(alert):
                fires = rf"- alertname: {alert}\n +eval_time: \w+\n +exp_alerts:\n +- exp_labels: \{{severity: (warning|critical)"
                self.assertRegex(CASES, fires)

    def test_each_alert_is_explained_in_both_languages(self):
        alerts = re.findall(r"^ +- alert: (\w+)$", RULES, re.MULTILINE)
        for page in ("docs/how-to/watch.md", "docs/fr/how-to/watch.md"):
            text = (ROOT / page).read_text()
            self.assertEqual([alert for alert in alerts if f"`{alert}`" not in text], [], page)


if __name__ == "__main__":
    unittest.main()
