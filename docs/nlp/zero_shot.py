# %% [markdown]
# # Demo {{ demo.zero_shot }} · Zero-shot classification
#
# You want to sort messages into labels that you made up this morning, and nobody has labeled a
# single message. A model that was trained on *entailment* can do it: it judges whether one sentence
# follows from another, and a label is easily made into a sentence.
#
# Model: [bart-large-mnli](https://huggingface.co/facebook/bart-large-mnli), MIT, English, 407 million
# parameters.

# %% [markdown]
# ## The call
#
# The labels are an argument. They need no training and can change with every call.

# %% tags=["run"]
from transformers import pipeline

classifier = pipeline(
    "zero-shot-classification",
    model="facebook/bart-large-mnli",
    revision="d7645e127eaf1aefc7862fd59a17a5aa8558b8ce",
)
answer = classifier(
    "I am still waiting for my new card.",
    candidate_labels=["card delivery", "exchange rate", "stolen phone"],
)
for label, score in zip(answer["labels"], answer["scores"]):
    print(f"{score:.2f}  {label}")

# %% [markdown]
# ## What happens inside
#
# The pipeline puts each label into a sentence, the *hypothesis*, and asks the model whether it
# follows from the text. The model answers with three numbers. The pipeline keeps one of them for
# each label, that of *entailment*, and makes them comparable with a softmax over the labels.

# %% tags=["inside"]
import torch

text, labels = answer["sequence"], answer["labels"]
hypotheses = [f"This example is {label}." for label in labels]
pairs = classifier.tokenizer(
    [text] * len(labels), hypotheses, padding=True, return_tensors="pt"
).to(classifier.device)
with torch.inference_mode():
    logits = classifier.model(**pairs).logits  # (3 labels, 3 classes)
print("".join(f"{name:>14}" for name in classifier.model.config.id2label.values()))
for hypothesis, row in zip(hypotheses, logits.tolist()):
    print("".join(f"{value:>14.1f}" for value in row), "", hypothesis)
by_hand = logits[:, classifier.entailment_id].softmax(0)
print([round(score, 2) for score in by_hand.tolist()])

# %% [markdown]
# ## The snippet
#
# The same call for many texts. It pins the revision, loads safetensors only, and names what is
# wrong with bad input.

# %% tags=["snippet"]
--8<-- "snippets/nlp/zero_shot.py"

# %% [markdown]
# ## Twenty-four messages, six labels
#
# They were written for this page, four for each label, before any model saw them. Some are harder
# than others: a customer who praises a quick delivery mentions the delivery.

# %% tags=["messages"]
MESSAGES = {
    "delivery": [
        "My parcel should have been here on Friday.",
        "Can you leave the package with my neighbor?",
        "The tracking number does not show anything.",
        "Do you ship to Iceland?",
    ],
    "billing": [
        "I was charged twice for the same order.",
        "Please send the invoice to our accounting office.",
        "The amount on my statement is higher than the price on your site.",
        "Can I pay in three installments?",
    ],
    "login": [
        "The site says my password is wrong, but it is not.",
        "I never got the mail with the code to sign in.",
        "My account is locked after three attempts.",
        "How do I change the address that I sign in with?",
    ],
    "job application": [
        "Are you hiring drivers at the moment?",
        "My résumé is attached; I could start in May.",
        "I would love to join your design team.",
        "Is the internship paid?",
    ],
    "broken product": [
        "The kettle stopped working after a week.",
        "One leg of the table is cracked.",
        "The zipper came off the first time I used it.",
        "It makes a grinding noise and then switches itself off.",
    ],
    "praise": [
        "These are the best shoes I have ever owned.",
        "Your driver was so kind to my mother, thank you.",
        "It came in two days and looks even better than in the photo.",
        "Keep it up, you have a customer for life.",
    ],
}
LABELS = list(MESSAGES)
texts = [text for group in MESSAGES.values() for text in group]
truth = [label for label, group in MESSAGES.items() for _ in group]

# %% tags=["messages"]
scores = classify(texts, LABELS, classifier, template="This example is about {}.")
guesses = [max(row, key=row.get) for row in scores]
for text, guess, row in list(zip(texts, guesses, scores))[::4]:
    print(f"{row[guess]:.2f}  {guess:<16} {text}")

# %% [markdown]
# ## Against two baselines
#
# The most frequent label costs nothing. The second baseline is a serious one: MiniLM, an encoder
# of 22.7 million parameters, turns each text and each label into a vector, and the nearest label
# wins. Each text takes one pass, however many labels there are.

