"""The pages of selection in a real browser, at a desk and on a phone: nothing complained, nothing wider than the window."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.selection import ground
from tests.web.authority import selecting

PICTURES = Path(__file__).parents[3] / "build" / "pictures"


class Looker:
    """A browser that signs in by the page, keeps pictures and remembers every complaint."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self.url = page, url
        self.troubles: list[str] = []
        page.on("console", lambda said: self.troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def sign_in(self, who: str) -> None:
        username = who.replace(".", "")
        self.page.context.clear_cookies()
        self.page.goto(f"{self.url}/accounts/login/")
        self.page.fill("#id_login", username)
        self.page.fill("#id_password", f"{username}-{username}-9")
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url(lambda address: "login" not in address)

    def look(self, name: str, address: str, *, open_all: bool = False) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        for width in (1280, 390):
            self.page.set_viewport_size({"width": width, "height": 844})
            assert self.page.goto(f"{self.url}{address}").status == 200, address
            if open_all:
                self.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
            self.page.screenshot(path=PICTURES / f"selection-{name}-{width}.png", full_page=True)
            wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, (name, width, wide)


@pytest.fixture
def world(transactional_db: None, settings: Any, tmp_path: Any) -> ground.World:
    settings.DEMO, settings.DATA = True, tmp_path
    return selecting._build()


def from_here(world: ground.World, application: Any, until: str) -> Any:
    """The rest of the walk of the place."""
    steps = ground.WALKS[world.place.table]
    begin = {"review_passed": len(ground.FRONT), "confirmed": len(ground.FRONT) + 3 + len(ground.VERIFY)}
    for one in steps[begin[application.state] :]:
        if application.state == until:
            break
        application = one(world, application)
    assert application.state == until
    return application


@pytest.fixture
def looker(live_server: Any, page: Any) -> Looker:
    return Looker(page, live_server.url)


@pytest.mark.django_db(transaction=True)
def test_the_pages_read_well_at_a_desk_and_on_a_phone(world: ground.World, looker: Looker) -> None:
    from greenmine.registry.models import Mine

    on = timezone.localdate()
    world.on = on - timedelta(days=36)
    returned = selecting.filed(world, world.rival_mine, "rival")  # type: ignore[attr-defined]
    ground.take(
        world, returned, "return_for_correction", "county.clerk",
        {"defects": [{"item": "images", "text": "请补充采场和排土场现状影像资料"}, {"item": "form", "text": "联系人电话有误"}]},
    )  # fmt: skip
    application = selecting.filed(world)
    Mine.objects.filter(pk=world.mine.pk).update(longitude="112.562345", latitude="37.870512")
    ground.take(world, application, "accept", "county.clerk")
    one = reverse("authority:application", args=[application.number])
    looker.sign_in("ecology.clerk")
    looker.look("opinion", one)
    looker.sign_in("county.reviewer")
    looker.look("list", reverse("authority:selection"))
    looker.look("reviewing", one, open_all=True)
    ground.opine(world, application, ecology="supplement")
    application = ground.take(world, application, "pass_review", "county.reviewer", ground.REASONS)
    made = from_here(world, application, "confirmed")
    looker.sign_in("province.decider")
    looker.look("batch-before-notice", reverse("authority:batch", args=[world.batch.number]))
    from_here(world, made, "noticed")
    looker.look("noticed", one, open_all=True)
    looker.look("decide", one)
    looker.look("batches", reverse("authority:batches"))
    looker.look("batch", reverse("authority:batch", args=[world.batch.number]))
    looker.sign_in("province.reviewer")
    looker.look("batch-new", reverse("authority:batch_new"))
    looker.sign_in("rival.decider")
    looker.look("enterprise-list", reverse("enterprise:applications"))
    looker.look("enterprise-returned", reverse("enterprise:application", args=[returned.number]))
    world.on = on
    fresh = ground.opened_batch(world, title="第二批绿色矿山遴选")
    ground.clean_mine(world, "黑石铁矿", holder="E00000002", assessed=False)
    draft_mine = ground.clean_mine(world, "灰石铁矿", holder="E00000002")
    from greenmine.selection import actions as selection

    selecting.of_a_real_set()
    draft = selection.prepare(fresh, draft_mine.key, **world.act("rival.clerk"))
    looker.look("enterprise-choose", reverse("enterprise:application_new"))
    looker.look("enterprise-new", reverse("enterprise:application_new") + f"?mine={draft_mine.key}")
    looker.look("enterprise-draft", reverse("enterprise:application", args=[draft.number]))
    looker.sign_in("rival.clerk")
    looker.look("enterprise-draft-clerk", reverse("enterprise:application", args=[draft.number]))
    assert looker.troubles == []


@pytest.mark.django_db(transaction=True)
def test_rows_are_added_by_the_button_and_sent_by_keyboard(world: ground.World, looker: Looker) -> None:
    world.on = timezone.localdate() - timedelta(days=36)
    application = selecting.filed(world)
    looker.sign_in("county.clerk")
    page = looker.page
    page.goto(f"{looker.url}{reverse('authority:application', args=[application.number])}")
    form = page.locator("#step-return_for_correction")
    form.locator("summary").press("Enter")
    before = form.locator("[data-row]").count()
    form.locator("[data-more-rows]").press("Enter")
    assert form.locator("[data-row]").count() == before + 1
    rows = form.locator("[data-row]")
    rows.nth(0).locator("textarea").fill("缺少采场影像")
    rows.nth(before).locator("select").select_option("licences")
    rows.nth(before).locator("textarea").fill("许可证扫描件不清")
    form.locator("form button:not([type=button])").press("Enter")
    page.get_by_text("已办理").first.wait_for()
    assert [one["item"] for one in application.returns.get().defects] == ["form", "licences"]
    assert looker.troubles == []
