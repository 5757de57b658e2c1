"""Plants a breach of every rule in a small tree and looks that exactly that rule finds it."""
from __future__ import annotations

import pathlib
import subprocess
import tempfile
import unittest

import rules_c
import rules_text
import rules_tools
from tree import Breach, Tree

PROJECT = pathlib.Path(__file__).resolve().parents[2]

CLEAN = {
    'src/floors.txt': '# comment\nbase:\ndb: base\nhttp: base\nimaging: base\ncli: base db http imaging\n',
    'src/base/meson.build': "sources = ['a.c']\n",
    'src/base/README.md': '# base\n',
    'src/base/a.h': '/* A. */\n#pragma once\n\nint vt_a(int x);\n',
    'src/base/a.c': '#include "base/a.h"\n\n#include <stdio.h>\n\nint\nvt_a(int x)\n{\n    return x;\n}\n',
    'src/base/a_test.c': '#include "base/a.h"\n\n#include "tests/unit/support.h"\n',
    'src/db/a.sql': '-- one: () -> x\nSELECT 1;\n',
    'script/tool.py': '"""A tool."""\nimport sys\n\nsys.exit(0)\n',
    'script/tool': '#!/usr/bin/env bash\nset -euo pipefail\n',
    'script/gen-contract.py': (PROJECT / 'script/gen-contract.py').read_text(encoding='utf-8'),
    'script/gen-sql.py': (PROJECT / 'script/gen-sql.py').read_text(encoding='utf-8'),
    'contract/errors.json': '[{"code": "internal", "status": 500, "text": "x"}]\n',
    '.clang-format': (PROJECT / '.clang-format').read_text(encoding='utf-8'),
}


