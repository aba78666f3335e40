# %% [markdown]
# # Demo {{ demo.license_check }} · Checking a license
#
# May this checkpoint go into our product? The answer is on the Hub, in a few lines of metadata,
# and a program can read it. This demo reads it, turns it into yes, conditions, no or **deny**, walks from a
# model to what it was built on, and ends where the metadata say too little.
#
# No weights are downloaded: the program asks about models, it does not load them.
# Not legal advice.

# %% [markdown]
# ## The call of the outline
#
# `model_info("bigscience/bloom").license` fails. What the Hub says about a model comes in parts, and the
# license is in the part that the author wrote: the card.

# %% tags=["run", "no-model"]
from huggingface_hub import HfApi

info = HfApi().model_info("bigscience/bloom", revision="main")
try:
    print(info.license)
except AttributeError as error:
    print("AttributeError:", error)
print(info.card_data.license)

# %% [markdown]
# Two more things to know. `card_data` is `None` for a repository without a card, and `license` is `None` on
# a card that states none. Code that forgets either stops in the middle of a list of models.

# %% tags=["silent", "no-model"]
for name in ["openai/clip-vit-base-patch32", "microsoft/trocr-base-printed"]:
    info = HfApi().model_info(name, revision="main")
    print(name, "->", getattr(info.card_data, "license", None))

# %% [markdown]
# ## The snippet
#
# `RULES` is the heart of it: a list of the tags that somebody in your company has read. Everything else is
# denied. Change the table, not the code.

# %% tags=["snippet", "no-model"]
--8<-- "snippets/licenses/license_check.py"

# %% [markdown]
# ## A dozen checkpoints of this course
#
# The first column is the tag, the second what follows from the tag alone, the third what follows once the
# base models are counted in.

# %% tags=["dozen", "no-model"]
names = [
    "openai-community/gpt2",
    "Salesforce/codet5-base-multi-sum",
    "Helsinki-NLP/opus-mt-tc-big-en-fr",
    "bigscience/bloom-560m",
    "bigcode/starcoder",
    "facebook/nllb-200-distilled-600M",
    "Salesforce/moirai-1.0-R-small",
    "Salesforce/blip2-opt-2.7b",
    "openai/clip-vit-base-patch32",
    "microsoft/trocr-base-printed",
    "Prior-Labs/TabPFN-v2-clf",
    "Prior-Labs/tabpfn_2_6",
]
found = {name: license_check(name) for name in names}
print(f"{'':<34}{'tag':<27}{'alone':<12}with bases")
for name, one in found.items():
    tag = one.license.split(" (")[0]
    print(f"{name:<34}{tag:<27}{one.own:<12}{one.commercial}")

# %% [markdown]
# Look for three kinds of rows. Where the tag is *none*, nothing is granted. Where it is *other*, a person has to
# read. And where the last two columns differ, the tag on the card tells half the story.

# %% [markdown]
# ## Up to the root
#
# BLIP-2 reads pictures with one network and writes with another. The card of the whole says one thing; the
# network that writes is Meta's OPT, under terms of its own.

# %% tags=["walk", "no-model"]
print(report(found["Salesforce/blip2-opt-2.7b"]))

# %% [markdown]
# A fine-tuned model inherits from its base in the same way, and so does your own adapter. The walk goes on
# as long as cards name a base.

# %% tags=["chain", "no-model"]
tuned = license_check("distilbert/distilbert-base-uncased-finetuned-sst-2-english")
print(report(tuned))

# %% [markdown]
# ## Data and gates
#
# The program reports datasets and does not let them decide: whether the terms of a text bind the weights
# that were trained on it is not settled. A gate is no license either. It says that *you* accepted something; your
# build server has not.

# %% tags=["data", "no-model"]
print(report(license_check("dslim/bert-base-NER")))
print()
print(report(found["bigcode/starcoder"]))

