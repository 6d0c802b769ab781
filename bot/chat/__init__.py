"""The talk: the only room that speaks Telegram.

An update becomes an `Incoming`; `routes` finds its handler; the handler gets an open transaction
and returns its replies as values; `desk` commits and `sending` sends them.
"""

from __future__ import annotations

import os

# PTB is moving its durations from numbers to timedelta; this is its own switch for the new way,
# without which every 429 warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")
