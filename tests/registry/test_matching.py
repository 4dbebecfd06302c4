from greenmine.registry.matching import Identity, Match, Register, doubles

LICENCE = "C6204222012017110098765"


def register() -> Register:
    known = Register()
    known.add("M1", Identity(LICENCE, "7", "青山矿", "620422", "coal"))
    known.add("M2", Identity("", "8", "青山矿", "620422", "gold"))
    known.add("M3", Identity("", "7", "白石矿", "620525", "coal"))
    return known


def test_a_licence_number_goes_first():
    assert register().match(Identity(LICENCE, "", "改名后的矿", "620525")) == Match("licence", ("M1",))


def test_a_number_counts_only_within_its_region():
    assert register().match(Identity("", "7", "别名", "620525")) == Match("number", ("M3",))
    assert register().match(Identity("", "7", "别名", "620100")) == Match("new", ())


def test_name_region_and_mineral_together_recognise_a_mine():
    assert register().match(Identity("", "", "青山矿", "620422", "gold")) == Match("name", ("M2",))
    assert register().match(Identity("", "", "青 山 矿", "620422", "coal")) == Match("name", ("M1",))
    assert register().match(Identity("", "", "青山矿", "620422", "iron")) == Match("new", ())


def test_a_row_that_does_not_know_its_mineral_may_be_either_and_goes_to_a_person():
    assert register().match(Identity("", "", "青山矿", "620422")) == Match("ambiguous", ("M1", "M2"))


def test_a_licence_and_a_number_that_point_to_different_mines_go_to_a_person():
    assert register().match(Identity(LICENCE, "8", "青山矿", "620422")) == Match("ambiguous", ("M1", "M2"))


def test_two_rows_recognised_as_one_mine_are_told():
    one = Match("name", ("M1",))
    assert doubles([(3, one), (4, Match("new", ())), (5, one), (6, Match("new", ()))]) == {5: 3}