# %% [markdown]
# ## A baseline: reading the tag
#
# The obvious check reads one tag and compares it with a list of permissive ones. How often does that say
# yes where the walk does not?

# %% tags=["baseline", "no-model"]
PERMISSIVE = {"apache-2.0", "mit", "bsd-3-clause", "cc-by-4.0"}
for name, one in found.items():
    if one.license in PERMISSIVE and one.commercial != "yes":
        print(f"{name}: the tag says yes, the walk says {one.commercial}")
said_yes = sum(one.license in PERMISSIVE for one in found.values())
walked = sum(one.commercial == "yes" for one in found.values())
print(f"yes by tag {said_yes}, yes by walk {walked}, of {len(found)}")

# %% [markdown]
# Where the two differ, a product would have shipped on terms that nobody had read.

# %% [markdown]
# ## A gate for your build
#
# Put this beside your tests. It fails with the names, so that somebody reads before anybody ships.

# %% tags=["gate", "no-model"]
def gate(names: list[str], accept: tuple[str, ...] = ("yes",)) -> list[str]:
    """Return one line for each checkpoint that may not go into the build."""
    lines = []
    for name in names:
        one = license_check(name)
        if one.commercial not in accept:
            lines.append(f"{name}: {one.commercial}, {one.license}: {one.terms}")
    return lines


for line in gate(names[:5]):
    print(line)

# %% [markdown]
# `accept=("yes", "conditions")` is for the day when the conditions are in your contract with your users.

# %% [markdown]
# ## Weights in a package: timm
#
# An Apache-2.0 package can carry weights under other terms. timm keeps a license for each set of weights,
# and reading them needs no network.

# %% tags=["timm", "no-model"]
from collections import Counter

import timm

sets = timm.list_pretrained()
licenses = Counter(timm.get_pretrained_cfg(name).license or "none" for name in sets)
print(f"timm {timm.__version__}: {len(sets):,} sets of weights")
for license, count in licenses.most_common(4):
    print(f"{count:>6}  {license}")
unread = [count for license, count in licenses.items() if license not in RULES]
print(f"{sum(unread):>6}  under {len(unread)} tags that are not in RULES")

# %% [markdown]
# ## Limits: a card that does not name its base
#
# The walk sees what cards say. Take away what we know about BLIP-2 from elsewhere, and ask again.

# %% tags=["unsaid", "no-model"]
known = ALSO_BUILT_ON.pop("Salesforce/blip2-opt-2.7b")
blind = license_check("Salesforce/blip2-opt-2.7b")
ALSO_BUILT_ON["Salesforce/blip2-opt-2.7b"] = known
print("named on the card:", [base.id for base in blind.bases] or "nothing")
print("answer without our own note:", blind.commercial)

# %% [markdown]
# If the card names nothing, the answer is that of the tag, and it is wrong. The file `config.json` of the model would have told:
# its part for text was made from `facebook/opt-2.7b`. Read configurations, not only cards.

# %% [markdown]
# ## Limits: the program cannot read
#
# "Other" is denied, whatever it is called. That is too strict for TabPFN v2, whose terms allow
# commercial use with a notice, and right for TabPFN-2.6, whose terms do not. Only reading tells them apart.

# %% tags=["other", "no-model"]
for name in ["Prior-Labs/TabPFN-v2-clf", "Prior-Labs/tabpfn_2_6"]:
    print(f"{name:<26}{found[name].commercial}  {found[name].license}")

# %% [markdown]
# ## Limits: names that lead nowhere
#
# Bases get renamed or removed, and training scripts write the folder of somebody's laptop into the card.
# A base that cannot be found is denied. A name that *you* mistyped is an error.

# %% tags=["wrong", "no-model"]
print(_base("./checkpoint-500", above=()).commercial)
for name in ["bigscience/blom", "bigscience/bloom 560m"]:
    try:
        license_check(name)
    except LookupError as error:
        print("LookupError:", error)
