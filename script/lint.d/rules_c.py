"""Rules for C: which room sees which, how long and deep code may be, what may not be called."""
from __future__ import annotations

import re
from collections.abc import Iterator

import c
from tree import Breach, Rule, Tree

INCLUDE = re.compile(r'^\s*#\s*include\s*(?P<open>["<])(?P<name>[^">]+)[">]')

# A foreign header and the places that may see it: rooms, or files without their ending.
FOREIGN = [
    (re.compile(r'^sqlite3\.h$|^libpq-fe\.h$|^libpq/'), ('db', 'tests/fault/fault')),
    (re.compile(r'^microhttpd\.h$'), ('http',)),
    (re.compile(r'^vips/'), ('imaging',)),
    (re.compile(r'^(seccomp|linux/landlock|linux/seccomp)\.h$'), ('base',)),
    (re.compile(r'^(turbojpeg|zstd|magic)\.h$'), ('imaging',)),
    (re.compile(r'^pthread\.h$|^threads\.h$'), ('base/thread',)),
    (re.compile(r'^jansson\.h$'), ('base',)),
    (re.compile(r'^csv\.h$'), ('base',)),
]
NOT_A_MODULE = ('_test.c', '_fuzz.c', '_bench.c')
DRIVERS = ('src/db/postgresql.c', 'src/db/sqlite.c')  # two implementations of one header
FILE_LINES, FUNCTION_WARN, FUNCTION_LINES, DEPTH = 1000, 60, 100, 3

# What may not be used, what to use instead, and where it may be used all the same.
BANNED = [
    (r'goto', 'return early; cleanup is g_autoptr', ()),
    (r'strcpy|stpcpy|strcat|strncpy|strncat', 'g_strdup, g_strlcpy or GString', ()),
    (r'sprintf|vsprintf', 'g_strdup_printf or g_snprintf', ()),
    (r'gets|scanf|sscanf|fscanf', 'a parser that knows its bounds', ()),
    (r'strtok|strtok_r', 'g_strsplit or vt_text', ()),
    (r'atoi|atol|atoll|atof|strtol|strtoul|strtod', 'g_ascii_string_to_signed, g_ascii_string_to_unsigned', ()),
    (r'system|popen|wordexp', 'posix_spawn with an argument list', ()),
    (r'alloca|g_alloca|g_newa', 'g_autofree', ()),
    (r'malloc|calloc|realloc|strdup|strndup', 'g_new, g_strdup: GLib ends the program when memory is out', ()),
    (r'assert|abort', 'g_return_val_if_fail for bugs, vt_throw for the world', ()),
    (r'tmpnam|tempnam|mktemp', 'mkstemp or g_dir_make_tmp', ()),
    (r'signal', 'sigaction', ()),
    (r'rand|srand|random|g_random_\w+', 'randombytes_buf of libsodium, or a seeded GRand in tests', ()),
    (r'printf|puts|putchar|vprintf|g_print', 'vt_log; only commands write to stdout', ('cli', 'tests', 'bench')),
    (r'perror|g_printerr|g_warning|g_message|g_critical|g_debug|g_info', 'vt_log or vt_throw',
     ('cli', 'tests', 'bench', 'base/log')),
    (r'GMutex|GCond|GThread|GThreadPool|GRWLock|GRecMutex|GOnce|GAsyncQueue|GPrivate'
     r'|g_(mutex|cond|thread|thread_pool|rw_lock|rec_mutex|once|async_queue|private)_\w+',
     'base/thread: the checker of races cannot see into GLib', ()),
    (r'pthread_\w+|thrd_\w+|mtx_\w+', 'base/thread', ('base/thread',)),
    (r'sqlite3_\w+|PQ[a-z]\w+', 'room db', ('db', 'tests/fault/fault')),
    (r'MHD_\w+', 'room http', ('http',)),
    (r'vips_\w+', 'room imaging', ('imaging', 'bench/pyramid_bench')),
]
BANNED_WORDS = [(re.compile(f'(?:{words})$'), instead, allowed) for words, instead, allowed in BANNED]
TYPE_LIKE = re.compile(r'^(goto|G[A-Z]\w+)$')


def c_files(tree: Tree) -> list[str]:
    return [path for path in tree.ending('.c', '.h') if path.startswith(('src/', 'tests/', 'bench/'))]


def is_in(path: str, places: tuple[str, ...]) -> bool:
    """Whether @path lies in one of @places: a room, a file of a room without its ending, or a top folder."""
    inside = path.removeprefix('src/')
    stem = re.sub(r'(_test)?\.[ch]$', '', inside)
    return any(inside.startswith(place + '/') or stem == place for place in places)


def includes(tree: Tree, path: str) -> Iterator[tuple[int, str, bool]]:
    """(line, name, quoted) of each include line."""
    for number, line in tree.lines(path):
        if match := INCLUDE.match(line):
            yield number, match['name'], match['open'] == '"'


def is_for_tests(name: str) -> bool:
    return name.startswith('tests/') or name.endswith('/testing.h')


