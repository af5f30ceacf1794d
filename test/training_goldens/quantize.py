"""Fake quantization with straight-through gradients, from numerics.md §2 and §4."""

import torch


class OnEdge(Exception):
    """A number lies so near to a jump that float32 may fall on either side: another seed is needed."""


# Distance to the next rounding edge, in codes; a code of float32 values is off by some 1e-5.
CODE_MARGIN = 3e-4
# Distance to kinks (0 of Relu, bounds of Clip, second largest of a pool) as a part of the largest magnitude.
KINK_MARGIN = 5e-6


def guard(distance, margin, what):
    if bool((distance < margin).any()):
        raise OnEdge(what)


def qparams(least, greatest, kind, bits=8):
    """Scale, zero point, smallest and largest code of ranges (tensors of any one shape)."""
    least, greatest = least.clamp(max=0), greatest.clamp(min=0)
    if kind == "int8":
        hi = 2 ** (bits - 1) - 1
        scale = torch.maximum(-least, greatest) / hi
        return torch.where(scale == 0, 1.0, scale), torch.zeros_like(scale), -hi, hi
    hi = 2**bits - 1
    scale = (greatest - least) / hi
    scale = torch.where(scale == 0, 1.0, scale)
    exact = -least / scale
    guard((exact - exact.floor() - 0.5).abs(), 10 * CODE_MARGIN, "zero point")
    return scale, exact.round().clamp(0, hi), 0, hi


class Quantized:
    """Codes of a tensor, its qparams (broadcast to it) and the mask of what is not clipped."""

    def __init__(self, x, least, greatest, kind, bits=8):
        with torch.no_grad():
            self.scale, self.zero, lo, hi = qparams(least, greatest, kind, bits)
            exact = x / self.scale
            edge = (exact - exact.floor() - 0.5).abs()
            inside = (exact + self.zero > lo - 0.75) & (exact + self.zero < hi + 0.75)
            guard(torch.where(inside, edge, 1.0), CODE_MARGIN, "code")
            rounded = exact.round() + self.zero
            self.mask = ((rounded >= lo) & (rounded <= hi)).to(x.dtype)
            self.codes = rounded.clamp(lo, hi)

    def fake(self, x):
        """The real values of the codes. The gradient passes where nothing was clipped; none goes to the scales."""
        value = (self.codes - self.zero) * self.scale
        straight = x * self.mask
        return straight + (value - straight).detach()


def quantize_weight(w, kind, bits, granularity):
    """Of a weight with its output channels first."""
    if granularity == "tensor":
        least, greatest = w.detach().amin(), w.detach().amax()
        shape = [1] * w.dim()
        return Quantized(w, least.reshape(shape), greatest.reshape(shape), kind, bits)
    axes = tuple(range(1, w.dim()))
    return Quantized(w, w.detach().amin(axes, keepdim=True), w.detach().amax(axes, keepdim=True), kind, bits)
