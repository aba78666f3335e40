"""A small TabPFN of version 2's architecture: answers for Prior-Labs/TabPFN-v2-clf."""
