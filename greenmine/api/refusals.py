"""Refusals of the API (拒绝的理由): a status that fits, and sentences in both languages, whatever was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from greenmine.publiclog.signing import CannotSign

MISSING, NOT_ALLOWED, UNUSABLE, UNAVAILABLE = 404, 405, 422, 503
SOURCES = frozenset({"query", "path", "body", "form", "header"})


class Refused(Exception):
    """A refusal with its status."""

    def __init__(self, status: int, zh: str, en: str, problems: Iterable[Mapping[str, str]] = ()) -> None:
        super().__init__(f"{zh} · {en}")
        self.status, self.zh, self.en, self.problems = status, zh, en, tuple(problems)


def missing(zh: str, en: str) -> Refused:
    """What was asked for is not there."""
    return Refused(MISSING, zh, en)


def response(refused: Refused) -> HttpResponse:
    """The refusal as it leaves."""
    body: dict[str, Any] = {"error": {"zh": refused.zh, "en": refused.en}}
    if refused.problems:
        body["problems"] = list(refused.problems)
    made = JsonResponse(body, status=refused.status, json_dumps_params={"ensure_ascii": False})
    made["Cache-Control"] = "no-store"
    return made


def handle(api: NinjaAPI) -> None:
    """Every way in which a question can go wrong ends in a sentence."""

    @api.exception_handler(Refused)
    def _refused(_request: HttpRequest, refused: Refused) -> HttpResponse:
        return response(refused)

    @api.exception_handler(CannotSign)
    def _unsigned(_request: HttpRequest, refused: CannotSign) -> HttpResponse:
        return response(Refused(UNAVAILABLE, refused.zh, refused.en))

    @api.exception_handler(Http404)
    def _not_there(_request: HttpRequest, _missing: Http404) -> HttpResponse:
        return response(missing("没有这个资源。", "There is no such resource."))

    @api.exception_handler(HttpError)
    def _unreadable(_request: HttpRequest, found: HttpError) -> HttpResponse:
        return response(
            Refused(
                found.status_code, "请求内容无法读取，应为 JSON。", "The request cannot be read; it should be JSON."
            )
        )

    @api.exception_handler(ValidationError)
    def _unusable(_request: HttpRequest, found: ValidationError) -> HttpResponse:
        problems = [_problem(one) for one in found.errors]
        zh = "；".join(one["zh"] for one in problems)
        en = "; ".join(one["en"] for one in problems)
        return response(Refused(UNUSABLE, f"参数不能使用：{zh}。", f"The parameters cannot be used: {en}.", problems))


def _problem(error: Mapping[str, Any]) -> dict[str, str]:
    """One problem of one parameter, in words."""
    places = [str(one) for one in error["loc"] if str(one) not in SOURCES]
    name = places[-1] if places else "?"
    context = error.get("ctx") or {}
    zh, en = _said(str(error["type"]), context)
    return {"parameter": name, "zh": f"“{name}”{zh}", "en": f"“{name}” {en}"}


def _said(kind: str, context: Mapping[str, Any]) -> tuple[str, str]:
    words = {
        "missing": ("必须给出", "has to be given"),
        "int_parsing": ("应为整数", "should be a whole number"),
        "int_type": ("应为整数", "should be a whole number"),
        "int_from_float": ("应为整数", "should be a whole number"),
        "int_parsing_size": ("数字过大", "is too large a number"),
        "greater_than_equal": (f"不能小于{context.get('ge')}", f"cannot be below {context.get('ge')}"),
        "less_than_equal": (f"不能大于{context.get('le')}", f"cannot be above {context.get('le')}"),
        "string_too_long": (
            f"不能超过{context.get('max_length')}个字",
            f"cannot be longer than {context.get('max_length')}",
        ),
        "too_long": (f"不能超过{context.get('max_length')}项", f"cannot hold more than {context.get('max_length')}"),
        "string_type": ("应为文字", "should be a text"),
        "string_pattern_mismatch": ("写法不对", "is not written as it should be"),
        "list_type": ("应为列表", "should be a list"),
        "dict_type": ("应为对象", "should be an object"),
        "literal_error": (f"应为其中之一：{context.get('expected')}", f"should be one of {context.get('expected')}"),
        "null_character": ("不能含空字符", "cannot hold a null character"),
        "unknown": ("不是本接口的参数", "is no parameter here"),
    }
    return words.get(kind, ("写法不对", "is not written as it should be"))


def unknown_parameters(names: Iterable[str]) -> Refused:
    """Parameters that mean nothing here: a misspelt filter must not answer with everything."""
    problems = [_problem({"loc": (name,), "type": "unknown"}) for name in sorted(names)]
    zh = "；".join(one["zh"] for one in problems)
    en = "; ".join(one["en"] for one in problems)
    return Refused(UNUSABLE, f"参数不能使用：{zh}。", f"The parameters cannot be used: {en}.", problems)
