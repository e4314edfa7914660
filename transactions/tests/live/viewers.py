"""People who look at the panel's JSON views: a merchant with an account, anybody signed in."""

from django.contrib.auth.models import User
from django.test import Client

from accounts.services import create_account, tie_user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def merchant() -> tuple[str, Client]:
    account, _ = create_account("loja")
    user = User.objects.create_user(f"user-{account.id}")
    tie_user(user, account.id)
    return account.id, client_of(user)
