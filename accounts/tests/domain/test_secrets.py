import re
import string
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain.secrets import RANDOM_BYTES, compose_secret, hint_of

_random = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


class TestSecret:
    @given(_random)
    def test_is_recognised_by_prefix_and_alphabet(self, random: bytes) -> None:
        assert re.fullmatch(r"trilho_sk_[0-9A-Za-z]{49}", compose_secret(random))

    @given(st.sets(_random, min_size=2))
    def test_differs_where_the_random_bytes_differ(self, randoms: set[bytes]) -> None:
        assert len({compose_secret(random) for random in randoms}) == len(randoms)

    @pytest.mark.parametrize("size", [0, 31, 33])
    def test_takes_no_other_number_of_bytes(self, size: int) -> None:
        with pytest.raises(ValueError, match="32 random bytes"):
            compose_secret(b"x" * size)

    def test_is_told_apart_by_its_end(self) -> None:
        secrets = [compose_secret(bytes([first, *range(31)])) for first in range(50)]

        hints = {hint_of(secret) for secret in secrets}

        assert len(hints) == len(secrets)
        assert all(len(hint) == 4 for hint in hints)

    @given(_random)
    def test_ends_with_a_checksum_by_which_scanners_know_a_real_one(self, random: bytes) -> None:
        secret = compose_secret(random)
        body, checksum = secret[10:53], secret[53:]

        digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
        number = sum(digits.index(each) * 62**at for at, each in enumerate(reversed(checksum)))
        assert number == zlib.crc32(body.encode())
