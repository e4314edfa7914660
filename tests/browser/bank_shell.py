"""What the bank's operator does at a shell while a browser looks: check, break, pause."""

import subprocess
import sys

from config.launcher.plan import ROOT
from tests.stack import Stack

BREAK_ONE = """
from django.utils import timezone
from uuid_utils.compat import uuid7
from bank_grpc.models import InvariantResult
found = InvariantResult.objects.order_by("name").last()
examples = [str(uuid7()) for _ in range(3)]
found.broken, found.examples, found.red_since = 3, examples, timezone.now()
found.save()
"""
PAUSE_ONE = """
from django.utils import timezone
from bank_grpc.models import Card
from bank_grpc.services.cards import issue_card
now = timezone.now()
made = issue_card(holder="Dora Teste", limit_cents=100_000, actor="test", now=now)
Card.objects.filter(pk=made.card_id).update(wrong_codes=10, wrong_code_at=now)
"""


def manage(stack: Stack, *arguments: str) -> None:
    """Run a command on the stack's data, as its operator does."""
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=stack.plan.surroundings, check=True
    )
