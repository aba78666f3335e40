# %% [markdown]
# # Demo {{ demo.node_classification }} · A GCN on Cora
#
# 2,708 papers, who cites whom, and the topic of 140 of them. Which topics have the others? A graph
# convolutional network answers in seconds. There is no checkpoint in this demo: the network is **trained
# from scratch**. The demo asks what the edges are worth, and where training on the whole graph ends.
#
# Data: Cora in the public split of [kimiyoung/planetoid](https://github.com/kimiyoung/planetoid), MIT.
# PyTorch Geometric downloads it once. Its raw files are pickles, which can run code when they are opened:
# take them from that address or not at all.

# %% [markdown]
# ## The snippet
#
# Two layers, as published. Each takes the mean over a node and its neighbors, then a linear map.

# %% tags=["snippet"]
--8<-- "snippets/graphs/node_classification.py"

# %% [markdown]
# ## The graph
#
# Homophily is the share of edges that join two nodes of one topic. If it were no higher than chance,
# neighbors would say nothing.

# %% tags=["run"]
data = load_cora()
ends = data.y[data.edge_index]
shares = data.y.bincount() / len(data.y)
print(f"{len(data.y):,} papers, {data.edge_index.size(1):,} directed edges")
print(f"{data.x.size(1):,} words, {int(data.y.max()) + 1} topics")
print(f"labels to learn from: {int(data.train_mask.sum())}")
same = (ends[0] == ends[1]).float().mean()
print(f"homophily {same:.2f}, by chance {(shares**2).sum():.2f}")

# %% [markdown]
# ## What the edges are worth
#
# The same network without edges sees each paper alone: it is the baseline that matters. Ten random
# seeds each, because one run tells little.

# %% tags=["compare"]
SEEDS = 10
no_edges = torch.empty(2, 0, dtype=torch.long)
test = data.test_mask
common = data.y[data.train_mask].mode().values
print(f"always one topic  {100 * (data.y[test] == common).float().mean():.1f} %")
for name, edges in (("without edges", no_edges), ("with edges", data.edge_index)):
    models = [train(data, edges, seed) for seed in range(SEEDS)]
    found = torch.tensor([accuracy(m, data, edges, test) for m in models]) * 100
    low, high = found.min(), found.max()
    print(
        f"{name:<17} {found.mean():.1f} % ± {found.std():.1f}, {low:.1f} to {high:.1f}"
    )

# %% [markdown]
# Compare the gap between the two lines with the spread over seeds. And remember that all nodes were in
# memory during training, test nodes included; only their labels were hidden. A paper that arrives
# tomorrow is a different task.

# %% [markdown]
# ## Limits: depth
#
# Each layer looks one citation further, so more layers should know more. Up to a point.

# %% tags=["depth"]
print("layers  accuracy")
for layers in (1, 2, 4, 8):
    model = train(data, data.edge_index, layers=layers)
    print(f"{layers:>6}  {100 * accuracy(model, data, data.edge_index, test):>6.0f} %")

# %% [markdown]
# One explanation is *over-smoothing*: after many steps every node has averaged over nearly the same part of
# the graph. Another is that deep stacks are harder to train. Two layers are the usual start.

# %% [markdown]
# ## Limits: size
#
# Training keeps numbers of every node and every edge for the backward pass. Here we count those bytes, on random
# graphs with 64 features and ten edges a node, and take the time of one step.

# %% tags=["size", "timing"]
import time


def step(nodes: int) -> tuple[float, float]:
    """Return megabytes kept for the backward pass, and seconds, of one step."""
    seed_everything(0)
    x = torch.randn(nodes, 64)
    edges = torch.randint(nodes, (2, 10 * nodes))
    model = GCN(64, 7)
    kept = 0

    def count(tensor: torch.Tensor) -> torch.Tensor:
        nonlocal kept
        kept += tensor.numel() * tensor.element_size()
        return tensor

    start = time.perf_counter()
    with torch.autograd.graph.saved_tensors_hooks(count, lambda tensor: tensor):
        loss = model(x, edges).square().mean()
    loss.backward()
    return kept / 1e6, time.perf_counter() - start


print("    edges  MB kept  seconds a step")
for nodes in (1_000, 10_000, 100_000):
    megabytes, seconds = step(nodes)
    print(f"{10 * nodes:>9,}  {megabytes:>7,.0f}  {seconds:>14.3f}")

# %% [markdown]
# Both grow with the edges, in step. ogbn-papers100M has 1.6 billion.

# %% [markdown]
# ## The way out: sample neighbors
#
# Train on a few nodes at a time, and for each on a few neighbors of a few neighbors. Then the cost of a step
# depends on the batch, not on the graph. PyTorch Geometric's `NeighborLoader` does that with a compiled
# sampler (`pyg-lib`); the idea fits into a few lines.

# %% tags=["sample"]
from torch_geometric.utils import to_undirected


def sample(edges: torch.Tensor, nodes: torch.Tensor, sizes: list[int]) -> torch.Tensor:
    """Return all nodes within len(sizes) steps, at most sizes[i] neighbors of each."""
    seen = nodes
    for size in sizes:
        reach = edges[:, torch.isin(edges[1], nodes)]
        reach = reach[:, torch.randperm(reach.size(1))]
        reach = reach[:, reach[1].argsort(stable=True)]
        start = torch.searchsorted(reach[1].contiguous(), reach[1].contiguous())
        place = torch.arange(reach.size(1)) - start
        nodes = reach[0, place < size].unique()
        seen = torch.cat([seen, nodes]).unique()
    return seen


seed_everything(0)
print("    nodes  needed by 32 nodes: all neighbors  at most 5 of each")
for nodes in (1_000, 10_000, 100_000):
    graph = to_undirected(torch.randint(nodes, (2, 10 * nodes)))
    batch = torch.randperm(nodes)[:32]
    whole, some = (len(sample(graph, batch, [size] * 2)) for size in (10**6, 5))
    print(f"{nodes:>9,}  {whole:>33,}  {some:>17,}")

# %% [markdown]
# ## A second graph, all real
#
# Zachary's karate club comes with the library: 34 members, who met whom, and four groups. One member of each group is
# known. There are no features at all, so each member's "word" is a number of its own: everything that
# the network learns, it learns from the edges.

# %% tags=["karate"]
from torch_geometric.datasets import KarateClub

club = KarateClub()[0]
club.val_mask = ~club.train_mask
for name, edges in (("without edges", no_edges), ("with edges", club.edge_index)):
    model = train(club, edges)
    print(f"{name:<14} {100 * accuracy(model, club, edges, ~club.train_mask):.0f} %")

# %% [markdown]
# Thirty members are the test and, since there are no others, also chose the best epoch: take the figure as the
# best case.
