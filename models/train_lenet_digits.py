"""Trains lenet-digits.onnx on synthetic-digits; see README.md for the commands.

Usage: train_lenet_digits.py DATA_FOLDER OUTPUT.onnx   (DATA_FOLDER: what export_synthetic_digits.mjs wrote)
Needs torch and onnx (made with Debian 12's python3-torch 1.13 and python3-onnx 1.12), two threads, a few minutes.
"""

import io
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

SEED = 1
EPOCHS = 16
BATCH = 64
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 1e-4
PREPROCESS = {"scale": 1 / 255, "mean": [0], "std": [1], "layout": "nchw"}


def lenet() -> nn.Sequential:
    """LeNet-5 with ReLU, max pooling and batch normalization."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, bias=False), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def load(folder: Path, split: str) -> tuple[torch.Tensor, torch.Tensor]:
    x = np.load(folder / f"x_{split}.npy").astype(np.float32).transpose(0, 3, 1, 2) * np.float32(PREPROCESS["scale"])
    return torch.from_numpy(x.copy()), torch.from_numpy(np.load(folder / f"y_{split}.npy").astype(np.int64))


@torch.no_grad()
def accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    model.eval()
    return sum(int((model(x[i : i + 500]).argmax(1) == y[i : i + 500]).sum()) for i in range(0, len(x), 500)) / len(x)


def train(model: nn.Module, x: torch.Tensor, y: torch.Tensor, x_test: torch.Tensor, y_test: torch.Tensor) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    steps = EPOCHS * (len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=LEARNING_RATE, total_steps=steps)
    for epoch in range(EPOCHS):
        model.train()
        order = torch.randperm(len(x))
        for i in range(0, len(x) - BATCH + 1, BATCH):
            batch = order[i : i + BATCH]
            loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        print(f"epoch {epoch + 1}: test accuracy {accuracy(model, x_test, y_test):.4f}", flush=True)


def export(model: nn.Module, path: Path) -> None:
    model.eval()
    buffer = io.BytesIO()
    torch.onnx.export(
        model, torch.zeros(1, 1, 28, 28), buffer, opset_version=17, input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}},
        training=torch.onnx.TrainingMode.PRESERVE,  # keeps the BatchNormalization nodes
    )  # fmt: skip
    graph = onnx.load_model_from_string(buffer.getvalue())
    metadata = {"approxtorch.dataset": "synthetic-digits", "approxtorch.preprocess": json.dumps(PREPROCESS)}
    onnx.helper.set_model_props(graph, metadata)
    onnx.checker.check_model(graph)
    path.write_bytes(graph.SerializeToString())


def main() -> None:
    folder, output = Path(sys.argv[1]), Path(sys.argv[2])
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    model = lenet()
    train(model, *load(folder, "train"), *load(folder, "test"))
    export(model, output)


if __name__ == "__main__":
    main()
