"""The grammar of arithmetic and inequalities on parameters.

The text is cut into tokens, checked against the grammar and turned into a flat list of operations on a stack.
Nothing in it can be executed: a name is either a parameter or, before a bracket, one of the functions.

    comparison  sum (("<" | "<=" | ">" | ">=") sum)*
    sum         product (("+" | "-") product)*
    product     signed (("*" | "/") signed)*
    signed      ("-" | "+") signed | power
    power       atom ("**" signed)?
    atom        number | parameter | function "(" sum ("," sum)* ")" | "(" sum ")"
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import NamedTuple

from ..errors import UserError, unknown_name
from .expressions import Expression, Step

__all__ = ["COMPARISONS", "FUNCTIONS", "parse_comparison", "parse_expression"]

FUNCTIONS = ("log", "log10", "exp", "sqrt", "abs", "min", "max")
_SEVERAL_ARGUMENTS = frozenset({"min", "max"})
COMPARISONS = ("<", "<=", ">", ">=")

# A longer text is a mistake, not physics; the limits keep the parser's recursion shallow.
_MAX_TOKENS = 400
_MAX_DEPTH = 40

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)|(?P<symbol>\*\*|[<>=!]=|[-+*/(),<>=])",
    re.ASCII,
)


class _Token(NamedTuple):
    kind: str  # "number", "name", "symbol" or "end"
    text: str
    start: int  # offset in the source


def _tokens(text: str) -> list[_Token]:
    found = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            hint = "; write powers with **" if text[position] == "^" else ""
            raise UserError(_at(text, position, f"unexpected character {text[position]!r}{hint}."))
        found.append(_Token(str(match.lastgroup), match.group(), position))
        position = match.end()
        if len(found) > _MAX_TOKENS:
            raise UserError(f"the text is longer than {_MAX_TOKENS} symbols; shorten it.")
    return [*found, _Token("end", "", len(text))]


def _at(text: str, start: int, complaint: str) -> str:
    return f'at character {start + 1} of "{text}": {complaint}'


class _Parser:
    def __init__(self, text: str, known: Collection[str]) -> None:
        self.text = text
        self.known = known
        self.tokens = _tokens(text)
        self.index = 0
        self.depth = 0
        self.steps: list[Step] = []
        self.unknown: list[str] = []

    @property
    def token(self) -> _Token:
        return self.tokens[self.index]

    def take(self, *symbols: str) -> str | None:
        if self.token.kind == "symbol" and self.token.text in symbols:
            self.index += 1
            return self.tokens[self.index - 1].text
        return None

    def expect(self, symbol: str) -> None:
        if not self.take(symbol):
            self.fail(f"expected {symbol!r}")

    def fail(self, expected: str) -> None:
        found = repr(self.token.text) if self.token.text else "the end"
        raise UserError(_at(self.text, self.token.start, f"{expected}, found {found}."))

    def term(self) -> Expression:
        start, self.steps = self.token.start, []
        self.sum()
        last = self.tokens[self.index - 1]
        return Expression(self.text[start : last.start + len(last.text)], tuple(self.steps))

    def finish(self) -> None:
        if self.token.kind != "end":
            self.fail("expected an operator or the end")
        if self.unknown:
            raise UserError(*self.unknown)

    def sum(self) -> None:
        self.product()
        while operator := self.take("+", "-"):
            self.product()
            self.steps.append(("apply", operator))

    def product(self) -> None:
        self.signed()
        while operator := self.take("*", "/"):
            self.signed()
            self.steps.append(("apply", operator))

    def signed(self) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise UserError(_at(self.text, self.token.start, f"nested deeper than {_MAX_DEPTH} levels."))
        sign = self.take("-", "+")
        if sign:
            self.signed()
            if sign == "-":
                self.steps.append(("apply", "negative"))
        else:
            self.atom()
            if self.take("**"):
                self.signed()
                self.steps.append(("apply", "**"))
        self.depth -= 1

    def atom(self) -> None:
        token = self.token
        if token.kind == "number":
            self.number(token)
        elif token.kind == "name":
            self.index += 1
            if self.take("("):
                self.call(token)
            else:
                self.parameter(token)
        elif self.take("("):
            self.sum()
            self.expect(")")
        else:
            self.fail("expected a number, a parameter or a bracket")

    def number(self, token: _Token) -> None:
        self.index += 1
        value = float(token.text)
        if not math.isfinite(value):
            raise UserError(_at(self.text, token.start, f"the number {token.text} is too large."))
        self.steps.append(("number", value))

    def parameter(self, token: _Token) -> None:
        if token.text not in self.known:
            if token.text in FUNCTIONS:
                self.fail(f"expected '(' after the function {token.text}")
            self.unknown.append(
                _at(self.text, token.start, unknown_name("parameter", token.text, self.known))
            )
        self.steps.append(("parameter", token.text))

    def call(self, token: _Token) -> None:
        if token.text not in FUNCTIONS:
            raise UserError(_at(self.text, token.start, unknown_name("function", token.text, FUNCTIONS)))
        self.sum()
        count = 1
        while self.take(","):
            self.sum()
            count += 1
            if token.text in _SEVERAL_ARGUMENTS:
                self.steps.append(("apply", token.text))
        self.expect(")")
        if token.text in _SEVERAL_ARGUMENTS:
            if count < 2:
                complaint = f"{token.text} needs at least two arguments, found one."
                raise UserError(_at(self.text, token.start, complaint))
        elif count > 1:
            raise UserError(_at(self.text, token.start, f"{token.text} needs one argument, found {count}."))
        else:
            self.steps.append(("apply", token.text))


def parse_expression(text: str, known: Collection[str]) -> Expression:
    """Parse arithmetic on the known parameters.

    Parameters
    ----------
    text : str
        For example ``"0.1*m_chi"``.
    known : collection of str
        The parameters that may appear.

    Raises
    ------
    UserError
        With the position and, for an unknown name, the nearest match.

    Examples
    --------
    >>> float(parse_expression("2*m_1 - 1", {"m_1"})({"m_1": 3.0}))
    5.0
    """
    parser = _Parser(text, known)
    expression = parser.term()
    parser.finish()
    return expression


def parse_comparison(text: str, known: Collection[str]) -> tuple[tuple[Expression, ...], tuple[str, ...]]:
    """Parse a chain such as ``"0 < a <= 2*b"`` into its terms and the comparisons between them."""
    parser = _Parser(text, known)
    terms = [parser.term()]
    comparisons = []
    while parser.token.kind == "symbol" and parser.token.text in {*COMPARISONS, "=", "==", "!="}:
        if parser.token.text not in COMPARISONS:
            complaint = f"{parser.token.text!r} is no inequality; write <, <=, > or >=."
            raise UserError(_at(text, parser.token.start, complaint))
        comparisons.append(parser.token.text)
        parser.index += 1
        terms.append(parser.term())
    parser.finish()
    if not comparisons:
        raise UserError(f'"{text}" compares nothing; write an inequality such as "a < 0.1*b".')
    return tuple(terms), tuple(comparisons)
