import type { Node } from './graph.js';

/**
 * Domain of what passes make and ONNX has no operator for. Its one operator is MatMul with a third input: a bias [N]
 * (float32) added to each row of the product. `encodeGraph` writes it as MatMul and Add.
 */
export const PRIVATE_DOMAIN = 'approxtorch';

/** Whether it is a MatMul, of ONNX or with a bias. */
export function isMatMul(node: Node): boolean {
  return node.op === 'MatMul' && (node.domain === '' || node.domain === PRIVATE_DOMAIN);
}

/** Standard operators that compute the same, for onnxruntime. */
export function lower(node: Node): readonly Node[] {
  if (node.domain !== PRIVATE_DOMAIN) return [node];
  const [a, b, bias] = node.inputs as [string, string, string];
  const product = `${node.outputs[0]}/product`;
  const none = new Map();
  return [
    { name: node.name, op: 'MatMul', domain: '', inputs: [a, b], outputs: [product], attributes: none },
    {
      name: `${node.name}/bias`,
      op: 'Add',
      domain: '',
      inputs: [product, bias],
      outputs: node.outputs,
      attributes: none,
    },
  ];
}
