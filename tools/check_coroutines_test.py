import unittest

import check_coroutines


def findings(body):
    return [finding.split(": ", 1)[1] for finding in check_coroutines.check_text("a.cc", body)]


class Coroutines(unittest.TestCase):
    def assert_wrong(self, body, word):
        found = findings(body)
        self.assertEqual(len(found), 1, f"{body}: {found}")
        self.assertIn(word, found[0])

    def test_named_and_moved_values_and_calls_are_fine(self):
        for body in [
            "co_await push(std::move(job));",
            'co_await queue.push(jobs::make_job(job::kDerive, id.text() + " " + key));',
            'co_return co_await list("", prefix(ref), 100);',
            'CO_TRY(const auto x, co_await get(names[0], pages.at("?:")));  // why? because: {a}',
        ]:
            self.assertEqual(findings(body), [], body)

    def test_an_aggregate_that_owns_is_found_and_a_trivial_one_is_not(self):
        self.assert_wrong("co_await push({kind, subject});", "braces")
        self.assert_wrong('co_await push(Job{"derive", subject});', "braces")
        self.assert_wrong('co_await find({"a", "b"});', "braces")
        self.assertEqual(findings("co_await catalog.get({Kind::user, session->user});"), [])
        self.assertEqual(findings("co_await month(view, catalog::Month{year, number}, 0, 1);"), [])
        self.assertEqual(findings("co_await wait({1, 2.5});"), [])

    def test_a_lambda_that_holds_a_copy_is_found_unless_it_is_trivial(self):
        self.assert_wrong("co_await run([folder] { return open(folder); });", "lambda")
        self.assert_wrong("co_await run([=] { return open(folder); });", "lambda")
        self.assert_wrong("co_await run([work = std::move(work)]() mutable { return work(); });", "lambda")
        self.assertEqual(findings("co_await run([this, &folder] { return folder ? Job{a, b} : c; });"), [])
        self.assertEqual(findings("Task f(std::size_t n) { co_await run([n] { return n; }); }"), [])
        self.assertEqual(findings("const std::span<char> bytes(p, n); co_await run([&x, bytes] { write(x, bytes); });"), [])

    def test_a_conditional_is_found_inside_and_around(self):
        self.assert_wrong('co_await publish(wall ? "wall" : mine);', "conditional")
        self.assert_wrong("co_await (a ? f() : g());", "conditional")
        self.assert_wrong("x = a ? co_await f() : b;", "conditional")
        self.assertEqual(findings("co_await replace(ref, entry ? entry->version : 0);"), [])
        self.assertEqual(findings("co_await settle(probe ? nullptr : &probe.error());"), [])

    def test_a_line_may_say_that_it_is_safe(self):
        self.assertEqual(findings("co_await push({kind, subject});  // co_await: safe, both are views"), [])

    def test_a_finding_names_the_line(self):
        self.assertEqual(check_coroutines.check_text("a.cc", "\n\nco_await f({a, b});"),
                         ["a.cc:3: braces inside a co_await expression: give the value a name"])


if __name__ == "__main__":
    unittest.main()
