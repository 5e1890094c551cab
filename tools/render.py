#!/usr/bin/python3
"""Writes files from jinja2 templates: tasks in JSON on its input, [{"template", "variables", "to"}].

Debian's Python runs it, which has Debian's jinja2, whichever Python runs the caller. A variable that a template needs and
nobody gave is an error. The files are the owner's alone: some hold passwords.
"""

import json
import os
import sys

import jinja2


def main() -> None:
    for task in json.load(sys.stdin):
        loader = jinja2.FileSystemLoader(os.path.dirname(task["template"]))
        engine = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True,
                                    keep_trailing_newline=True)
        text = engine.get_template(os.path.basename(task["template"])).render(task["variables"])
        with os.fdopen(os.open(task["to"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)


main()
