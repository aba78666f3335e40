"""The snippet, with the real library, on the graph that the offline Hub lays out."""

import pytest
import torch
from torch_geometric.data import Data
from torch_geometric.datasets import KarateClub

from snippets.graphs import node_classification as snippet
from snippets.graphs.node_classification import GCN, accuracy, load_cora, train

NO_EDGES = torch.empty(2, 0, dtype=torch.long)
cora = pytest.fixture(load_cora, scope="module")


@pytest.fixture
def club() -> Data:
    data = KarateClub()[0]
    data.val_mask = ~data.train_mask
    return data


def test_cora_has_its_published_shape_and_split(cora):
    assert (tuple(cora.x.shape), cora.edge_index.size(1)) == ((2708, 1433), 10_556)
    assert cora.y.bincount().tolist() == [351, 217, 418, 818, 426, 298, 180]
    masks = (cora.train_mask, cora.val_mask, cora.test_mask)
    assert [int(mask.sum()) for mask in masks] == [140, 500, 1000]
    assert not (cora.train_mask & cora.test_mask).any()
    assert cora.y[cora.train_mask].bincount().tolist() == [20] * 7


def test_edges_help_and_the_published_size_is_right(cora):
    model = train(cora, cora.edge_index)
    assert sum(p.numel() for p in model.parameters()) == 23_063
    alone = train(cora, NO_EDGES)
    gap = accuracy(model, cora, cora.edge_index, cora.test_mask) - accuracy(
        alone, cora, NO_EDGES, cora.test_mask
    )
    assert gap > 0.15  # Cora's is about 0.24; a network that ignores its edges has none


def test_one_layer_by_hand():
    # A path 0 - 1 with self-loops: degrees 2 and 2, so each node gets half of both.
    model = GCN(1, 1, layers=1).eval()
    with torch.no_grad():
        model.layers[0].lin.weight.fill_(1)
    x, edges = torch.tensor([[2.0], [4.0]]), torch.tensor([[0, 1], [1, 0]])
    assert model(x, edges).flatten().tolist() == pytest.approx([3, 3])
    assert model(x, NO_EDGES).flatten().tolist() == pytest.approx([2, 4])


def test_sparse_and_dense_features_give_the_same_scores(cora):
    model = GCN(1433, 7).eval()
    some = model(cora.x, cora.edge_index)
    dense = model(cora.x.to_dense(), cora.edge_index)
    assert torch.allclose(some, dense, atol=1e-5)  # another order of summation


def test_dropout_leaves_the_zeros_of_a_sparse_matrix_alone(cora):
    torch.manual_seed(0)
    kept = snippet._dropout(cora.x, training=True)
    where = kept.values() != 0
    assert 0.45 < where.float().mean() < 0.55  # 49,000 draws at one half: 0.5 within 0.01
    assert torch.equal(kept.values()[where], 2 * cora.x.values()[where])
    assert snippet._dropout(cora.x, training=False).values().equal(cora.x.values())


def test_names_of_nodes_do_not_matter(club):
    model = train(club, club.edge_index)
    order = torch.randperm(34)
    place = torch.empty_like(order)
    place[order] = torch.arange(34)
    moved = model(club.x[order], place[club.edge_index])
    assert torch.allclose(moved, model(club.x, club.edge_index)[order], atol=1e-5)


def test_the_same_seed_gives_the_same_network(club):
    one, two = (train(club, club.edge_index, seed=3) for _ in range(2))
    pairs = zip(one.state_dict().values(), two.state_dict().values(), strict=True)
    assert all(a.equal(b) for a, b in pairs)


def test_bad_input_is_named(club):
    with pytest.raises(ValueError, match=r"edge_index names nodes outside 0\.\.33"):
        train(club, torch.tensor([[0], [34]]))
    club.train_mask[:] = False
    with pytest.raises(ValueError, match="train_mask is all False"):
        train(club, club.edge_index)
