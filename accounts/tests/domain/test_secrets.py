import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain.secrets import RANDOM_BYTES, compose_secret, hint_of, is_well_formed

_random = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


class TestSecret:
    @given(_random)
    def test_is_recognised_by_prefix_and_alphabet(self, random: bytes) -> None:
        assert re.fullmatch(r"trilho_sk_[0-9A-Za-z]{49}", compose_secret(random))

    @given(_random)
    def test_is_well_formed_as_composed(self, random: bytes) -> None:
        assert is_well_formed(compose_secret(random))

    @given(_random, st.integers(10, 58))
    def test_is_not_well_formed_with_one_wrong_character(self, random: bytes, place: int) -> None:
        secret = compose_secret(random)
        wrong = "x" if secret[place] != "x" else "y"

        assert not is_well_formed(secret[:place] + wrong + secret[place + 1 :])

    @given(st.sets(_random, min_size=2))
    def test_differs_where_the_random_bytes_differ(self, randoms: set[bytes]) -> None:
        assert len({compose_secret(random) for random in randoms}) == len(randoms)

    @pytest.mark.parametrize("size", [0, 31, 33])
    def test_takes_no_other_number_of_bytes(self, size: int) -> None:
        with pytest.raises(ValueError, match="32 random bytes"):
            compose_secret(b"x" * size)

    @pytest.mark.parametrize("text", ["", "trilho_sk_", "sk_live_123", "trilho_sk_" + "0" * 48])
    def test_is_not_any_text(self, text: str) -> None:
        assert not is_well_formed(text)

    def test_is_told_apart_by_its_end(self) -> None:
        secret = compose_secret(bytes(range(32)))

        assert secret.endswith(hint_of(secret))
        assert len(hint_of(secret)) == 4
