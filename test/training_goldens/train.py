"""Trains a net for a few steps and records what came of it."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from network import LAYERS, Pass
from quantize import guard


@dataclass
class Net:
    """A network with all that decides its training. Tensors by name; `kinds`: what the trained ones are."""

    nodes: list
    tensors: dict
    kinds: dict
    integers: dict
    batches: list
    quantization: object
    table: object
    batch_norm: str
    ranges: dict
    range_momentum: float
    loss: dict
    optimizer: dict
    learning_rates: list
    accumulate: int
    ema: float


def loss_of(settings, logits, labels, teacher):
    hard = F.cross_entropy(logits, labels, label_smoothing=settings["labelSmoothing"])
    if "distill" not in settings:
        return hard
    weight, t = settings["distill"]["weight"], settings["distill"]["temperature"]
    soft = F.kl_div(F.log_softmax(logits / t, 1), F.softmax(teacher / t, 1), reduction="batchmean")
    return (1 - weight) * hard + weight * t**2 * soft


def optimizer_of(settings, decayed, others):
    groups = [
        {"params": decayed, "weight_decay": settings["weightDecay"]},
        {"params": others, "weight_decay": 0},
    ]
    groups = [group for group in groups if group["params"]]
    if settings["kind"] == "sgd":
        return torch.optim.SGD(groups, lr=1, momentum=settings["momentum"], nesterov=settings["nesterov"])
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings["kind"]]
    return kind(groups, lr=1, betas=settings["betas"], eps=1e-8)


def train(net, dtype):
    """Losses and gradient norms of all runs, and all states at the end."""
    tensors = {name: value.to(dtype) for name, value in net.tensors.items()}
    parameters = {name: tensors[name].clone().requires_grad_() for name in net.kinds}
    averages = {name: p.detach().clone() for name, p in parameters.items()}
    statistics = {name: value.clone() for name, value in tensors.items() if name not in net.kinds}
    ranges = {name: value.to(dtype, copy=True) for name, value in net.ranges.items()}
    decayed = [p for name, p in parameters.items() if net.kinds[name] == "weight"]
    others = [p for name, p in parameters.items() if net.kinds[name] != "weight"]
    optimizer = optimizer_of(net.optimizer, decayed, others)
    runs = []
    for step, learning_rate in enumerate(net.learning_rates):
        optimizer.zero_grad()
        for position in range(net.accumulate):
            images, labels, teacher = net.batches[(step * net.accumulate + position) % len(net.batches)]
            values = {**tensors, **net.integers, **statistics, **parameters, "image": images.to(dtype)}
            current = Pass(net, values, ranges, statistics, net.range_momentum)
            logits = current.run()
            loss = loss_of(net.loss, logits, labels, None if teacher is None else teacher.to(dtype))
            (loss / net.accumulate).backward()
            norm = torch.sqrt(sum((p.grad**2).sum() for p in parameters.values()))
            correct = int((logits.argmax(1) == labels).sum())
            runs.append({"loss": float(loss), "gradientNorm": float(norm), "correct": correct})
        if net.optimizer["clipNorm"] is not None:
            torch.nn.utils.clip_grad_norm_(parameters.values(), net.optimizer["clipNorm"])
        if net.optimizer["kind"] != "sgd":
            # Adam divides by the gradient's own size, so that float32's errors of tiny ones would show.
            for p in parameters.values():
                tiny = torch.where(p.grad == 0, 1.0, p.grad.abs())
                guard(tiny, 1e-4 * float(p.grad.abs().max()), "gradient near 0")
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        optimizer.step()
        for name, p in parameters.items():
            averages[name] = (
                net.ema * averages[name] + (1 - net.ema) * p.detach() if net.ema else averages[name]
            )
    final = {f"parameter/{name}": p.detach() for name, p in parameters.items()}
    if net.ema:
        final |= {f"average/{name}": value for name, value in averages.items()}
    if net.batch_norm == "train":
        used = [n.inputs[3:] for n in net.nodes if n.op == "BatchNormalization"]
        final |= {f"statistics/{name}": statistics[name] for pair in used for name in pair}
    final |= {f"range/{name}": value for name, value in ranges.items()}
    return runs, final


def layer_inputs(net):
    """Values that quantized layers read."""
    exact = net.quantization.exact_layers
    return {node.inputs[0] for node in net.nodes if node.op in LAYERS and node.name not in exact}
