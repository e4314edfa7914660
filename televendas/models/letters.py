"""Dead letters and halts of telesales' own database, by names of their own."""

from django.utils.translation import gettext_lazy as _

from messaging.models import ConsumerHalt, DeadLetter


class TelesalesDeadLetter(DeadLetter):
    """A dead letter in telesales' own database; the router goes by the app's name."""

    class Meta:
        proxy = True
        app_label = "televendas"
        verbose_name = _("dead letter of telesales")
        verbose_name_plural = _("dead letters of telesales")


class TelesalesHalt(ConsumerHalt):
    """A halt of a consumer that writes to telesales' own database."""

    class Meta:
        proxy = True
        app_label = "televendas"
        verbose_name = _("halt of telesales")
        verbose_name_plural = _("halts of telesales")
