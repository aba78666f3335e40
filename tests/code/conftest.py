"""The shop that section 7 asks about."""

import sqlite3

import pytest

from hooks.core.paths import DOCS


@pytest.fixture(scope="module")
def shop() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript((DOCS / "code" / "shop.sql").read_text("utf-8"))
    return connection
