"""The solutions that the exercises of section 6 print are run, on the drawn graph."""

import pytest
import torch
from torch_geometric.data import Data
from torch_geometric.nn import LabelPropagation
from torch_geometric.utils import degree

from snippets.graphs.node_classification import accuracy, load_cora, train

TRAINED = 3  # per cent: another processor sums in another order, and training grows that
cora = pytest.fixture(load_cora, scope="module")


@pytest.mark.parametrize(("layers", "stated"), [(1, 24), (3, 63), (10, 76), (50, 76)])
def test_labels_travel_along_the_edges(layers, stated, cora, solution):
    found = 100 * solution("propagate").propagate(cora, layers)
    assert found == pytest.approx(stated, abs=0.6)  # rounded


def test_the_page_states_what_the_words_alone_reach_and_how_few_one_step_reaches(cora):
    none, test = torch.empty(2, 0, dtype=torch.long), cora.test_mask
    assert 100 * accuracy(train(cora, none), cora, none, test) == pytest.approx(57, abs=TRAINED)
    linked = train(cora, cora.edge_index)
    assert 100 * accuracy(linked, cora, none, test) == pytest.approx(75, abs=TRAINED)
    heard = LabelPropagation(1, 0.9)(cora.y, cora.edge_index, mask=cora.train_mask).sum(1) > 0
    assert float(heard[test].float().mean()) == pytest.approx(1 / 5, abs=0.05)


def test_propagation_by_hand(solution):
    # A path 0 - 1 - 2; node 0 has topic 1. It takes two steps to reach the end.
    edges = torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])
    known, test = torch.tensor([True, False, False]), torch.tensor([False, False, True])
    path = Data(y=torch.tensor([1, 0, 1]), edge_index=edges, train_mask=known, test_mask=test)
    assert [solution("propagate").propagate(path, layers) for layers in (1, 2)] == [0, 1]


@pytest.mark.parametrize(("share", "stated"), [(0, 84), (0.25, 71), (0.5, 49), (0.75, 30), (1, 20)])
def test_wrong_edges_cost_what_the_solution_states(share, stated, cora, solution):
    edges = solution("rewire").rewire(cora.edge_index, share)
    found = 100 * accuracy(train(cora, edges), cora, edges, cora.test_mask)
    assert found == pytest.approx(stated, abs=TRAINED)


def test_rewiring_keeps_degrees_and_the_edges_that_it_leaves(solution):
    edges = torch.randint(50, (2, 400), generator=torch.Generator().manual_seed(0))
    rewire = solution("rewire").rewire
    assert torch.equal(rewire(edges, 0), edges)
    some = rewire(edges, 0.25)
    assert 0 < (some != edges).any(dim=0).sum() <= 100
    for side in (0, 1):
        assert torch.equal(degree(some[side], 50), degree(edges[side], 50))


@pytest.mark.parametrize("seed", range(3))
def test_papers_that_arrive_later_are_labeled_nearly_as_well(seed, cora, solution):
    there, later = solution("arrive").arrive(cora, seed)
    assert 100 * there == pytest.approx(84, abs=TRAINED)
    assert 100 * later == pytest.approx(82, abs=TRAINED)
    assert 0 < there - later < 0.03
