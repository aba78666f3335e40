from torch_geometric.data import Data
from torch_geometric.utils import subgraph

from snippets.graphs.node_classification import (  # in the notebook: there
    accuracy,
    train,
)


def arrive(data: Data, seed: int = 0) -> tuple[float, float]:
    """Return accuracy on test nodes that training had, and had not, in its graph.

    Args:
        data: a graph with features, labels, edges and the three masks.
        seed: fixes the first weights and the dropout.
    """
    before, _ = subgraph(~data.test_mask, data.edge_index)
    models = (train(data, edges, seed) for edges in (data.edge_index, before))
    there, later = (
        accuracy(model, data, data.edge_index, data.test_mask) for model in models
    )
    return there, later
