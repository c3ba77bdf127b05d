/** What the local server sends, in bytes. */
export const SMALL_BYTES = 1024;
export const PIECE_BYTES = 256 * 1024;
/** Of a stream: 100 MiB. */
export const PIECES = 400;
