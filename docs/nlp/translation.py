# %% [markdown]
# # Demo {{ demo.translation }} · Translation
#
# A text arrives in English and is needed in French, and it must not leave the building. A small
# encoder-decoder can translate it here. This demo calls one, scores it against a word-by-word
# dictionary, compares two ways of decoding, and ends where the
# translation fails without a word of warning.
#
# Model: [Helsinki-NLP/opus-mt-en-fr](https://huggingface.co/Helsinki-NLP/opus-mt-en-fr),
# Apache-2.0, English to French only.

# %% [markdown]
# ## The call
#
# Three steps: text to token ids, ids to ids, ids back to text. `generate` writes one token after
# the other until it writes the mark for the end.

# %% tags=["run"]
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

name = "Helsinki-NLP/opus-mt-en-fr"
revision = "dd7f6540a7a48a7f4db59e5c0b9c42c8eea67f18"
tokenizer = AutoTokenizer.from_pretrained(name, revision=revision)
model = AutoModelForSeq2SeqLM.from_pretrained(name, revision=revision)

texts = ["I am happy.", "We have two cats."]
inputs = tokenizer(texts, padding=True, return_tensors="pt")
ids = model.generate(**inputs, num_beams=4, max_new_tokens=128)
print(tokenizer.batch_decode(ids, skip_special_tokens=True))

# %% [markdown]
# Older tutorials write `pipeline("translation")`. It is gone.

# %% tags=["gone"]
from transformers import pipeline

try:
    pipeline("translation", model=name, revision=revision)
except KeyError as error:
    print("KeyError:", str(error)[:64], "…")

# %% [markdown]
# ## What the model reads
#
# Not words but pieces. A common word is one piece, a rare one several. `▁` stands for the space
# before a word, `</s>` for the end of the sentence.

# %% tags=["pieces"]
for text in ("We have two cats.", "The invoice was paid."):
    print(" ".join(tokenizer.convert_ids_to_tokens(tokenizer(text)["input_ids"])))

# %% [markdown]
# ## The snippet
#
# The same call, ready to copy: it pins the revision, works in batches, leaves room for the whole
# translation, and says what is wrong with bad input.

# %% tags=["snippet"]
--8<-- "snippets/nlp/translation.py"

# %% [markdown]
# ## Sixteen sentences with references
#
# Twelve plain ones and four from business letters, written for this page before any model saw
# them. Where French has to choose (*tu* or *vous*, *ils* or *elles*), there are several references.

# %% tags=["pairs"]
plain = [
    ("She has a red car.", ["Elle a une voiture rouge."]),
    ("Where is my key?", ["Où est ma clé ?", "Où est ma clef ?"]),
    ("They are at home.", ["Ils sont à la maison.", "Elles sont à la maison."]),
    ("We need more time.", ["Nous avons besoin de plus de temps."]),
    ("Tom bought a boat.", ["Tom a acheté un bateau."]),
    ("My car is old.", ["Ma voiture est vieille."]),
    ("We have two cats.", ["Nous avons deux chats."]),
    ("Tom is still here.", ["Tom est encore ici.", "Tom est toujours là."]),
    ("I work at home.", ["Je travaille à la maison.", "Je travaille chez moi."]),
    ("I'm not hungry.", ["Je n'ai pas faim."]),
    ("I don't trust Tom.", ["Je ne fais pas confiance à Tom."]),
    ("You are very kind.", ["Vous êtes très gentil.", "Tu es très gentille."]),
]
business = [
    ("The invoice was paid on 14 March.", ["La facture a été payée le 14 mars."]),
    (
        "Please send the contract to Ms. Weber before Friday.",
        ["Veuillez envoyer le contrat à Mme Weber avant vendredi."],
    ),
    (
        "Our customers in Lyon are waiting for 250 spare parts.",
        ["Nos clients à Lyon attendent 250 pièces de rechange."],
    ),
    (
        "The meeting has been moved to next Tuesday at 9:30.",
        ["La réunion a été reportée à mardi prochain à 9 h 30."],
    ),
]

# %% [markdown]
# Look at four of them: three from the small world of everyday sentences, one from a letter.

# %% tags=["examples"]
some = [plain[0][0], plain[2][0], plain[9][0], business[0][0]]
for english, french in zip(some, translate(some, tokenizer, model)):
    print(f"{english:<36}{french[:50]}")

