#!/usr/bin/env python3
import unittest

import check_codes

TABLE = check_codes.table_of('''
    {{Code::not_found, "not-found", 404},
     {"There is nothing here", "It was deleted."},
    {{Code::busy, "busy", 503},
     {"The server is busy",
''')
CONTRACT = """
    ProblemCode:
      type: string
      enum:
        - not-found
        - busy
    Other:
      enum:
        - else
"""


FIELD_TABLE = check_codes.field_table_of(r'''
    {FieldCode::missing, "missing", "It is missing.", "Il manque."},
    {FieldCode::too_long, "too-long", "Say \"x\": {max} at most.",
     "Dites \"x\" : {max} au plus."},
    {FieldCode::not_one_of, "not-one-of", "It must be {choices}.", "Ce doit être {choices}."},
''')
SAID = """
    if (!there) wrong.add("a", FieldCode::missing);
    wrong.add("a", FieldCode::too_long,
              {{"max", kMax}});
    fields.wrong("a", FieldCode::not_one_of, choices({"x", "y"}));
"""


def found_of_fields(said=SAID, listed=frozenset({"missing", "too-long", "not-one-of"})):
    return check_codes.field_findings(FIELD_TABLE, check_codes.fields_said_in([said]), set(listed))


def found(table=None, used=frozenset({"not-found", "busy"}), contract=CONTRACT, nginx=""):
    return check_codes.findings(table or TABLE, set(used), check_codes.listed_in(contract), check_codes.of_nginx(nginx))


class Codes(unittest.TestCase):
    def test_nothing_is_found_where_all_agree(self):
        self.assertEqual(TABLE, {"not-found": (404, "There is nothing here"), "busy": (503, "The server is busy")})
        self.assertEqual(found(), [])

    def test_a_code_that_nothing_uses(self):
        self.assertEqual(found(used={"busy"}), ["not-found: nothing uses it"])
        self.assertEqual(check_codes.used_in(["fail(Code::not_found, x)", "Code::busy"]), {"not-found", "busy"})

    def test_what_nginx_alone_uses_is_used(self):
        nginx = '{{- problem(404, "not-found", "There is nothing here", "There is nothing here.") }}'
        self.assertEqual(found(used={"busy"}, nginx=nginx), [])

    def test_a_code_that_the_contract_does_not_list(self):
        self.assertEqual(found(contract=CONTRACT.replace("        - busy\n", "")), ["busy: not in api/openapi.yaml"])

    def test_a_code_that_only_the_contract_lists(self):
        contract = CONTRACT.replace("        - busy\n", "        - busy\n        - gone\n")
        self.assertEqual(found(contract=contract), ["gone: in api/openapi.yaml, not in the table"])

    def test_what_nginx_says_differently(self):
        for said in ('(503, "not-found", "There is nothing here"', '(404, "not-found", "Not Found"', '(404, "none", "x"'):
            self.assertEqual(len(found(nginx="{{- problem" + said + ', "d") }}')), 1, said)


class FieldCodes(unittest.TestCase):
    def test_nothing_is_found_where_all_agree(self):
        self.assertEqual(FIELD_TABLE, {"missing": set(), "too-long": {"max"}, "not-one-of": {"choices"}})
        self.assertEqual(found_of_fields(), [])

    def test_a_code_that_nothing_says(self):
        self.assertEqual(found_of_fields(SAID.replace("FieldCode::missing", "kNone")), ["missing: nothing says it"])

    def test_a_code_that_the_contract_does_not_list_or_lists_alone(self):
        self.assertEqual(found_of_fields(listed={"missing", "too-long", "other", "not-one-of"}),
                         ["other: in api/openapi.yaml, not in the table"])
        self.assertEqual(found_of_fields(listed={"too-long", "not-one-of"}), ["missing: not in api/openapi.yaml"])

    def test_a_code_that_is_said_without_its_parameter(self):
        self.assertEqual(found_of_fields(SAID.replace('"max"', '"most"')),
                         ['too-long: said without max, in “,\n              {{"most", kMax}})”'])
        self.assertEqual(len(found_of_fields(SAID.replace("choices(", "list("))), 1)


if __name__ == "__main__":
    unittest.main()
