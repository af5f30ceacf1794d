"""Runs a list of ONNX-like nodes in PyTorch, with chosen layers quantized as numerics.md §3 says."""

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F

from approximate import ApproximateConv
from quantize import KINK_MARGIN, Quantized, guard, quantize_weight


@dataclass
class Node:
    op: str
    name: str
    inputs: list
    output: str
    attributes: dict = field(default_factory=dict)


@dataclass
class Quantization:
    """Settings of numerics.md §2, and the multiplier that takes the place of exact products."""

    activation: str = "int8"
    weight: str = "int8"
    mode: str = "static"
    activation_granularity: str = "tensor"
    weight_granularity: str = "channel"
    activation_bits: int = 8
    weight_bits: int = 8
    padding: str = "lookup"
    multiplier: str = "exact"
    gradient: str = "ste"
    exact_layers: tuple = ()


LAYERS = ("Conv", "Gemm", "MatMul")


class Pass:
    """One forward pass, to the logits 'scores'.

    `ranges` (value name → [least, greatest]) move by `range_momentum` where it is given.
    """

    def __init__(self, net, values, ranges, statistics, range_momentum):
        self.net, self.values, self.ranges, self.statistics = net, dict(values), ranges, statistics
        self.range_momentum = range_momentum
        self.quantized = {}

    def run(self):
        for node in self.net.nodes:
            if node.output in self.values:  # folded into the layer before it
                continue
            inputs = [self.values[name] for name in node.inputs]
            after = self.folded(node)
            if after is not None:
                self.values[after.output] = self.layer(node, inputs[0], *self.fold(after, *inputs[1:]))
                continue
            if node.op in LAYERS:
                result = self.layer(node, *inputs)
            elif node.op == "BatchNormalization":
                result = self.batch_norm(node, inputs[0])
            else:
                result = OPS[node.op](node.attributes, *inputs)
            self.values[node.output] = result
        return self.values["scores"]

    def folded(self, node):
        """The BatchNormalization of fixed statistics that alone reads a quantized layer: numerics.md §3 folds it."""
        q = self.net.quantization
        if node.op not in LAYERS or q is None or node.name in q.exact_layers or self.net.batch_norm != "freeze":
            return None
        readers = [other for other in self.net.nodes if node.output in other.inputs]
        return readers[0] if len(readers) == 1 and readers[0].op == "BatchNormalization" else None

    def fold(self, norm, w, bias=None):
        scale, shift, mean, variance = (self.values[name] for name in norm.inputs[1:])
        factor = scale / torch.sqrt(variance + norm.attributes.get("epsilon", 1e-5))
        return w * factor.reshape(-1, 1, 1, 1), (0 if bias is None else bias) * factor + shift - mean * factor

    def layer(self, node, x, w, bias=None):
        if node.op == "Conv":
            geometry = conv_geometry(node.attributes)
            return self.multiply(node, x, w, geometry) + (0 if bias is None else bias.reshape(1, -1, 1, 1))
        transposed = node.op == "Gemm" and node.attributes.get("transB", 0)
        rows = x.reshape(-1, x.shape[-1], 1, 1)
        matrix = (w if transposed else w.t())[:, :, None, None]
        y = self.multiply(node, rows, matrix, ([1, 1], [0, 0, 0, 0], [1, 1], 1))
        return y.reshape(*x.shape[:-1], -1) + (0 if bias is None else bias)

    def multiply(self, node, x, w, geometry):
        q = self.net.quantization
        if q is None or node.name in q.exact_layers:
            return conv(x, w, geometry)
        name = node.inputs[0]
        if name not in self.quantized:
            self.quantized[name] = Quantized(
                x, *self.range(name, x.detach()), q.activation, q.activation_bits
            )
        qx, qw = self.quantized[name], quantize_weight(w, q.weight, q.weight_bits, q.weight_granularity)
        if q.multiplier == "exact" and q.gradient == "ste":
            return conv(qx.fake(x), qw.fake(w), geometry)
        return ApproximateConv.apply(x, w, qx, qw, self.net.table, geometry, q.padding == "skip")

    def range(self, name, x):
        q = self.net.quantization
        axes = (1, 2, 3) if q.activation_granularity == "sample" else (0, 1, 2, 3)
        least, greatest = x.amin(axes, keepdim=True).clamp(max=0), x.amax(axes, keepdim=True).clamp(min=0)
        if q.mode == "dynamic":
            return least, greatest
        tracked = self.ranges[name]
        if self.range_momentum is not None:
            seen = torch.stack([least.reshape(()), greatest.reshape(())])
            tracked += self.range_momentum * (seen - tracked)
        return tracked[0].reshape(1, 1, 1, 1), tracked[1].reshape(1, 1, 1, 1)

    def batch_norm(self, node, x):
        scale, bias, mean, variance = (self.values[name] for name in node.inputs[1:])
        if self.net.batch_norm == "train":
            _, _, mean_name, variance_name = node.inputs[1:]
            mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            keep = node.attributes.get("momentum", 0.9)
            for name, now in ((mean_name, mean), (variance_name, variance)):
                self.statistics[name] = keep * self.statistics[name] + (1 - keep) * now.detach()
        channels = [t.reshape(1, -1, 1, 1) for t in (scale, bias, mean, variance)]
        scale, bias, mean, variance = channels
        return (x - mean) / torch.sqrt(variance + node.attributes.get("epsilon", 1e-5)) * scale + bias


