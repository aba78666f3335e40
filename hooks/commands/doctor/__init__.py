"""The check on the evening before: what demos need, and whether they run in time."""
