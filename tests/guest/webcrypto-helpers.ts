/** What the tests of Web Cryptography share. */

/** Source text for the body of `run`: bytes and their hexadecimal form, `subtle`, and the name of a rejection. */
export const helpers = `
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  const utf8 = (text) => new TextEncoder().encode(text);
  const { subtle } = crypto;
  const failure = (promise) => promise.then(() => "no exception", (error) => error.name);
`;

/** The host's. */
export const hex = (buffer: ArrayBuffer | Uint8Array): string => Buffer.from(buffer as Uint8Array).toString("hex");
