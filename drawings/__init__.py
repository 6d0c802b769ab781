"""The pictures of the course, from numbers that stand in its lessons: `python -m drawings`."""
