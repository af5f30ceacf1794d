/** A token of an untrusted file, fit for a one-line message. */
export function quoteToken(token: string): string {
  const escaped = token
    .slice(0, 24)
    .replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `'${escaped}${token.length > 24 ? '…' : ''}'`;
}
