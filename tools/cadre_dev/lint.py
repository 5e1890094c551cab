"""./dev lint and ./dev fmt."""

import sys

from cadre_dev import build, lint_deploy, packages
from cadre_dev.shell import ROOT, Count, Failed, call, close, must, output, run_stages, say

CLANG_FORMAT = "clang-format-14"
TRAFFIC = ROOT / "traffic"
TIDY_AT_MOST = 6  # files: a coroutine over Asio takes a quarter of a minute each


def _files(*patterns):
    """Of the checkout, with those that git does not know yet."""
    names = output("git", "ls-files", "-co", "--exclude-standard", "--", *patterns).splitlines()
    return [name for name in names if (ROOT / name).is_file()]


def _scripts():
    shells = [name for name in _files("*.sh", "dev", ".ci/run")]
    return [name for name in shells if (ROOT / name).read_bytes().startswith(b"#!") or name.endswith(".sh")]


def _checked(*words, **options) -> Count:
    return Count(passed=1) if call(*words, **options) == 0 else Count(failed=1)


def shell() -> Count:
    return _checked("shellcheck", *_scripts())


def cpp_format() -> Count:
    return _checked(CLANG_FORMAT, "--dry-run", "-Werror", *_files("*.h", "*.cc"))


def tidy() -> Count:
    """clang-tidy is slow, so it reads what changed since the commit before, with the flags of the clang build."""
    database = ROOT / "build" / "fuzz"
    if not (database / "compile_commands.json").exists():
        say("skipped: `cmake --preset fuzz` has not been run here")
        return Count(skipped=1)
    changed = output("git", "diff", "--name-only", "--diff-filter=d", "HEAD~1", "--", "src/*.cc").splitlines()[:TIDY_AT_MOST]
    if not changed:
        return Count(passed=1)
    return _checked("clang-tidy-19", "--quiet", "-p", database, *changed)


def files() -> Count:
    return _checked(sys.executable, "tools/check_files.py")


def links() -> Count:
    return _checked(sys.executable, "tools/check_links.py")


def promises() -> Count:
    return _checked(sys.executable, "tools/check_promises.py")


def codes() -> Count:
    return _checked(sys.executable, "tools/check_codes.py")


def settings() -> Count:
    return _checked(sys.executable, "tools/check_settings.py")


def includes() -> Count:
    return _checked(sys.executable, "tools/check_includes.py")


def coroutines() -> Count:
    return _checked(sys.executable, "tools/check_coroutines.py")


def web() -> Count:
    packages.npm(build.WEB)
    lint = _checked("npm", "run", "--silent", "lint", cwd=build.WEB)
    return lint + _checked("npm", "run", "--silent", "check", cwd=build.WEB)


def visitors() -> Count:
    packages.npm(TRAFFIC)
    return _checked("npm", "run", "--silent", "lint", cwd=TRAFFIC) + _checked("npm", "run", "--silent", "check", cwd=TRAFFIC)


CHECKS = [
    ("shellcheck", shell),
    ("clang-format", cpp_format),
    ("clang-tidy", tidy),
    ("files", files),
    ("links of the documentation", links),
    ("what is promised", promises),
    ("codes of problems", codes),
    ("what settings reach", settings),
    ("direction of includes", includes),
    ("what co_await takes", coroutines),
    ("ansible", lint_deploy.ansible),
    ("roles", lint_deploy.roles),
    ("vagrant", lint_deploy.vagrant),
    ("prometheus", lint_deploy.prometheus),
    ("web", web),
    ("traffic", visitors),
]


def main(_arguments) -> int:
    packages.debian(packages.LINT)
    return close(run_stages(CHECKS))


def format_all(_arguments) -> int:
    packages.debian([CLANG_FORMAT])
    must(CLANG_FORMAT, "-i", *_files("*.h", "*.cc"))
    for folder in (build.WEB, TRAFFIC):
        packages.npm(folder)
        if call("npm", "run", "--silent", "fmt", cwd=folder) != 0:
            raise Failed(f"the formatters of {folder.name}/ found something that they cannot mend.")
    return 0
