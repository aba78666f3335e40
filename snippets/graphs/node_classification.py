"""Label the nodes of a graph with a two-layer GCN that is trained from scratch."""

from pathlib import Path

import torch
from torch.nn.functional import cross_entropy, dropout
from torch_geometric import get_home_dir, seed_everything
from torch_geometric.data import Data
from torch_geometric.datasets import Planetoid
from torch_geometric.nn import GCNConv
from torch_geometric.transforms import NormalizeFeatures

DATASET = "kimiyoung/planetoid"  # Planetoid downloads Cora from there, once
DATASET_REVISION = "main"  # what is newest there: PyTorch Geometric takes no pin


class GCN(torch.nn.Module):
    """Graph convolutions; each adds one step to how far a node sees.

    Source: Kipf and Welling, 2017, https://arxiv.org/abs/1609.02907
    """

    def __init__(self, features: int, classes: int, hidden: int = 16, layers: int = 2):
        super().__init__()
        sizes = [features, *[hidden] * (layers - 1), classes]
        self.layers = torch.nn.ModuleList(map(GCNConv, sizes, sizes[1:]))

    def forward(self, x: torch.Tensor, edge_index: torch.Tensor) -> torch.Tensor:
        """Return (nodes, classes) scores from (nodes, features) and (2, edges)."""
        for layer in self.layers[:-1]:
            x = layer(_dropout(x, self.training), edge_index).relu()
        return self.layers[-1](_dropout(x, self.training), edge_index)


def load_cora() -> Data:
    """Return Cora, public split: x (2708, 1433), edge_index (2, 10556), y (2708,)."""
    root = Path(get_home_dir()) / "planetoid"
    data = Planetoid(str(root), "Cora", transform=NormalizeFeatures())[0]
    data.x = data.x.to_sparse()  # one word in 79 is there: five times faster
    return data


def train(data: Data, edge_index: torch.Tensor, seed: int = 0, layers: int = 2) -> GCN:
    """Train for 200 epochs on the nodes of `train_mask`; keep the best by `val_mask`.

    Args:
        data: a graph with `x`, `y`, `train_mask` and `val_mask`.
        edge_index: (2, edges); without edges the network sees each node alone.
        seed: fixes the first weights and the dropout.
        layers: graph convolutions.

    Raises:
        ValueError: if `train_mask` is empty, or an edge names a node that is not there.

    Examples:
        >>> data = load_cora()
        >>> train(data, data.edge_index)(data.x, data.edge_index).shape
        torch.Size([2708, 7])
    """
    if not data.train_mask.any():
        raise ValueError("train_mask is all False: mark the nodes with known labels")
    last = len(data.y) - 1
    if edge_index.numel() and not 0 <= edge_index.min() <= edge_index.max() <= last:
        raise ValueError(f"edge_index names nodes outside 0..{last}")
    seed_everything(seed)
    model = GCN(data.x.size(1), int(data.y.max()) + 1, layers=layers)
    first, *rest = model.layers
    groups = [{"params": first.parameters(), "weight_decay": 5e-4}]
    groups += [{"params": layer.parameters()} for layer in rest]
    optimizer = torch.optim.Adam(groups, lr=0.01)
    best, state = -1.0, {}
    for epoch in range(1, 201):
        model.train()
        optimizer.zero_grad()
        scores = model(data.x, edge_index)
        cross_entropy(scores[data.train_mask], data.y[data.train_mask]).backward()
        optimizer.step()
        if epoch % 5:  # looking after every epoch would double the time
            continue
        if (now := accuracy(model, data, edge_index, data.val_mask)) > best:
            best, state = now, {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(state)
    return model.eval()


@torch.inference_mode()
def accuracy(
    model: GCN, data: Data, edge_index: torch.Tensor, mask: torch.Tensor
) -> float:
    """Return the share of the nodes in `mask` that get their true label, 0 to 1."""
    answer = model.eval()(data.x, edge_index).argmax(dim=1)
    return float((answer == data.y)[mask].float().mean())


def _dropout(x: torch.Tensor, training: bool) -> torch.Tensor:
    if not x.is_sparse:
        return dropout(x, 0.5, training)
    kept = x.clone()
    kept.values().copy_(dropout(x.values(), 0.5, training))  # a 0 stays a 0 anyway
    return kept


if __name__ == "__main__":
    cora = load_cora()
    model = train(cora, cora.edge_index)
    print(round(accuracy(model, cora, cora.edge_index, cora.test_mask), 2))
