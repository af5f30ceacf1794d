/**
 * The Plan: a flat list of ops that an engine runs in order, over tensors that live in one arena.
 * It is built for one batch size; every shape is a number. One format for all engines.
 */

/** f32: real values. u8: operand indices of an approximate layer (index = code − first operand). */
export type PlanTensorType = 'f32' | 'u8' | 'i32';

export interface PlanTensor {
  readonly type: PlanTensorType;
  /** Physical shape; a u8 activation tensor contains its halo (see `Quantize`). */
  readonly shape: readonly number[];
  /** Where the tensor lives: at a byte offset of the arena (64-byte aligned), or as constant data. */
  readonly storage: { readonly arena: number } | { readonly data: Float32Array | Uint8Array | Int32Array };
  /** For messages: the ONNX value name. */
  readonly name: string;
}

export type PlanAttribute = number | readonly number[] | string;

/** Index into `Plan.tensors`; −1 stands for an omitted optional input. */
export type TensorId = number;

export interface PlanOp {
  /** Name in the engine's vocabulary; the table below lists inputs, outputs and attributes. */
  readonly type: string;
  /** Name of the ONNX node (for reports and errors). */
  readonly name: string;
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
  readonly attributes: Readonly<Record<string, PlanAttribute>>;
}

export interface Plan {
  readonly tensors: readonly PlanTensor[];
  readonly ops: readonly PlanOp[];
  /** Bytes of the arena. */
  readonly arenaBytes: number;
  /** Arena tensors that `run` fills from its arguments, and those that it returns; all f32. */
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
  /** f32 arena tensors whose values outlast a run (parameters, moments, ranges); zeros at first. */
  readonly states: readonly TensorId[];
  /** Number of LUT slots that the ops' `lut` attributes refer to. */
  readonly luts: number;
}

