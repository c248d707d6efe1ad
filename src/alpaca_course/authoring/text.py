"""Normal forms of code and prose in which a copy is found however it was laid out."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from textwrap import dedent

_QUOTES = str.maketrans(dict.fromkeys("'‘’“”`", '"'))
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n")
_LAYOUT = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NL,
}


def squeeze(text: str) -> str:
    """``text`` without white space, in lower case, with one kind of quotation mark."""
    return _SPACE.sub("", text).translate(_QUOTES).lower()


def statements(source: str) -> list[str]:
    """The logical lines of Python ``source``, without comments and strings on their own.

    A statement over several lines is one of them. Where ``source`` is not Python, its lines.
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(dedent(source) + "\n").readline))
    except (tokenize.TokenError, SyntaxError):
        lines = (re.sub(r"(^|\s)#.*$", "", line).strip() for line in source.split("\n"))
        return [line for line in lines if line]
    found: list[str] = []
    current: list[tokenize.TokenInfo] = []
    for token in tokens:
        if token.type == tokenize.NEWLINE:
            if any(t.type != tokenize.STRING for t in current):
                found.append(" ".join(t.string for t in current))
            current = []
        elif token.type not in _LAYOUT:
            current.append(token)
    return found


def sentences(text: str) -> list[str]:
    """``text`` cut after each sentence or clause, white space collapsed."""
    parts = (_SPACE.sub(" ", part).strip() for part in _SENTENCE_END.split(text))
    return [part for part in parts if part]


def string_literals(tree: ast.AST) -> Iterator[str]:
    """All string constants of ``tree``; of an f-string the fixed parts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
