"""Tokens of an expression. What no token matches is refused before anything is read."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from greenmine.law import limits
from greenmine.law.problems import LanguageError

FULL_WIDTH = str.maketrans("（），＜＞＝＋－＊：‘’　", "(),<>=+-*:'' ")
SYNONYMS = {"且": "AND", "或": "OR", "非": "NOT", "属于": "IN", "不属于": "NOT IN"}
KEYWORDS = {
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NONE",
    "BETWEEN",
    "DATE",
    "DAY",
    "DAYS",
    "MONTH",
    "MONTHS",
    "YEAR",
    "YEARS",
}
TOKEN = re.compile(
    r"(?P<space>[ \n]+)"
    r"|(?P<number>\d{1,15}(?:\.\d{1,8})?(?![\w.]))"
    r"|(?P<quoted>'[^'\\]*')"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?(?![\w.]))"
    r"|(?P<today>:on(?![\w.]))"
    r"|(?P<synonym>不属于|属于|且|或|非)"
    r"|(?P<sign><=|>=|<>|[<>=+\-*(),])",
    re.ASCII,
)
INVISIBLE = {"Cf", "Cc", "Co", "Cs", "Cn"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token: sort (number, quoted, name, keyword, today, sign, end), its text and its place from 1."""

    sort: str
    text: str
    position: int


def tokens(text: str) -> list[Token]:
    """All tokens with an end token; LanguageError at the first character that belongs to none."""
    if not isinstance(text, str) or len(text) > limits.TEXT_LENGTH:
        raise LanguageError(
            f"表达式过长（最多 {limits.TEXT_LENGTH} 字）", f"the expression is too long (at most {limits.TEXT_LENGTH})"
        )
    for position, character in enumerate(text, 1):
        if unicodedata.category(character) in INVISIBLE and character != "\n":
            raise LanguageError("含有不可见字符", "an invisible character", position)
    plain = _narrow(text)
    found: list[Token] = []
    at = 0
    while at < len(plain):
        match = TOKEN.match(plain, at)
        if match is None:
            raise LanguageError(f"不允许的字符“{plain[at]}”", f"“{plain[at]}” is not allowed here", at + 1)
        found += _token(match, at + 1)
        at = match.end()
    found.append(Token("end", "", len(plain) + 1))
    _check_depth(found)
    return found


def _token(match: re.Match[str], position: int) -> list[Token]:
    sort, text = match.lastgroup or "", match.group()
    if sort == "space":
        return []
    if sort == "synonym":
        return [Token("keyword", word, position) for word in SYNONYMS[text].split()]
    if sort == "name" and text.upper() in KEYWORDS:
        return [Token("keyword", text.upper(), position)]
    if sort == "quoted":
        return [Token("quoted", text[1:-1], position)]
    return [Token(sort, text, position)]


def _narrow(text: str) -> str:
    """Full-width signs outside quotes become the plain ones; the length stays the same."""
    parts = re.split(r"('[^']*'|‘[^’]*’)", text)
    narrow = [part.translate(FULL_WIDTH) for part in parts[::2]]
    quoted = [f"'{part[1:-1]}'" for part in parts[1::2]]
    out = [narrow[0]]
    for inside, after in zip(quoted, narrow[1:], strict=True):
        out += [inside, after]
    return "".join(out)


def _check_depth(found: list[Token]) -> None:
    depth = 0
    for token in found:
        if token.sort == "sign":
            depth += (token.text == "(") - (token.text == ")")
        if depth > limits.DEPTH:
            raise LanguageError(f"括号嵌套超过 {limits.DEPTH} 层", f"nested deeper than {limits.DEPTH}", token.position)
