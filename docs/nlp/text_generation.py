# %% [markdown]
# # Demo {{ demo.text_generation }} · Text generation with T5
#
# One model, several tasks: the words in front of the text, the *prefix*, say what to do with it.
# This demo runs four tasks, measures summaries against a baseline, and checks what the model made
# up.
#
# Model: [flan-t5-small](https://huggingface.co/google/flan-t5-small), an encoder-decoder that reads
# one text and writes another.

# %% [markdown]
# ## The call
#
# There is no pipeline for this any more. Load tokenizer and model, tokenize, `generate`, decode.

# %% tags=["run"]
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

checkpoint = "google/flan-t5-small"
revision = "0fc9ddf78a1e988dac52e2dac162b0ede4fd74ab"
tokenizer = AutoTokenizer.from_pretrained(checkpoint, revision=revision)
model = AutoModelForSeq2SeqLM.from_pretrained(checkpoint, revision=revision)

message = (
    "I saw Nora on the stairs. Please call Emma about order KU41 before 16:30. "
    "The soup in the canteen was hot."
)
inputs = tokenizer(f"summarize: {message}", return_tensors="pt")
outputs = model.generate(**inputs, max_new_tokens=60, do_sample=False)
print(tokenizer.decode(outputs[0], skip_special_tokens=True))

# %% [markdown]
# ## The snippet
#
# The same call for many texts, with checks: T5 does not stop at a text that is too long for it, so
# the snippet does.

# %% tags=["snippet"]
--8<-- "snippets/nlp/text_generation.py"

# %% [markdown]
# ## The prefix is the task
#
# The same weights, four prefixes. The first text of each pair is plain; the second is closer to what
# people write.

# %% tags=["prefixes"]
tasks = [
    ("translate English to German: ", "The small dog is in the garden."),
    ("translate English to German: ", "Could you forward me the minutes of our call?"),
    ("sst2 sentence: ", "The food was great and the waiter was friendly."),
    ("sst2 sentence: ", "Two hours of my life that nobody will give back."),
    ("question: When does the flight leave? context: ", "Flight BM66 leaves at 16:15."),
    ("question: Who won? context: ", "Ann beat Tom in three long sets."),
    ("summarize: ", message),
]
for (prefix, text), answer in zip(
    tasks, generate([prefix + text for prefix, text in tasks], tokenizer, model)
):
    print(f"{prefix}{text}"[:86])
    print(f"    -> {answer}")

# %% [markdown]
# ## Summaries, against a baseline
#
# A summary is good when it says what a person would say. Here are ten messages with a reference each,
# written for this page: five plain ones, five in richer English.
# The measure is ROUGE-L: the longest sequence of words that summary and reference share, in order but with gaps,
# as an F1 between 0 and 1. The baselines copy the first or the last sentence.

# %% tags=["summaries"]
import re

plain = [
    (
        "It has rained for 3 days here. The deadline for Celvun is March 12. "
        "Thanks for your help.",
        "The deadline for Celvun is March 12.",
    ),
    (
        "Hi Leo, Please pay 120 euros to Gunal by Friday. The weekend in Rome "
        "was lovely.",
        "Please pay 120 euros to Gunal by Friday.",
    ),
    (
        "I like the new logo of Kasnax. My sister lives in Oslo. Emma starts in"
        " the sales team on May 4.",
        "Emma starts in the sales team on May 4.",
    ),
    (
        "Room 184 is closed until June 9. We all enjoyed the music. See you soon.",
        "Room 184 is closed until June 9.",
    ),
    (
        "Lunch was very good. The new number of the support team is 145-2635. "
        "Have a good day.",
        "The new number of the support team is 145-2635.",
    ),
]
rich = [
    (
        "We had hoped to open the north entrance this week. However, the "
        "inspector found that two sprinklers leak, so it stays shut until "
        "Thursday. Please use the gate by the river.",
        "The north entrance stays shut until Thursday because two sprinklers leak.",
    ),
    (
        "Thank you all for a wonderful evening. The band was superb. Somebody "
        "left a green umbrella in the cloakroom; ask Priya at the front desk.",
        "A green umbrella was left in the cloakroom; ask Priya.",
    ),
    (
        "Our supplier has gone out of business. The blue paint is therefore no "
        "longer made, and we will repaint the lobby in gray next month.",
        "The lobby will be repainted in gray next month because the blue paint "
        "is no longer made.",
    ),
    (
        "The survey drew 412 answers, twice as many as last year. Most people "
        "like the new menu, but one in three finds the queue too long.",
        "Most people like the new menu, but one in three finds the queue too long.",
    ),
    (
        "Marta has accepted a post in Lisbon. Her last day with us is the 30th,"
        " and Jonas will look after her customers until we find a successor.",
        "Marta leaves on the 30th, and Jonas looks after her customers.",
    ),
]


def rouge_l(text: str, reference: str) -> float:
    """F1 of the longest common subsequence of words."""
    a, b = (re.findall(r"\w+", one.lower()) for one in (text, reference))
    longest = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, word in enumerate(a):
        for j, other in enumerate(b):
            skip = max(longest[i][j + 1], longest[i + 1][j])
            longest[i + 1][j + 1] = longest[i][j] + 1 if word == other else skip
    return 2 * longest[-1][-1] / (len(a) + len(b)) if a and b else 0.0


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) ", text)


