# %% [markdown]
# # Demo {{ demo.tabular }} · TabPFN on tables
#
# Does a model that has never seen my table beat the one I would train on it? TabPFN reads the training rows
# as context, in one go, and answers for the others. Nothing is trained. Three baselines say what its answers are worth.
#
# Data: four tables that come with scikit-learn, 150 to 1,797 rows, and a fifth made from its diabetes data.

# %% [markdown]
# ## The snippet
#
# The majority class, logistic regression, XGBoost with its default settings, and TabPFN v2: the same rows for all.

# %% tags=["snippet"]
--8<-- "snippets/limits/tabular.py"

# %% [markdown]
# ## One table
#
# 178 Italian wines, 13 measurements, three growers. 125 wines are context, 53 are asked.

# %% tags=["run"]
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

X, y = load_wine(return_X_y=True)
known, asked, labels, truth = train_test_split(
    X, y, train_size=125, stratify=y, random_state=0
)
model = load_tabpfn().fit(known, labels)
chances = model.predict_proba(asked)
print("accuracy", round(accuracy_score(truth, chances.argmax(1)), 2))
print("first three wines, in percent:")
print((100 * chances[:3]).round().astype(int))

# %% [markdown]
# No scaling, no encoding, no epochs. `fit` only keeps the rows; the work is in `predict_proba`.

# %% [markdown]
# ## Five tables, four models
#
# Three random splits each, 70 % of the rows to learn from. Of the 1,797 digits we take 600. The diabetes data have a
# number as target; here the question is whether it lies above the median.

# %% tags=["compare"]
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris

tables = {
    "breast cancer": load_breast_cancer(return_X_y=True),
    "wine": load_wine(return_X_y=True),
    "iris": load_iris(return_X_y=True),
    "digits": [part[:600] for part in load_digits(return_X_y=True)],
    "diabetes": load_diabetes(return_X_y=True),
}
X, y = tables["diabetes"]
tables["diabetes"] = X, (y > np.median(y)).astype(int)
results = {name: compare(candidates(), *table) for name, table in tables.items()}
for measure in ("accuracy", "log_loss", "auc"):
    shown = pd.DataFrame({name: found[measure] for name, found in results.items()}).T
    print(f"{measure}, mean of three splits\n{shown.round(2)}\n")

# %% [markdown]
# Look at the column of logistic regression before you admire any other: on small and clean tables it is hard to beat. Then
# look at log loss, which punishes confident mistakes and which a ranking by accuracy hides. `majority` is what no
# information is worth.

# %% [markdown]
# ## What it costs
#
# Seconds for one split. Where a model spends them is the point: TabPFN's `fit` is nearly free, and each `predict` pays for the
# training rows again.

# %% tags=["seconds", "timing"]
for name in ("breast cancer", "digits"):
    print(f"{name}\n{results[name][['fit', 'predict']].round(3)}\n")

# %% [markdown]
# ## Limits: rows
#
# The context is the training set, so it costs with every prediction. Here the same 50 wines are asked, with more and more
# (repeated, slightly shaken) rows as context.

# %% tags=["rows", "timing"] alt="Line on logarithmic axes: seconds for a prediction of 50 rows against rows of context, 50 to 1,000, for TabPFN and for XGBoost. TabPFN's line rises with the context."
import matplotlib.pyplot as plt

rng = np.random.default_rng(0)
X, y = load_wine(return_X_y=True)
SIZES = (50, 200, 1000)
seconds = {"TabPFN": [], "XGBoost": []}
for rows in SIZES:
    chosen = np.resize(rng.permutation(len(y)), rows)
    shaken = X[chosen] * rng.normal(1, 0.01, (rows, X.shape[1]))
    for name in seconds:
        model = candidates()[name].fit(shaken, y[chosen])
        start = perf_counter()
        model.predict_proba(X[:50])
        seconds[name].append(perf_counter() - start)
figure, axes = plt.subplots(figsize=(6, 3))
for name, values in seconds.items():
    axes.loglog(SIZES, values, marker="o", label=name)
axes.set(xlabel="rows of context", ylabel="seconds for 50 predictions")
axes.legend()
plt.show()

# %% [markdown]
# Above 1,000 rows the package refuses to work on a CPU unless it is told to. And version 2 knows ten classes, never more:

