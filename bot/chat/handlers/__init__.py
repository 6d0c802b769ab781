"""The handlers: each takes what came in and an open transaction, and returns its replies."""
