"""A database that is being written by somebody else is a page that says so, not a fault."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from greenmine.web.components.desk import DeskMiddleware


def answered(fault: Exception) -> HttpResponse | None:
    request = RequestFactory().post("/authority/imports/")
    request.user = AnonymousUser()
    return DeskMiddleware(lambda _: HttpResponse()).process_exception(request, fault)


def test_a_locked_database_is_told_in_a_sentence_under_its_own_title() -> None:
    response = answered(OperationalError("database is locked"))
    assert response is not None
    assert response.status_code == 503
    page = response.content.decode()
    assert "正在写入大批量数据" in page
    assert "暂时不能办理" in page
    assert "无权办理" not in page


def test_another_fault_of_the_database_surfaces() -> None:
    assert answered(OperationalError("no such table: x")) is None
