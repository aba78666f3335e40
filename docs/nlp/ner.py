# %% [markdown]
# # Demo {{ demo.ner }} · Named entity recognition
#
# Which persons, organizations and places does a text name, and where exactly? A tagger answers with
# spans: type, start, end. This demo cuts them out, scores them against a list of known names,
# and ends where the tagger has no label for what you need.
#
# Model: [dslim/bert-base-NER](https://huggingface.co/dslim/bert-base-NER), MIT, English, four types:
# PER (person), ORG (organization), LOC (place), MISC (other names, such as films or nationalities).

# %% [markdown]
# ## The call
#
# `aggregation_strategy="first"` joins the pieces of a name to one entity. Below, more about it.

# %% tags=["run"]
from transformers import pipeline

tagger = pipeline(
    "ner",
    model="dslim/bert-base-NER",
    revision="d1a3e8f13f8c3566299d95fcfc9a8d2382a9affc",
    aggregation_strategy="first",
)
text = "Albert Einstein was born in Ulm and later taught at Princeton University."
for entity in tagger(text):
    name = text[entity["start"] : entity["end"]]
    print(f"{entity['entity_group']:<4}  {entity['score']:.2f}  {name}")

# %% [markdown]
# ## Cut the name out of your own text
#
# Each entity also has a `word`. It is put together from tokens, and tokens are not your text: spaces
# appear around every mark, and a tokenizer without upper case makes all letters small. `start` and
# `end` count characters of the text that you passed in.

# %% tags=["word"]
text = "Conan O'Brien met Jean-Luc Godard in Saint-Tropez."
for entity in tagger(text):
    print(f"word {entity['word']!r:<22} cut {text[entity['start'] : entity['end']]!r}")

# %% [markdown]
# ## Pieces, words, names
#
# The model labels word pieces. `B-` begins a name, `I-` goes on with it, `O` is outside. Without a
# strategy you get the pieces themselves, and those labeled `O` are left out.

# %% tags=["pieces"]
text = "Dmitri Shostakovich taught in Leningrad."
for piece in tagger(text, aggregation_strategy="none"):
    print(f"{piece['entity']:<6}  {piece['word']}")

# %% [markdown]
# - `simple` joins neighboring pieces of one type. It may cut a word in two, if the pieces disagree.
# - `first` gives each word the label of its first piece, `max` the label of its surest piece,
#   `average` the label with the best mean score. They never cut a word.

# %% tags=["strategies"]
text = "Swarovski and Thyssenkrupp opened a shop in Nieuwpoort near Knokke."
for strategy in ("simple", "first", "average", "max"):
    entities = tagger(text, aggregation_strategy=strategy)
    names = [f"{e['entity_group']} {text[e['start'] : e['end']]}" for e in entities]
    print(f"{strategy:<8}{' | '.join(names)}")

# %% [markdown]
# ## The snippet
#
# The same call, ready to copy: it pins the revision, refuses anything but safetensors, reads long
# texts to their end, cuts names out of your text, and says what is wrong with bad input.

# %% tags=["snippet"]
--8<-- "snippets/nlp/ner.py"

# %% [markdown]
# ## Fifteen sentences with the right answer
#
# Eight as in an encyclopedia, seven as in business news. Names stand in brackets with their type. They
# were marked before any model saw them.

# %% tags=["sentences"]
encyclopedia = """
[PER Marie Curie] was born in [LOC Warsaw] and moved to [LOC Paris] in 1891.
The [ORG Royal Society] was founded in [LOC London] in 1660.
[PER Johannes Kepler] worked in [LOC Prague] as an assistant to [PER Tycho Brahe].
The [LOC Danube] flows through [LOC Vienna], [LOC Budapest] and [LOC Belgrade].
[PER Ella Fitzgerald] recorded the album for [ORG Verve Records] in [LOC Los Angeles].
[PER Akira Kurosawa] directed the film [MISC Seven Samurai] for [ORG Toho].
The [ORG University of Bologna] is one of the oldest universities in [LOC Europe].
He left [ORG Manchester United] in 2003 and joined [ORG Real Madrid] in [LOC Spain].
"""
news = """
[ORG Siemens] will build a plant near [LOC Leipzig], [PER Anna Weber] told reporters.
Shares of [ORG Northgate Energy] fell 4 percent in [LOC Frankfurt] on Tuesday.
[PER Ana Lopez] of [ORG Deutsche Bank] expects the [ORG European Central Bank] to wait.
The [MISC Dutch] startup [ORG Brightfield] raised 12 million from [ORG Harbor Capital].
[ORG Bank of France] governor [PER Paul Lambert] spoke in [LOC Lyon] on Monday.
[ORG Airbus] sold 40 jets to an airline in [LOC Vietnam].
[PER Kenji Tanaka] led [ORG Orion Motors] for a decade and retires in [LOC Osaka].
"""

