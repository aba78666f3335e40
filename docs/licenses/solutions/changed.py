"""Notice that a license changed between the commit in use and today's main branch."""

from snippets.licenses.license_check import license_check


def changed(name: str, revision: str) -> str:
    """Return one line if the terms of `revision` differ from today's, else nothing.

    The older terms still hold for the commit that you have, if you can prove which.
    """
    ours, today = license_check(name, revision=revision), license_check(name)
    if ours.license == today.license:
        return ""
    return f"{name}: {ours.license} at {revision[:7]}, {today.license} today"
