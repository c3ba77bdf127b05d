import {
  Deflate,
  Inflate,
  Unzip,
  UnzipInflate,
  gunzipSync,
  gzipSync,
  strFromU8,
  strToU8,
  unzipSync,
  unzlibSync,
  zipSync,
  zlibSync,
} from "fflate";

/** Text in several formats; the bytes must be the same wherever this runs. */
export function pack(text: string): Record<string, Uint8Array> {
  const bytes = strToU8(text);
  return {
    gzip: gzipSync(bytes, { level: 9, mtime: 1 }),
    zlib: zlibSync(bytes, { level: 1 }),
    zip: zipSync(
      { "a.txt": bytes, folder: { "b.bin": [bytes.subarray(0, 1000), { level: 0 }] } },
      { mtime: "1990-01-01T12:00:00" },
    ),
  };
}

/** And back. */
export function unpack(packed: Record<string, Uint8Array>): Record<string, string> {
  const files = unzipSync(packed["zip"]!);
  return {
    gzip: strFromU8(gunzipSync(packed["gzip"]!)),
    zlib: strFromU8(unzlibSync(packed["zlib"]!)),
    ...Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)])),
  };
}

/** In pieces, both ways. */
export function inPieces(text: string): { deflated: number; text: string } {
  let deflated = 0;
  let result = "";
  const decoder = new TextDecoder();
  const inflate = new Inflate((piece, final) => {
    result += decoder.decode(piece, { stream: !final });
  });
  const deflate = new Deflate((piece, final) => {
    deflated += piece.length;
    inflate.push(piece, final);
  });
  for (let start = 0; start < text.length; start += 777) deflate.push(strToU8(text.slice(start, start + 777)));
  deflate.push(new Uint8Array(), true);
  return { deflated, text: result };
}

/** The names in an archive that comes in pieces. */
export function namesOf(zip: Uint8Array): string[] {
  const names: string[] = [];
  const unzip = new Unzip(({ name, start }) => {
    names.push(name);
    void start;
  });
  unzip.register(UnzipInflate);
  for (let start = 0; start < zip.length; start += 100) {
    unzip.push(zip.subarray(start, start + 100), start + 100 >= zip.length);
  }
  return names;
}

/** The platform's gzip reads fflate's, and fflate reads the platform's. */
export async function besideThePlatform(text: string): Promise<[string, string]> {
  const pipe = (
    bytes: Uint8Array<ArrayBuffer>,
    through: CompressionStream | DecompressionStream,
  ): Promise<ArrayBuffer> => new Response(new Blob([bytes]).stream().pipeThrough(through)).arrayBuffer();
  const ours = gzipSync(strToU8(text)) as Uint8Array<ArrayBuffer>;
  const theirs = await pipe(strToU8(text) as Uint8Array<ArrayBuffer>, new CompressionStream("gzip"));
  return [
    new TextDecoder().decode(await pipe(ours, new DecompressionStream("gzip"))),
    strFromU8(gunzipSync(new Uint8Array(theirs))),
  ];
}
