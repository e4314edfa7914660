"""The last thing that `bin/run` says: where to go, who to be, what to paste."""

from typing import Any

_CARD = (
    '{"number": "4111111111111111", "holder": "Ana Souza", "expiration_month": 12,'
    ' "expiration_year": 2031, "cvv": "123"}'
)


def render(demo: dict[str, Any], *, seconds: float) -> str:
    """Return the closing lines for var/demo.json's content and a start that took `seconds`."""
    base = demo["base_url"]
    lines = [
        "",
        f"Trilho is running, started in {seconds:.0f} s.",
        "",
        f"  Start page    {base}/",
        f"  Live panel    {base}/panel/",
        f"  Shop          {base}/shop/",
        f"  Orders        {base}/saga/",
        f"  Bank          {base}/bank/",
        f"  Telesales     {base}/televendas/",
        f"  API, by page  {base}/api/docs/",
        f"  Admin         {base}/admin/",
        f"  Websocket     {demo['websocket_url']}",
        f"  Bank (gRPC)   {demo['bank_address']}",
        f"  Kafka         {demo['bootstrap_servers']}",
        *_banco1_lines(demo),
        "",
        "  Logins (also in var/demo.json, with the accounts' secrets):",
        *map(_login_line, demo["logins"]),
        "",
        "  Send a transaction:",
        "",
        curl_line(demo),
        "",
        "  Ctrl-C stops everything; the data stays. bin/run --reset starts afresh.",
    ]
    return "\n".join(lines)


def _banco1_lines(demo: dict[str, Any]) -> list[str]:
    bank = demo.get("banco1")
    return [f"  Banco 1       {bank['host']}:{bank['port']} (MariaDB)"] if bank else []


def _login_line(login: dict[str, str]) -> str:
    return f"    {login['username']:<16}{login['password']:<20}{login['role']}"


def curl_line(demo: dict[str, Any]) -> str:
    """Return one line for a shell that posts a transaction as the first demo account."""
    account = demo["accounts"][0]
    return (
        f"curl -sS -u {account['id']}:{account['secret']} -H 'Content-Type: application/json'"
        f' -d \'{{"amount": "129.90", "card": {_CARD}}}\''
        f" {demo['base_url']}/api/v1/transactions"
    )
