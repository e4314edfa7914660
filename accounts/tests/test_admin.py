import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Account
from accounts.selectors import visible_accounts
from accounts.services.verification import WrongSecretError, verify

HERE = "198.51.100.7"
_NO_INLINES = {
    f"{prefix}-{kind}_FORMS": "0"
    for prefix in ("secrets", "memberships")
    for kind in ("TOTAL", "INITIAL")
}


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("chief"))
    return client


def secret_on(page: str) -> str:
    found = re.search(r"trilho_sk_\w+", page)
    assert found is not None
    return found[0]


def sent_of(page: str) -> dict[str, str]:
    """Return what a browser sends of the page's form as it is, its lists of rows apart."""
    inputs: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_sent = facts.get("type") not in ("checkbox", "submit", "search") or " checked" in tag
        if is_sent and facts.get("name", "").removeprefix("initial-") in {"name", "active"}:
            inputs[facts["name"]] = facts.get("value", "on")
    return inputs | _NO_INLINES


class TestAccountPages:
    def test_make_an_account_and_show_its_secret_once(self, staff: Client) -> None:
        answer = staff.post(
            reverse("admin:accounts_account_add"),
            {"name": "Padaria", "active": "on", **_NO_INLINES},
        )

        account = Account.objects.get()
        assert verify(account.id, secret_on(answer.content.decode()), HERE)
        assert "no-store" in answer["Cache-Control"]
        later = staff.get(reverse("admin:accounts_account_change", args=[account.id]))
        assert "trilho_sk_" not in later.content.decode()

    def test_rotate_a_secret_and_note_who_did(self, staff: Client) -> None:
        account, _ = services.create_account("Padaria")
        address = reverse("admin:accounts_account_rotate_secret", args=[account.id])
        assert staff.get(address).status_code == 200
        assert account.secrets.count() == 1, "looking at the page changes nothing"

        answer = staff.post(address)

        assert verify(account.id, secret_on(answer.content.decode()), HERE)
        assert LogEntry.objects.get().change_message == "Rotated the secret."
        assert staff.post(address).status_code == 302, "two are live: refused, with a reason"

    def test_tie_a_person(self, staff: Client) -> None:
        account, _ = services.create_account("Padaria")
        ana = User.objects.create_user("ana")

        answer = staff.post(
            reverse("admin:accounts_account_change", args=[account.id]),
            {
                "name": "Padaria Nova",
                "active": "on",
                **_NO_INLINES,
                "secrets-TOTAL_FORMS": "1",
                "secrets-INITIAL_FORMS": "1",
                "secrets-0-id": account.secrets.get().id,
                "secrets-0-account": account.id,
                "memberships-TOTAL_FORMS": "1",
                "memberships-0-user": str(ana.pk),
                "memberships-0-account": account.id,
            },
        )

        assert answer.status_code == 302
        assert visible_accounts(ana) == frozenset({account.id})
        account.refresh_from_db()
        assert account.name == "Padaria Nova"

    def test_keep_what_somebody_else_changed_meanwhile(self, staff: Client) -> None:
        account, secret = services.create_account("Padaria")
        address = reverse("admin:accounts_account_change", args=[account.id])
        mine, theirs = (sent_of(staff.get(address).content.decode()) for _ in range(2))
        del theirs["active"]

        staff.post(address, theirs)
        answer = staff.post(address, mine | {"name": "Padaria Nova"})

        assert answer.status_code == 302
        account.refresh_from_db()
        assert (account.name, account.active) == ("Padaria Nova", False)
        with pytest.raises(WrongSecretError):
            verify(account.id, secret, HERE)

    def test_lift_lockouts(self, staff: Client) -> None:
        account, secret = services.create_account("Padaria")
        for _ in range(10):
            with pytest.raises(WrongSecretError):
                verify(account.id, "x", HERE)

        staff.post(reverse("admin:accounts_account_lift_lockouts", args=[account.id]))

        assert verify(account.id, secret, HERE)

    @pytest.mark.parametrize("model", ["account", "accountsecret", "lockout"])
    def test_list_and_search(self, model: str, staff: Client) -> None:
        account, _ = services.create_account("Padaria")
        with pytest.raises(WrongSecretError):
            verify(account.id, "x", HERE)

        answer = staff.get(reverse(f"admin:accounts_{model}_changelist"), {"q": account.id})

        assert answer.status_code == 200
        assert account.id in answer.content.decode()

    def test_are_closed_to_a_merchants_user(self, db: None) -> None:
        account, _ = services.create_account("Padaria")
        client = Client()
        client.force_login(User.objects.create_user("ana"))

        for name in ("account_change", "account_rotate_secret", "account_lift_lockouts"):
            address = reverse(f"admin:accounts_{name}", args=[account.id])
            assert client.post(address).status_code == 302
        assert account.secrets.count() == 1

    def test_refuse_staff_who_may_only_look(self, db: None) -> None:
        account, _ = services.create_account("Padaria")
        client = Client()
        client.force_login(User.objects.create_user("looker", is_staff=True))

        address = reverse("admin:accounts_account_rotate_secret", args=[account.id])

        assert client.post(address).status_code == 403


class TestSecretPages:
    def test_revoke_at_once_and_note_who_did(self, staff: Client) -> None:
        account, secret = services.create_account("Padaria")
        verify(account.id, secret, HERE)

        staff.post(
            reverse("admin:accounts_accountsecret_changelist"),
            {"action": "revoke_secrets", "_selected_action": [account.secrets.get().id]},
        )

        with pytest.raises(WrongSecretError):
            verify(account.id, secret, HERE)
        assert LogEntry.objects.get().change_message == "Revoked."

    def test_show_no_secret(self, staff: Client) -> None:
        account, secret = services.create_account("Padaria")
        kept = account.secrets.get()

        page = staff.get(reverse("admin:accounts_accountsecret_change", args=[kept.id]))

        assert secret not in page.content.decode()
        assert kept.digest not in page.content.decode()
