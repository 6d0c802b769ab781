"""Measures what the tutor promises: nothing lost, nothing done twice, Telegram's limits kept."""