def conv_geometry(a):
    return a.get("strides", [1, 1]), a.get("pads", [0] * 4), a.get("dilations", [1, 1]), a.get("group", 1)


def conv(x, w, geometry):
    strides, (top, left, bottom, right), dilations, group = geometry
    padded = F.pad(x, (left, right, top, bottom))
    return F.conv2d(padded, w, stride=strides, dilation=dilations, groups=group)


def away(x, at, also_equal=False):
    """Refuses values near a kink; those exactly on it are on it in any arithmetic."""
    distance = (x.detach() - at).abs()
    if not also_equal:
        distance = torch.where(distance == 0, 1.0, distance)
    guard(distance, KINK_MARGIN * float(x.detach().abs().max()), "kink")


def relu(a, x):
    away(x, 0)
    return F.relu(x)


def clip(a, x, least, greatest):
    away(x, least)
    away(x, greatest)
    return torch.minimum(torch.maximum(x, least), greatest)


def max_pool(a, x):
    kernel, strides, pads = a["kernel_shape"], a["strides"], a.get("pads", [0] * 4)
    padded = F.pad(x.detach(), (pads[1], pads[3], pads[0], pads[2]), value=-1e9)
    windows = F.unfold(padded, kernel, stride=strides).reshape(*x.shape[:2], kernel[0] * kernel[1], -1)
    first, second = windows.topk(2, 2).values.unbind(2)
    gap = torch.where((first == 0) & (second == 0), 1.0, first - second)
    guard(gap, KINK_MARGIN * float(x.detach().abs().max()), "largest of a pool")
    return F.max_pool2d(x, kernel, strides, padding=pads[:2])


def average_pool(a, x):
    pads = a.get("pads", [0] * 4)
    counted = bool(a.get("count_include_pad", 0))
    return F.avg_pool2d(x, a["kernel_shape"], a["strides"], padding=pads[:2], count_include_pad=counted)


def leaky_relu(a, x):
    away(x, 0)
    return F.leaky_relu(x, a["alpha"])


def elu(a, x):
    away(x, 0)
    return F.elu(x, a["alpha"])


def prelu(a, x, slope):
    away(x, 0)
    return torch.where(x > 0, x, x * slope)


def hard_sigmoid(a, x):
    inner = a["alpha"] * x + a["beta"]
    away(inner, 0)
    away(inner, 1)
    return inner.clamp(0, 1)


def reshape(a, x, shape):
    return x.reshape([x.shape[i] if size == 0 else size for i, size in enumerate(shape.tolist())])


OPS = {
    "Relu": relu,
    "LeakyRelu": leaky_relu,
    "Elu": elu,
    "PRelu": prelu,
    "Sigmoid": lambda a, x: torch.sigmoid(x),
    "Tanh": lambda a, x: torch.tanh(x),
    "HardSigmoid": hard_sigmoid,
    "HardSwish": lambda a, x: x * hard_sigmoid({"alpha": 1 / 6, "beta": 0.5}, x),
    "Clip": clip,
    "Add": lambda a, x, y: x + y,
    "Sub": lambda a, x, y: x - y,
    "Mul": lambda a, x, y: x * y,
    "Div": lambda a, x, y: x / y,
    "MaxPool": max_pool,
    "AveragePool": average_pool,
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "GlobalMaxPool": lambda a, x: x.amax((2, 3), keepdim=True),
    "Concat": lambda a, *x: torch.cat(x, a["axis"]),
    "LRN": lambda a, x: F.local_response_norm(x, a["size"], a["alpha"], a["beta"], a["bias"]),
    "Flatten": lambda a, x: x.flatten(1),
    "Reshape": reshape,
    "Transpose": lambda a, x: x.permute(a["perm"]),
    "ReduceMean": lambda a, x: x.mean(a["axes"], keepdim=bool(a["keepdims"])),
    "Softmax": lambda a, x: torch.softmax(x, a["axis"]),
}