# %% tags=["refusals"]
def say(action):
    """Print the first line of the error that `action` ends with."""
    try:
        action()
        print("no error")
    except Exception as error:
        print(f"{type(error).__name__}: {str(error).splitlines()[0][:160]}")


wide = np.arange(220.0).reshape(-1, 1)
model = load_tabpfn()
model.device = "cpu"
say(lambda: model.fit(np.repeat(X, 6, axis=0), np.repeat(y, 6)))
say(lambda: model.fit(wide, np.arange(220) // 20))

# %% [markdown]
# ## Limits: one row at a time
#
# A web service answers one customer at a time. Twenty rows in one call, and in twenty calls:

# %% tags=["latency", "timing"]
X, y = tables["breast cancer"]
models = candidates()
models["cached"] = load_tabpfn().set_params(fit_mode="fit_with_cache")
for name in ("logistic", "XGBoost", "TabPFN", "cached"):
    model = models[name].fit(X[:400], y[:400])
    start = perf_counter()
    model.predict_proba(X[400:420])
    middle = perf_counter()
    for row in X[400:420]:
        model.predict_proba(row[None])
    single = perf_counter() - middle
    print(f"{name:<9} together {1000 * (middle - start):6.1f} ms,", end=" ")
    print(f"one by one {1000 * single:7.1f} ms")

# %% [markdown]
# *cached* is TabPFN with `fit_mode="fit_with_cache"`: `fit` works the context through once and keeps the result in memory.

# %% [markdown]
# ## Limits: a rule
#
# Contracts signed before July keep the old price, except those of resellers. The rule changed on Monday; before, resellers were no
# exception. All rows that anyone can learn from are older than Monday. Answers for 200 new contracts, held against both rules:

# %% tags=["rule"]
rng = np.random.default_rng(1)


def contracts(rows: int) -> np.ndarray:
    """Return month, reseller (0 or 1) and revenue, (rows, 3)."""
    month, reseller = rng.integers(1, 13, rows), rng.integers(0, 2, rows)
    return np.column_stack([month, reseller, rng.lognormal(8, 1, rows)])


past, today = contracts(300), contracts(200)
old = (today[:, 0] < 7).astype(int)  # the rule until Sunday
new = old * (today[:, 1] == 0)  # since Monday
answers = {
    name: model.fit(past, (past[:, 0] < 7).astype(int)).predict(today)
    for name, model in candidates().items()
}
answers["one if"] = [int(month < 7 and not reseller) for month, reseller, _ in today]
print("          old rule  new rule")
for name, found in answers.items():
    print(f"{name:<9}{accuracy_score(old, found):>9.2f}", end="")
    print(f"{accuracy_score(new, found):>10.2f}")

# %% [markdown]
# The better a model learned the past, the more surely it is wrong about every reseller. No amount of pre-training helps: the
# rule is in no training set. It is a line of code with an owner and a date.

# %% [markdown]
# ## The version is the license
#
# Which version does the package load when nobody names one, and which file did this demo load?

# %% tags=["versions"]
from tabpfn.constants import ModelVersion
from tabpfn.settings import settings

print("versions:", ", ".join(version.value for version in ModelVersion))
print("without a name:", settings.tabpfn.model_version.value)
print("this demo:", load_tabpfn().model_path.rsplit("/", 1)[-1])

# %% [markdown]
# Only v2 may be used commercially, and needs no account. The code's license, Apache-2.0, says nothing about any of the weights. To pin
# a file that has no commit, note its digest and compare it before you load:

# %% tags=["digest", "timing"]
import hashlib
from pathlib import Path

weights = Path(hf_hub_download(CHECKPOINT, FILE, revision=REVISION))
print(f"{weights.stat().st_size:,} bytes")
print(hashlib.sha256(weights.read_bytes()).hexdigest())

# %% [markdown]
# ## AutoGluon, for comparison
#
# AutoGluon is no pre-trained model: it trains many models on your rows and stacks them. It needs an environment of its own. The lecture page of
# this section shows a file that names its packages at its top, so that `uv run` makes the environment. It is not run
# here.

# %% [markdown]
# ## What to take away
#
# - Run logistic regression and boosted trees beside TabPFN, on the same splits. Report log loss and seconds, not accuracy alone.
# - TabPFN pays for its context at every call: predict in batches, or keep the cache.
# - Check version, file and license together. They go by one name.
# - What you can write down, write down.
