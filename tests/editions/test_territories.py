from datetime import date

from greenmine.editions.territories import read_divisions

TABLE = read_divisions(
    "code,name,level,parent,from,to\n"
    "000000,中华人民共和国,country,,,\n"
    "620000,甘肃省,province,000000,,\n"
    "620100,兰州市,prefecture,620000,,\n"
    "620102,城关区,county,620100,,\n"
    "620199,旧区,county,620100,,2019-12-31\n"
    "620199,旧区,county,620000,2020-01-01,\n"
)


def test_a_territory_covers_itself_and_all_below_it():
    assert TABLE.covers("620000", "620102", date(2024, 1, 1))
    assert TABLE.covers("620100", "620102", date(2024, 1, 1))
    assert TABLE.covers("620102", "620102", date(2024, 1, 1))
    assert not TABLE.covers("620102", "620100", date(2024, 1, 1))
    assert not TABLE.covers("530000", "620102", date(2024, 1, 1))


def test_without_a_region_only_the_country_covers():
    assert TABLE.covers("000000", None)
    assert not TABLE.covers("620000", None)


def test_the_parent_is_the_one_of_the_day():
    assert TABLE.covers("620100", "620199", date(2019, 12, 31))
    assert not TABLE.covers("620100", "620199", date(2020, 1, 1))
    assert TABLE.covers("620000", "620199", date(2020, 1, 1))


def test_a_code_the_table_does_not_know_belongs_where_its_digits_say():
    assert TABLE.covers("620100", "620155", date(2024, 1, 1))
    assert TABLE.covers("620000", "629999", date(2024, 1, 1))
    assert TABLE.name("620155") == "620155"


def test_names_and_prefixes():
    assert TABLE.full_name("620102") == "甘肃省兰州市城关区"
    assert [TABLE.prefix(code) for code in ("000000", "620000", "620100", "620102")] == ["", "62", "6201", "620102"]
    assert [row.code for row in TABLE.children("620100", date(2024, 1, 1))] == ["620102"]
