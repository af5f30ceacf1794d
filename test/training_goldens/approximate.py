"""A convolution through a multiplier table, and its gradients: numerics.md §1, §3 and §4, by plain indexing."""

import torch
import torch.nn.functional as F


def operands(kind):
    return torch.arange(256, dtype=torch.float64) - (128 if kind == "int8" else 0)


class Table:
    """T [activation code, weight code] and the derivatives D_a, D_w that an estimator makes of it."""

    def __init__(self, multiplier, activation, weight, gradient, read):
        a, w = operands(activation), operands(weight)
        if multiplier == "skewed":
            # Also T(0, 0) is not 0.
            self.products = a[:, None] * w - (a[:, None] ** 2 + 3 * (w + 128)) % 97 + 20
        else:
            self.products = read(multiplier)
        self.first = (int(a[0]), int(w[0]))
        self.by_activation, self.by_weight = {
            "ste": lambda: (w.expand(256, 256), a[:, None].expand(256, 256)),
            "lre": lambda: (
                slope(self.products, a).expand(256, 256),
                slope(self.products.t(), w)[:, None].expand(256, 256),
            ),
            "difference": lambda: (difference(self.products), difference(self.products.t()).t()),
        }[gradient]()

    def index(self, qa, qw):
        return qa.long() - self.first[0], qw.long() - self.first[1]


def slope(table, x):
    """Least-squares slope of every column over x."""
    centred = x - x.mean()
    return (centred[:, None] * (table - table.mean(0))).sum(0) / (centred**2).sum()


def difference(table, h=32):
    """Along axis 0: moving average over 2h + 1, then the central difference; the mean slope near the ends."""
    n = table.shape[0]
    smooth = table.clone()
    for i in range(h, n - h):
        smooth[i] = table[i - h : i + h + 1].mean(0)
    result = ((smooth[n - 1] - smooth[0]) / (n - 1)).expand_as(table).clone()
    for i in range(h + 1, n - 1 - h):
        result[i] = (smooth[i + 1] - smooth[i - 1]) / 2
    return result


class ApproximateConv(torch.autograd.Function):
    """Without bias. x and w only carry the gradients; what is computed comes from their codes."""

    @staticmethod
    def forward(ctx, x, w, qx, qw, table, geometry, skip):
        strides, pads, dilations, group = geometry
        top, left, bottom, right = pads
        n, channels, height, width = x.shape
        outputs, _, kh, kw = w.shape
        border = (left, right, top, bottom)
        # Codes and zero points as columns [N, taps, positions]; a padded tap has the code of 0.
        unfold = {"kernel_size": (kh, kw), "dilation": dilations, "stride": strides}
        zero = qx.zero.expand(n, 1, 1, 1)
        codes = F.unfold(F.pad(qx.codes - zero, border), **unfold) + zero.reshape(n, 1, 1)
        valid = F.unfold(F.pad(torch.ones_like(x), border), **unfold) if skip else torch.ones_like(codes)
        size = [
            (height + top + bottom - dilations[0] * (kh - 1) - 1) // strides[0] + 1,
            (width + left + right - dilations[1] * (kw - 1) - 1) // strides[1] + 1,
        ]
        ctx.parts = []
        ctx.shapes = x.shape, w.shape, border, unfold
        ctx.q = qx, qw
        results = []
        taps = codes.shape[1] // group
        for g in range(group):
            rows = slice(g * outputs // group, (g + 1) * outputs // group)
            columns = slice(g * taps, (g + 1) * taps)
            qa = codes[:, None, columns, :]
            weights = qw.codes.reshape(outputs, -1)[rows][None, :, :, None]
            za, zw = zero.reshape(n, 1, 1, 1), qw.zero.expand(outputs, 1, 1, 1).reshape(1, -1, 1, 1)[:, rows]
            sa = qx.scale.expand(n, 1, 1, 1)
            sw = qw.scale.expand(outputs, 1, 1, 1).reshape(1, -1, 1, 1)[:, rows]
            at = table.index(qa, weights)
            seen = valid[:, None, columns, :]
            products = table.products[at].to(x.dtype) - zw * qa - za * weights + za * zw
            results.append((seen * products).sum(2) * (sa * sw).squeeze(3))
            by_activation = sw * (table.by_activation[at].to(x.dtype) - zw)
            by_weight = sa * seen * (table.by_weight[at].to(x.dtype) - za)
            ctx.parts.append((rows, by_activation, by_weight))
        return torch.cat(results, 1).reshape(n, outputs, *size)

    @staticmethod
    def backward(ctx, upstream):
        x_shape, w_shape, border, unfold = ctx.shapes
        qx, qw = ctx.q
        g = upstream.flatten(2)
        columns, weights = [], []
        for rows, by_activation, by_weight in ctx.parts:
            part = g[:, rows, None, :]
            columns.append((part * by_activation).sum(1))
            weights.append((part * by_weight).sum((0, 3)))
        left, right, top, bottom = border
        padded = (x_shape[2] + top + bottom, x_shape[3] + left + right)
        image = F.fold(torch.cat(columns, 1), padded, **unfold)
        image = image[:, :, top : top + x_shape[2], left : left + x_shape[3]]
        return qx.mask * image, qw.mask * torch.cat(weights).reshape(w_shape), None, None, None, None, None
