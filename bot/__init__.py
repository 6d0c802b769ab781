"""The tutor: people, time and talk. `app` puts the rooms together; `cli` is the `viva` command."""
