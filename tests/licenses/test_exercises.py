"""The solutions that the exercises of section 9 print are run, on the offline Hub."""

import pytest

from snippets.licenses import license_check as snippet


def test_heaps(solution):
    heaps = solution("allow").heaps
    names = ["openai-community/gpt2", "bigscience/bloom", "openai/clip-vit-base-patch32"]
    found = heaps(names)
    assert list(found) == ["yes", "conditions", "no", "deny"]
    assert [*found.values()] == [names[:1], names[1:2], [], names[2:]]
    with pytest.raises(LookupError, match="no public model"):
        heaps(["nobody/nothing"])


def test_changed_says_nothing_when_nothing_changed(solution):
    changed = solution("changed").changed
    pin = "607a30d783dfa663caf39e06633721c8d4cfcd7e"
    assert changed("openai-community/gpt2", pin) == ""


def test_changed_names_both_licenses(solution):
    code = solution("changed")
    tags = {"main": "cc-by-nc-4.0"}  # the Hub's answers, by revision: apache-2.0 before

    def answer(name, revision="main"):
        tag = tags.get(revision, "apache-2.0")
        return snippet.Finding(name, "", tag, "", "yes", False, (), {})

    code.changed.__globals__["license_check"] = answer
    line = code.changed("Salesforce/moirai-1.0-R-small", "001acc2" + "0" * 33)
    assert line.endswith("apache-2.0 at 001acc2, cc-by-nc-4.0 today")
