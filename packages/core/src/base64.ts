/** Bytes as text that JSON and URLs can hold, without Node's `Buffer`. */
export function toBase64(bytes: Uint8Array): string {
  // A slice at a time: the argument list of one call is limited.
  const slice = 0x8000;
  let text = "";
  for (let i = 0; i < bytes.length; i += slice) text += String.fromCharCode(...bytes.subarray(i, i + slice));
  return btoa(text);
}

/** The inverse of {@link toBase64}. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
