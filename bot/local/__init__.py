"""A Bot API server on this machine, with a chat page: any bot can be tried in it, offline.

It speaks the protocol of Telegram's own server for the methods in `methods/`, keeps what it was
told under `home/local/`, and knows nothing of the bot that talks to it.
"""