summaries = {}
for kind, pairs in (("plain", plain), ("rich", rich)):
    texts = generate([f"summarize: {text}" for text, _ in pairs], tokenizer, model)
    summaries[kind] = {
        "first sentence": [sentences(text)[0] for text, _ in pairs],
        "last sentence": [sentences(text)[-1] for text, _ in pairs],
        "the model": texts,
    }

# %% tags=["rouge"]
print(f"{'ROUGE-L':<16} plain  rich")
for name in summaries["plain"]:
    means = []
    for kind, pairs in (("plain", plain), ("rich", rich)):
        scores = [rouge_l(s, r) for s, (_, r) in zip(summaries[kind][name], pairs)]
        means.append(sum(scores) / len(scores))
    print(f"{name:<16}  {means[0]:.2f}  {means[1]:.2f}")

# %% [markdown]
# Five messages a column show a direction, no more. Read the summaries: the score counts shared words
# and knows nothing of truth.

# %% tags=["read"]
for kind, pairs in (("plain", plain), ("rich", rich)):
    for (_, reference), text in list(zip(pairs, summaries[kind]["the model"]))[:3]:
        print(f"reference  {reference}")
        print(f"model      {text}")

# %% [markdown]
# ## What did it make up?
#
# A summary must not contain what the message does not say. Names and numbers are easy to check: each must occur
# in the message.

# %% tags=["check"]
def invented(summary: str, message: str) -> list[str]:
    """Numbers and capitalized words of a summary that its message does not contain."""
    known = set(re.findall(r"\w+", message.lower()))
    words = re.findall(r"[A-Z]\w*|\d+", summary)
    return [word for word in words if word.lower() not in known]


# %% tags=["invented"]
count = 0
for kind, pairs in (("plain", plain), ("rich", rich)):
    for (text, _), summary in zip(pairs, summaries[kind]["the model"]):
        if found := invented(summary, text):
            count += 1
            print(f"{', '.join(found)}: not in the message, but in “{summary[:60]}”")
print(f"{count} of {len(plain) + len(rich)} summaries name something that is not there")

# %% [markdown]
# ## Few-shot prompting
#
# A decoder language model can take its task from examples in the prompt: nothing is trained, the
# weights stay as they are. This cell only builds such a prompt. To run it, give it to a
# decoder such as [SmolLM3-3B](https://huggingface.co/HuggingFaceTB/SmolLM3-3B), the default of
# `pipeline("text-generation")` in transformers 5.23: 3 billion parameters, about 6 GB.

# %% tags=["few-shot", "no-model"]
examples = [
    ("My card was charged twice.", "billing"),
    ("The parcel never arrived.", "delivery"),
    ("I cannot log in.", "account"),
]
question = "Where is my refund?"
prompt = "Name the team that answers each message.\n\n"
prompt += "".join(f"Message: {text}\nTeam: {team}\n\n" for text, team in examples)
prompt += f"Message: {question}\nTeam:"
print(prompt)

# %% [markdown]
# ## T5-small cannot do that
#
# The same prompt, given to this model. An answer that is one of the three teams would be a start; anything else shows
# that it does not read examples as a task.

# %% tags=["few-shot-t5"]
answer = generate([prompt], tokenizer, model)[0]
teams = {team for _, team in examples}
print(f"answer: {answer[:80]!r}")
print("one of the teams" if answer.strip().lower() in teams else "none of the teams")

# %% [markdown]
# ## Limits: a prefix it never saw
#
# A wrong prefix is no error. The model does *something*: usually one of the tasks that it knows.

# %% tags=["unknown-prefix"]
for prefix in ("summarize: ", "sumarize: ", "make it rhyme: ", ""):
    (answer,) = generate([prefix + plain[0][0]], tokenizer, model)
    print(f"{prefix + '…':<18} {answer[:66]}")

# %% [markdown]
# ## Limits: a text longer than in training
#
# T5 has no fixed number of positions. It reads on where BERT stops, and gets worse. The key
# sentence below stands first, in the middle or last, between more and more small talk. The cell counts how many words of
# it the summary contains.

# %% tags=["long"]
key = "The deadline for Celvun is March 12."
filler = "We all enjoyed the music. My sister lives in Oslo. Lunch was very good. "
wanted = set(re.findall(r"\w+", key.lower()))
print("tokens   key first  in the middle  last")
for repeats in (1, 4, 16, 36):
    side = filler * repeats
    texts = [f"{key} {side}{side}", f"{side}{key} {side}", f"{side}{side}{key}"]
    prompts = [f"summarize: {text.strip()}" for text in texts]
    size = len(tokenizer(prompts[0])["input_ids"])
    answers = generate(prompts, tokenizer, model, max_tokens=10_000)
    found = [len(wanted & set(re.findall(r"\w+", a.lower()))) for a in answers]
    shares = [f"{n} of {len(wanted)}" for n in found]
    print(f"{size:>6}   {shares[0]:<10} {shares[1]:<14} {shares[2]}")

# %% [markdown]
# ## Time and memory
#
# Writing is slow: the model runs once for every token of the answer, and cannot look at them side by side as an
# encoder does.

# %% tags=["timing"]
import resource
import time

prompts = [f"summarize: {text}" for text, _ in plain * 8]
start = time.perf_counter()
generate(prompts, tokenizer, model)
seconds = (time.perf_counter() - start) / len(prompts) * 1000
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{seconds:.0f} seconds for 1,000 short summaries; peak memory {peak:,.0f} MB")
