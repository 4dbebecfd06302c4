from datetime import date

import pytest

from greenmine.editions.shipped import load_shipped
from greenmine.registry.scale import size_class

EDITION = load_shipped()
ON = date(2026, 11, 20)


def values(**raw):
    return {name: EDITION.dictionary[name].parse(value) for name, value in raw.items()}


@pytest.mark.parametrize(
    ("capacity", "code"), [("120", "large"), ("119.99", "medium"), ("45", "medium"), ("44.99", "small")]
)
def test_an_underground_coal_mine_is_classed_at_both_sides_of_each_bound(capacity, code):
    made = size_class(EDITION, values(mineral="coal", mining_method="underground", designed_capacity=capacity), on=ON)
    assert made is not None
    assert made.code == code
    assert "按规模划分表计算" in made.words["zh"]


def test_without_method_or_capacity_there_is_no_class():
    assert size_class(EDITION, values(mineral="coal", designed_capacity="120"), on=ON) is None
    assert size_class(EDITION, values(mineral="coal", mining_method="underground"), on=ON) is None


def test_a_row_from_memory_gives_no_sure_class():
    made = size_class(EDITION, values(mineral="silver", mining_method="underground", designed_capacity="100"), on=ON)
    assert made is not None
    assert (made.code, made.sure) == ("large", False)
