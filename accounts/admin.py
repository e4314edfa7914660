"""Staff's view of accounts: make them, hand out and end secrets, tie people, lift lockouts."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display

from accounts import services
from accounts.models import Account, AccountSecret, Lockout, Membership
from accounts.services import lockouts
from messaging.read_only_admin import ReadOnlyAdmin

_STATES = {_("live"): "success", _("expired"): "warning", _("revoked"): "danger"}


def state_of(secret: AccountSecret) -> Any:
    """Return the secret's state in a word: live, expired or revoked."""
    if secret.revoked_at is not None:
        return _("revoked")
    if secret.expires_at is not None and secret.expires_at <= datetime.now(UTC):
        return _("expired")
    return _("live")


class SecretInline(TabularInline):
    model = AccountSecret
    fields = readonly_fields = [
        "hint",
        "state",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ]
    extra = 0
    can_delete = False
    show_change_link = True

    @display(description=_("state"), label=_STATES)
    def state(self, secret: AccountSecret) -> Any:
        return state_of(secret)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembershipInline(TabularInline):
    model = Membership
    fields = ["user", "created_at"]
    readonly_fields = ["created_at"]
    autocomplete_fields = ["user"]
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Account)
class AccountAdmin(ModelAdmin):
    list_display = ["name", "id", "active", "created_at"]
    list_filter = ["active"]
    search_fields = ["name", "id"]
    readonly_fields = ["id", "created_at"]
    inlines = [SecretInline, MembershipInline]
    actions_detail = ["rotate_secret", "lift_lockouts"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        return super().get_queryset(request).order_by("name", "id")  # type: ignore[no-any-return]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            # The page sends what it showed as well, so that the form knows what was changed.
            field.show_hidden_initial = True
        return field

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Transactions name their account for as long as they are kept: switch it off instead.
        return False

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: Any) -> None:
        if change:
            changed = {name: getattr(obj, name) for name in _changed(form)}
            services.change_account(obj.id, **changed)
            return
        account, secret = services.create_account(obj.name)
        obj.id, obj.created_at = account.id, account.created_at
        request.fresh_secret = secret  # type: ignore[attr-defined]
        if not obj.active:
            services.change_account(obj.id, active=False)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        formset.save(commit=False)
        for membership in formset.new_objects:
            services.tie_user(membership.user, membership.account_id)
        for membership in formset.deleted_objects:
            services.untie_user(membership.user, membership.account_id)

    def response_add(
        self, request: HttpRequest, obj: Account, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._show_once(request, obj, request.fresh_secret)  # type: ignore[attr-defined]

    @action(description=_("Rotate secret"), url_path="rotate", icon="key", permissions=["change"])
    def rotate_secret(self, request: HttpRequest, object_id: str) -> HttpResponse:
        account = _found(self, request, object_id)
        if request.method != "POST":
            return self._page(request, account, "accounts/rotate.html")
        try:
            _secret, text = services.rotate_secret(account.id)
        except services.UnableToIssueSecretError as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(reverse("admin:accounts_account_change", args=[account.id]))
        self.log_change(request, account, "Rotated the secret.")
        return self._show_once(request, account, text)

    @action(
        description=_("Lift lockouts"), url_path="lift", icon="lock_open", permissions=["change"]
    )
    def lift_lockouts(self, request: HttpRequest, object_id: str) -> HttpResponse:
        account = _found(self, request, object_id)
        if request.method != "POST":
            return self._page(request, account, "accounts/lift.html")
        lockouts.lift(account.id)
        self.log_change(request, account, "Lifted the lockouts.")
        self.message_user(request, _("The lockouts are lifted."), messages.SUCCESS)
        return redirect(reverse("admin:accounts_account_change", args=[account.id]))

    def _show_once(self, request: HttpRequest, account: Account, secret: str) -> HttpResponse:
        # In the answer itself: a message would lie in the session or in a cookie.
        answer = self._page(request, account, "accounts/secret_once.html", secret=secret)
        answer["Cache-Control"] = "no-store"
        return answer

    def _page(
        self, request: HttpRequest, account: Account, template: str, **more: object
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "account": account,
            "title": account.name,
            **more,
        }
        return TemplateResponse(request, template, context)


@admin.register(AccountSecret)
class AccountSecretAdmin(ModelAdmin):
    list_display = ["hint", "account", "state", "created_at", "expires_at", "last_used_at"]
    list_select_related = ["account"]
    list_filter = ["revoked_at"]
    search_fields = ["account__name", "account__id", "hint"]
    fields = [
        "account",
        "hint",
        "state",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ]
    readonly_fields = fields
    actions = ["revoke_secrets"]

    @display(description=_("state"), label=_STATES)
    def state(self, secret: AccountSecret) -> Any:
        return state_of(secret)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Revoke at once"), permissions=["change"])
    def revoke_secrets(self, request: HttpRequest, chosen: Iterable[AccountSecret]) -> None:
        for secret in chosen:
            services.revoke_secret(secret.id)
            self.log_change(request, secret, "Revoked.")
        self.message_user(request, _("Revoked. These secrets are refused from now on."))


@admin.register(Lockout)
class LockoutAdmin(ReadOnlyAdmin):
    list_display = ["scope", "address", "failures", "window_started_at", "locked_until"]
    search_fields = ["scope", "address"]
    ordering = ["-window_started_at"]


def _changed(form: Any) -> list[str]:
    """Return the names of what differs from what the page showed; all, where it sent none."""
    is_told = any(form[name].html_initial_name in form.data for name in form.fields)
    return list(form.changed_data if is_told else form.fields)


def _found(model_admin: AccountAdmin, request: HttpRequest, object_id: str) -> Account:
    account: Account | None = model_admin.get_object(request, object_id)
    if account is None:
        raise Http404
    return account
