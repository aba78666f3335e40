"""A drawn graph in the shape of Cora, for the offline Hub."""
