"""Papers are made of named fields, signed by another, numbered in order, served, and corrected by a new one."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from greenmine.accounts.permissions import NotAllowed, ProposerDecides
from greenmine.evidence.actions import keep
from greenmine.evidence.places import path_of
from greenmine.ledger.models import Record
from greenmine.papers import actions, kinds, queries
from greenmine.papers.actions import CannotIssue, CannotMake, Written
from greenmine.papers.models import Paper
from tests.papers.conftest import NOTICE, ON, jpeg, paragraphs


def office(person):
    return person.memberships.get().organisation


def make(by, kind: str = "prior-notice", fields=None, **more) -> Paper:
    more.setdefault("organisation", by.memberships.order_by("id").first().organisation)
    given = {"subject": ("case", "DC-2026-0001"), "region_code": "620000", "on": ON, **more}
    return actions.make(kind, NOTICE if fields is None else fields, by=by, **given)


def word(paper: Paper) -> list[str]:
    return paragraphs(path_of(paper.docx.file_id).read_bytes())


def served(cast, notice) -> Paper:
    actions.sign(notice, by=cast.province, on=ON)
    actions.number(notice, by=cast.province_reviewer, on=ON)
    return actions.serve(notice, day=ON, way="direct", received_by="许评估", by=cast.province_reviewer, on=ON)


def test_a_draft_keeps_both_files_and_says_what_was_given(cast, notice) -> None:
    assert (notice.state, notice.number, notice.title) == ("draft", "", "评估失信处理事先告知书")
    text = word(notice)
    assert text[:3] == ["甘肃省自然资源厅文件", "", "评估失信处理事先告知书"]
    assert "对你（单位）涉嫌评估失信一案（DC-2026-0001），现已调查终结。拟作出处理前，将有关事项告知如下：" in text
    assert "2026年9月3日，评估组在现场停留 42 分钟。" in text
    assert "五、陈述申辩" in text
    assert text[-1] == "　　　年　　月　　日"
    pdf = path_of(notice.pdf.file_id).read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert hashlib.sha256(pdf).hexdigest() == notice.pdf.file_id
    entry = Record.objects.get(verb="papers.made")
    assert (entry.zh, entry.cite) == ("拟稿《事先告知书》：评估失信处理事先告知书", ["cn-2024-1/17.0.5"])


def test_equal_fields_make_equal_files(cast, notice) -> None:
    again = make(cast.province_reviewer)
    assert (again.content_hash, again.pdf.file_id, again.docx.file_id) == (
        notice.content_hash, notice.pdf.file_id, notice.docx.file_id,
    )  # fmt: skip


def test_a_paper_is_signed_numbered_and_served(cast, notice) -> None:
    actions.sign(notice, by=cast.province, on=ON)
    assert word(notice)[-2:] == ["甘肃省自然资源厅", "2026年11月20日"]
    actions.number(notice, by=cast.province_reviewer, on=ON)
    assert notice.number == "绿矿评告〔2026〕1号"
    assert word(notice)[1] == "绿矿评告〔2026〕1号"
    receipt = Written("回证.jpg", jpeg())
    actions.serve(notice, day=ON, way="direct", receipt=receipt, by=cast.province_reviewer, on=date(2026, 11, 21))
    kept = Paper.objects.get()
    assert (kept.state, kept.served_on, kept.served_way, kept.signed_by) == ("served", ON, "direct", "孙厅")
    assert kept.receipt.title == "送达回证"
    assert [entry.verb for entry in Record.objects.filter(verb__startswith="papers.").order_by("id")] == [
        "papers.made", "papers.signed", "papers.numbered", "papers.served",
    ]  # fmt: skip
    assert kept.content_hash == Record.objects.get(verb="papers.made").payload["content"]


def test_numbers_are_counted_for_each_kind_office_and_year(cast) -> None:
    numbers = []
    for on in (ON, ON, date(2027, 1, 4)):
        paper = make(cast.province_reviewer, on=on)
        actions.sign(paper, by=cast.province, on=on)
        numbers.append(actions.number(paper, by=cast.province_reviewer, on=on).number)
    assert numbers == ["绿矿评告〔2026〕1号", "绿矿评告〔2026〕2号", "绿矿评告〔2027〕1号"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"party": None}, "《事先告知书》还缺：当事人"),
        ({"facts": []}, "还缺：查明的事实"),
        ({"party": "", "measure": ""}, "还缺：当事人、拟作出的处理"),
        ({"spell": "x"}, "《事先告知书》没有字段：spell"),
        ({"facts": "一句话"}, "“查明的事实”的内容形式不对"),
        ({"plea_until": "2026-13-01"}, "“陈述申辩期限”的内容形式不对"),
        ({"plea_until": 7}, "“陈述申辩期限”的内容形式不对"),
        ({"evidence": [["1", "2", "3", "4", "5"]]}, "“证据”的内容形式不对"),
        ({"evidence": ["1234"]}, "“证据”的内容形式不对"),
        ({"facts": ["长" * 400_001]}, "超过 400000 字"),
    ],
)
def test_wrong_fields_make_no_paper(cast, change, sentence) -> None:
    with pytest.raises(CannotMake) as caught:
        make(cast.province_reviewer, fields={**NOTICE, **change})
    assert sentence in caught.value.zh
    assert caught.value.en
    assert Paper.objects.count() == 0


def test_what_is_put_in_is_not_read_again(cast) -> None:
    paper = make(cast.province_reviewer, fields={**NOTICE, "party": "{measure} #read \0<b>", "measure": "{party}"})
    assert word(paper)[3] == "{measure} #read <b>："
    assert "{party}。" in word(paper)


@pytest.mark.parametrize("who", ["province_clerk", "county_reviewer", "agency", "enterprise", "operator", "auditor"])
def test_only_whom_the_kind_names_makes_it(cast, who) -> None:
    with pytest.raises(NotAllowed):
        make(getattr(cast, who))
    with pytest.raises(NotAllowed, match="只能办理本单位的文书"):
        make(cast.province_reviewer, organisation=office(cast.county))
    assert Paper.objects.count() == 0


def test_signing_is_for_the_decider_of_the_same_office_once(cast, notice) -> None:
    for other in (cast.province_reviewer, cast.ministry, cast.agency_decider, cast.enterprise_decider):
        with pytest.raises(NotAllowed):
            actions.sign(notice, by=other, on=ON)
    actions.sign(notice, by=cast.province, on=ON)
    with pytest.raises(CannotIssue, match="该文书已签发"):
        actions.sign(notice, by=cast.province, on=ON)


def test_who_drafted_what_binds_others_does_not_sign_it(cast) -> None:
    from greenmine.accounts import actions as accounts
    from tests.conftest import person

    admin = person(office(cast.province), "provinceadmin", "杜管理", "org_admin")
    accounts.add_role(cast.province_reviewer, office(cast.province), role="decider", by=admin, on=ON)
    both = type(cast.province_reviewer).objects.get(pk=cast.province_reviewer.pk)
    paper = make(both)
    with pytest.raises(ProposerDecides):
        actions.sign(paper, by=both, on=ON)


def test_no_step_is_taken_before_its_time(cast, notice) -> None:
    with pytest.raises(CannotIssue, match="签发后才能编号"):
        actions.number(notice, by=cast.province_reviewer, on=ON)
    with pytest.raises(CannotIssue, match="签发并编号后才能送达"):
        actions.serve(notice, day=ON, way="direct", received_by="某", by=cast.province_reviewer, on=ON)
    actions.sign(notice, by=cast.province, on=ON)
    with pytest.raises(CannotIssue, match="签发并编号后才能送达"):
        actions.serve(notice, day=ON, way="direct", received_by="某", by=cast.province_reviewer, on=ON)
    actions.number(notice, by=cast.province_reviewer, on=ON)
    with pytest.raises(CannotIssue, match="已编号：绿矿评告〔2026〕1号"):
        actions.number(notice, by=cast.province_reviewer, on=ON)


@pytest.mark.parametrize(
    ("day", "way", "by", "sentence"),
    [
        (date(2026, 11, 19), "direct", "某", "不能早于签发日期"),
        (date(2026, 11, 22), "direct", "某", "不能晚于今天"),
        (ON, "direct", " ", "请填写签收人或上传送达回证"),
        (ON, "post", "", "请填写签收人或上传送达回证"),
        (ON, "pigeon", "某", "请选择送达方式"),
    ],
)
def test_service_without_a_good_day_way_or_receipt_is_refused(cast, notice, day, way, by, sentence) -> None:
    actions.sign(notice, by=cast.province, on=ON)
    actions.number(notice, by=cast.province_reviewer, on=ON)
    with pytest.raises(CannotIssue, match=sentence):
        actions.serve(notice, day=day, way=way, received_by=by, by=cast.province_reviewer, on=date(2026, 11, 21))
    assert Paper.objects.get().state == "numbered"


def test_a_correction_is_a_new_paper_and_the_old_one_stays(cast, notice) -> None:
    served(cast, notice)
    corrected = make(cast.province_reviewer, fields={**NOTICE, "measure": "通报"}, replaces=notice)
    old = Paper.objects.get(pk=notice.pk)
    assert (old.is_replaced, old.state, old.number) == (True, "served", "绿矿评告〔2026〕1号")
    assert list(queries.standing(queries.about("case", "DC-2026-0001"))) == [corrected]
    assert queries.of_kind(queries.about("case", "DC-2026-0001"), "prior-notice") == corrected
    with pytest.raises(CannotIssue, match="已被更正后的文书取代"):
        make(cast.province_reviewer, replaces=old)
    with pytest.raises(CannotIssue, match="只能更正本单位的同类文书"):
        make(cast.province_reviewer, kind="plea-record", replaces=corrected, fields={
            "party": "x", "inquiry": "x", "heard_on": ON, "plea": ["x"],
        })  # fmt: skip


def test_a_paper_keeps_the_sentences_of_its_day(cast, notice, tmp_path, monkeypatch) -> None:
    import shutil

    from greenmine.editions import rulebook_files

    shutil.copytree(rulebook_files.folder(), tmp_path / "rulebook")
    file = tmp_path / "rulebook" / "papers" / "prior-notice.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("有权陈述和申辩", "可以说话"), encoding="utf-8")
    monkeypatch.setenv("GREENMINE_RULEBOOK", str(tmp_path / "rulebook"))
    actions.sign(notice, by=cast.province, on=ON)
    assert any("有权陈述和申辩" in line for line in word(notice))
    assert any("可以说话" in line for line in word(make(cast.province_reviewer)))


def test_pictures_lose_what_the_camera_wrote_and_a_missing_one_is_said(cast) -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "secret camera"
    Image.new("RGB", (2800, 1400), "green").save(out, "JPEG", exif=exif)
    photo = keep(Written("x.jpg", out.getvalue()), by=cast.agency, on=ON)
    paper = make(cast.agency, kind="site-record", fields={
        "mine": "青山煤矿", "agency": "陇原评估咨询有限公司", "engagement": "WT-2026-0001", "visited_on": ON,
        "records": [["1.1", "道路硬化", "已硬化", "1", "许评估"]],
        "photographs": [{"provenance": photo.pk, "caption": "排土场"}, {"provenance": 999, "caption": "丢失的照片"}],
    })  # fmt: skip
    document = path_of(paper.docx.file_id).read_bytes()
    assert "（影像缺失：丢失的照片）" in word(paper)
    import zipfile

    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        kept = archive.read("word/media/image1.jpg")
    assert b"secret camera" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (1400, 700)


SAMPLE = {
    "text": "某", "long": "某", "number": "1", "day": ON, "lines": ["甲", "乙"],
    "sections": [{"heading": "甲", "text": ["乙"]}], "signatures": [{"label": "签字", "name": "某", "on": ON}], "pictures": [],
}  # fmt: skip


@pytest.mark.parametrize("name", kinds.names())
def test_every_kind_is_made_with_all_its_fields_and_with_the_needed_ones_alone(cast, name) -> None:
    kind = kinds.kind(name)
    whole = {
        field.name: [["一"] * len(field.columns)] if field.type == "table" else SAMPLE[field.type]
        for field in kind.fields.values()
    }
    needed = {key: value for key, value in whole.items() if kind.fields[key].required}
    maker = next(
        person for person in (cast.province_reviewer, cast.province_clerk, cast.agency, cast.enterprise)
        if _may(person, kind.made_by)
    )  # fmt: skip
    for fields in (whole, needed):
        text = "\n".join(word(make(maker, kind=name, fields=fields)))
        assert "{" not in text
        assert kind.id == name


def _may(person, verbs) -> bool:
    from greenmine.accounts import permissions

    return any(permissions.can(person, verb, on=ON) for verb in verbs)


def test_every_kind_rests_on_provisions_and_verbs_that_exist() -> None:
    from greenmine.accounts.matrix import matrix
    from greenmine.editions.shipped import load_shipped

    wanted = {
        "self-assessment-report", "truth-commitment", "task-letter", "conflict-statement", "entry-notice", "site-record",
        "question-list", "assessment-report", "prior-notice", "plea-record", "debarment-notice", "debarment-decision",
        "clearance-notice", "return-notice",
    }  # fmt: skip
    assert wanted <= set(kinds.names())
    for kind in map(kinds.kind, kinds.names()):
        assert {*kind.made_by, *kind.signed_by, kind.seen_by} <= set(matrix().verbs)
        assert all(load_shipped().has_provision(provision) for provision in kind.provisions)


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ('addressee: "{party}"', 'addressee: "{partei}"', "句中的字段“partei”不存在"),
        ("  - each: facts", "  - each: measure", "没有可用于 each 的字段“measure”"),
        ("  - each: facts", "  - each: facts\n    text: x", "每一段写且只写一种内容"),
        ("type: day}", "type: moment}", "moment"),
        ("id: prior-notice", "id: prior-notice\ncode: x", "不认识的键“code”"),
        ("when: contact}", "when: nobody}", "when 的字段“nobody”不存在"),
        ("attachments: attachments", "attachments: party", "attachments 应为 lines 字段"),
        ("provision: [cn-2024-1/17.0.5]\nby: practice", "by: habit", "须写明 provision"),
    ],
)  # fmt: skip
def test_a_wrong_kind_is_refused_with_the_reason(was, now, sentence) -> None:
    from greenmine.law.problems import RulebookError

    text = kinds.kind("prior-notice").text
    assert was in text
    with pytest.raises(RulebookError) as caught:
        kinds.read(text.replace(was, now, 1), "prior-notice")
    assert any(sentence in problem.zh for problem in caught.value.problems)


def test_an_unknown_kind_is_refused_in_words(cast) -> None:
    with pytest.raises(kinds.UnknownKind, match="没有文书种类"):
        make(cast.province_reviewer, kind="../facts")


def test_papers_are_seen_by_their_office_the_addressee_once_served_and_who_may(cast, notice) -> None:
    def seen() -> set[str]:
        return {
            name for name in vars(cast) if queries.for_person(getattr(cast, name), on=ON).filter(pk=notice.pk).exists()
        }

    own = {"province", "province_clerk", "province_reviewer", "auditor"}
    assert seen() == own
    actions.sign(notice, by=cast.province, on=ON)
    assert seen() == own | {"ministry"}
    actions.number(notice, by=cast.province_reviewer, on=ON)
    assert seen() == own | {"ministry"}
    actions.serve(notice, day=ON, way="post", received_by="收发室", by=cast.province_reviewer, on=ON)
    assert seen() == own | {"ministry", "agency", "agency_reviewer", "agency_decider"}


def test_an_enterprise_sees_the_signed_papers_about_itself_and_no_other(cast) -> None:
    fields = {
        "authority": "会宁县自然资源局",
        "party": "青山矿业有限公司",
        "mine": "青山煤矿",
        "document": "自评估报告",
        "promises": ["属实"],
    }
    paper = make(
        cast.enterprise, kind="truth-commitment", fields=fields, region_code="620422", enterprise="E00000001",
        subject=("assessment", "ZP-2026-0001"),
    )  # fmt: skip

    def seen(who) -> bool:
        return queries.for_person(who, on=ON).exists()

    assert (seen(cast.enterprise), seen(cast.county), seen(cast.other_enterprise)) == (True, False, False)
    actions.sign(paper, by=cast.enterprise_decider, on=ON)
    assert (seen(cast.county), seen(cast.province), seen(cast.other_county)) == (True, True, False)
    assert (seen(cast.other_enterprise), seen(cast.agency), seen(cast.operator)) == (False, False, False)