# %% [markdown]
# Two small functions go back and forth between brackets and spans.

# %% tags=["sentences"]
import re


def read(marked):
    """Return the text without brackets, and its spans: {(start, end, type), …}."""
    text, spans = "", set()
    for part in re.split(r"(\[[A-Z]+ [^]]+\])", marked):
        if part.startswith("["):
            kind, part = part[1:-1].split(" ", 1)
            spans.add((len(text), len(text) + len(part), kind))
        text += part
    return text, spans


def mark(text, spans):
    """Return the text with brackets around its spans."""
    for start, end, kind in sorted(spans, reverse=True):
        text = f"{text[:start]}[{kind} {text[start:end]}]{text[end:]}"
    return text


labeled = [read(line) for line in (encyclopedia + news).split("\n") if line]
texts = [text for text, _ in labeled]
truth = [spans for _, spans in labeled]
assert mark(*labeled[0]) == encyclopedia.strip().splitlines()[0]
print(len(texts), "sentences,", sum(len(spans) for spans in truth), "names")

# %% tags=["batch"]
answers = find_entities(texts, tagger)
found = [{(e["start"], e["end"], e["type"]) for e in entities} for entities in answers]
for text, spans in list(zip(texts, found))[::3]:
    print(mark(text, spans))

# %% [markdown]
# ## Counting whole spans
#
# A span counts when type, start and end are right. Precision is the share of right ones among those
# found, recall the share of right ones among those that exist, and F1 their harmonic mean. "Bank of"
# instead of "Bank of France" hurts twice: one span too many, one missed.

# %% tags=["baseline"]
def scores(truth, found):
    """Return (precision, recall, F1) of whole spans over all texts."""
    right = sum(len(one & two) for one, two in zip(truth, found))
    said, true = sum(map(len, found)), sum(map(len, truth))
    return right / max(said, 1), right / max(true, 1), 2 * right / max(said + true, 1)


# %% [markdown]
# The baseline is a gazetteer: a list of well-known names, and exact matching.

# %% tags=["baseline"]
GAZETTEER = {
    "PER": "Albert Einstein, Marie Curie, Isaac Newton, Ella Fitzgerald, Paris Hilton",
    "ORG": "Siemens, Airbus, Google, Apple, Deutsche Bank, United Nations, Real Madrid",
    "LOC": "London, Paris, Berlin, Vienna, Prague, Rome, Madrid, Warsaw, Tokyo, "
    "Frankfurt, Europe, France, Germany, Italy, Spain, Poland, China, Japan, Vietnam",
    "MISC": "French, German, Italian, Dutch, British, Chinese, Japanese, Olympic Games",
}
KIND = {name: kind for kind, names in GAZETTEER.items() for name in names.split(", ")}
LONGEST_FIRST = "|".join(sorted(map(re.escape, KIND), key=len, reverse=True))


def look_up(text):
    matches = re.finditer(rf"\b({LONGEST_FIRST})\b", text)
    return {(m.start(), m.end(), KIND[m[0]]) for m in matches}


# %% tags=["compare"]
print("                       precision  recall    F1")
for title, part in (("encyclopedia", slice(0, 8)), ("business news", slice(8, 15))):
    for name, guess in (("gazetteer", list(map(look_up, texts))), ("model", found)):
        p, r, f1 = scores(truth[part], guess[part])
        print(f"{title:<14}{name:<10}{p:>8.2f}{r:>8.2f}{f1:>6.2f}")

# %% [markdown]
# The gazetteer is right nearly every time it speaks, and it misses every name that nobody wrote down.
# Look at recall: that is what you pay a model for. Fifteen sentences show the direction only; label a
# few hundred of your own before you decide.

# %% [markdown]
# ## What went wrong
#
# Every span that only one side has: `missed` stands in the truth only, `invented` in the answer only.
# A name with a wrong end or a wrong type appears in both lists.

# %% tags=["errors"]
for text, true, said in zip(texts, truth, found):
    for word, spans in (("missed", true - said), ("invented", said - true)):
        for start, end, kind in sorted(spans):
            print(f"{word:<9} {kind:<5} {text[start:end]}")

# %% [markdown]
# ## A threshold on the score
#
# A score is the mean over the words of a name. Leave out the low ones and precision tends to rise
# while recall falls. The right place depends on what an error costs: someone who blacks out names
# needs recall, someone who fills a database needs precision.

# %% tags=["threshold"]
thresholds = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]
curve = []
for threshold in thresholds:
    kept = [
        {(e["start"], e["end"], e["type"]) for e in entities if e["score"] >= threshold}
        for entities in answers
    ]
    curve.append(scores(truth, kept))
