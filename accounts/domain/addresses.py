"""Which address a failure is counted against, also behind proxies."""

import ipaddress
from functools import lru_cache
from typing import Final

UNKNOWN: Final = "unknown"
# One customer of a provider holds a whole /64, so that its addresses count as one.
_IPV6_PREFIX: Final = 64


def client_address(remote: str, forwarded: str, proxies: int) -> str:
    """Return the address that `proxies` trusted proxies saw, in its counted form.

    `remote` is the connection's own address, `forwarded` the value of X-Forwarded-For. Each
    trusted proxy appends one entry, so that the one of the outermost is the `proxies`-th from the
    right; whatever stands left of it is the client's own claim. A header that is too short came
    past the proxies, and the connection's address is taken.
    """
    if proxies > 0:
        hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
        if len(hops) >= proxies:
            return counted_form(hops[-proxies])
    return counted_form(remote)


@lru_cache(maxsize=4096)
def counted_form(address: str) -> str:
    """Return the address as it is counted: IPv4 whole, IPv6 by its /64; else `UNKNOWN`."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    network = ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False)
    return str(network.network_address)
