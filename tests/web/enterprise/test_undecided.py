"""A removal that is only proposed is told to the enterprise by its prior notice and by nothing else: every page it opens."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.directory.conftest import law, world
from tests.directory.test_removals import PERSON
from tests.web.authority.test_directory import DAY, entry, today

__all__ = ["entry", "law", "today", "world"]
pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CONDITION = "在册或整改中或拟移出"  # of a rule, whatever the mine's own value is
SECRETS = ("拟移出", "removal_proposed", "移出名录办理中", "经查实存在违法开采")


def text_of(answer: Any) -> str:
    if "spreadsheet" in answer.get("Content-Type", ""):
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return "\n".join(str(row) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
    return str(answer.content.decode())


def test_no_page_of_the_enterprise_tells_of_a_removal_nobody_decided_on(world: Any, entry: Any, settings: Any) -> None:
    from greenmine.directory import actions as directory
    from greenmine.evaluation import tasks

    settings.DEMO = True
    removal = directory.propose_removal(entry, PERSON, evidence_files=[world.file()], **world.as_("county", DAY))
    tasks.rejudge_changed(world.law, on=DAY, known_at=timezone.now())
    key = world.mine.key
    addresses = [
        reverse("authority:mines"), reverse("authority:mines_export"), f"{reverse('authority:mine', args=[key])}?on={DAY}",
        f"{reverse('authority:mine_export', args=[key])}?on={DAY}", reverse("authority:directory_export"),
        reverse("authority:directory_export") + "?state=removal_proposed", reverse("authority:entry", args=[entry.number]),
        reverse("enterprise:home"), reverse("enterprise:applications"), reverse("people:notices"), reverse("enterprise:assessments"),
        reverse("enterprise:gates", args=[key]), reverse("enterprise:removal_risk", args=[key]), reverse("enterprise:disclosures"),
    ]  # fmt: skip
    leaks = []
    for who in (world.cast.enterprise, world.cast.enterprise_decider):
        client = Client()
        client.force_login(who, backend=BACKEND)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code in {200, 403, 404}, address
            said = text_of(answer).replace("state=removal_proposed", "").replace(CONDITION, "")
            leaks += [(address, one) for one in (*SECRETS, removal.number) if one in said]
    assert leaks == []
    client = Client()
    client.force_login(world.cast.county, backend=BACKEND)
    assert "拟移出" in text_of(client.get(reverse("authority:directory_export")))
    assert "拟移出" in text_of(client.get(f"{reverse('authority:mine', args=[key])}?on={DAY}"))
