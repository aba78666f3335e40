"""The list of demos, and the numbers that follow from it in prose."""

import pytest

from hooks.core.course import DEMOS, SECTIONS, Demo, Section, section_of, self_study
from hooks.core.numbers import NumberError, filled


def test_demos_are_numbered_in_the_order_of_the_lecture():
    assert [demo.number for demo in DEMOS.values()] == list(range(1, len(DEMOS) + 1))
    assert DEMOS["sentiment"].heading == "Demo 1 · Sentiment analysis"
    assert section_of("lora").folder == "nlp"
    with pytest.raises(KeyError, match="no demo 'feelings'"):
        section_of("feelings")


WORDS = [
    ((), ""),
    ((6,), "demo 6 is"),
    ((6, 23), "demos 6 and 23 are"),
    ((1, 2, 3), "demos 1, 2 and 3 are"),
]


@pytest.mark.parametrize(("numbers", "wanted"), WORDS)
def test_self_study_is_said_in_the_right_number(numbers, wanted):
    demos = tuple(Demo(f"d{n}", "", True, number=n) for n in numbers)
    section = Section("nlp", "NLP", 30, 25, (*demos, Demo("live", "", number=99)))
    assert self_study([section], "demo {} is", "demos {} are") == wanted


def test_names_in_double_braces_become_numbers_and_nothing_else_changes():
    rest = " left. {x} {{}} f'{{{x}}}'"
    text = filled("Demo {{ demo.sentiment }} of {{ demos }};\n{{ self_study }}" + rest, "a.md")
    wanted = self_study(SECTIONS, "demo {} is", "demos {} are")
    assert text == f"Demo 1 of {len(DEMOS)};\n{wanted}{rest}"


MISTAKES = {
    "{{ demo.sentimnt }}": "{{ demo.sentimnt }} is no name of the course, did you mean demo.sent",
    "{{ xyz }}": "{{ xyz }} is no name of the course; hooks/core/course.py lists",
    "see Demo 1": "'Demo 1' is typed, write {{ demo.sentiment }} for the number",
    "demos 1 and 2": "'demos 1' is typed",
    "Demo 999": "'Demo 999' is typed, write {{ demo.name }}",
}


@pytest.mark.parametrize(("line", "message"), MISTAKES.items())
def test_an_unknown_name_or_a_typed_number_gets_file_line_and_mend(line, message):
    with pytest.raises(NumberError) as error:
        filled(f"a\n{line}", "docs/a.md", first_line=10)
    assert str(error.value).startswith(f"docs/a.md:11: {message}")
