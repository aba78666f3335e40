"""What a terminal shows of a printed text; other text keeps all but its line ends."""

import re

CODE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


def shown(text: str) -> str:
    r"""Return a printed text without color codes; of a line that was written over, its last state.

    >>> shown("10 %\r50 %\r\nmodel,score\r\n\x1b[1mdone\x1b[0m\r")
    '50 %\nmodel,score\ndone'
    """
    return "\n".join(map(_last, CODE.sub("", text).split("\n")))


def _last(line: str) -> str:
    return line.rstrip("\r").rpartition("\r")[2]  # CRs with nothing behind them write over nothing


def newlines(text: str) -> str:
    r"""Return a text whose lines end as those of Markdown and HTML here.

    >>> newlines("<table>\r\n</table>\r")
    '<table>\n</table>\n'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")
