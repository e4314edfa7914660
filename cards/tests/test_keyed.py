"""The quick HMAC is the standard library's, for keys and messages of every length."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.rules.keyed import Hmac, hmac_of


class TestHmac:
    @given(key=st.binary(max_size=200), message=st.binary(max_size=300))
    def test_is_the_standard_librarys(self, key: bytes, message: bytes) -> None:
        assert Hmac(key).digest(message) == hmac.digest(key, message, "sha256")

    @pytest.mark.parametrize("length", [63, 64, 65])
    def test_takes_keys_around_the_length_of_a_block(self, length: int) -> None:
        key = b"k" * length

        assert Hmac(key).digest(b"text") == hmac.digest(key, b"text", "sha256")

    def test_gives_a_new_digest_for_each_message(self) -> None:
        maker = hmac_of(b"key")

        assert maker.digest(b"one") != maker.digest(b"two")
        assert maker.digest(b"one") == hmac.digest(b"key", b"one", "sha256")
