import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { messageOf, UserError } from '../util/errors.js';
import { mostDeflateRatio } from './gunzip.js';

/*
 * Just enough of ZIP for .npz files: the central directory, stored and deflated members, checksums; no ZIP64
 * sizes, no encryption. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

export interface ZipMember {
  readonly name: string;
  /** Unpacks it. @throws UserError where it is damaged. */
  read(): Promise<Uint8Array>;
}

const inflateAsync = promisify(inflateRaw);
const endSignature = 0x06054b50;
const endSize = 22;
const memberSignature = 0x02014b50;
const memberSize = 46;
const localSignature = 0x04034b50;
const localSize = 30;

/**
 * The members of a ZIP archive.
 * @throws UserError where the bytes are not one, or use what is not supported.
 */
export function listZip(bytes: Uint8Array, name: string): ZipMember[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view, name);
  const count = view.getUint16(end + 10, true);
  const members: ZipMember[] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (at + memberSize > end || view.getUint32(at, true) !== memberSignature) {
      throw new UserError(
        `${name}: damaged ZIP archive (entry ${i} of ${count} in its directory is not one)`,
      );
    }
    const nameLength = view.getUint16(at + 28, true);
    const entry = {
      name: Buffer.from(bytes.subarray(at + memberSize, at + memberSize + nameLength)).toString('utf8'),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      local: view.getUint32(at + 42, true),
    };
    members.push({ name: entry.name, read: () => unpack(bytes, view, entry, `${name}: ${entry.name}`) });
    at += memberSize + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return members;
}

/** The end record is the last thing in the file but for a comment of at most 65535 bytes. */
function findEnd(view: DataView, name: string): number {
  const last = view.byteLength - endSize;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) === endSignature && view.getUint16(at + 20, true) === last - at) return at;
  }
  throw new UserError(`${name}: not a ZIP archive, or truncated (no end record)`);
}

interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  readonly local: number;
}

async function unpack(bytes: Uint8Array, view: DataView, entry: Entry, where: string): Promise<Uint8Array> {
  if (entry.local + localSize > bytes.length || view.getUint32(entry.local, true) !== localSignature) {
    throw new UserError(`${where}: damaged ZIP archive (no member at ${entry.local})`);
  }
  const start =
    entry.local + localSize + view.getUint16(entry.local + 26, true) + view.getUint16(entry.local + 28, true);
  if (start + entry.packed > bytes.length) {
    throw new UserError(
      `${where}: damaged ZIP archive (${entry.packed} bytes stated, ${bytes.length - start} there)`,
    );
  }
  if ((entry.flags & 1) !== 0 || (entry.method !== 0 && entry.method !== 8)) {
    throw new UserError(
      `${where}: encrypted, or packed by method ${entry.method}, expected stored (0) or deflate (8)`,
    );
  }
  const packed = bytes.subarray(start, start + entry.packed);
  const content = entry.method === 0 ? packed : await inflate(packed, entry.size, where);
  if (content.length !== entry.size || crc32(content) !== entry.checksum) {
    throw new UserError(`${where}: damaged ZIP archive (size or checksum of the unpacked data differ)`);
  }
  return content;
}

async function inflate(packed: Uint8Array, size: number, where: string): Promise<Uint8Array> {
  if (size > packed.length * mostDeflateRatio) {
    throw new UserError(`${where}: damaged ZIP archive (${packed.length} packed bytes cannot hold ${size})`);
  }
  try {
    return await inflateAsync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    throw new UserError(`${where}: cannot unpack it: ${messageOf(error)}`, { cause: error });
  }
}
