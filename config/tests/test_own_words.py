"""In Portuguese each app says its own words, where two have the same English ones."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import Account
from televendas.models import Customer
from televendas.pages.forms import OptOutForm
from transactions.live.words import phrases


@pytest.fixture(autouse=True)
def _portuguese() -> Iterator[None]:
    with translation.override("pt-br"):
        yield


def test_of_gateway_and_telesales() -> None:
    said = [
        Account._meta.get_field("active").verbose_name,
        Customer.PhoneProblem.NONE.label,
        phrases()["tile"]["none"],
        OptOutForm().fields["effective_on"].label,
    ]

    assert [str(each) for each in said] == ["ativa", "nenhum", "nenhuma", "A partir de"]


@pytest.mark.parametrize(
    ("english", "portuguese"), [("Put back", "Devolvida"), ("From", "De"), ("none", "nenhum")]
)
def test_of_the_others_they_leave_alone(english: str, portuguese: str) -> None:
    assert gettext(english) == portuguese
