"""The store: what is known of learners, on SQLAlchemy Core and SQLite.

One noun a module. A function takes the open transaction first; every row carries the bot's own
id, so that nothing crosses from the local chat to the real bot; instants are UTC and passed in.
"""