for threshold in (0, 0.5, 0.9):
    p, r, f1 = curve[thresholds.index(threshold)]
    print(f"score >= {threshold:<4} precision {p:.2f}  recall {r:.2f}  F1 {f1:.2f}")

# %% tags=["curve", "hide-code"] alt="Two lines over the threshold on the score, from 0 to 0.99: precision of the names that are left, and recall, which can only fall."
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(7, 3.5))
axes.plot(thresholds, [p for p, _, _ in curve], "o-", label="precision")
axes.plot(thresholds, [r for _, r, _ in curve], "s--", label="recall")
axes.set(xlabel="threshold on the score", ylim=(0, 1.05))
axes.legend()
plt.show()

# %% [markdown]
# ## Limits: Paris, the person and the city
#
# A list of names cannot know which Paris is meant. A tagger reads the words around it. Does it help?

# %% tags=["paris"]
paris = [
    "[PER Paris Hilton] flew to [LOC Paris].",
    "[PER Jordan] bought a house in [LOC Jordan].",
    "[PER Washington] was born in [LOC Virginia], far from [LOC Washington].",
    "[ORG Chelsea] lost, and [PER Chelsea Clinton] watched in [LOC Chelsea].",
]
for text, true in map(read, paris):
    (entities,) = find_entities([text], tagger)
    said = {(e["start"], e["end"], e["type"]) for e in entities}
    print(f"right  {mark(text, true)}")
    print(f"model  {mark(text, said)}")

# %% [markdown]
# ## Limits: the type does not exist
#
# A doctor wants drugs, genes and diseases. The model has four types, and these three are not among
# them. It either says nothing or puts a name under a type that it has, whatever the threshold.

# %% tags=["domain"]
text = "She took metformin for diabetes; Erlotinib was stopped, EGFR was mutated."
wanted = {"metformin": "DRUG", "diabetes": "DISEASE", "EGFR": "GENE"}
labels = tagger.model.config.id2label.values()
types = {label.split("-")[-1] for label in labels} - {"O"}
print("types of the model:", ", ".join(sorted(types)))
print("types wanted:      ", ", ".join(sorted(set(wanted.values()))))
print("in both:           ", len(types & set(wanted.values())))
(entities,) = find_entities([text], tagger)
print("model:", mark(text, {(e["start"], e["end"], e["type"]) for e in entities}))

# %% [markdown]
# For this there are other checkpoints, such as
# [d4data/biomedical-ner-all](https://huggingface.co/d4data/biomedical-ner-all), and where nobody has
# your types, a few hundred labeled sentences and Demo {{ demo.lora }}.

# %% [markdown]
# ## Limits: lower case and tweets
#
# The fifteen sentences again, all letters small. A *cased* model, such as the real checkpoint, sees
# upper case and leans on it. An *uncased* one never saw it: the two lines are the same.

# %% tags=["lowercase"]
small = [text.lower() for text in texts]
guess = [
    {(e["start"], e["end"], e["type"]) for e in entities}
    for entities in find_entities(small, tagger)
]
for name, spans in (("as written", found), ("lower case", guess)):
    p, r, f1 = scores(truth, spans)
    print(f"{name}  precision {p:.2f}  recall {r:.2f}  F1 {f1:.2f}")

# %% tags=["lowercase"]
tweets = [
    "omg just saw [PER tom hanks] at [LOC heathrow] lol",
    "RT @sam: [ORG man utd] 2 [ORG spurs] 1!!! #mufc",
]
for text, true in map(read, tweets):
    (entities,) = find_entities([text], tagger)
    print(f"right  {mark(text, true)}")
    print(f"model  {mark(text, {(e['start'], e['end'], e['type']) for e in entities})}")

# %% [markdown]
# ## Limits: 512 tokens, in silence
#
# The bare pipeline cuts a long text without a word. A classifier would stop with an error. The snippet
# passes a `stride`: the text is read in windows that overlap by 64 tokens.

# %% tags=["long"]
text = "It rained all day and nobody called. " * 80
text += "Then Marie Curie came from Warsaw."
tokens = len(tagger.tokenizer(text)["input_ids"])
tagger.tokenizer.model_max_length = 512  # some repositories do not state it
print(f"{tokens} tokens, the name stands at the end")
print("bare pipeline:", [text[e["start"] : e["end"]] for e in tagger(text)])
print("the snippet:  ", [e["text"] for e in find_entities([text], tagger)[0]])

# %% [markdown]
# ## How long it takes
#
# The fifteen sentences ten times, on the machine named below.

# %% tags=["timing"]
import time

start = time.perf_counter()
find_entities(texts * 10, tagger)
seconds = time.perf_counter() - start
print(f"{seconds:.1f} seconds for 150 sentences, {1000 * seconds / 150:.0f} per 1,000")
