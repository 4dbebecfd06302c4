from datetime import date
from pathlib import Path

import pytest

from greenmine.editions.edition import Confirmation, EffectiveDay, Overlay
from greenmine.editions.loading import build, from_stored, stored_text
from greenmine.editions.rulebook_files import folder, read_texts, read_words
from greenmine.editions.shipped import load_shipped
from greenmine.law import RulebookError

DOCUMENTS = ["cn-2024-1", "gs-2023", "kz-2024", "nm-2020", "yn-2025"]


def test_the_shipped_edition_holds_every_provision_of_the_five_documents():
    edition = load_shipped()
    assert sorted(edition.instruments) == DOCUMENTS
    assert len(list(edition.provisions())) == 1109
    assert edition.provision("gs-2023/3.3.l").instrument == "gs-2023"
    assert edition.words["outcome"]["unknown"]["zh"] == "待核实"


def test_the_id_is_the_same_for_the_same_files_and_unmoved_by_comments():
    texts = read_texts(folder())
    plain = build(texts)
    commented = build({**texts, "standing.yaml": "# a remark\n" + texts["standing.yaml"]})
    assert plain.id == commented.id == load_shipped().id
    assert len(plain.id) == 64


def test_a_stored_edition_is_built_again_as_it_was():
    overlay = Overlay(
        effective_days=(EffectiveDay("kz-2024", date(2024, 9, 1), "州人大公告", "李四", date(2024, 9, 2)),),
        confirmations=(
            Confirmation(
                "kz-2024.x",
                "reading",
                "州司法局函",
                "函〔2024〕1号",
                "李四",
                date(2024, 9, 3),
            ),
        ),
    )
    texts = read_texts(folder())
    stored = from_stored(stored_text(texts, overlay), words=read_words(folder()))
    made = build(texts, overlay)
    assert stored.id == made.id
    assert stored.id != load_shipped().id
    assert sorted(stored.instruments) == sorted(made.instruments) == DOCUMENTS
    assert [rule.id for rule in stored.rules] == [rule.id for rule in made.rules]
    assert stored.instrument("kz-2024").in_force.from_on == date(2024, 9, 1)
    assert stored.instrument("kz-2024").not_before is None
    assert stored.overlay == overlay


def test_a_replaced_file_changes_values_and_id():
    texts = read_texts(folder())
    overlay = Overlay(files={"values/divisions.csv": "code,name,level,parent,from,to\n000000,全国,country,,,\n"})
    made = build(texts, overlay)
    assert made.id != build(texts).id
    assert [row.code for row in made.divisions.rows] == ["000000"]
    assert build(texts).divisions.name("620000") == "甘肃省"


def test_every_problem_of_every_file_is_told_with_its_line():
    texts = dict(read_texts(folder()))
    texts["standing.yaml"] = "a: &x 1\n"
    texts["instruments/kz-2024.yaml"] = "id: kz-2024\nid: kz-2024\n"
    with pytest.raises(RulebookError) as refused:
        build(texts)
    assert [(p.file, p.line) for p in refused.value.problems] == [
        ("instruments/kz-2024.yaml", 2),
        ("standing.yaml", 1),
    ]


def test_a_rule_that_cites_no_provision_of_the_rulebook_is_refused():
    texts = dict(read_texts(folder()))
    texts["rules/gs-2023/zz.yaml"] = (
        "rules:\n  - id: gs-2023.zz\n    provision: [gs-2023/99.z]\n    kind: obligation\n"
        '    title: {zh: 一, en: one}\n    subject: mine\n    bound: enterprise\n    require: "in_red_line"\n'
    )
    with pytest.raises(RulebookError, match=r"gs-2023/99\.z"):
        build(texts)


def test_the_parsed_edition_is_remembered_and_a_broken_memory_is_passed_over(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("GREENMINE_CACHE", str(tmp_path))
    from greenmine.editions import shipped

    shipped._load.cache_clear()
    first = shipped.load_shipped()
    (kept,) = (tmp_path / "editions").glob("*.edition")
    shipped._load.cache_clear()
    assert shipped.load_shipped().id == first.id
    kept.write_bytes(b"broken")
    shipped._load.cache_clear()
    assert shipped.load_shipped().rules == first.rules
    shipped._load.cache_clear()


def test_an_edition_read_back_from_its_stored_text_has_every_code_in_its_place() -> None:
    """A stored sheet keeps the place of a code in its domain: an edition that sorted domains would misread it silently."""
    shipped = load_shipped()
    again = from_stored(stored_text(read_texts(folder())))
    assert again.id == shipped.id
    assert {name: fact.codes for name, fact in again.dictionary.items()} == {
        name: fact.codes for name, fact in shipped.dictionary.items()
    }
