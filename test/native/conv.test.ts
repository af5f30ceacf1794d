import { describe, test } from 'node:test';
import { assertLikeOnnx, randomTensor, seeded } from '../support/native_op.js';
import { fc } from '../support/property.js';

interface ConvCase {
  batch: number;
  groups: number;
  groupChannels: number;
  groupOutputs: number;
  size: [number, number];
  kernel: [number, number];
  strides: [number, number];
  dilations: [number, number];
  pads: [number, number, number, number];
  bias: boolean;
  seed: number;
}

const pair = (low: number, high: number) =>
  fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));

const cases = fc.record<ConvCase>({
  batch: fc.integer({ min: 1, max: 4 }),
  groups: fc.integer({ min: 1, max: 3 }),
  groupChannels: fc.integer({ min: 1, max: 9 }),
  groupOutputs: fc.integer({ min: 1, max: 19 }),
  size: pair(1, 20),
  kernel: pair(1, 4),
  strides: pair(1, 3),
  dilations: pair(1, 2),
  pads: fc.tuple(
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
  ),
  bias: fc.boolean(),
  seed: fc.nat(),
});

const outputSize = (size: number, padding: number, kernel: number, stride: number, dilation: number) =>
  Math.floor((size + padding - dilation * (kernel - 1) - 1) / stride) + 1;

function fits(c: ConvCase): boolean {
  return (
    c.size[0] + c.pads[0] + c.pads[2] > c.dilations[0] * (c.kernel[0] - 1) &&
    c.size[1] + c.pads[1] + c.pads[3] > c.dilations[1] * (c.kernel[1] - 1)
  );
}

async function check(c: ConvCase): Promise<void> {
  const random = seeded(c.seed);
  const channels = c.groups * c.groupChannels;
  const outputs = c.groups * c.groupOutputs;
  const height = outputSize(c.size[0], c.pads[0] + c.pads[2], c.kernel[0], c.strides[0], c.dilations[0]);
  const width = outputSize(c.size[1], c.pads[1] + c.pads[3], c.kernel[1], c.strides[1], c.dilations[1]);
  const attributes = { strides: c.strides, pads: c.pads, dilations: c.dilations, group: c.groups };
  await assertLikeOnnx(
    {
      type: 'Conv',
      inputs: [
        randomTensor([c.batch, channels, ...c.size], random),
        randomTensor([outputs, c.groupChannels, ...c.kernel], random),
        c.bias ? randomTensor([outputs], random) : undefined,
      ],
      constants: [1, 2],
      outputShape: [c.batch, outputs, height, width],
      attributes: { ...attributes, act: 'none' },
    },
    { op: 'Conv', attributes },
  );
}

const square = (size: number, kernel: number, padding: number, stride = 1) => ({
  size: [size, size] as [number, number],
  kernel: [kernel, kernel] as [number, number],
  strides: [stride, stride] as [number, number],
  dilations: [1, 1] as [number, number],
  pads: [padding, padding, padding, padding] as [number, number, number, number],
  bias: true,
  seed: 1,
});

describe('Conv equals onnxruntime', () => {
  test('over generated shapes', async () => {
    await fc.assert(fc.asyncProperty(cases.filter(fits), check), { numRuns: 150 });
  });
  test('a reduction longer than one block of the depth', async () => {
    await check({ batch: 2, groups: 1, groupChannels: 100, groupOutputs: 33, ...square(9, 3, 1) });
  });
  test('columns of many images in one tile', async () => {
    await check({ batch: 37, groups: 1, groupChannels: 50, groupOutputs: 20, ...square(3, 3, 0) });
    await check({ batch: 5, groups: 1, groupChannels: 500, groupOutputs: 20, ...square(3, 3, 1) });
  });
  test('a kernel of the size of the image', async () => {
    await check({ batch: 40, groups: 1, groupChannels: 16, groupOutputs: 33, ...square(5, 5, 0) });
    await check({ batch: 2, groups: 3, groupChannels: 2, groupOutputs: 4, ...square(5, 5, 0) });
  });
  test('rows in strips and parts of rows', async () => {
    await check({ batch: 1, groups: 1, groupChannels: 40, groupOutputs: 5, ...square(70, 3, 1, 2) });
    const row: Pick<ConvCase, 'size' | 'kernel' | 'pads' | 'strides'> = {
      size: [1, 9000],
      kernel: [1, 5],
      pads: [0, 2, 0, 2],
      strides: [1, 3],
    };
    await check({ batch: 2, groups: 1, groupChannels: 9, groupOutputs: 17, ...square(1, 1, 0), ...row });
  });
  test('pointwise and depthwise layers of a MobileNet', async () => {
    await check({ batch: 2, groups: 1, groupChannels: 40, groupOutputs: 70, ...square(14, 1, 0) });
    await check({ batch: 2, groups: 40, groupChannels: 1, groupOutputs: 1, ...square(29, 3, 1, 2) });
    await check({ batch: 1, groups: 12, groupChannels: 1, groupOutputs: 2, ...square(17, 5, 2) });
  });
});
