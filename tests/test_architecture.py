"""The architecture, held: bands for foreign keys too, rooms that say what they are, nothing imported that must not be."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from greenmine.accounts.matrix import matrix
from greenmine.config.environment import HERE, VARIABLES

BANDS = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0][
    "layers"
]
RANK = {room.strip(): rank for rank, band in enumerate(reversed(BANDS)) for room in band.split("|")}
ROOMS = sorted(folder for folder in (HERE / "greenmine").iterdir() if (folder / "__init__.py").exists())
FRAMES = ("account_", "mfa_")


def room_of(model: type) -> str | None:
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "greenmine" else None


def test_no_foreign_key_points_to_a_higher_band() -> None:
    wrong = []
    for model in apps.get_models():
        room = room_of(model)
        for field in model._meta.get_fields():
            target = room_of(field.related_model) if getattr(field, "related_model", None) else None
            if room and target and field.concrete and RANK[target] > RANK[room]:
                wrong.append(f"{model.__name__}.{field.name} → {target}")
    assert wrong == []


def test_the_ledger_and_the_facts_point_at_nothing() -> None:
    for model in apps.get_app_config("ledger").get_models():
        assert [field.name for field in model._meta.get_fields() if field.is_relation] == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda folder: folder.name)
def test_every_room_says_what_it_is(room: Path) -> None:
    tree = ast.parse((room / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)


def test_assess_imports_no_django() -> None:
    program = "import sys; import greenmine.config.commands.assess; print([m for m in sys.modules if m.split('.')[0]=='django'])"
    done = subprocess.run([sys.executable, "-c", program], cwd=HERE, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_signals_between_contexts() -> None:
    users = [
        str(file.relative_to(HERE))
        for file in (HERE / "greenmine").rglob("*.py")
        if "django.dispatch" in file.read_text(encoding="utf-8")
        or "db.models.signals" in file.read_text(encoding="utf-8")
    ]
    assert users == []


def test_agencies_assess_and_only_officials_inspect() -> None:
    """国办发〔2024〕54号: third parties carry out no administrative inspection, so no name of theirs says they do."""
    rooms = [HERE / "greenmine" / room for room in ("assessors", "fieldwork")] + [HERE / "greenmine/web/assessor"]
    wrong = [
        str(file.relative_to(HERE))
        for room in rooms
        for file in room.rglob("*.py")
        if "inspector" in file.read_text(encoding="utf-8").lower()
    ]
    assert wrong == []


def test_nothing_is_called_utils_or_manager() -> None:
    vague = {"utils", "util", "core", "common", "helpers", "helper", "manager", "managers", "info", "data", "misc"}
    assert [
        str(path) for path in (HERE / "greenmine").rglob("*") if path.stem in vague and "vendor" not in path.parts
    ] == []


def test_files_are_read_in_one_sitting() -> None:
    long = {
        str(file.relative_to(HERE)): count
        for file in (HERE / "greenmine").rglob("*.py")
        if "migrations" not in file.parts and (count := len(file.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert long == {}


def pages() -> list[str]:
    """The names of all URLs: namespace:name."""

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
            elif isinstance(pattern, URLPattern):
                yield f"{prefix}{pattern.name}"

    return list(walk(get_resolver().url_patterns))


def test_every_page_stands_in_the_matrix_and_the_matrix_names_no_other() -> None:
    ours = {name for name in pages() if not name.startswith(FRAMES)}
    assert ours == set(matrix().pages)


def test_every_environment_variable_is_declared_once_and_documented() -> None:
    read = set()
    for file in [*(HERE / "greenmine").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("GREENMINE_"):
                read.add(node.value.split("=")[0].split(" ")[0])
    assert {name for name in read if name.isupper() and name.replace("_", "").isalpha()} - {"GREENMINE_"} <= set(
        VARIABLES
    )
    from greenmine.config.commands.docs import environment_page

    assert (HERE / "docs" / "reference" / "environment.md").read_text(encoding="utf-8") == environment_page()


def test_tables_of_migrations_are_linear() -> None:
    for room in ROOMS:
        numbers = (
            sorted(file.name[:4] for file in (room / "migrations").glob("0*.py"))
            if (room / "migrations").exists()
            else []
        )
        assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
