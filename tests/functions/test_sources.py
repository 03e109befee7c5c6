"""Equation numbers of The Matrix Cookbook are those of the edition of November 2012."""

from __future__ import annotations

import re

import pytest

from matcalc.functions import LAWS, PROPERTIES, Function, Law, Property
from matcalc.functions.cost_laws import CODE_LAWS
from matcalc.functions.table import ENTRIES

#: What the equations with these numbers state.
EQUATIONS = {
    1: {"inverse of a product"},
    22: {"determinant of an inverse", "log-determinant of an inverse"},
    34: {"negate", "scale"},
    35: {"add"},
    37: {"mul", "scale"},
    38: {"hadamard"},
    44: {"transpose"},
    49: {"det"},
    57: {"logdet"},
    59: {"inv"},
    99: {"tr"},
    129: {"norm2"},
    132: {"normF"},
    138: {"symmetric"},
    142: {"diagonal"},
    151: {"adjugate"},
    157: {
        "Woodbury identity",
        "Woodbury identity with a diagonal matrix",
        "Woodbury identity with a known inverse",
    },
    511: {"product of Kronecker products"},
    512: {"inverse of a Kronecker product"},
    515: {"trace of a Kronecker product"},
    516: {"determinant of a Kronecker product", "log-determinant of a Kronecker product"},
}
BOOK = "Petersen and Pedersen, The Matrix Cookbook (2012), "
STATED: list[Function | Law | Property] = [*ENTRIES, *LAWS, *CODE_LAWS, *PROPERTIES]
CITING = [one for one in STATED if one.source.startswith(BOOK)]


@pytest.mark.parametrize("one", CITING, ids=lambda one: one.name)
def test_the_equation_with_this_number_states_this(one: Function | Law | Property) -> None:
    place = one.source.removeprefix(BOOK)
    numbers = [int(number) for number in re.findall(r"\((\d+)\)", place)]
    assert numbers or re.fullmatch(r"section \d+\.\d+", place)
    for number in numbers:
        assert one.name in EQUATIONS[number]
