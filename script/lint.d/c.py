"""Reads C just well enough to judge its shape: tokens, functions, how deep they nest.

A preprocessor line is dropped, and of `#if … #else … #endif` the first branch is kept, so that braces stay paired.
"""
from __future__ import annotations

import dataclasses
import re

TOKEN = re.compile(r'''
    (?P<space>[ \t\r\f\v]+ | \\\n)
  | (?P<newline>\n)
  | (?P<comment>/\*.*?\*/ | //[^\n]*)
  | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
  | (?P<char>[uUL]?'(?:\\.|[^'\\\n])*')
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
  | (?P<mark>.)
''', re.VERBOSE | re.DOTALL)
DIRECTIVE = re.compile(r'[ \t]*#[ \t]*(\w+)')
CLOSING = {'(': ')', '[': ']', '{': '}'}
LOOPS = ('for', 'while', 'switch')


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str  # word, number, string, char, mark
    text: str
    line: int


@dataclasses.dataclass(frozen=True)
class Function:
    name: str
    first: int  # line of the name
    last: int   # line of the closing brace
    depth: int  # blocks inside one another; a body without any is 0


def without_directives(source: str) -> str:
    """The same lines, blank where a preprocessor line or a branch not kept stood."""
    lines, kept, dropped = source.split('\n'), [], [False]
    inside = False  # a directive that goes on after a backslash
    for line in lines:
        directive = None if inside else DIRECTIVE.match(line)
        if directive:
            word = directive[1]
            if word in ('if', 'ifdef', 'ifndef'):
                dropped.append(dropped[-1])
            elif word in ('else', 'elif'):
                dropped[-1] = True
            elif word == 'endif' and len(dropped) > 1:
                dropped.pop()
        kept.append('' if directive or inside or dropped[-1] else line)
        inside = (directive is not None or inside) and line.endswith('\\')
    return '\n'.join(kept)


def tokens(source: str) -> list[Token]:
    found, line = [], 1
    for match in TOKEN.finditer(blank_comments(source)):
        kind, text = match.lastgroup or '', match[0]
        if kind not in ('space', 'newline', 'comment'):
            found.append(Token(kind, text, line))
        line += text.count('\n')
    return found


def blank_comments(source: str) -> str:
    """Comments become blanks before directives are looked for: a comment may hold a line that starts with #."""
    def blank(match: re.Match[str]) -> str:
        return re.sub(r'[^\n]', ' ', match[0]) if match.lastgroup == 'comment' else match[0]
    return without_directives(TOKEN.sub(blank, source))


def skip_group(code: list[Token], at: int) -> int:
    """Index after the bracket that closes the one at @at."""
    wanted = [CLOSING[code[at].text]]
    while wanted and at + 1 < len(code):
        at += 1
        if code[at].text == wanted[-1] and code[at].kind == 'mark':
            wanted.pop()
        elif code[at].kind == 'mark' and code[at].text in CLOSING:
            wanted.append(CLOSING[code[at].text])
    return at + 1


def skip_expression(code: list[Token], at: int) -> int:
    """Index after the semicolon that ends the statement at @at; initialisers and arguments are passed over."""
    while at < len(code):
        text = code[at].text if code[at].kind == 'mark' else ''
        if text == ';':
            return at + 1
        if text == '}':
            return at
        at = skip_group(code, at) if text in CLOSING else at + 1
    return at


def block_depth(code: list[Token], at: int) -> tuple[int, int]:
    """(index after the block that opens at @at, blocks inside it)."""
    at, deepest = at + 1, 0
    while at < len(code) and code[at].text != '}':
        at, depth = statement_depth(code, at)
        deepest = max(deepest, depth)
    return at + 1, deepest


def body_depth(code: list[Token], at: int) -> tuple[int, int]:
    """The statement a condition or loop controls: one block deeper, braces or not."""
    at, depth = block_depth(code, at) if at < len(code) and code[at].text == '{' else statement_depth(code, at)
    return at, depth + 1


def is_macro_loop(code: list[Token], at: int) -> bool:
    """`each_item(list, item) { … }`: a loop hidden in a macro."""
    if code[at].kind != 'word' or at + 1 >= len(code) or code[at + 1].text != '(':
        return False
    end = skip_group(code, at + 1)
    return end < len(code) and code[end].text == '{'


def statement_depth(code: list[Token], at: int) -> tuple[int, int]:
    if at >= len(code):
        return at, 0
    text = code[at].text if code[at].kind in ('word', 'mark') else ''
    after = code[at + 1].text if at + 1 < len(code) else ''
    if text == '{':
        at, depth = block_depth(code, at)
        return at, depth + 1
    if text == 'if':
        at, depth = body_depth(code, skip_group(code, at + 1))
        if at < len(code) and code[at].text == 'else':
            chained = at + 1 < len(code) and code[at + 1].text == 'if'
            at, other = (statement_depth if chained else body_depth)(code, at + 1)
            depth = max(depth, other)
        return at, depth
    if text in LOOPS or is_macro_loop(code, at):
        return body_depth(code, skip_group(code, at + 1))
    if text == 'do':
        at, depth = body_depth(code, at + 1)
        return skip_expression(code, at), depth
    if text in ('case', 'default') or code[at].kind == 'word' and after == ':':
        while at < len(code) and code[at].text != ':':
            at += 1
        return at + 1, 0
    return skip_expression(code, at), 0


def function_name(code: list[Token], brace: int) -> Token | None:
    """The name in front of the parameter list that ends before @brace, or None when this is no function."""
    at = brace - 1
    if at < 1 or code[at].text != ')':
        return None
    open_groups = 0
    while at >= 0:
        open_groups += {')': 1, '(': -1}.get(code[at].text, 0) if code[at].kind == 'mark' else 0
        if open_groups == 0:
            break
        at -= 1
    name = code[at - 1] if at >= 1 else None
    return name if name and name.kind == 'word' else None


def functions(source: str) -> list[Function]:
    code, found, at = tokens(source), [], 0
    while at < len(code):
        if code[at].kind != 'mark' or code[at].text not in CLOSING:
            at += 1
            continue
        name = function_name(code, at) if code[at].text == '{' else None
        end = skip_group(code, at)
        if name:
            found.append(Function(name.text, name.line, code[end - 1].line, block_depth(code, at)[1]))
        at = end
    return found