# %% tags=["baseline"]
from sentence_transformers import SentenceTransformer

encoder = SentenceTransformer(
    "sentence-transformers/all-MiniLM-L6-v2",
    revision="1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
)
nearest = encoder.similarity(encoder.encode(texts), encoder.encode(LABELS)).argmax(1)
answers = {
    "most frequent label": [LABELS[0]] * len(texts),
    "MiniLM, nearest label": [LABELS[index] for index in nearest.tolist()],
    "zero-shot": guesses,
}


def count(guesses: list[str]) -> int:
    return sum(guess == label for guess, label in zip(guesses, truth))


for name, labels in answers.items():
    print(f"{name:<22} {count(labels):>2} of {len(truth)} right")

# %% [markdown]
# Twenty-four messages show the direction only: one message is four percentage points. The point of
# the comparison is that it takes five minutes and often ends with the cheaper model.

# %% [markdown]
# ## The wording of the hypothesis
#
# The default is "This example is {}.". It reads well with an adjective, and oddly with "login". The
# template is a free choice, and so are the names of the labels. The baseline gets the same chance.

# %% tags=["template"]
LONG = {
    "delivery": "the delivery of a parcel",
    "billing": "an invoice or a payment",
    "login": "trouble with signing in",
    "job application": "a job at this company",
    "broken product": "a product that is defective",
    "praise": "a customer who is happy",
}
back = {long: short for short, long in LONG.items()}
nearest = encoder.similarity(encoder.encode(texts), encoder.encode(list(LONG.values())))
right = [count(answers["MiniLM, nearest label"])]
right += [count([LABELS[index] for index in nearest.argmax(1).tolist()])]
print(f"{right[0]:>2} short, {right[1]:>2} long labels right: MiniLM")
for template in ["This example is {}.", "This example is about {}."]:
    short = classify(texts, LABELS, classifier, template)
    long = classify(texts, list(back), classifier, template)
    right = [count([max(row, key=row.get) for row in short])]
    right += [count([back[max(row, key=row.get)] for row in long])]
    print(f"{right[0]:>2} short, {right[1]:>2} long labels right: {template}")

# %% [markdown]
# ## Several labels at once
#
# With `multi_label=True` each label is scored on its own: entailment against contradiction. The scores
# no longer compete, so two can be high, or none.

# %% tags=["multi"]
both = "The parcel came late and the lamp in it is broken."
for multi_label in (False, True):
    (row,) = classify(
        [both], LABELS, classifier, "This example is about {}.", multi_label
    )
    print(f"multi_label={multi_label}: the scores add up to {sum(row.values()):.1f}")
    print("  ", ", ".join(f"{label} {score:.2f}" for label, score in row.items()))

# %% [markdown]
# ## Limits: no label fits
#
# The softmax runs over *your* labels. It has to give all of its weight to them, whatever the text
# says. Scored on their own, labels can all be low; look whether they are.

# %% tags=["nofit"]
stray = "The volcano erupted before dawn."
for multi_label in (False, True):
    (row,) = classify(
        [stray], LABELS, classifier, "This example is about {}.", multi_label
    )
    best = max(row, key=row.get)
    print(f"multi_label={multi_label}: best is {best}, {row[best]:.2f};", end=" ")
    print(f"all labels add up to {sum(row.values()):.2f}")

# %% [markdown]
# ## Limits: another word for the same thing
#
# One label at a time is renamed; the other five stay. A person would sort every message as
# before. Every change below comes from the choice of a word.

# %% tags=["wording"]
OTHER = {
    "delivery": "shipping",
    "billing": "money",
    "login": "account",
    "praise": "feedback",
}
for old, new in OTHER.items():
    renamed = [new if label == old else label for label in LABELS]
    rows = classify(texts, renamed, classifier, "This example is about {}.")
    winners = [max(row, key=row.get) for row in rows]
    winners = [old if winner == new else winner for winner in winners]
    moved = sum(winner != guess for winner, guess in zip(winners, guesses))
    print(f"{moved:>2} of {len(texts)} messages move: {old} becomes {new}")

# %% [markdown]
# ## Limits: not
#
# If a message is about delivery, "not delivery" is false. A model that reads "not" gives the two
# opposite scores, and they add up to about 1.

