"""The worker's sign of life, jobs that failed, and trying them again."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from greenmine.ledger.models import Record
from greenmine.web.operator import jobs, wellbeing

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path


def a_job(**fields):
    usual = {
        "task_path": "greenmine.registry.tasks.read_import", "args_kwargs": {"args": [1], "kwargs": {}},
        "backend_name": "default", "run_after": NOW, "exception_class_path": "", "traceback": "",
    }  # fmt: skip
    row = DBTaskResult.objects.create(**usual | fields)
    DBTaskResult.objects.filter(pk=row.pk).update(enqueued_at=NOW - timedelta(hours=2))
    return row


def test_a_worker_that_never_beat_or_is_silent_for_two_minutes_is_said_to_be_silent(data_folder) -> None:
    assert wellbeing.heartbeat().is_stale(NOW)
    (data_folder / "worker.json").write_text(json.dumps({"at": NOW.timestamp(), "pid": 7}))
    beat = wellbeing.heartbeat()
    assert [beat.is_stale(NOW + timedelta(seconds=s)) for s in (0, 120, 121)] == [False, False, True]
    assert [beat.worker(NOW), beat.worker(NOW + timedelta(seconds=121))] == ["greenmine-7", ""]


def test_the_page_says_whether_the_worker_lives(data_folder, cast, sign_in) -> None:
    client = sign_in(cast.operator)
    assert "没有心跳" in client.get(reverse("operator:system")).content.decode()
    (data_folder / "worker.json").write_text(json.dumps({"at": time.time(), "pid": 7}))
    assert "没有心跳" not in client.get(reverse("operator:system")).content.decode()


@pytest.mark.parametrize("broken", ["", "{", "[1]", '{"at": "yesterday"}'])
def test_a_broken_sign_of_life_counts_as_none(broken, data_folder) -> None:
    (data_folder / "worker.json").write_text(broken)
    assert wellbeing.heartbeat().at is None


def test_jobs_that_run_long_or_whose_worker_is_gone_are_stuck() -> None:
    a_job(status="RUNNING", started_at=NOW - timedelta(minutes=61), worker_ids=["greenmine-7"])
    a_job(status="RUNNING", started_at=NOW - timedelta(minutes=5), worker_ids=["greenmine-6"])
    a_job(status="RUNNING", started_at=NOW - timedelta(minutes=5), worker_ids=["greenmine-7"])
    states = sorted(job.state for job in jobs.overview(now=NOW, worker="greenmine-7"))
    assert states == ["running", "stuck", "stuck"]
    assert sorted(job.state for job in jobs.overview(now=NOW)) == ["running", "running", "stuck"]


def test_a_failed_job_shows_its_last_line_and_is_tried_again_by_a_named_person(cast, sign_in) -> None:
    row = a_job(
        status="FAILED", finished_at=NOW, worker_ids=["greenmine-1"], traceback="Traceback\n…\nValueError: broken\n"
    )
    client = sign_in(cast.operator)
    assert "ValueError: broken" in client.get(reverse("operator:system")).content.decode()
    response = client.post(reverse("operator:job_retry", args=[row.pk]), follow=True)
    assert "已重新排队" in response.content.decode()
    row.refresh_from_db()
    assert (row.status, row.traceback, row.worker_ids) == ("READY", "", ["greenmine-1"])
    written = Record.objects.latest("id")
    assert (written.verb, written.by["name"]) == ("system.job_retried", "何运维")


def test_a_job_that_waits_cannot_be_tried_again(cast, sign_in) -> None:
    row = a_job(status="READY")
    response = sign_in(cast.operator).post(reverse("operator:job_retry", args=[row.pk]), follow=True)
    assert "没有这个失败或卡住的任务" in response.content.decode()


def test_what_the_worker_could_not_do_by_itself_is_shown_until_it_can(data_folder, cast, sign_in) -> None:
    from greenmine.config.schedule import Clock, Tick

    broken = [True]

    def judge_changed() -> None:
        if broken:
            raise ValueError("no such column")

    client, clock = sign_in(cast.operator), Clock(data_folder / "schedule.json", (Tick(judge_changed, 1),))
    clock.run_due(moment=100.0, day="2026-11-20")
    assert "ValueError: no such column" in client.get(reverse("operator:system")).content.decode()
    broken.clear()
    clock.run_due(moment=200.0, day="2026-11-20")
    assert "no such column" not in client.get(reverse("operator:system")).content.decode()
