/** Base64 of `bytes`, without Node's `Buffer`. */
export function base64(bytes: Uint8Array): string {
  // A slice at a time: the argument list of one call is limited.
  const slice = 0x8000;
  let text = "";
  for (let i = 0; i < bytes.length; i += slice) text += String.fromCharCode(...bytes.subarray(i, i + slice));
  return btoa(text);
}