# %% tags=["negated"]
for label in LABELS:
    pair = [label, f"not {label}"]
    rows = classify(
        MESSAGES[label], pair, classifier, "This example is about {}.", multi_label=True
    )
    yes, no = (sum(row[name] for row in rows) / len(rows) for name in pair)
    print(f"{label:<16} {yes:.2f}   not {label:<16} {no:.2f}")

# %% [markdown]
# If both are high, the model found the topic and passed over the "not". Use labels that say what a
# text *is*, and set a threshold for the rest.

# %% [markdown]
# ## Limits: no labels at all

# %% tags=["nolabels"]
try:
    classify(["Where is my parcel?"], [], classifier)
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# ## What it costs
#
# Seconds are given per 1,000 texts: the better of two runs, after a first call that does not
# count. The regression learns from the 24 messages: enough to measure its speed, far too little to
# use it.

# %% tags=["timing"]
import time

from sklearn.linear_model import LogisticRegression


def seconds(call, some: list[str]) -> float:
    call(some[:1])
    runs = []
    for _ in range(2):
        start = time.perf_counter()
        call(some)
        runs.append(time.perf_counter() - start)
    return min(runs) / len(some) * 1000


def zero_shot(labels: list[str]):
    return lambda some: classify(some, labels, classifier)


def trained(some: list[str]):
    return head.predict(encoder.encode(some))


head = LogisticRegression().fit(encoder.encode(texts), truth)

# %% [markdown]
# A label is a forward pass. The same three messages with 1 to 32 labels, on the machine named below:

# %% tags=["passes", "timing", "hide-code"] alt="Seconds per 1,000 texts against the number of candidate labels, 1 to 32: the measured points rise along a straight line. A flat line at the bottom shows MiniLM with a logistic regression."
import matplotlib.pyplot as plt

ks = [1, 2, 4, 8, 16, 32]
many = [f"{label} {number}" for number in range(6) for label in LABELS]
measured = [seconds(zero_shot(many[:k]), texts[::8]) for k in ks]

figure, axes = plt.subplots()
axes.plot(ks, measured, "o-", label="zero-shot")
axes.axhline(seconds(trained, texts), color="C1", label="MiniLM + logistic regression")
axes.set(xlabel="candidate labels", xticks=ks, ylim=0)
axes.set(ylabel=f"seconds per 1,000 texts ({classifier.device.type})")
axes.legend()
plt.show()

# %% [markdown]
# The choices of this section, on the same messages. A stand-in is smaller than the checkpoint whose
# name it carries. So the last row takes a model of bart-large-mnli's exact shape, with meaningless
# weights: time and memory do not depend on their values. Where there is a GPU, the table has rows
# for it.

# %% tags=["timing"]
import pickle

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from transformers import BartConfig, BartForSequenceClassification

words = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, truth)
sentiment = pipeline(
    "sentiment-analysis",
    model="distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    revision="714eb0fa89d2f80546fda750413ed43d93601a13",
)
with torch.device("meta"):  # the shape only, then memory for it
    large = BartForSequenceClassification(BartConfig(num_labels=3))
large.to_empty(device="cpu").eval().tie_weights()
for parameter in large.parameters():
    torch.nn.init.constant_(parameter, 0.01)


@torch.inference_mode()
def large_zero_shot(some: list[str]) -> None:
    ids = torch.full((len(some), 24), 100)  # 24 tokens: a message and a hypothesis
    ids[:, -1] = large.config.eos_token_id
    for _ in LABELS:
        large(input_ids=ids.to(large.device))


def line(name: str, device: str, size: float, duration: float) -> None:
    size, duration = (f"{float(f'{value:.2g}'):,g}" for value in (size, duration))
    print(f"{name:<31} {device:<6} {size:>11} {duration:>25}")


# %% tags=["cost", "timing"]
choices = {
    "MiniLM + logistic regression": (encoder, trained),
    "Demo {{ demo.sentiment }}'s sentiment classifier": (sentiment.model, sentiment),
    "zero-shot, 6 labels": (classifier.model, zero_shot(LABELS)),
    "same, bart-large-mnli's size": (large, large_zero_shot),
}
print(f"{'':<31} device weights, MB   seconds per 1,000 texts")
size = len(pickle.dumps(words)) / 1e6
line("TF-IDF + logistic regression", "cpu", size, seconds(words.predict, texts * 9))
for device in ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]:
    sentiment.device = classifier.device = torch.device(device)
    for name, (model, call) in choices.items():
        model.to(device)
        size = sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6
        some = texts[:1] if model is large else texts
        line(name, device, size, seconds(call, some))
