"""Which addresses a merchant may make us call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transactions.domain.addresses import is_public

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    # Beyond what the registry gives out: compatible and translated IPv4, a network's own NAT64,
    # site-local, and whatever has no owner.
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b:1::7f00:1",
    "fec0::1",
    "4000::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_ours_and_nobodys_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_ones_are_not(address: str) -> None:
    assert is_public(address)


@given(st.text(max_size=50))
def test_no_text_makes_it_fail(text: str) -> None:
    is_public(text)
