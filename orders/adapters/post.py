"""Hands mails to Django's back end, and tells a server that is away from one that says no."""

import smtplib
from dataclasses import dataclass, field
from typing import Final

from django.core.mail import EmailMessage

_PERMANENT: Final = range(500, 600)
# What a server says of a mailbox that it cannot read.
_NO_MAILBOX: Final = 553


class PostAwayError(Exception):
    """The mail server cannot take mail now; the same mail is tried again later."""


class PostRefusedError(Exception):
    """The mail server will never take this mail; `code` is its SMTP code."""

    def __init__(self, code: int) -> None:
        """Keep the code; what the server said may quote the address."""
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent; the address and the text are printed nowhere else.

    `key` becomes the Message-ID: a mail that is repeated after a crash can be told as the same.
    """

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    key: str = ""


def send(letter: Letter) -> None:
    """Send one mail; raises PostAwayError and PostRefusedError."""
    headers = {"Message-ID": f"<{letter.key}@trilho>"} if letter.key else {}
    message = EmailMessage(letter.subject, letter.text, to=[letter.to], headers=headers)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _verdict(codes[0] if codes else 0) from None
    except smtplib.SMTPResponseException as error:
        raise _verdict(error.smtp_code) from None
    except (smtplib.SMTPException, OSError) as error:
        raise PostAwayError(type(error).__name__) from None
    except ValueError:
        # No header can bear the address, so no server ever sees it.
        raise PostRefusedError(_NO_MAILBOX) from None


def _verdict(code: int) -> Exception:
    return PostRefusedError(code) if code in _PERMANENT else PostAwayError(str(code))