# %% [markdown]
# ## A baseline: word by word
#
# Sixty words from a pocket dictionary, each replaced where it stands. The list was made for these
# sixteen sentences, so it lacks no word: that is more than fair. It knows no grammar.

# %% tags=["dictionary"]
DICTIONARY = dict(
    pair.split("=")
    for pair in """
    she=elle has=a a=un red=rouge car=voiture where=où is=est my=mon key=clé they=ils
    are=sont at=à home=maison we=nous need=besoin more=plus time=temps bought=acheté
    boat=bateau old=vieux have=avons two=deux cats=chats still=encore here=ici i=je
    work=travaille i'm=je_suis not=pas hungry=faim don't=ne_pas trust=confiance you=vous
    very=très kind=gentil the=le invoice=facture was=était paid=payé on=sur march=mars
    please=s'il_vous_plaît send=envoyer contract=contrat to=à ms=Mme before=avant
    friday=vendredi our=notre customers=clients in=dans waiting=attendant for=pour
    spare=réserve parts=pièces meeting=réunion been=été moved=déplacé next=prochain
    tuesday=mardi
    """.split()
)


def word_by_word(text: str) -> str:
    words = [word.strip(".?") for word in text.split()]
    found = [DICTIONARY.get(word.lower(), word).replace("_", " ") for word in words]
    french = " ".join(found)
    return french[0].upper() + french[1:] + (" ?" if text.endswith("?") else ".")


for english in some:
    print(f"{english:<36}{word_by_word(english)}")

# %% [markdown]
# ## A score: chrF
#
# Two sentences can say the same in other words, so counting right answers does not work. **chrF**
# counts runs of 1 to 6 characters that a translation shares with the reference: which share of its
# own runs is right (precision), which share of the reference's runs it found (recall). F2 puts both in
# one number and gives recall more weight; chrF is the mean of the six, from 0 to 100. Here by hand,
# for runs of one and two characters, and once more by the library.

# %% tags=["by-hand"]
from collections import Counter

from torchmetrics.text import CHRFScore, SacreBLEUScore

answer, reference = "chien", "chat"
values = []
for n in (1, 2):
    ours = Counter(answer[i : i + n] for i in range(len(answer) - n + 1))
    theirs = Counter(reference[i : i + n] for i in range(len(reference) - n + 1))
    shared = (ours & theirs).total()
    precision, recall = shared / ours.total(), shared / theirs.total()
    values.append(5 * precision * recall / (4 * precision + recall))
    print(f"n={n}: {shared} shared, precision {precision:.2f}, recall {recall:.2f}")
print(f"by hand {100 * sum(values) / 2:.1f}")
library = CHRFScore(n_char_order=2, n_word_order=0)([answer], [[reference]])
print(f"library {100 * library:.1f}")

# %% [markdown]
# **BLEU** counts runs of one to four *words*. It is older, and most tables print it. One wrong ending
# spoils up to four runs, so it is harsh on short sentences. With several references both scores
# let a translation match any of them.

# %% tags=["systems"]
def scores(answers: list[str], pairs: list) -> tuple[float, float]:
    """Return chrF and BLEU, each from 0 to 100."""
    references = [french for _, french in pairs]
    chrf = CHRFScore(n_word_order=0)(answers, references)
    return 100 * float(chrf), 100 * float(SacreBLEUScore()(answers, references))


systems = {
    "word by word": lambda texts: [word_by_word(text) for text in texts],
    "model, greedy": lambda texts: translate(texts, tokenizer, model, beams=1),
    "model, 4 beams": lambda texts: translate(texts, tokenizer, model, beams=4),
}

# %% tags=["scores"]
table = {}
print("                plain: chrF BLEU   business: chrF BLEU")
for label, run in systems.items():
    values = [scores(run([text for text, _ in s]), s) for s in (plain, business)]
    table[label] = [chrf for chrf, _ in values]
    (c1, b1), (c2, b2) = values
    print(f"{label:<16}{c1:>11.0f}{b1:>5.0f}{c2:>17.0f}{b2:>5.0f}")

# %% tags=["figure"] alt="Grouped bars: chrF from 0 to 100 of three systems (word by word, model with greedy search, model with 4 beams), once for the twelve plain sentences and once for the four business sentences."
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(7, 3))
for place, (label, chrf) in enumerate(table.items()):
    axes.bar([place * 0.27, 1 + place * 0.27], chrf, width=0.25, label=label)
