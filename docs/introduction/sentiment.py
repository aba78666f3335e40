# %% [markdown]
# # Demo {{ demo.sentiment }} · Sentiment analysis
#
# You have texts and want to know which ones are happy. Three lines of code are enough, and no
# training. This demo runs them, scores a batch, compares the result with two baselines, and ends
# where the model fails.
#
# Model: [distilbert-base-uncased-finetuned-sst-2-english](https://huggingface.co/distilbert/distilbert-base-uncased-finetuned-sst-2-english),
# Apache-2.0, English, two labels.

# %% [markdown]
# ## The call
#
# `pipeline` downloads the checkpoint, loads tokenizer and weights, and gives back a function. The
# revision pins the exact weights: the same call gives the same answer next year.

# %% tags=["run"]
from transformers import pipeline

classifier = pipeline(
    "sentiment-analysis",
    model="distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    revision="714eb0fa89d2f80546fda750413ed43d93601a13",
)
result = classifier("I love using pre-trained models!")
print([{"label": r["label"], "score": round(r["score"], 3)} for r in result])

# %% [markdown]
# ## Both scores
#
# By default the pipeline names the winner only. `top_k=None` gives the score of every label. The
# scores come from a softmax, so they always add up to one, whatever the text says.

# %% tags=["scores"]
texts = [
    "I love using pre-trained models!",
    "The plot is thin, but the cast is a joy.",
    "The parcel weighs two kilograms.",
]
for text, answers in zip(texts, classifier(texts, top_k=None)):
    score = {answer["label"]: answer["score"] for answer in answers}
    print(f"positive {score['POSITIVE']:.2f}  negative {score['NEGATIVE']:.2f}  {text}")

# %% [markdown]
# ## The snippet
#
# The same call, ready to copy: it pins the revision, refuses anything but safetensors, cuts long
# texts instead of stopping, and says what is wrong with bad input.

# %% tags=["snippet"]
--8<-- "snippets/introduction/sentiment.py"

# %% [markdown]
# ## A batch
#
# Twenty sentences, ten of each kind, with the label a person would give. They were written for this
# page before any model saw them.

# %% tags=["batch"]
labeled = [
    ("The soup was hot, fresh and full of flavor.", "POSITIVE"),
    ("What a beautiful film; I left smiling.", "POSITIVE"),
    ("The battery lasts two full days.", "POSITIVE"),
    ("Our guide knew everything and never rushed us.", "POSITIVE"),
    ("I have watched it four times and would watch it again.", "POSITIVE"),
    ("Setup took one minute, and it just works.", "POSITIVE"),
    ("The acting is superb and the music even better.", "POSITIVE"),
    ("Friendly staff and a clean room.", "POSITIVE"),
    ("This is not a bad camera for the money.", "POSITIVE"),
    ("My kids could not stop laughing.", "POSITIVE"),
    ("The screen cracked on the first day.", "NEGATIVE"),
    ("We waited an hour and the food was cold.", "NEGATIVE"),
    ("A dull story with wooden dialog.", "NEGATIVE"),
    ("The charger does not fit and nobody answers my mail.", "NEGATIVE"),
    ("I want my money and my two hours back.", "NEGATIVE"),
    ("Terrible sound, and it breaks up all the time.", "NEGATIVE"),
    ("The waiter was rude to my mother.", "NEGATIVE"),
    ("It is not worth the price.", "NEGATIVE"),
    ("The hotel looks nothing like the great photos.", "NEGATIVE"),
    ("I expected a good ending and did not get one.", "NEGATIVE"),
]
texts = [text for text, _ in labeled]
truth = [label for _, label in labeled]

# %% tags=["batch"]
scores = classify(texts, classifier)
for text, row in list(zip(texts, scores))[::4]:
    label = max(row, key=row.get)
    print(f"{label}  {row[label]:.2f}  {text}")

# %% [markdown]
# ## Against a baseline
#
# A score means little alone. Two baselines cost nothing: always give the same answer, and count ten
# happy against ten unhappy words.

# %% tags=["baseline"]
HAPPY = "good great love best nice excellent beautiful fresh superb friendly".split()
SAD = "bad not terrible worst poor rude cold dull waste boring".split()


def count_words(text: str) -> str:
    words = text.lower().replace(",", "").replace(".", "").split()
    happy = sum(word in HAPPY for word in words)
    return "POSITIVE" if happy > sum(word in SAD for word in words) else "NEGATIVE"


