"""The model checklist: its questions, for its script and as a table."""

from dataclasses import dataclass
from html import escape

from hooks.site.tools import data, markdown


@dataclass(frozen=True)
class Step:
    """One question of the path."""

    name: str
    question: str
    how: str  # how to decide
    answers: dict[str, str]  # value to label
    stop: dict[str, str]  # answers that end the path: value to advice


STEPS = (
    Step(
        "baseline",
        "Does a simple rule already do?",
        "Majority class, a keyword rule, last season's value. Label 50 to 200 examples of yours.",
        {"no": "No, it is not good enough", "yes": "Yes, it is"},
        {"yes": "Use the rule. It is cheaper, faster, and you can explain it."},
    ),
    Step(
        "task",
        "1. Is there a suitable task in the repository?",
        "A card with training data, a figure on a named test set, limits and a license; input, "
        "language and labels fit yours.",
        {"yes": "Yes, some candidates", "near": "Close, with other labels", "no": "No"},
        {
            "no": "Train your own model, from an encoder for this kind of data if there is one. "
            "Ask first whether the task is a formula or a business rule: that stays code."
        },
    ),
    Step(
        "zero_shot",
        "2. Does zero-shot work?",
        "Run each candidate on your labeled examples, revision pinned, nothing tuned. Compare with "
        "the baseline, look at the worst group, measure seconds and memory.",
        {"yes": "Yes, good enough", "no": "No"},
        {},
    ),
    Step(
        "fine_tuning",
        "3. Is fine-tuning needed?",
        "What is missing? Labels or vocabulary: fine-tune. Facts: put them into the prompt or a "
        "search. A rule: write code.",
        {
            "labels": "Yes: labels or words are missing",
            "facts": "No: facts are missing",
            "rule": "No: a rule is missing",
            "nothing": "No: zero-shot is good enough",
        },
        {
            "facts": "Put the facts into the prompt or in front of a search, then measure again.",
            "rule": "Write the rule as code, and let the model do what is left.",
        },
    ),
    Step(
        "license",
        "4. Is the license suitable?",
        "The eight steps of section 9, for the model, its bases, its data and its code; for this "
        "use, this revision, this company.",
        {
            "yes": "Yes",
            "conditions": "Yes, under conditions that we can keep",
            "no": "No or unknown",
        },
        {"no": "Do not use it. Take the next candidate, or ask the authors for terms in writing."},
    ),
    Step(
        "record",
        "Can a colleague repeat it?",
        "Checkpoint, revision, data, figures, number of examples and license on one page.",
        {"yes": "Yes", "no": "Not yet"},
        {"no": "Write the page first. What nobody can repeat, nobody can maintain."},
    ),
)
USE = {
    "nothing": "Use the model as it is, at the pinned revision. Keep the labels as a test.",
    "labels": "Fine-tune: a small adapter first. Stop when more labels no longer help.",
}


def table() -> str:
    """Return the questions with how to decide and when to stop."""
    rows = []
    for step in STEPS:
        stops = [f"*{step.answers[value]}*: {advice}" for value, advice in step.stop.items()]
        rows.append((f"**{step.question}**", step.how, "<br>".join(stops) or "Go on"))
    return markdown("Question | How to decide | Stop if", rows)


def controls() -> str:
    """Return the form, shown by its script only."""
    steps = "".join(map(_step, STEPS))
    stops = {step.name: {"question": step.question, "stop": step.stop, "answers": step.answers}
             for step in STEPS}  # fmt: skip
    return (
        '<form class="tool" data-tool="model_checklist" hidden>'
        '<div class="tool__field"><label for="list-what">What is it for?</label>'
        '<input id="list-what" name="what" autocomplete="off"></div>'
        + steps
        + '<div class="tool__result" role="status"></div>'
        '<div class="tool__buttons"><button class="md-button md-button--primary" type="button" '
        "data-print>Print the result</button>"
        '<button class="md-button" type="reset">Start again</button></div></form>'
        + data({"steps": stops, "use": USE})
    )


def _step(step: Step) -> str:
    choices = "".join(
        f'<label><input type="radio" name="{step.name}" value="{value}"> {escape(label)}</label>'
        for value, label in step.answers.items()
    )
    return (
        f'<fieldset class="tool__step" data-step="{step.name}">'
        f"<legend>{escape(step.question)}</legend><p>{escape(step.how)}</p>"
        f'<div class="tool__choice">{choices}</div><label class="tool__notes">Notes '
        f'<textarea name="{step.name}_notes" rows="2"></textarea></label>'
        '<p class="tool__stop" data-stop hidden></p></fieldset>'
    )
