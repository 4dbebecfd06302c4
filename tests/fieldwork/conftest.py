"""Fieldwork that may begin: built once for a module inside a transaction that is rolled back; each test undoes its own."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.conftest import cast as cast_fixture
from tests.fieldwork.world import FieldWorld, build


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[FieldWorld]:
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=quick), transaction.atomic():
        yield build(cast_fixture.__wrapped__(None))
        transaction.set_rollback(True)


@pytest.fixture
def world(built: FieldWorld, db: None, settings: Any, tmp_path: Any) -> FieldWorld:
    settings.DATA = tmp_path
    return copy.deepcopy(built)
