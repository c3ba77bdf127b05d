// Packages that compute: dates, numbers, state, compression.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { useWork } from "./guest.ts";
import * as decimal from "./work/decimal.ts";
import * as fflate from "./work/fflate.ts";
import * as immer from "./work/immer.ts";
import * as luxon from "./work/luxon.ts";

const use = useWork("decimal", "fflate", "immer", "luxon");

describe("luxon", () => {
  const { same } = use("luxon");

  test("knows the clocks and words of the world", async () => {
    const [berlin, newYork] = await same(luxon.around, "2024-07-01T22:15:00.5Z");
    expect(berlin).toStartWith("2024-07-02T00:15:00.500+02:00 | Dienstag 2 Juli 2024 00:15 +02:00 | true | 120 |");
    expect(newYork).toContain("| Monday 1 July 2024 18:15 -04:00 |");
    expect(await same(luxon.around, "1999-12-31T23:59:59Z")).toHaveLength(6);
  });

  test("computes over changes of clocks and calendars", async () => {
    expect((await same(luxon.arithmetic)).slice(0, 3)).toEqual([
      "2024-03-31T03:30:00.000+02:00",
      "2024-04-01T01:30:00.000+02:00",
      "2024-03-31T03:30:00.000+02:00",
    ]);
  });

  test("reads what people wrote", async () => {
    expect((await same(luxon.read)).slice(0, 2)).toEqual(["1944-08-23T13:05:00.000+02:00", 784111777000]);
  });
});

describe("decimal.js", () => {
  const { same } = use("decimal");

  test("computes to any number of digits", async () => {
    expect(await same(decimal.pi, 300)).toEndWith("8213393607260249141273");
    expect((await same(decimal.sums)).slice(0, 3)).toEqual(["0.3", "2.68", "1.41421356237309504880168872420969807857"]);
  });
});

describe("immer", () => {
  const { same } = use("immer");

  test("changes states through proxies, with patches both ways", async () => {
    const result = await same(immer.change);
    expect(result).toMatchObject({
      next: { todos: [{ id: 2, done: true }, { id: 3 }], settings: { theme: "light" } },
      shared: [true, false],
      frozen: [true, true],
    });
  });

  test("refuses what must not be done with drafts", async () => {
    expect(await same(immer.misuse)).toEqual([true, "dark", "dark", "TypeError", "TypeError", "Error"]);
  });
});

describe("fflate", () => {
  const { same } = use("fflate");
  const readText = (): Promise<string> => Bun.file(join(import.meta.dir, "../../docs/architecture.md")).text();

  test("packs to the same bytes and unpacks them", async () => {
    const text = await readText();
    const packed = await same(fflate.pack, text);
    expect(await same(fflate.unpack, packed)).toMatchObject({ gzip: text, zlib: text, "a.txt": text });
    expect(new TextDecoder().decode(Bun.gunzipSync(packed["gzip"] as Uint8Array<ArrayBuffer>))).toBe(text);
    expect(await same(fflate.namesOf, packed["zip"]!)).toEqual(["a.txt", "folder/", "folder/b.bin"]);
  });

  test("works in pieces, and beside the platform's own compression", async () => {
    const text = await readText();
    const { deflated, text: inflated } = await same(fflate.inPieces, text);
    expect(inflated).toBe(text);
    expect(deflated).toBeLessThan(text.length / 2);
    expect(await same(fflate.besideThePlatform, text)).toEqual([text, text]);
  });
});
