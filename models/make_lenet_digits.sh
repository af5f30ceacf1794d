#!/usr/bin/env bash
# Trains lenet-digits.onnx from scratch on synthetic-digits, with approxtorch alone: He initialisation of the graph
# that the file holds, BatchNormalization with batch statistics. About half a minute on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
trained=$(mktemp --suffix .onnx)
trap 'rm -f "$trained"' EXIT
node bin/approxtorch.js finetune models/lenet-digits.onnx --lut float --init --data synthetic-digits \
  --epochs 16 --batch 64 --optimizer adamw --lr 0.002 --warmup 2 --seed 1 -o "$trained"
cp "$trained" models/lenet-digits.onnx
