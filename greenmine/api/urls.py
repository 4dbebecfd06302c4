"""Addresses of the API: /api/v1/ is the reference to read, everything else answers in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from greenmine.api import reference, refusals, serving
from greenmine.api.v1 import log, mines, standing, statements

app_name = "api"


class Readable(JSONRenderer):
    """Chinese as it is: shorter, and a person can read it."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}


class Text(Parser):
    """A body that cannot be said again in UTF-8 (half a surrogate pair) cannot be read."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body; whatever is raised here ends in a sentence."""
        found: dict[str, Any] = super().parse_body(request)
        json.dumps(found, ensure_ascii=False).encode()
        return found


class Version(NinjaAPI):
    """An API whose operations are named like their addresses."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the address."""
        return str(operation.url_name)


v1 = Version(
    title="GreenMine open API · 绿色矿山开放接口",
    version="1",
    description="What the public desk shows, for other systems. No key is needed; every answer may be asked for conditionally (ETag). "
    "公众可查询的内容，供其他系统读取；无需密钥，支持条件请求。",
    urls_namespace="api",
    renderer=Readable(),
    parser=Text(),
    docs_url=None,
    openapi_url="/openapi.json",
)
refusals.handle(v1)
for router in (mines.router, statements.router, standing.router, log.router):
    v1.add_router("", router)

urlpatterns = [path("", reference.page, name="api-root"), *serving.patterns(v1)]
