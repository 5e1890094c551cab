// Digests as text: hex in the API's bodies, base64 in the field Repr-Digest (RFC 9530).

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function base64OfHex(value: string): string {
  return btoa(String.fromCharCode(...(value.match(/../g) ?? []).map((byte) => parseInt(byte, 16))));
}
