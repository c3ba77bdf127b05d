import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { headerConstants } from "./header.ts";

const root = `${import.meta.dir}/../..`;

function read(path: string): string {
  return readFileSync(`${root}/${path}`, "utf8").replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, "");
}

/** What the pattern's first group is in a file, which must have it. */
function find(path: string, pattern: RegExp): string {
  const found = pattern.exec(read(path))?.[1];
  if (found === undefined) throw new Error(`${path} has no ${pattern}`);
  return found;
}

/** A name as both sides would write it: without case, underscores and C++'s prefix for constants. */
function plain(name: string): string {
  return name.replace(/^k(?=[A-Z])|^x-|[-_]/g, "").toLowerCase();
}

/** Enumerators of a file's enum, with implied values counted on as both languages do. */
function enumerators(path: string, name: string): Record<string, number> {
  const body = find(path, new RegExp(`enum (?:class )?${name}\\b[^{]*\\{(.*?)\\}`, "s"));
  const members: Record<string, number> = {};
  let next = 0;
  for (const [, member, value] of body.matchAll(/([A-Za-z]\w*)\s*(?:=\s*(\d+))?\s*(?:,|$)/g)) {
    next = value === undefined ? next : Number(value);
    members[plain(member!)] = next++;
  }
  return members;
}

const ops = enumerators("prelude/core/engine.ts", "Op");

describe("the prelude's numbers are the engine's", () => {
  test.each([
    ["prelude/core/engine.ts", "Op", "engine/v8/ops/ops.h", "Op"],
    ["prelude/core/engine.ts", "UrlPart", "engine/v8/ops/url_ops.cc", "Part"],
    ["prelude/webcrypto/native.ts", "Hash", "engine/v8/ops/crypto/openssl.h", "Hash"],
    ["prelude/webcrypto/native.ts", "Xof", "engine/v8/ops/crypto/digest.cc", "Xof"],
    ["prelude/webcrypto/native.ts", "KeyKind", "engine/v8/ops/crypto/openssl.h", "KeyKind"],
    ["prelude/webcrypto/native.ts", "CipherMode", "engine/v8/ops/crypto/cipher.cc", "Mode"],
    ["prelude/webcrypto/native.ts", "Scheme", "engine/v8/ops/crypto/sign.cc", "Scheme"],
    ["prelude/webcrypto/native.ts", "Argon2Type", "engine/v8/ops/crypto/argon2.h", "Argon2Type"],
    ["prelude/scope/preview.ts", "Preview", "engine/v8/ops/preview.cc", "Preview"],
  ])("%s, %s", (ours, our, theirs, their) => {
    const members = enumerators(ours, our);
    expect(Object.keys(members).length).toBeGreaterThan(2);
    expect(enumerators(theirs, their)).toEqual(members);
  });

  test("what a compression stream says, where the prelude reads it, and formats", () => {
    // Out of memory is an exception before the prelude looks.
    const { outofmemory, ...statuses } = enumerators("engine/v8/ops/codec.h", "CodecStatus");
    expect(outofmemory).toBeNumber();
    expect(enumerators("prelude/streams/compression.ts", "Status")).toEqual(statuses);
    const fields = find("engine/v8/ops/codec.h", /struct Codec \{(.*?)\}/s);
    expect(fields.match(/\w+;/g)!.slice(0, 2)).toEqual(["consumed;", "status;"]);
    const formats = find("prelude/streams/compression.ts", /formats = \[(.*?)\]/s).match(/[\w-]+/g)!;
    expect(formats.indexOf("brotli")).toBe(Number(find("engine/v8/ops/compression_ops.cc", /kBrotli = (\d+)/)));
    expect(formats.indexOf("deflate")).toBe(0);
    expect(find("engine/v8/ops/zlib_codec.cc", /kWindowBits\[\] = \{(.*?)\}/).split(",")).toHaveLength(
      formats.length - 1,
    );
  });

  test("legacy encodings", () => {
    const { singlebyte, ...several } = enumerators("engine/v8/ops/legacy_decoders.h", "Legacy");
    const list = find("prelude/encoding/legacy.ts", /const encodings[^=]*= \[(.*?)^\];/ms);
    const listed = [...list.matchAll(/\[\s*(\d+),\s*"([\w-]+)"/g)];
    // Two numbers have a second name, at the end: the decoder is the same.
    const names = new Map<number, string>();
    for (const [, number, name] of listed) if (!names.has(Number(number))) names.set(Number(number), plain(name!));
    expect([...names.keys()]).toEqual([...names].map((_, index) => index));
    const named = [...names].map(([number, name]) => [name, number] as const);
    expect(Object.fromEntries(named.slice(0, singlebyte))).toEqual(several);
    const single = Number(find("engine/v8/ops/encoding_tables.h", /kSingleByteCount = (\d+)/));
    expect(named.length).toBe(singlebyte! + single);
  });

  test("a URL's record", () => {
    const record = find("prelude/core/engine.ts", /type UrlRecord = readonly \[(.*?)\]/s);
    const labels = [...record.matchAll(/(\w+):/g)].map(([, label]) => plain(label!));
    const made = find("engine/v8/ops/url_ops.cc", /record\[\] = \{(.*?)\}/s);
    expect([...made.matchAll(/(\w+)\)?,$/gm)].map(([, field]) => plain(field!))).toEqual(labels);
    expect(Object.keys(enumerators("prelude/url/url.ts", "At"))).toEqual(labels);
  });
});

describe("the engine's numbers are the prelude's", () => {
  test("hooks, and how many there are", () => {
    const hooks = find("prelude/core/engine.ts", /type Hooks = readonly \[(.*?)^\]/ms);
    const names = [...hooks.matchAll(/^ {2}(\w+): \(/gm)].map(([, name]) => plain(name!));
    expect(names.length).toBeGreaterThan(10);
    expect(enumerators("engine/v8/isolate.h", "Hook")).toEqual(Object.fromEntries(names.map((name, at) => [name, at])));
    for (const path of ["engine/v8/isolate.h", "engine/v8/snapshot/snapshot_creator.cc"]) {
      expect(Number(find(path, /kHookCount = (\d+)/))).toBe(names.length);
    }
  });

  test("the ops that the snapshot creator has itself", () => {
    const own = [...read("engine/v8/snapshot/snapshot_creator.cc").matchAll(/constexpr int32_t (k\w+) = (\d+)/g)];
    expect(own.length).toBe(4);
    for (const [, name, value] of own) expect(Number(value)).toBe(ops[plain(name!)]!);
  });

  test("the flag that the prelude looks at", () => {
    const flag = Number(find("prelude/hooks.ts", /consoleFlag = (\d+)/));
    expect(flag).toBe(headerConstants.get("NR_ISOLATE_FLAG_CONSOLE")!);
  });
});
