"""The nets and their settings. Together they hold every kind of layer, loss, optimizer and quantization."""

from network import Quantization

SGD = {
    "kind": "sgd",
    "momentum": 0.9,
    "nesterov": False,
    "betas": [0.9, 0.999],
    "weightDecay": 0.0,
    "clipNorm": None,
}
HARD = {"labelSmoothing": 0.0}


def residual(b):
    """Downsampling residual blocks with BatchNormalization."""
    x = b.node(
        "Relu",
        "relu1",
        [b.batch_norm("bn1", b.conv("conv1", "image", [6, 3, 3, 3], bias=False, pads=[1] * 4), 6)],
    )
    y = b.conv("conv2", x, [8, 6, 3, 3], bias=False, strides=[2, 2], pads=[1] * 4)
    y = b.node("Relu", "relu2", [b.batch_norm("bn2", y, 8)])
    y = b.batch_norm("bn3", b.conv("conv3", y, [8, 8, 3, 3], bias=False, pads=[1] * 4), 8)
    short = b.conv("shortcut", x, [8, 6, 1, 1], strides=[2, 2])
    x = b.node("Relu", "relu3", [b.node("Add", "add", [y, short])])
    x = b.node("Flatten", "flat", [b.node("GlobalAveragePool", "pool", [x])])
    b.gemm("scores", x, [5, 8])


def mobile(b):
    """Grouped, depthwise, dilated and unevenly padded convolutions, with Clip between them."""
    x = b.clip("clip1", b.conv("conv1", "image", [6, 3, 3, 3], strides=[2, 1], pads=[0, 1, 1, 2]), 0.0, 1.5)
    x = b.clip("clip2", b.conv("depthwise", x, [6, 1, 3, 3], group=6, pads=[1] * 4), -0.7, 1.2)
    x = b.conv("grouped", x, [6, 3, 2, 2], group=2, dilations=[1, 2], pads=[1, 0, 0, 2])
    x = b.node("LeakyRelu", "leaky", [x], alpha=0.1)
    x = b.node(
        "AveragePool", "average", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4, count_include_pad=1
    )
    x = b.node("GlobalAveragePool", "pool", [b.conv("conv2", x, [8, 6, 1, 1])])
    b.node("Flatten", "scores", [b.conv("last", x, [5, 8, 1, 1])])


