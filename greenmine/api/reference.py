"""The reference of the API as a plain page (接口文档): made from the same description other programs read, without a script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from greenmine.api.v1.shapes import LARGEST

CHINESE = re.compile("[\u4e00-\u9fff]")


def page(request: HttpRequest) -> HttpResponse:
    """Every address with its parameters and fields."""
    from greenmine.api.urls import v1  # noqa: PLC0415 -- the addresses include this page

    described = v1.get_openapi_schema()
    return render(request, "api/reference.html", {"info": described["info"], "groups": groups(described)})


def groups(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The operations by their tag, in the order in which they were written."""
    shapes = described["components"]["schemas"]
    found: dict[str, list[dict[str, Any]]] = {}
    for address, methods in described["paths"].items():
        for method, one in methods.items():
            found.setdefault(one["tags"][0], []).append(
                {
                    "method": method.upper(),
                    "path": address,
                    "id": one["operationId"],
                    "summary": _for_reader(one["summary"], " · "),
                    "description": _for_reader(one.get("description", ""), "\n\n"),
                    "parameters": [_parameter(parameter) for parameter in one.get("parameters", ())],
                    "body": _fields(_shape_in(one.get("requestBody", {})), shapes),
                    "fields": _fields(_shape_in(one["responses"].get(200, {})), shapes),
                }
            )
    return [{"tag": _for_reader(tag, " · "), "operations": operations} for tag, operations in found.items()]


def _for_reader(text: str, between: str) -> str:
    """What is said in both languages, as its reader needs it: Chinese first, and on an English page English alone."""
    parts = text.split(between)
    english = [part for part in parts if not CHINESE.search(part)]
    if get_language() == "en":
        return between.join(english or parts)
    return between.join([part for part in parts if CHINESE.search(part)] + english)


def _parameter(given: Mapping[str, Any]) -> dict[str, Any]:
    schema = given["schema"]
    return {
        "name": given["name"],
        "where": given["in"],
        "required": given.get("required", False),
        "type": _type(schema),
        "limits": _limits(schema),
        "description": _for_reader(schema.get("description") or given.get("description", ""), " · "),
    }


def _shape_in(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a JSON body; nothing where the answer is a file."""
    shape: Mapping[str, Any] = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return shape


def _fields(shape: Mapping[str, Any], shapes: Mapping[str, Any]) -> list[dict[str, str]]:
    name = str(shape.get("$ref", "")).rpartition("/")[2]
    properties = shapes.get(name, {}).get("properties", {})
    return [
        {"name": field, "type": _type(one), "description": _for_reader(one.get("description", ""), " · ")}
        for field, one in properties.items()
    ]


def _type(schema: Mapping[str, Any]) -> str:
    """A type in a few words: text, one of …, list of …, the name of a shape."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_type(schema['items'])}]"
    return str(schema.get("format") or schema.get("type") or "JSON")


def _limits(schema: Mapping[str, Any]) -> str:
    kinds = [schema, *schema.get("anyOf", ())]
    words = {"minimum": "≥ ", "maximum": "≤ ", "maxLength": "≤ ", "pattern": ""}
    return ", ".join(
        f"{sign}{one[name]}" for one in kinds for name, sign in words.items() if name in one and one[name] != LARGEST
    )