def fresh() -> dict[str, str]:
    """What the generator makes of the clean tree's contract."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name in ('contract', 'docs'):
            (root / name).mkdir()
        (root / 'contract/errors.json').write_text(CLEAN['contract/errors.json'], encoding='utf-8')
        command = ['python3', PROJECT / 'script/gen-contract.py', 'docs', root / 'contract', root]
        subprocess.run(command, check=True)
        return {path: (root / path).read_text(encoding='utf-8') for path in rules_tools.GENERATED}


FRESH = fresh()
HEAD = '#include "base/a.h"\n\n'


def body(text: str) -> str:
    return HEAD + 'int\nvt_a(int x)\n{\n' + text + '}\n'


# rule, path, planted text, part of the message
ROWS = [
    ('rooms include only', 'src/db/x.c', '/* X. */\n#include "http/x.h"\n', 'room db may not see room http'),
    ('rooms include only', 'src/base/a.c', HEAD + '#include "db/x.h"\n', 'room base may not see room db'),
    ('rooms include only', 'src/base/a.c', '#include "a.h"\n', 'include by room path'),
    ('rooms include only', 'src/base/a.c', HEAD + '#include "tests/unit/support.h"\n', 'only tests include tests/'),
    ('rooms include only', 'src/base/a.c', HEAD + '#include "base/testing.h"\n', 'only tests include'),
    ('rooms include only', 'src/extra/x.h', '/* X. */\n#pragma once\n', 'no line in src/floors.txt'),
    ('foreign headers', 'src/base/a.c', HEAD + '#include <sqlite3.h>\n', 'belongs to db'),
    ('foreign headers', 'src/http/a.c', HEAD + '#include <libpq-fe.h>\n', 'belongs to db'),
    ('foreign headers', 'src/db/a.c', HEAD + '#include <microhttpd.h>\n', 'belongs to http'),
    ('foreign headers', 'src/base/a.c', HEAD + '#include <vips/vips.h>\n', 'belongs to imaging'),
    ('foreign headers', 'src/base/a.c', HEAD + '#include <pthread.h>\n', 'belongs to base/thread'),
    ('foreign headers', 'tests/fuzz/a_fuzz.c', '/* A. */\n#include <vips/vips.h>\n', 'belongs to imaging'),
    ('includes are in order', 'src/base/a.c', '#include <stdio.h>\n\n#include "base/a.h"\n', 'its own header'),
    ('includes are in order', 'src/base/a.c', HEAD + '#include <stdio.h>\n\n#include "base/b.h"\n', 'before those'),
    ('every .c has one header', 'src/base/b.c', '/* B. */\n', 'has no header of its own'),
    ('every .c has one header', 'src/base/a.h', '/* A. */\n\nint vt_a(int x);\n', 'no #pragma once'),
    ('files say why', 'src/base/b.h', '#pragma once\n', 'starts with a comment'),
    ('files and functions', 'src/base/a.c', HEAD + '/* */\n' * 1000, 'lines; a file has at most 1000'),
    ('files and functions', 'src/base/a.c', body('    x++;\n' * 99), 'vt_a() has 102 lines, more than 100'),
    ('functions nest', 'src/base/a.c', body('if (x) for (;;) while (x) { if (x) x--; }\n'), 'nests 4 deep'),
    ('banned', 'src/base/a.c', body('    goto out;\nout:\n    return x;\n'), 'goto: use return early'),
    ('banned', 'src/base/a.c', body('    strcpy(a, b);\n'), 'strcpy: use g_strdup'),
    ('banned', 'src/base/a.c', body('    sprintf(a, b);\n'), 'sprintf: use'),
    ('banned', 'src/base/a.c', body('    return system("ls");\n'), 'system: use'),
    ('banned', 'src/base/a.c', body('    popen("ls", "r");\n'), 'popen: use'),
    ('banned', 'src/base/a.c', body('    gets(a);\n'), 'gets: use'),
    ('banned', 'src/base/a.c', body('    strtok(a, b);\n'), 'strtok: use'),
    ('banned', 'src/base/a.c', body('    return atoi("1");\n'), 'atoi: use'),
    ('banned', 'src/base/a.c', body('    printf("x");\n'), 'printf: use vt_log'),
    ('banned', 'src/base/a.c', body('    g_thread_new("x", f, NULL);\n'), 'g_thread_new: use base/thread'),
    ('banned', 'src/base/a.c', HEAD + 'static GMutex lock;\n', 'GMutex: use base/thread'),
    ('banned', 'src/base/a.c', body('    pthread_self();\n'), 'pthread_self: use base/thread'),
    ('banned', 'src/base/a.c', body('    sqlite3_open(a, b);\n'), 'sqlite3_open: use room db'),
    ('banned', 'src/base/a.c', body('    PQexec(a, b);\n'), 'PQexec: use room db'),
    ('every room has', 'src/db/meson.build', 'sources = []\n', 'every room has a README.md'),
    ('every room has', 'src/base/README.md', 'x\n' * 61, 'one page'),
    ('C is formatted', 'src/base/a.c', HEAD + 'int vt_a(int x) { return x; }\n', 'not formatted'),
    ('every header compiles', 'src/base/b.h', '/* B. */\n#pragma once\n\ngboolean b(void);\n', 'compile alone'),
    ('generated files', 'docs/openapi.yaml', 'old\n', 'stale'),
    ('generated files', 'contract/errors.json', '[\n', 'failed'),
    ('no trailing whitespace', 'docs/a.md', 'a \n', 'trailing whitespace'),
    ('no trailing whitespace', 'docs/a.md', 'a\tb\n', 'tab'),
    ('no trailing whitespace', 'docs/a.md', 'a', 'no newline at the end'),
    ('no registry hosts', 'docs/a.md', 'get it from pypi.' + 'org\n', 'package registry'),
    ('capabilities name', 'docs/capabilities.md', '| A1 | x | flows/none |\n', 'no test flows/none'),
    ('capabilities name', 'docs/capabilities.md', '| A1 | x | |\n| A1 | y | |\n', 'twice'),
    ('python files', 'script/tool.py', '"""A."""\nif x\n', 'does not compile'),
    ('python files', 'script/tool.py', '"""A."""\nimport os\n', 'unused import of os'),
    ('python files', 'script/tool.py', 'import sys\nsys.exit(0)\n', 'starts with why'),
    ('python files', 'script/tool.py', '"""A."""\ntry:\n    pass\nexcept:\n    pass\n', 'name the exceptions'),
    ('python files', 'script/tool.py', f'"""A."""\nx = {"1" * 120}\n', 'longer than 120'),
    ('python files', 'script/tool.py', '"""A."""\n\n\ndef f():\n' + '    f()\n' * 60, 'more than 60 lines'),
    ('shell scripts', 'script/tool', '#!/bin/sh\nif true\n', 'syntax error'),
    ('shell scripts', 'script/tool', '#!/usr/bin/env bash\ntrue\n', 'set -euo pipefail'),
]

# What looks like a breach and is none.
FINE = [
    ('foreign headers', 'src/imaging/a.c', HEAD + '#include <vips/vips.h>\n'),
    ('foreign headers', 'src/base/thread.c', '#include "base/thread.h"\n\n#include <pthread.h>\n'),
    ('banned', 'src/cli/a.c', body('    printf("x");\n')),
    ('banned', 'src/base/thread.c', body('    pthread_self();\n')),
    ('banned', 'src/base/a.c', body('    row->system(x);\n    s = "goto gets(a)"; /* strcpy(a, b) */\n')),
    ('capabilities name', 'docs/capabilities.md', '| A1 | x | base/a |\n| A2 | y | |\n'),
    ('functions nest', 'src/base/a.c', body('if (x) a(); else if (y) b(); else if (z) c(); else if (w) d();\n')),
    ('files and functions', 'src/base/a.c', body('    x++;\n' * 97)),
    ('every .c has one header', 'src/base/a_part.c', '/* A, continued. */\n' + HEAD),
    ('every .c has one header', 'src/cli/main.c', '/* Main. */\n'),
    ('rooms include only', 'src/base/testing.h', '/* T. */\n#pragma once\n#include "tests/unit/support.h"\n'),
    ('rooms include only', 'src/cli/main.c', '/* Main. */\n#include "http/x.h"\n'),
]

RULES = rules_c.RULES + rules_text.RULES + rules_tools.RULES


class Planted(unittest.TestCase):
    def breaches(self, rule: str, planted: dict[str, str]) -> list[Breach]:
        chosen = [one for one in RULES if rule in one.name]
        self.assertEqual(len(chosen), 1, rule)
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            subprocess.run(['git', 'init', '-q', folder], check=True)
            for path, text in {**CLEAN, **FRESH, **planted}.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding='utf-8')
            return [breach for breach in chosen[0].check(Tree(root)) if not breach.warning]

    def test_a_clean_tree_breaks_no_rule(self) -> None:
        for rule in RULES:
            with self.subTest(rule.name):
                self.assertEqual(self.breaches(rule.name, {}), [])

    def test_every_planted_breach_is_found(self) -> None:
        for rule, path, text, message in ROWS:
            with self.subTest(f'{path}: {message}'):
                found = self.breaches(rule, {path: text})
                self.assertTrue(any(message in breach.text for breach in found), [str(one) for one in found])

    def test_what_only_looks_like_a_breach_is_left_alone(self) -> None:
        for rule, path, text in FINE:
            with self.subTest(f'{rule}: {path}'):
                self.assertEqual(self.breaches(rule, {path: text}), [])

    def test_every_rule_has_a_planted_breach(self) -> None:
        without = [rule.name for rule in RULES if not any(row[0] in rule.name for row in ROWS)]
        self.assertEqual(without, ['the tools of the rules are installed'])

    def test_a_long_function_warns_before_it_fails(self) -> None:
        tree_rule = next(rule for rule in RULES if 'files and functions' in rule.name)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(['git', 'init', '-q', folder], check=True)
            path = pathlib.Path(folder, 'src/base/a.c')
            path.parent.mkdir(parents=True)
            path.write_text(body('    x++;\n' * 70), encoding='utf-8')
            found = list(tree_rule.check(Tree(pathlib.Path(folder))))
        self.assertEqual([(one.warning, 'more than 60' in one.text) for one in found], [(True, True)])
