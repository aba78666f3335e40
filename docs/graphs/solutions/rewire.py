import torch


def rewire(edge_index: torch.Tensor, share: float, seed: int = 0) -> torch.Tensor:
    """Return edges of which a share has traded end nodes at random.

    Each node keeps how many edges come in and go out.

    Args:
        edge_index: (2, edges).
        share: 0 keeps all edges as they are, 1 lets all trade.
        seed: fixes which edges, and where they go.
    """
    rng = torch.Generator().manual_seed(seed)
    count = edge_index.size(1)
    chosen = torch.randperm(count, generator=rng)[: round(share * count)]
    edges = edge_index.clone()
    edges[1, chosen] = edges[1, chosen[torch.randperm(len(chosen), generator=rng)]]
    return edges
