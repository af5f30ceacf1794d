import { broadcast, build, element, type Tensor64 } from './tensor.js';

/** A function of an element, with the attributes of its node. */
type Pointwise = (x: number, attribute: (name: string, fallback: number) => number) => number;

export const POINTWISE: Readonly<Record<string, Pointwise>> = {
  Relu: (x) => Math.max(x, 0),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Tanh: Math.tanh,
  HardSwish: (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
  HardSigmoid: (x, of) => Math.min(Math.max(of('alpha', 0.2) * x + of('beta', 0.5), 0), 1),
  LeakyRelu: (x, of) => (x < 0 ? of('alpha', 0.01) * x : x),
  Elu: (x, of) => (x < 0 ? of('alpha', 1) * Math.expm1(x) : x),
};

/** Of elements of two operands that broadcast. */
export const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  PRelu: (x, slope) => (x < 0 ? slope * x : x),
};

export function combine(a: Tensor64, b: Tensor64, f: (a: number, b: number) => number): Tensor64 {
  return build(broadcast(a.shape, b.shape), (index) => f(element(a, index), element(b, index)));
}
