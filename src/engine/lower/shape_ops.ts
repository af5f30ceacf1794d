import { intAttribute } from '../../onnx/attributes.js';
import { normalizeAxis } from '../../onnx/context.js';
import { splitParameters, transposePermutation } from '../../onnx/parameters/axes.js';
import { padParameters } from '../../onnx/parameters/pad.js';
import { sliceParameters } from '../../onnx/parameters/slice.js';
import { known, type Lower, lowerUnary, lowerView, NotNative } from './context.js';

const concat: Lower = (node, context) => {
  const [output] = node.outputs;
  const shape = context.shape(output);
  const inputs = node.inputs.map((name) => context.value(name));
  const id = context.builder.tensor('f32', shape, output);
  const axis = normalizeAxis(node, intAttribute(node, 'axis', 1), shape.length);
  context.builder.op('Concat', node.name, inputs, [id], { axis });
  context.define(output, id);
};

/** Each part of a Split is a Slice. */
const split: Lower = (node, context) => {
  const input = context.value(node.inputs[0]);
  const shape = context.shape(node.inputs[0]);
  const { axis, sizes } = known(splitParameters(context.of(node)));
  const starts = shape.map(() => 0);
  node.outputs.forEach((output, part) => {
    const id = context.builder.tensor('f32', context.shape(output), output);
    context.builder.op('Slice', node.name, [input], [id], { starts: [...starts], steps: shape.map(() => 1) });
    context.define(output, id);
    starts[axis] += sizes[part];
  });
};

const slice: Lower = (node, context) => {
  const { starts, steps } = known(sliceParameters(context.of(node)));
  lowerUnary(node, context, { starts, steps });
};

const pad: Lower = (node, context) => {
  const { begins, mode, value } = known(padParameters(context.of(node)));
  if (!['constant', 'reflect', 'edge'].includes(mode)) throw new NotNative(`Pad mode ${mode}`);
  lowerUnary(node, context, { begins, mode, value: known(value) });
};

/** A Cast between float32 values is a view; every other one is not native. */
const cast: Lower = (node, context) => {
  const FLOAT = 1; // TensorProto.DataType
  if (intAttribute(node, 'to', 0) !== FLOAT) throw new NotNative('Cast to another type than float32');
  lowerView(node, context);
};

const dropout: Lower = (node, context) => {
  if (node.outputs.length > 1 && node.outputs[1] !== '') throw new NotNative('the mask of Dropout is used');
  lowerView(node, context);
};

export const shapeLowerings: Readonly<Record<string, Lower>> = {
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Transpose: (node, context) => lowerUnary(node, context, { perm: transposePermutation(context.of(node)) }),
  Cast: cast,
  Dropout: dropout,
  Identity: lowerView,
  Reshape: lowerView,
  Flatten: lowerView,
  Squeeze: lowerView,
  Unsqueeze: lowerView,
};
