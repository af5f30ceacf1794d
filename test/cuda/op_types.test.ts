import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CPU } from '../../src/engine/device.js';
import { opTypesOf } from '../../src/engine/op_types.js';
import { CUDA, needsCudaDevice } from '../support/cuda_device.js';

test('the CUDA engine has the ops that the CPU engine has', needsCudaDevice, () => {
  assert.deepEqual([...opTypesOf(CUDA)].sort(), [...opTypesOf(CPU)].sort());
});
