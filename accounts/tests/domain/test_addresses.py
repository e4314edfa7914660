import pytest

from accounts.domain.addresses import client_address


class TestClientAddress:
    def test_is_the_connection_without_proxies_whatever_the_header_claims(self) -> None:
        assert client_address("198.51.100.7", "203.0.113.1", proxies=0) == "198.51.100.7"

    def test_is_what_the_trusted_proxy_saw(self) -> None:
        assert client_address("10.0.0.2", "1.1.1.1, 203.0.113.1", proxies=1) == "203.0.113.1"

    def test_is_what_the_outermost_of_two_proxies_saw(self) -> None:
        seen = client_address("10.0.0.2", "9.9.9.9, 203.0.113.1, 10.0.0.1", proxies=2)

        assert seen == "203.0.113.1"

    def test_is_the_connection_where_the_header_is_too_short(self) -> None:
        assert client_address("198.51.100.7", "203.0.113.1", proxies=2) == "198.51.100.7"

    @pytest.mark.parametrize(
        ("given", "counted"),
        [
            ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
            ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("", "unknown"),
            ("not an address", "unknown"),
        ],
    )
    def test_is_counted_in_one_form(self, given: str, counted: str) -> None:
        assert client_address(given, "", proxies=0) == counted