def lenet(b):
    """Pools of both kinds and dense layers."""
    x = b.node("Relu", "relu1", [b.conv("conv1", "image", [4, 3, 5, 5], pads=[2] * 4)])
    x = b.node("MaxPool", "pool1", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    x = b.node("Relu", "relu2", [b.conv("conv2", x, [6, 4, 3, 3])])
    x = b.node("AveragePool", "pool2", [x], kernel_shape=[2, 1], strides=[1, 1])
    x = b.node("Flatten", "flat", [x])
    x = b.node(
        "PRelu",
        "prelu",
        [b.gemm("dense", x, [10, 12]), b.trained("prelu.slope", "slope", b.normal(10, deviation=0.2))],
    )
    b.gemm("scores", x, [5, 10])


def mixer(b):
    """MatMul over three dimensions: every position of an image is a row."""
    x = b.node("Relu", "relu1", [b.conv("conv1", "image", [6, 3, 3, 3], strides=[2, 2])])
    x = b.node("Transpose", "rows", [b.reshape("planes", x, [0, 6, -1])], perm=[0, 2, 1])
    x = b.node("Tanh", "tanh", [b.matmul("mix1", x, [6, 9])])
    x = b.node("Relu", "relu2", [b.matmul("mix2", x, [9, 7])])
    x = b.node("ReduceMean", "mean", [x], axes=[1], keepdims=0)
    b.gemm("scores", x, [5, 7], bias=False)


def medley(b):
    """The elementwise ops in float32, and a Softmax at the end that training leaves out."""
    a = b.node("Sigmoid", "sigmoid", [b.conv("conv1", "image", [4, 3, 3, 3], pads=[1] * 4)])
    c = b.node("HardSwish", "hard", [b.conv("conv2", "image", [4, 3, 1, 1])])
    d = b.node("Elu", "elu", [b.node("Sub", "sub", [b.node("Mul", "mul", [a, c]), a])], alpha=0.7)
    x = b.node(
        "Concat",
        "concat",
        [d, c, b.node("Div", "div", [c, b.node("Add", "more", [a, b.fixed("two", 2.0)])])],
        axis=1,
    )
    x = b.node("LRN", "lrn", [x], size=3, alpha=0.3, beta=0.75, bias=1.5)
    x = b.node(
        "HardSigmoid",
        "hs",
        [b.conv("conv3", x, [6, 12, 3, 3], strides=[3, 2], dilations=[2, 1])],
        alpha=0.3,
        beta=0.4,
    )
    x = b.node("GlobalMaxPool", "largest", [x])
    b.node("Softmax", "probabilities", [b.gemm("scores", b.node("Flatten", "flat", [x]), [5, 6])], axis=1)


def case(net, size=(4, 3, 7, 7), **settings):
    given = {
        "net": net,
        "size": size,
        "quantization": Quantization(),
        "batch_norm": "freeze",
        "range_momentum": 0.1,
        "loss": HARD,
        "optimizer": SGD,
        "learning_rates": [0.1, 0.07, 0.04],
        "accumulate": 1,
        "ema": None,
    }
    return {**given, **settings}


DISTILL = {"labelSmoothing": 0.1, "distill": {"weight": 0.4, "temperature": 3.0}}

CASES = {
    "residual-int8": case(
        residual,
        optimizer={**SGD, "weightDecay": 0.01, "clipNorm": 1.0},
        loss={"labelSmoothing": 0.1},
    ),
    "residual-uint8-batch-norm": case(
        residual,
        quantization=Quantization("uint8", "uint8", weight_granularity="tensor"),
        batch_norm="train",
        optimizer={**SGD, "nesterov": True, "weightDecay": 0.02},
        ema=0.8,
    ),
    "mobile-dynamic": case(
        mobile,
        quantization=Quantization("uint8", "int8", mode="dynamic"),
        range_momentum=None,
        optimizer={**SGD, "kind": "adam", "weightDecay": 0.01},
        learning_rates=[0.01, 0.008, 0.005],
    ),
    "mobile-sample-accumulate": case(
        mobile,
        quantization=Quantization("int8", "uint8", mode="dynamic", activation_granularity="sample"),
        range_momentum=None,
        accumulate=2,
        optimizer={**SGD, "momentum": 0.5, "clipNorm": 2.0},
        learning_rates=[0.05, 0.02],
    ),
    "lenet-frozen": case(
        lenet,
        quantization=Quantization(activation_bits=7, weight_bits=5, exact_layers=("scores",)),
        range_momentum=None,
        loss=DISTILL,
        optimizer={**SGD, "kind": "adamw", "weightDecay": 0.05, "clipNorm": 1.0},
        learning_rates=[0.01, 0.008, 0.005],
        ema=0.9,
    ),
    "mixer-int8": case(mixer, loss=DISTILL, optimizer={**SGD, "weightDecay": 0.01}),
    "medley-float": case(
        medley, quantization=None, range_momentum=None, loss=DISTILL, learning_rates=[0.5, 0.3, 0.1]
    ),
    "lenet-drum2-ste": case(lenet, quantization=Quantization(multiplier="luts/drum2_int8.txt")),
    "mobile-drum2-lre": case(
        mobile, quantization=Quantization(multiplier="luts/drum2_int8.txt", gradient="lre")
    ),
    "mobile-skewed-difference": case(
        mobile,
        quantization=Quantization(
            "uint8", "uint8", multiplier="skewed", gradient="difference", padding="skip"
        ),
    ),
    "mobile-skewed-lre": case(
        mobile,
        quantization=Quantization(
            "uint8", "int8", multiplier="skewed", gradient="lre", weight_granularity="tensor"
        ),
    ),
}
