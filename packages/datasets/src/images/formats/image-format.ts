/** A picture, row by row. */
export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  /** Grey, or red, green and blue. */
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** What the header of a picture promises, read before anything is unpacked. */
export interface ImagePromise {
  readonly width: number;
  readonly height: number;
  /** Bytes that its pixels have in the form in which they are packed. */
  readonly unpacked: number;
  /**
   * How many times the decoder goes over all pixels.
   * @defaultValue 1
   */
  readonly passes?: number;
}

/** Ends the reading; `reason` goes on from the name of the file and ends as a sentence. */
export type RefuseImage = (reason: string) => never;

/** A format of pictures: how it is told, measured and read. Errors that are thrown mean that a file is damaged. */
export interface ImageFormat {
  /** For people: `"PNG"`. */
  readonly title: string;
  /** Whether the first bytes are those of the format; its name is not looked at. */
  matches(bytes: Uint8Array): boolean;
  measure(bytes: Uint8Array, refuse: RefuseImage): ImagePromise;
  /** Called after the promise has been accepted; unpacks no more than that. */
  decode(bytes: Uint8Array): DecodedImage | Promise<DecodedImage>;
}
