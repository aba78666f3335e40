"""Colors code with six classes in place of Pygments' seventy.

Pygments puts a `<span>` around every name, bracket and blank. Most of them look like plain code,
and they made a line of code four times as heavy as its text.
"""

from collections.abc import MutableMapping
from typing import Any

from pygments.token import Token

from hooks.core.internals import token_classes

# What is not named here takes the class of what it is a kind of; without a class it gets no span.
CLASSES: dict[Any, str] = {
    Token: "",
    Token.Comment: "c",
    Token.Literal.String.Doc: "c",
    Token.Keyword: "k",
    Token.Operator.Word: "k",
    Token.Name.Decorator: "k",
    Token.Name.Tag: "k",
    Token.Literal.Number: "m",
    Token.Literal.String: "s",
    Token.Keyword.Constant: "nf",
    Token.Name.Class: "nf",
    Token.Name.Constant: "nf",
    Token.Name.Exception: "nf",
    Token.Name.Function: "nf",
}


def class_of(token: Any) -> str:
    """Return the class of a kind of token.

    >>> class_of(Token.Keyword.Namespace), class_of(Token.Name.Namespace)
    ('k', '')
    """
    while token not in CLASSES:
        token = token.parent
    return CLASSES[token]


def simplify(types: MutableMapping[Any, str]) -> None:
    """Give each kind of token in a table of Pygments its class; a console's kinds stay."""
    for token in types:
        if token not in Token.Generic:
            types[token] = class_of(token)


def set_classes(config: Any) -> Any:
    """Change the table that Pygments' formatters read."""
    simplify(token_classes())
    return config