/*
 * The vocabulary. Tensors are row-major; images NCHW; all f32 unless said. `act` is the fused activation:
 * attributes `act` = 'none' | 'relu' | 'clip' and, for clip, `actMin`, `actMax`.
 * The listed attributes must all be there, and no others.
 * Views (Reshape, Flatten, Squeeze, Unsqueeze, Identity, Dropout) are no ops: the output shares the arena
 * offset of the input. Split becomes Slices. Ops of one element or two and BatchNormalization may also write
 * over an input of the output's size: the same offset again.
 *
 * Conv                X [N,C,H,W], W [O,C/g,kh,kw], B? [O] → [N,O,Ho,Wo]; strides[2], pads[4] (top left bottom
 *                     right), dilations[2], group, act
 * Gemm                A, B, C? (broadcast to [M,N]) → [M,N]; transA, transB (0|1), alpha, beta, act
 * MatMul              A [..., M,K], B [..., K,N], leading dimensions broadcast
 * BatchNormalization  X [N,C,...], scale, bias, mean, variance [C]; epsilon
 * Relu, Sigmoid, Tanh, HardSwish             X
 * LeakyRelu, Elu      X; alpha      HardSigmoid X; alpha, beta      Clip X; min, max (±inf where absent)
 * PRelu               X, slope (broadcast to X)
 * Add, Sub, Mul, Div  A, B, broadcast; act
 * MaxPool             X [N,C,H,W]; kernel[2], strides[2], pads[4], dilations[2]; the output's size tells whether the last
 *                     window may run past the padded edge (ceil_mode)
 * AveragePool         X; the same, countIncludePad (0|1)
 * GlobalAveragePool, GlobalMaxPool           X [N,C,...] → [N,C,1,...]
 * Concat              inputs…; axis           Slice X; starts[], steps[] (one per axis; sizes from the output shape)
 * Pad                 X; begins[] (one per axis, may be negative), mode 'constant'|'reflect'|'edge', value
 * Transpose           X; perm[]
 * ReduceMean, ReduceSum  X; axes[]   (output shape with or without the reduced axes)
 * Softmax, LogSoftmax    X; outer, axisSize, inner
 * LRN                 X [N,C,H,W]; size, alpha, beta, bias
 *
 * Range               X [N,...] → QP f32 [S,2] of (scale, zero point) pairs, each for N / S images; signed (0|1), bits
 *                     (dynamic quantization, numerics.md §2)
 * Quantize            X [N,C,H,W], QP [S,2] → indices u8 [N,C,top+H+bottom,left+W+right]; halo[4] (top left
 *                     bottom right, filled with the zero point), signed, lo, hi (smallest and largest index)
 * LutConv             indices, QP, weight indices u8 [O,C/g,kh,kw], weight scales [O], weight zero points i32 [O],
 *                     B? [O] → f32 [N,O,Ho,Wo]; lut (slot), strides[2], pads[4], dilations[2], group, halo[4] of the
 *                     indices (≥ pads), padding 'lookup'|'skip', activationSigned, weightSigned (0|1), act.
 *                     Where outScale is given it requantizes to indices u8 with a halo of their own: outScale,
 *                     outZeroPoint, outLo, outHi (indices), outHalo[4].
 *                     A dense layer is a LutConv over [M,K,1,1] with weights [N,K,1,1].
 *
 * Training. G is the gradient of the loss by the op's output, dX that by its input X; dX has the shape of X, and
 * may lie in the place of G where both have the same size. "In place": the output is the input tensor itself.
 *
 * ActivationGradient  G, Y → dX: G where low < Y < high, else 0; low, high (±inf): Relu, Clip, fused activations
 * LeakyReluGradient, EluGradient  G, X; alpha     HardSigmoidGradient  G, X; alpha, beta     HardSwishGradient  G, X
 * SigmoidGradient, TanhGradient   G, Y
 * PReluGradient       G, X, slope (broadcast to X) → dX, and the slope's gradient before its sum, in the shape of X
 * MaxPoolGradient     G, X → dX; attributes of MaxPool; of equal maxima the first one (row-major) counts
 * AveragePoolGradient G → dX; attributes of AveragePool
 * GlobalMaxPoolGradient  G, X → dX; the first maximum
 * Expand              X → X broadcast to the output's shape (of the same rank), times scale
 * SliceGradient       G → dX, 0 outside of the slice; starts[], steps[]
 * PadGradient         G → dX; begins[], mode
 * SoftmaxGradient, LogSoftmaxGradient  G, Y → dX; outer, axisSize, inner
 * LRNGradient         G, X → dX; size, alpha, beta, bias
 * BatchNormalizationTraining  X, scale, bias, mean, variance → Y, batch mean [C], 1 / standard deviation [C], mean,
 *                     variance (in place: old·momentum + new·(1 − momentum), population variance); epsilon, momentum
 * BatchNormalizationTrainingGradient  G, X, scale, batch mean, 1 / standard deviation → dX, dScale, dBias
 * BatchNormalizationGradient  G, X, scale, mean, variance → dX, dScale, dBias; epsilon (statistics fixed)
 * Dropout             X, seed [1] → Y: each element 0 with probability ratio, else times 1 / (1 − ratio), drawn from
 *                     (salt, seed, index of the element): its gradient is the same op on G; ratio, salt
 * ConvInputGradient   G [N,O,Ho,Wo], W [O,C/g,kh,kw], mask? → dX [N,C,H,W]; strides[2], pads[4], dilations[2], group
 * ConvWeightGradient  G, X → dW [O,C/g,kh,kw]; likewise
 *
 * A mask is u8 [⌈elements / 8⌉]: bit i mod 8 of byte i / 8 is 1 where the gradient of element i passes.
 * TrackRange          X, range [2] (least, greatest), momentum [1] → range (in place): range + momentum·(range of X,
 *                     widened to contain 0 − range)
 * RangeQParams        range [2] → QP [1,2]; signed, bits (numerics.md §2)
 * Quantize            may have a second output: the mask of the values that its codes do not clip
 * QuantizeWeights     W f32 [O,…] → indices u8, scales [O], zero points i32 [O]; signed, bits, granularity
 *                     'tensor'|'channel' (numerics.md §2)
 * LutConvInputGradient  G, weight indices, weight scales, weight zero points, D f32 [256] (by weight index) or
 *                     [256,256] (activation index, weight index), mask?, codes? (with D as a matrix) → dX;
 *                     strides, pads, dilations, group, halo (of the codes): numerics.md §4, D_a = D − z_w
 * LutConvWeightGradient  G, codes, QP, D f32 [256] (by activation index) or [256,256], W f32, weight indices, weight
 *                     scales, weight zero points → dW; strides, pads, dilations, group, halo, padding,
 *                     activationSigned, weightSigned, weightLo, weightHi (indices): D_w = D − z_a, and 0 where W is
 *                     clipped
 *
 * SoftmaxCrossEntropy logits [N,C], labels [N] (class indices), teacher? [N,C] (its logits) → loss [1] (mean), correct
 *                     [1] (count), dLogits; labelSmoothing, distillWeight, temperature, scale (of dLogits)
 * Accumulate          sum, G, restart [1] → sum (in place): G where restart is not 0, else sum + G
 * GradientNorm        G… → [1], the Euclidean norm over all of them
 * SgdUpdate           P, G, velocity, norm [1], learning rate [1], apply [1] → P, velocity (in place); momentum,
 *                     nesterov (0|1), weightDecay, clipNorm (inf: none)
 * AdamUpdate          P, G, first moment, second moment, norm [1], learning rate [1], apply [1], step [1] (from 1) → P,
 *                     both moments (in place); beta1, beta2, epsilon, weightDecay, decoupled (0|1), clipNorm
 * EmaUpdate           average, P, apply [1] → average (in place); decay
 *                     The three change nothing where apply is 0, the first two nothing where norm is not finite.
 */
