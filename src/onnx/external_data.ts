import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { messageOf, UserError } from '../util/errors.js';
import type { TensorProto } from './onnx_pb.js';

/**
 * Bytes of a tensor that lie in a file beside the model (`external_data`: location, offset, length).
 *
 * @param directory the model's directory; a location that leaves it (also by a symbolic link) is an error
 * @param expected bytes that the tensor's shape and type ask for
 * @throws UserError naming the model file, the tensor and the data file
 */
export function readExternalData(
  proto: TensorProto,
  directory: string,
  expected: number,
  where: string,
): Uint8Array<ArrayBuffer> {
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  if (location === '')
    throw new UserError(`${where}: its external data have no location; export the model again`);
  const offset = byteCount(entries.get('offset') ?? '0', 'offset', where);
  const length = byteCount(entries.get('length') ?? String(expected), 'length', where);
  if (length !== expected) {
    throw new UserError(
      `${where}: its shape needs ${expected} bytes, its external data in ${location} have ${length}`,
    );
  }
  const path = resolveInside(directory, location, where);
  const handle = openSync(path, 'r');
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw new UserError(`${where}: its external data ${location} are not a regular file`);
    if (offset + length > stat.size) {
      throw new UserError(
        `${where}: its external data end at byte ${offset + length} of ${location}, which has only ${stat.size}; the file is truncated or not the one saved with the model`,
      );
    }
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(handle, bytes, done, length - done, offset + done);
      if (count === 0) throw new UserError(`${where}: ${location} ended while it was read`);
      done += count;
    }
    return bytes;
  } finally {
    closeSync(handle);
  }
}

function byteCount(text: string, key: string, where: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new UserError(
      `${where}: the ${key} of its external data is ${JSON.stringify(text)}, expected a byte count`,
    );
  }
  return value;
}

function resolveInside(directory: string, location: string, where: string): string {
  const leaves = (base: string, path: string) => {
    const way = relative(base, path);
    return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  };
  const path = resolve(directory, location);
  if (isAbsolute(location) || location.includes('\0') || leaves(resolve(directory), path)) {
    throw new UserError(
      `${where}: its external data ${JSON.stringify(location)} lie outside the model's directory; put them beside the model`,
    );
  }
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    throw new UserError(
      `${where}: its external data ${path} cannot be read (${messageOf(error)}); put the file beside the model`,
      { cause: error },
    );
  }
  if (leaves(realpathSync(directory), real)) {
    throw new UserError(`${where}: its external data ${location} are a link out of the model's directory`);
  }
  return real;
}