def floors(tree: Tree) -> Iterator[Breach]:
    for path in c_files(tree):
        room = tree.room_of(path)
        allowed = tree.floors.get(room, set()) | {room, 'contract'} if room else set()
        if room and room not in tree.floors:
            yield Breach(path, 1, f'room {room} has no line in src/floors.txt')
        for number, name, quoted in includes(tree, path):
            other = name.split('/')[0]
            if quoted and name.endswith('_sql.h'):
                continue  # made from a .sql file of the same room; it lies where the compiler looks first
            if quoted and '/' not in name:
                yield Breach(path, number, f'include by room path: "room/{name}"')
            elif quoted and room and is_for_tests(name) and not path.endswith(('_test.c', '/testing.h', '/testing.c')):
                yield Breach(path, number, 'only tests include tests/ and testing.h')
            elif quoted and room and other != 'tests' and other not in allowed:
                yield Breach(path, number, f'room {room} may not see room {other} (src/floors.txt)')


def foreign_headers(tree: Tree) -> Iterator[Breach]:
    for path in c_files(tree):
        for number, name, quoted in includes(tree, path):
            for pattern, places in FOREIGN:
                if not quoted and pattern.search(name) and not is_in(path, places):
                    yield Breach(path, number, f'<{name}> belongs to {", ".join(places)}')


def include_order(tree: Tree) -> Iterator[Breach]:
    """Own header first, then quoted, then system."""
    for path in c_files(tree):
        found = list(includes(tree, path))
        own = path.removeprefix('src/')[:-1] + 'h'
        if path.endswith('.c') and own in tree.paths_under_src and (not found or found[0][1] != own):
            yield Breach(path, found[0][0] if found else 1, f'the first include is its own header, "{own}"')
        groups = [(number, quoted) for number, _, quoted in found]
        for (_, before), (number, quoted) in zip(groups, groups[1:]):
            # a test begins with the support header or its room's; cmocka's prerequisites live in there
            if quoted and not before:
                yield Breach(path, number, 'includes of rooms stand before those of the system')


def is_part(tree: Tree, path: str) -> bool:
    """thing_part.c, which includes what its parts share: thing.h or thing_private.h."""
    thing = path.removeprefix('src/').removesuffix('.c').rpartition('_')[0]
    return any(name in (f'{thing}.h', f'{thing}_private.h') for _, name, _ in includes(tree, path))


def one_header(tree: Tree) -> Iterator[Breach]:
    for path in tree.ending('.c', under='src/'):
        if path.endswith(NOT_A_MODULE + ('/main.c',)) or path in DRIVERS:
            continue
        if path[:-1] + 'h' not in tree.paths and not is_part(tree, path):
            yield Breach(path, 1, 'has no header of its own, nor is it thing_part.c that includes thing.h')
    for path in tree.ending('.h', under='src/'):
        if '#pragma once' not in tree.text(path):
            yield Breach(path, 1, 'has no #pragma once')


def top_comment(tree: Tree) -> Iterator[Breach]:
    """The header tells the story of a module and of its test; a .c file without a header tells its own."""
    for path in c_files(tree):
        has_header = path.endswith('.c') and re.sub(r'(_test)?\.c$', '.h', path) in tree.paths
        has_header = has_header or path.endswith('.c') and is_part(tree, path)
        if not has_header and not tree.text(path).startswith('/*'):
            yield Breach(path, 1, 'starts with a comment that says why it exists and what always holds')


def sizes(tree: Tree) -> Iterator[Breach]:
    for path in c_files(tree):
        lines = tree.text(path).count('\n')
        if lines > FILE_LINES:
            yield Breach(path, lines, f'{lines} lines; a file has at most {FILE_LINES}')
        for function in c.functions(tree.text(path)):
            length = function.last - function.first + 1
            if length > FUNCTION_WARN:
                limit = FUNCTION_LINES if length > FUNCTION_LINES else FUNCTION_WARN
                yield Breach(path, function.first, f'{function.name}() has {length} lines, more than {limit}',
                             warning=length <= FUNCTION_LINES)


def depth(tree: Tree) -> Iterator[Breach]:
    for path in c_files(tree):
        for function in c.functions(tree.text(path)):
            if function.depth > DEPTH:
                yield Breach(path, function.first, f'{function.name}() nests {function.depth} deep, more than {DEPTH}')


def banned(tree: Tree) -> Iterator[Breach]:
    for path in c_files(tree):
        code = c.tokens(tree.text(path))
        for at, token in enumerate(code):
            called = at + 1 < len(code) and code[at + 1].text == '(' and code[at - 1].text not in ('.', '->', '>')
            if token.kind != 'word' or not (called or TYPE_LIKE.match(token.text)):
                continue
            for words, instead, allowed in BANNED_WORDS:
                if words.match(token.text) and not is_in(path, allowed):
                    yield Breach(path, token.line, f'{token.text}: use {instead}')


def room_readme(tree: Tree) -> Iterator[Breach]:
    for room in tree.rooms:
        path = f'src/{room}/README.md'
        if path not in tree.paths:
            yield Breach(path, 1, 'every room has a README.md')
        elif tree.text(path).count('\n') > 60:
            yield Breach(path, 61, 'a room is told on one page of 60 lines')


RULES = [
    Rule('rooms include only what src/floors.txt allows', floors),
    Rule('foreign headers stay in their rooms', foreign_headers),
    Rule('includes are in order', include_order),
    Rule('every .c has one header', one_header),
    Rule('files say why they exist', top_comment),
    Rule('files and functions are short', sizes),
    Rule('functions nest at most three deep', depth),
    Rule('banned functions are not used', banned),
    Rule('every room has a README', room_readme),
]
