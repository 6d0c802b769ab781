"""The verbs of the `viva` command, one file for each kind of person who calls them."""
