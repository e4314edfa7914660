"""What the shop takes for a name, an e-mail, a document, an address, a region."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.domain import customers


class TestDocument:
    @pytest.mark.parametrize(
        "text", ["529.982.247-25", "52998224725", " 529 982 247 25 ", "11144477735"]
    )
    def test_takes_a_cpf_however_it_is_written(self, text: str) -> None:
        found = customers.document_of(text)
        assert found is not None
        assert len(found) == 11

    @pytest.mark.parametrize(
        "text",
        [
            "52998224724",
            "52998224735",
            "11111111111",
            "5299822472",
            "",
            "529982247250",
            "٥٢٩٩٨٢٢٤٧٢٥",
        ],
    )
    def test_refuses_what_is_none(self, text: str) -> None:
        assert customers.document_of(text) is None

    @given(st.from_regex(r"\A[0-9]{9}\Z"))
    def test_each_nine_digits_have_one_ending(self, digits: str) -> None:
        fitting = [end for end in range(100) if customers.document_of(f"{digits}{end:02}")]

        assert len(fitting) == (0 if len(set(digits)) == 1 else 1)


class TestEmail:
    @pytest.mark.parametrize("text", [" Maria@Example.COM ", "a.b+c@sub.example.com.br"])
    def test_is_kept_in_small_letters(self, text: str) -> None:
        assert customers.email_of(text) == text.strip().lower()

    @pytest.mark.parametrize(
        "text", ["", "maria", "maria@", "@x.com", "a b@x.com", "a@x", "a..b@x.com", "a@x.com\n.com"]
    )
    def test_refuses_what_is_none(self, text: str) -> None:
        assert customers.email_of(text) is None

    @pytest.mark.parametrize(
        "text",
        [
            "=?utf-8?q?maria?=@x.com",
            "=?utf-8?q?a=0d=0abcc=3ab?=@x.com",
            "=?utf-8?b?bwfyaye=?=@x.com",
        ],
    )
    def test_refuses_what_a_mailer_reads_as_another_address(self, text: str) -> None:
        assert customers.email_of(text) is None

    @pytest.mark.parametrize("text", [".a@x.com", "a.@x.com", "a@-x.com", "a@x-.com"])
    def test_refuses_what_no_server_takes(self, text: str) -> None:
        assert customers.email_of(text) is None


class TestTexts:
    def test_names_have_single_blanks(self) -> None:
        assert customers.name_of("  Maria \t da\u00a0 Silva ") == "Maria da Silva"

    @pytest.mark.parametrize("text", ["", "M", "x" * 101, "Maria\x00", "a\u202eb", "\ud800x"])
    def test_refuses_what_is_no_name(self, text: str) -> None:
        assert customers.name_of(text) is None

    def test_addresses_need_some_letters(self) -> None:
        assert customers.address_of("Rua A, 1") == "Rua A, 1"
        assert customers.address_of("Rua") is None

    def test_regions_are_states_or_regions(self) -> None:
        assert customers.region_of(" sp ") == "SP"
        assert customers.region_of("NE") == "NE"
        assert customers.region_of("XX") is None

    def test_a_cards_number_is_found_in_any_writing(self) -> None:
        assert customers.holds_number("5105105105105100", "call 5105 1051-0510.5100 now")
        assert not customers.holds_number("5105105105105100", "Rua 5105")
        assert not customers.holds_number("", "Rua 5105")
