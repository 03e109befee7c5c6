"""The measure of printed forms itself."""

import pytest

from tests.measure import printed_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("x", 1),
        ("2*A'*(A*x - b)", 10),
        ("W*(r*x' + x*r') where r = W'*W*x - x", 19),
        ("1./x.^2", 5),
        ("-exp(A*x + b)/3", 9),
        ("zeros(m,n)", 3),
        ("W_1", 1),
    ],
)
def test_size_counts_names_numbers_and_operators(text: str, size: int) -> None:
    assert printed_size(text) == size
