"""What housekeeping trims of the accounts' tables."""

from accounts.domain.lockouts import ALL_ADDRESSES
from accounts.models import Lockout
from messaging.housekeeping import Trimmer, register

# A lock begins within its window at the latest, and lasts as long again.
register(Trimmer(model=Lockout, column="window_started_at", age=2 * ALL_ADDRESSES.window))