axes.set(ylim=(0, 100), ylabel="chrF")
axes.set_xticks([0.27, 1.27], ["plain", "business"])
axes.legend(frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1))
plt.show()

# %% [markdown]
# Sixteen sentences show the direction, not the size. Compare the model's two groups with one another:
# if plain sentences come out far better, you are looking at the edge of what it was trained on. Then
# look at the dictionary: on a group where it keeps up, the model adds nothing.

# %% [markdown]
# ## Greedy or beam search
#
# Greedy takes the likeliest token at each step and cannot go back. Beam search keeps several
# beginnings alive and returns the one that is likeliest as a whole. Here are the sentences on which
# the two differ, if any.

# %% tags=["beams"]
texts = [english for english, _ in plain]
greedy, beam = (translate(texts, tokenizer, model, beams=n) for n in (1, 4))
different = [row for row in zip(texts, greedy, beam) if row[1] != row[2]]
print(f"{len(different)} of {len(texts)} differ")
for english, one, four in different[:3]:
    print(f"\n{english}\n  greedy   {one}\n  4 beams  {four}")

# %% [markdown]
# Beam search costs time at every step and gains little, or nothing, where the model is sure. More
# beams are not always better: likeliest is not the same as right.

# %% [markdown]
# ## Limits: names and numbers
#
# In business the costly mistake is not bad style. It is a wrong amount. A translation can be
# fluent and change it, and no error tells you. But you can check: numbers and names have to arrive as
# they are.

# %% tags=["checks"]
checks = [
    ("Tom bought a boat.", ["Tom"]),
    ("Tom has 3 dogs.", ["Tom", "3"]),
    ("I paid 47 euros.", ["47"]),
    ("The room number is 318.", ["318"]),
    ("Call Ms. Weber.", ["Weber"]),
    ("We met in Lyon in 2019.", ["Lyon", "2019"]),
    ("Order 250 parts from Siemens.", ["250", "Siemens"]),
]

# %% tags=["kept"]
answers = translate([english for english, _ in checks], tokenizer, model)
for (english, keep), french in zip(checks, answers):
    lost = [part for part in keep if part not in french]
    verdict = "lost: " + ", ".join(lost) if lost else "ok"
    print(f"{english:<31}{french[:34]:<36}{verdict}")

# %% [markdown]
# ## Limits: more than one sentence
#
# The model was trained on single sentences. Four of the plain ones, first as one paragraph, then
# one by one. Does every sentence come back? The score tells, too.

# %% tags=["paragraph"]
four = plain[4:8]
joined = " ".join(english for english, _ in four)
whole = translate([joined], tokenizer, model)
split = [" ".join(translate([english for english, _ in four], tokenizer, model))]
pair = [(joined, [" ".join(french[0] for _, french in four)])]
for label, text in (("as one text", whole), ("one by one", split)):
    print(f"{label}, chrF {scores(text, pair)[0]:.0f}:\n  {text[0][:100]}")

# %% [markdown]
# At 512 tokens there is a wall. The bare model hits it with an error about an index, which names neither
# text nor length; the snippet says what to do.

# %% tags=["long"]
long = "I am happy. " * 200
try:
    model.generate(**tokenizer([long], return_tensors="pt"))
except IndexError as error:
    print(f"bare call: {type(error).__name__}: {error}")
try:
    translate([long], tokenizer, model)
except ValueError as error:
    print(f"snippet:   {type(error).__name__}: {error}")

# %% [markdown]
# `truncation=True` makes the error go away, and with it the end of the text, in silence. Split into
# sentences instead.

# %% [markdown]
# ## Limits: the wrong direction
#
# One checkpoint, one direction. French input raises no error; something comes out.

# %% tags=["direction"]
french = ["Où est la gare ?", "Je suis fatigué.", "Merci beaucoup."]
for text, answer in zip(french, translate(french, tokenizer, model)):
    print(f"{text:<20}{answer[:60]}")

# %% [markdown]
# ## What it costs
#
# Seconds for 1,000 plain sentences, measured on 96, and the memory that the weights take.

# %% tags=["timing"]
import time

many = [english for english, _ in plain] * 8
for beams in (1, 4):
    start = time.perf_counter()
    translate(many, tokenizer, model, beams=beams)
    each = (time.perf_counter() - start) / len(many)
    print(f"beams {beams}: {1000 * each:.0f} s per 1,000 sentences")
size = sum(p.numel() * p.element_size() for p in model.parameters())
print(f"weights: {size / 1e6:.0f} MB in memory")
