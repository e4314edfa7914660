"""`/campaign/<slug>/`: people enter, and get a coupon that waits for them at checkout."""

from datetime import date, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from messaging.whole import TryAgainError, run_whole
from orders import selectors_shop
from orders.domain.customers import NOTICE
from orders.models import Campaign, Coupon
from orders.pages import bag, doors
from orders.pages.forms import CampaignForm
from orders.services import coupons
from orders.services.customers import enter
from orders.templatetags.shop import reads_portuguese


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form; enter the person when it is sent, and hand the coupon out."""
    try:
        found = selectors_shop.campaign_of(slug)
    except Campaign.DoesNotExist:
        raise Http404 from None
    form = CampaignForm(request.POST or None)
    if request.method != "POST":
        return _page(request, found, {"form": form})
    if not form.is_valid():
        return _page(request, found, {"form": form}, status=422)
    wait = doors.wait_at("campaign", request, who=form.person.email)
    if wait is not None:
        form.add_error(None, doors.words_of(wait))
        return doors.told_to_wait(_page(request, found, {"form": form}, status=429), wait)
    return _entered(request, found, form)


def _entered(request: HttpRequest, found: Campaign, form: CampaignForm) -> HttpResponse:
    work = partial(
        enter,
        form.person,
        door=f"campaign:{found.pk}",
        telesales=form.cleaned_data["telesales"],
        language=get_language() or "en",
        now=timezone.now(),
    )
    try:
        run_whole(work)
    except TryAgainError:
        form.add_error(None, _("The shop cannot tell whether you are entered. Send it again."))
        return _page(request, found, {"form": form}, status=503)
    coupon = _coupon_of(found)
    if coupon is not None:
        bag.keep_coupon(request, coupon.pk)
    return _page(request, found, {"is_entered": True})


def _page(
    request: HttpRequest, found: Campaign, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    is_portuguese, coupon = reads_portuguese(), _coupon_of(found)
    context = {
        "title": found.title_pt if is_portuguese else found.title_en,
        "text": found.text_pt if is_portuguese else found.text_en,
        "coupon": coupon,
        "last_day": coupon and _last_day(coupon),
        "is_too_late": coupon is None and found.coupon is not None,
        "notice": NOTICE,
        **more,
    }
    return render(request, "orders/campaign.html", context, status=status)


def _coupon_of(found: Campaign) -> Coupon | None:
    """Return what the campaign hands out, None where nothing is left of it."""
    coupon = found.coupon
    return None if coupon is None or coupons.is_gone(coupon, timezone.now()) else coupon


def _last_day(coupon: Coupon) -> date:
    """Return the last day on which the coupon counts, where the shop is."""
    until = coupon.valid_until - timedelta(microseconds=1)
    return until.astimezone(ZoneInfo(settings.BUSINESS_TIME_ZONE)).date()
