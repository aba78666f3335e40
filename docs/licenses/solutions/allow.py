"""Put a build's checkpoints into four heaps, with the reasons of those that wait."""

from snippets.licenses.license_check import license_check


def heaps(names: list[str]) -> dict[str, list[str]]:
    """Return the names by answer: yes, conditions, no, deny.

    Raises:
        LookupError: if a name is not on the Hub: a build must not go on without it.
    """
    found: dict[str, list[str]] = {"yes": [], "conditions": [], "no": [], "deny": []}
    for name in names:
        found[license_check(name).commercial].append(name)
    return found
