import { promisify } from 'node:util';
import { constants, gunzip, gunzipSync } from 'node:zlib';
import { messageOf, UserError } from '../util/errors.js';

/** Deflate cannot expand by more than this. */
export const mostDeflateRatio = 1032;

const gunzipAsync = promisify(gunzip);

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks a .gz whose content states its own size, so that no more is ever allocated than stated.
 * @param statedSize reads the size in bytes from the first bytes of the content; throws UserError where it cannot.
 * @throws UserError where the data are damaged or do not fit the stated size.
 */
export async function gunzipStated(
  bytes: Uint8Array,
  name: string,
  statedSize: (head: Uint8Array) => number,
): Promise<Uint8Array> {
  let stated = 0;
  try {
    // The first 4 kB of the packed data: enough for the header, at most 4 MB unpacked.
    const head = gunzipSync(bytes.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH });
    stated = statedSize(head);
    if (stated > bytes.length * mostDeflateRatio) {
      throw new UserError(
        `${name}: its header states ${stated} bytes, ${bytes.length} packed bytes cannot hold them`,
      );
    }
    return await gunzipAsync(bytes, { maxOutputLength: Math.max(stated, 1) });
  } catch (error) {
    if (error instanceof UserError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new UserError(`${name}: its header states ${stated} bytes, the unpacked file has more`);
    }
    throw new UserError(`${name}: cannot unpack it: ${messageOf(error)}`, { cause: error });
  }
}
