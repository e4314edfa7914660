"""Which Brazilian state a phone's area code belongs to, as the regulator's plan has them."""

from typing import Final

_STATES: Final = {
    "SP": (11, 12, 13, 14, 15, 16, 17, 18, 19),
    "RJ": (21, 22, 24),
    "ES": (27, 28),
    "MG": (31, 32, 33, 34, 35, 37, 38),
    "PR": (41, 42, 43, 44, 45, 46),
    "SC": (47, 48, 49),
    "RS": (51, 53, 54, 55),
    "DF": (61,),
    "GO": (62, 64),
    "TO": (63,),
    "MT": (65, 66),
    "MS": (67,),
    "AC": (68,),
    "RO": (69,),
    "BA": (71, 73, 74, 75, 77),
    "SE": (79,),
    "PE": (81, 87),
    "AL": (82,),
    "PB": (83,),
    "RN": (84,),
    "CE": (85, 88),
    "PI": (86, 89),
    "PA": (91, 93, 94),
    "AM": (92, 97),
    "RR": (95,),
    "AP": (96,),
    "MA": (98, 99),
}
_STATE_OF: Final = {str(code): state for state, codes in _STATES.items() for code in codes}
_COUNTRY: Final = "+55"


def is_state(region: str) -> bool:
    """Tell whether an order's region is a state, and so comparable with an area code."""
    return region in _STATES


def state_of_phone(phone: str) -> str:
    """Return the two letters of the state of an E.164 number; empty where it is no Brazilian's."""
    if not phone.startswith(_COUNTRY):
        return ""
    return _STATE_OF.get(phone[3:5], "")
