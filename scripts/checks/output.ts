/**
 * What a program prints, passed on as it comes.
 *
 * @param to - where it goes besides; undefined: nowhere
 * @returns all of it
 */
export async function collect(output: ReadableStream<Uint8Array>, to?: NodeJS.WriteStream): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of output) {
    to?.write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}
