"""Code as somebody else would write it, and what compiled code reaches for."""

from __future__ import annotations

import io
import random
import tokenize
import types
from typing import Any

_NOTES: tuple[list[str], ...] = ([], [""], ['# a note: \'x\' """ %time'], ["", "   "])
_SKIPPED = (tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER)


def rewritten(source: str, seed: int) -> str:
    """``source`` with other comments, blank lines, line breaks and indentation."""
    chance = random.Random(seed)
    width = chance.randint(1, 9)
    lines: list[str] = []
    depth = level = 0
    line, fresh = "", True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.INDENT, tokenize.DEDENT):
            level += 1 if token.type == tokenize.INDENT else -1
        elif token.type == tokenize.NEWLINE:
            lines.append(line + chance.choice(["", "  ", "  # so", " #"]))
            lines += chance.choice(_NOTES)
            line, fresh = "", True
        elif token.type not in _SKIPPED:
            gap = " " * width * level if fresh else chance.choice([" ", "  "])
            if depth and not fresh and chance.random() < 0.2:
                gap = chance.choice(["\n", "  # here\n\n   "])
            line, fresh = f"{line}{gap}{token.string}", False
            if token.type == tokenize.OP:
                depth += (token.string in "([{") - (token.string in ")]}")
    return "\n".join([*lines, *([line] if line else [])])


def reached(code: types.CodeType) -> list[Any]:
    """All names and constants of ``code`` and of the functions in it, in their order.

    Instructions are no measure: which way a jump goes depends on the lines that it lies between.
    """
    inner = [
        reached(each) if isinstance(each, types.CodeType) else (type(each).__name__, repr(each))
        for each in code.co_consts
    ]
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return [code.co_name, code.co_argcount, code.co_flags, names, inner]