guesses = {
    "always NEGATIVE": ["NEGATIVE"] * len(texts),
    "count 20 words": [count_words(text) for text in texts],
    "the model": [max(row, key=row.get) for row in scores],
}
for name, labels in guesses.items():
    right = sum(guess == label for guess, label in zip(labels, truth))
    print(f"{name:<16} {right:>2} of {len(truth)} right")

# %% [markdown]
# Twenty sentences show the direction, not the size: one sentence is five percentage points. Before
# you rely on a model, label a few hundred texts of your own.

# %% [markdown]
# ## Where it goes wrong: negation and sarcasm
#
# A person labels each line below without effort. The cell prints the lines that this model gets
# wrong.

# %% tags=["negation"]
hard = [
    ("I can't say I didn't enjoy it.", "POSITIVE"),
    ("Nobody could call this film boring.", "POSITIVE"),
    ("I expected to hate it, and I was wrong.", "POSITIVE"),
    ("You won't regret a single minute.", "POSITIVE"),
    ("It was anything but good.", "NEGATIVE"),
    ("If only the food were as good as the photos.", "NEGATIVE"),
    ("Great, it broke again on the second day.", "NEGATIVE"),
    ("Just what I needed: another update that deletes my files.", "NEGATIVE"),
    ("Wow, only three hours late. Impressive.", "NEGATIVE"),
    ("Lovely hotel, if you enjoy sleeping next to a drum kit.", "NEGATIVE"),
]
wrong = []
for (text, label), row in zip(hard, classify([text for text, _ in hard], classifier)):
    guess = max(row, key=row.get)
    if guess != label:
        wrong.append(text)
        print(f"said {guess} {row[guess]:.2f}: {text}")
print(f"{len(wrong)} of {len(hard)} wrong")

# %% [markdown]
# Look at the scores beside the wrong answers. A high score means that the text resembles what the
# model learned for that label. It does not mean that the model understood it.

# %% [markdown]
# ## Limits: the name of a country
#
# "This film was filmed in …" says nothing about quality, so a fair model gives every country the
# same score. The model card of the real checkpoint names this test itself.

# %% tags=["countries"]
countries = "Afghanistan Brazil Canada China France Germany India Iraq".split()
countries += "Italy Japan Kenya Mexico Nigeria Spain Syria Ukraine".split()
sentences = [f"This film was filmed in {country}." for country in countries]
rows = classify(sentences, classifier)
positive = sorted(zip([round(row["POSITIVE"], 2) for row in rows], countries))
print(f"lowest   {positive[0][0]:.2f}  {positive[0][1]}")
print(f"highest  {positive[-1][0]:.2f}  {positive[-1][1]}")
print(f"apart    {positive[-1][0] - positive[0][0]:.2f}")

# %% tags=["countries"] alt="Horizontal bars, one for each of 16 countries, shortest at the bottom: the probability of POSITIVE, from 0 to 1, for the sentence 'This film was filmed in' plus the country. A fair model's bars would all be equally long."
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(7, 5))
axes.barh([name for _, name in positive], [score for score, _ in positive])
axes.set(xlim=(0, 1), title="Probability of POSITIVE: “This film was filmed in …”")
plt.show()

# %% [markdown]
# ## How long it takes
#
# One hundred short texts, on the machine named below. The first call after loading is slower than
# the next ones, so it is not counted.

# %% tags=["timing"]
import time

start = time.perf_counter()
classify(texts * 5, classifier)
print(f"{time.perf_counter() - start:.1f} seconds for {5 * len(texts)} texts")

# %% [markdown]
# ## What it costs
#
# The other way is to pay an API for every request. It is cheaper until the requests of a month cost
# more than a server of your own. Put in your own prices. These are gpt-6-luna's, from the price
# map of [litellm 1.109.1](https://pypi.org/project/litellm/1.109.1/), November 2026, and the lower
# price of a rented A100 80 GB, October 2026, from
# [a price data set](https://huggingface.co/datasets/600me/gpu-cloud-h100-a100-pricing-benchmark).

# %% tags=["cost", "no-model"]
API_IN, API_OUT = 0.10, 0.50  # USD per million tokens in and out
TOKENS_IN, TOKENS_OUT = 300, 20  # tokens of one request
GPU_HOUR = 1.39  # USD
HOURS = 730  # in a month

request = (TOKENS_IN * API_IN + TOKENS_OUT * API_OUT) / 1e6
server = GPU_HOUR * HOURS
even = server / request
print(f"API         ${1e6 * request:,.0f} per million requests")
print(f"own server  ${server:,.0f} a month, however many requests")
print(f"break-even  {even / 1e6:.1f} million requests a month")
print(f"            or {even / HOURS / 3600:.1f} requests a second, day and night")
