"""Which network addresses a merchant may make us call: public ones, and no disguise of others."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address

_NAT64: Final = IPv6Network("64:ff9b::/96")
# All that was ever given out for the internet; `is_global` says yes to what nobody owns as well,
# and to some networks' own translations of IPv4.
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_IPV4_MASK: Final = 0xFFFF_FFFF


def is_public(address: str) -> bool:
    """Say whether `address` (an IP in text) is one that anybody on the internet may be asked for.

    Loopback, private, link-local, shared, reserved and multicast addresses are not, and neither
    is an IPv6 address that carries such an IPv4 address inside. Text that is no IP is not.
    """
    try:
        parsed: Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and not _is_given_out(parsed):
        return False
    return all(one.is_global and not one.is_multicast for one in (parsed, *_inside(parsed)))


def _is_given_out(address: IPv6Address) -> bool:
    return address in _GLOBAL_UNICAST or address in _NAT64


def _inside(address: Address) -> tuple[IPv4Address, ...]:
    if isinstance(address, IPv4Address):
        return ()
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        found.append(IPv4Address(int(address) & _IPV4_MASK))
    return tuple(one for one in found if one is not None)
