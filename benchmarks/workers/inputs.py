"""The same numbers as inputs.mjs."""

import functools
import math

import torch

BITS = 0xFFFFFFFF


def normal_tensor(shape, seed):
    return _normal_tensor(tuple(shape), seed)


@functools.lru_cache(maxsize=8)
def _normal_tensor(shape, seed):
    """Sums of four uniform numbers, which are spread much like normal ones."""
    size = math.prod(shape)
    n = torch.arange(4 * size, dtype=torch.int64) ^ ((seed * 0x9E3779B1) & BITS)
    parts = (_hash(n).to(torch.float64) / 2**32).reshape(size, 4)
    total = torch.full((size,), -2.0, dtype=torch.float64)
    for column in parts.unbind(1):
        total += column
    return (total * math.sqrt(3)).to(torch.float32).reshape(shape)


def _hash(n):
    h = ((n ^ (n >> 16)) * 0x21F0AAAD) & BITS
    h = ((h ^ (h >> 15)) * 0x735A2D97) & BITS
    return h ^ (h >> 15)
