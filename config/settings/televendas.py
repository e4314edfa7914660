"""Telesales: the key behind its hashes, how long it keeps people, when and how often it may ask."""

import hashlib
from typing import Any

import environ

env = environ.Env()

# Public, so worthless: production settings refuse to start on it.
_DEVELOPMENT_KEY = hashlib.sha256(b"trilho: the development telesales key").hexdigest()

# Makes the hashes of people and phones: 64 hex digits. Whoever loses it forgets who was erased.
TELEVENDAS_KEY: bytes = bytes.fromhex(env.str("TELEVENDAS_KEY", default=_DEVELOPMENT_KEY))
TELEVENDAS_USES_DEVELOPMENT_KEY: bool = TELEVENDAS_KEY.hex() == _DEVELOPMENT_KEY
# Days that a customer is kept after the last change at the source.
TELEVENDAS_RETENTION_DAYS: int = env.int("TELEVENDAS_RETENTION_DAYS", default=730)
TELEVENDAS_REVEALS_PER_DAY: int = env.int("TELEVENDAS_REVEALS_PER_DAY", default=100)
# The group whose members see the telesales pages, and nothing else.
TELEVENDAS_GROUP = "televendas"

# The sources on the topic `customers`, tried in this order, our own event (`customer_id`) first.
# A source names its columns; whatever else a record holds is dropped while it is parsed.
# `version` is `binlog` (Debezium's position), `column` (with `version_column`) or `offset`; see
# docs/guides/telesales.md for every option.
TELEVENDAS_SOURCES: dict[str, dict[str, Any]] = env.json(
    "TELEVENDAS_SOURCES",
    default={
        "shop": {
            "key": "customer_id",
            "name": "name",
            "phone": "phone",
            "region": "region",
            "version": "column",
            "version_column": "version",
            "deleted": {"deleted": [True]},
            "erased": {"erased": [True]},
            "null_phone": "withheld",
            "text_keys": True,
            "region_codes": "states",
        },
        "banco1": {
            "key": "id",
            "name": "nome",
            "phone": "telefone",
            "region": "regiao",
            "version": "binlog",
        },
        "banco1_rows": {
            "key": "CD_CLIENTE",
            "name": "NM_CLIENTE",
            "phone": "TEL_CLIENTE",
            "region": "CD_REGIAO",
            "version": "offset",
            "deleted": {"STATUS": ["I"]},
            "text_keys": True,
        },
    },
)
# The country whose national phone numbers are understood without a country code.
TELEVENDAS_PHONE_COUNTRY: str = env.str("TELEVENDAS_PHONE_COUNTRY", default="BR")
# Names of fields that no source should send us, counted by name where one does; every other
# unknown field is counted as "other", for a name may itself tell of a person.
TELEVENDAS_KNOWN_FIELDS: list[str] = env.list(
    "TELEVENDAS_KNOWN_FIELDS",
    default=[
        *("cpf", "cnpj", "rg", "document", "documento", "NR_CPF"),
        *("email", "e_mail", "DS_EMAIL"),
        *("address", "endereco", "cep", "DS_ENDERECO"),
        *("birth_date", "data_nascimento", "DT_NASCIMENTO"),
        *("income", "renda", "card", "cartao", "password", "senha", "mother_name", "nome_mae"),
    ],
)
# One record in so many is looked through for unknown fields, by its offset; 0 for none.
TELEVENDAS_FIELD_SAMPLE: int = env.int("TELEVENDAS_FIELD_SAMPLE", default=64)
# When calls may be made, in the business time zone; never on a national holiday.
TELEVENDAS_CALL_HOURS: str = env.str(
    "TELEVENDAS_CALL_HOURS", default="Mo-Fr 09:00-21:00; Sa 10:00-16:00"
)
TELEVENDAS_HOLIDAYS_OF: str = env.str("TELEVENDAS_HOLIDAYS_OF", default="BR")
# How long a customer stays with the agent who took the call.
TELEVENDAS_CLAIM_MINUTES: int = env.int("TELEVENDAS_CLAIM_MINUTES", default=15)
# How often the live process looks for changes, and only while somebody watches.
TELEVENDAS_WATCH_SECONDS: float = env.float("TELEVENDAS_WATCH_SECONDS", default=1.0)
