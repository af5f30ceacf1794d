"""Writes down a net node by node, with initial values drawn from a seed."""

import torch

from network import Node


class Builder:
    def __init__(self, seed):
        self.random = torch.Generator().manual_seed(seed)
        self.nodes, self.tensors, self.kinds, self.integers = [], {}, {}, {}

    def normal(self, *shape, deviation=1.0):
        return deviation * torch.randn(shape, generator=self.random)

    def uniform(self, *shape, low, high):
        return low + (high - low) * torch.rand(shape, generator=self.random)

    def trained(self, name, kind, value):
        self.tensors[name], self.kinds[name] = value, kind
        return name

    def fixed(self, name, value):
        self.tensors[name] = torch.as_tensor(value, dtype=torch.float32)
        return name

    def node(self, op, name, inputs, **attributes):
        self.nodes.append(Node(op, name, inputs, name, attributes))
        return name

    def conv(self, name, x, shape, bias=True, **attributes):
        deviation = (2 / (shape[1] * shape[2] * shape[3])) ** 0.5
        inputs = [x, self.trained(f"{name}.w", "weight", self.normal(*shape, deviation=deviation))]
        if bias:
            inputs.append(self.trained(f"{name}.b", "bias", self.normal(shape[0], deviation=0.1)))
        return self.node("Conv", name, inputs, kernel_shape=shape[2:], **attributes)

    def gemm(self, name, x, shape, bias=True):
        inputs = [x, self.trained(f"{name}.w", "weight", self.normal(*shape, deviation=shape[1] ** -0.5))]
        if bias:
            inputs.append(self.trained(f"{name}.b", "bias", self.normal(shape[0], deviation=0.1)))
        return self.node("Gemm", name, inputs, transB=1)

    def matmul(self, name, x, shape):
        weight = self.trained(f"{name}.w", "weight", self.normal(*shape, deviation=shape[0] ** -0.5))
        return self.node("MatMul", name, [x, weight])

    def batch_norm(self, name, x, channels):
        inputs = [
            x,
            self.trained(f"{name}.scale", "bn-scale", self.uniform(channels, low=0.6, high=1.4)),
            self.trained(f"{name}.bias", "bn-bias", self.normal(channels, deviation=0.2)),
            self.fixed(f"{name}.mean", self.normal(channels, deviation=0.2)),
            self.fixed(f"{name}.variance", self.uniform(channels, low=0.5, high=1.5)),
        ]
        return self.node("BatchNormalization", name, inputs, epsilon=1e-5, momentum=0.9)

    def clip(self, name, x, least, greatest):
        return self.node(
            "Clip", name, [x, self.fixed(f"{name}.min", least), self.fixed(f"{name}.max", greatest)]
        )

    def reshape(self, name, x, shape):
        self.integers[f"{name}.shape"] = torch.tensor(shape)
        return self.node("Reshape", name, [x, f"{name}.shape"])

    def batch(self, shape, classes, teacher=False):
        images = self.normal(*shape)
        labels = torch.randint(classes, (shape[0],), generator=self.random)
        return images, labels, self.normal(shape[0], classes, deviation=2.0) if teacher else None
