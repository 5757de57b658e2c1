import unittest

import c

DEPTH_ROWS = [
    # body of a function -> blocks inside one another
    ('return 1;', 0),
    ('if (a) b();', 1),
    ('if (a) { b(); }', 1),
    ('if (a) b(); else c();', 1),
    ('if (a) b(); else if (c) d(); else if (e) f(); else g();', 1),
    ('if (a) { for (;;) { while (b) { c(); } } }', 3),
    ('if (a) for (;;) while (b) if (c) d();', 4),
    ('if (a) for (;;) while (b) { if (c) d(); }', 4),
    ('for (;;) { switch (a) { case 1: if (b) c(); break; default: d(); } }', 3),
    ('do { if (a) b(); } while (c); if (d) e();', 2),
    ('static const struct { int a; } row[] = { { 1 }, { 2 } }; return row[0].a;', 0),
    ('f((struct s){ .a = { 1 } }); x = (y){ 0 };', 0),
    ('{ { a(); } }', 2),
    ('each(a, b) { if (c) d(); } if (e) f();', 2),
    ('out: if (a) b(); return;', 1),
    ('case_like = a ? b : c;', 0),
    ('char *s = "{ if (a) { {"; char q = \'{\';', 0),
    ('/* { { { */ // { {\n', 0),
    ('\n#if X\nif (a) {\n#else\nif (b) {\n#endif\nc(); }\n', 1),
    ('\n#define M(x) do { if (x) { \\\n { } } } while (0)\nreturn;\n', 0),
]

FILE = '''/* essay
#if not a directive
*/
#include "a/b.h"

typedef struct _A A;
struct _A {
    int x;
};
static const int table[] = {
    1,
};

static int first(int a);

static int
first(int a)
{
    return a;
}

G_DEFINE_QUARK(x, y)

gboolean
second(void (*call)(int), const char *text G_GNUC_UNUSED)
{
    if (call) {
        call(1);
    }
    return TRUE;
}
'''


class Depth(unittest.TestCase):
    def test_blocks_are_counted_with_and_without_braces(self) -> None:
        for body, depth in DEPTH_ROWS:
            with self.subTest(body):
                found = c.functions(f'static void\nf(void)\n{{\n{body}\n}}\n')
                self.assertEqual([(one.name, one.depth) for one in found], [('f', depth)])


class Functions(unittest.TestCase):
    def test_definitions_are_found_with_their_lines(self) -> None:
        found = [(one.name, one.first, one.last, one.depth) for one in c.functions(FILE)]
        self.assertEqual(found, [('first', 17, 20, 0), ('second', 25, 31, 1)])

    def test_tokens_carry_their_line(self) -> None:
        self.assertEqual([(t.text, t.line) for t in c.tokens('a\n/* b\n */ "c\\"d" \\\n 1.5e-3')],
                         [('a', 1), ('"c\\"d"', 3), ('1.5e-3', 4)])

    def test_unbalanced_text_ends(self) -> None:
        for text in ('f(void) {', 'f(void) { if (', '}', ')', 'f() { do', 'x = {', 'f(void) { if (a) b(); else'):
            with self.subTest(text):
                c.functions(text)
