// https://encoding.spec.whatwg.org/#api
import { describe, expect, test } from "bun:test";
import { run, thrown } from "./guest.ts";

describe("TextEncoder", () => {
  test("encodes UTF-8, lone surrogates as U+FFFD", async () => {
    expect(
      await run(`const e = new TextEncoder();
        return [e.encoding, ...["", "a", "é", "€", "😀", "\\ud800", "a\\udc00b", undefined, null, 5].map((text) =>
          [...e.encode(text)].map((byte) => byte.toString(16)).join(" "))]`),
    ).toEqual([
      "utf-8",
      "",
      "61",
      "c3 a9",
      "e2 82 ac",
      "f0 9f 98 80",
      "ef bf bd",
      "61 ef bf bd 62",
      "",
      "6e 75 6c 6c",
      "35",
    ]);
  });

  test("gives Uint8Arrays of the guest", async () => {
    expect(
      await run(`const bytes = new TextEncoder().encode("x");
        return [bytes instanceof Uint8Array, bytes.constructor === Uint8Array, bytes.buffer instanceof ArrayBuffer, bytes.byteLength]`),
    ).toEqual([true, true, true, 1]);
  });

  test("encodes into an array as much as fits, whole characters only", async () => {
    expect(
      await run(`const e = new TextEncoder();
        return [["abc", 2], ["é", 1], ["a€", 3], ["a€", 4], ["😀b", 5], ["😀", 3], ["\\ud800x", 9], ["", 3], ["x", 0]].map(([text, length]) => {
          const array = new Uint8Array(length);
          const { read, written } = e.encodeInto(text, array);
          return [read, written, array.slice(0, written).join()].join(":");
        })`),
    ).toEqual([
      "2:2:97,98",
      "0:0:",
      "1:1:97",
      "2:4:97,226,130,172",
      "3:5:240,159,152,128,98",
      "0:0:",
      "2:4:239,191,189,120",
      "0:0:",
      "0:0:",
    ]);
  });

  test("encodes into part of a buffer", async () => {
    expect(
      await run(`const buffer = new ArrayBuffer(6);
        new TextEncoder().encodeInto("xyz", new Uint8Array(buffer, 2, 2));
        return [...new Uint8Array(buffer)]`),
    ).toEqual([0, 0, 120, 121, 0, 0]);
  });

  test("checks arguments and receivers", async () => {
    expect(
      await run(`${thrown} const e = new TextEncoder();
        return [
          thrown(() => e.encodeInto("x", new Int8Array(1))), thrown(() => e.encodeInto("x", new ArrayBuffer(1))),
          thrown(() => e.encodeInto("x")), thrown(() => e.encode(Symbol())), thrown(() => e.encode.call({})),
          thrown(() => TextEncoder.prototype.encoding), thrown(() => TextEncoder()),
        ]`),
    ).toEqual(Array.from({ length: 7 }, () => "TypeError"));
  });
});

describe("TextDecoder", () => {
  test("decodes UTF-8, malformed parts as the standard replaces them", async () => {
    const cases: [bytes: number[], text: string][] = [
      [[], ""],
      [[0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80], "aé€😀"],
      [[0xff], "\ufffd"],
      [[0xc3], "\ufffd"],
      [[0xc3, 0x41], "\ufffdA"],
      [[0xc0, 0x80], "\ufffd\ufffd"],
      [[0xe0, 0x80, 0x80], "\ufffd\ufffd\ufffd"],
      [[0xed, 0xa0, 0x80], "\ufffd\ufffd\ufffd"],
      [[0xf0, 0x9f, 0x98], "\ufffd"],
      [[0xf0, 0x9f, 0x41], "\ufffdA"],
      [[0xf4, 0x90, 0x80, 0x80], "\ufffd\ufffd\ufffd\ufffd"],
      [[0xe2, 0x82, 0x41, 0x80], "\ufffdA\ufffd"],
    ];
    const inputs = cases.map(([bytes]) => bytes);
    expect(
      await run(`return ${JSON.stringify(inputs)}.map((bytes) => new TextDecoder().decode(new Uint8Array(bytes)))`),
    ).toEqual(cases.map(([, text]) => text));
    expect(
      await run(`${thrown} return ${JSON.stringify(inputs)}.map((bytes) =>
        thrown(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes))))`),
    ).toEqual(cases.map(([, text]) => (text.includes("\ufffd") ? "TypeError" : "no exception")));
  });

  test("gives the same text however a stream is cut", async () => {
    expect(
      await run(`
        const samples = ["aé€😀z\\ufeff", "\\ufeffx"].map((text) => [...new TextEncoder().encode(text)]);
        samples.push([0x61, 0xf0, 0x9f, 0x41, 0xe2, 0x82, 0xc3, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0xff, 0xe0, 0xa0], [0xef, 0xbb], [0xf0, 0x80, 0x80]);
        const wrong = [];
        for (const sample of samples) {
          const whole = new TextDecoder().decode(new Uint8Array(sample));
          for (let first = 0; first <= sample.length; first++) {
            for (let second = first; second <= sample.length; second++) {
              const decoder = new TextDecoder();
              let text = "";
              for (const [from, to] of [[0, first], [first, second], [second, sample.length]]) {
                text += decoder.decode(new Uint8Array(sample.slice(from, to)), { stream: true });
              }
              text += decoder.decode();
              if (text !== whole) wrong.push([sample, first, second, text]);
            }
          }
          const decoder = new TextDecoder();
          let bytewise = "";
          for (const byte of sample) bytewise += decoder.decode(new Uint8Array([byte]), { stream: true });
          if (bytewise + decoder.decode() !== whole) wrong.push([sample, "bytewise"]);
        }
        return wrong`),
    ).toEqual([]);
  });

  test("keeps a stream's state until a call without `stream`", async () => {
    expect(
      await run(`const d = new TextDecoder();
        return [
          d.decode(new Uint8Array([0xe2, 0x82]), { stream: true }), d.decode(new Uint8Array([0xac])),
          d.decode(new Uint8Array([0xe2]), { stream: true }), d.decode(), d.decode(new Uint8Array([0x61])),
        ]`),
    ).toEqual(["", "€", "", "\ufffd", "a"]);
  });

  test("in a fatal stream: completes what is cut, throws for what is malformed, starts anew", async () => {
    expect(
      await run(`${thrown} const d = new TextDecoder("utf-8", { fatal: true });
        const bytes = (...list) => new Uint8Array(list);
        return [
          d.decode(bytes(0xf0, 0x9f), { stream: true }), d.decode(bytes(0x98, 0x80), { stream: true }), d.decode(),
          d.decode(bytes(0xc3), { stream: true }), thrown(() => d.decode()), d.decode(bytes(0x61)),
          thrown(() => d.decode(bytes(0xc3, 0x28), { stream: true })), d.decode(bytes(0x62)),
        ]`),
    ).toEqual(["", "😀", "", "", "TypeError", "a", "TypeError", "b"]);
  });

  test("takes one byte order mark away, once a stream", async () => {
    expect(
      await run(`
        const mark = [0xef, 0xbb, 0xbf];
        const decode = (options, ...chunks) => {
          const d = new TextDecoder("utf-8", options);
          return chunks.map((chunk) => escape(d.decode(new Uint8Array(chunk), { stream: true }))).join("|") + "|" + escape(d.decode());
        };
        const twice = new TextDecoder();
        return [
          decode({}, [...mark, 0x61]), decode({}, [0xef], [0xbb], [0xbf, 0x61]), decode({}, [...mark, ...mark]),
          decode({}, [0x61, ...mark]), decode({}, mark, mark), decode({ ignoreBOM: true }, [...mark, 0x61]),
          escape(twice.decode(new Uint8Array(mark)) + twice.decode(new Uint8Array([...mark, 0x62]))),
        ]`),
    ).toEqual(["a|", "||a|", "%uFEFF|", "a%uFEFF|", "|%uFEFF|", "%uFEFFa|", "b"]);
  });

  test("takes every kind of buffer source", async () => {
    expect(
      await run(`
        const buffer = new TextEncoder().encode("..hello!..").buffer;
        const detached = new ArrayBuffer(4);
        structuredClone(null, { transfer: [detached] });
        const d = new TextDecoder();
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
        new Uint8Array(memory.buffer).set([104, 105]);
        return [
          d.decode(buffer), d.decode(new Uint8Array(buffer, 2, 5)), d.decode(new DataView(buffer, 2, 6)),
          d.decode(new Uint16Array(buffer, 2, 2)), d.decode(detached), d.decode(new Uint8Array(2).subarray(1, 1)), d.decode(undefined),
          d.decode(new Uint8Array(memory.buffer, 0, 2)), d.decode(memory.buffer).length,
        ]`),
    ).toEqual(["..hello!..", "hello", "hello!", "hell", "", "", "", "hi", 65536]);
  });

  test("knows the labels of UTF-8, and refuses others with a RangeError", async () => {
    expect(
      await run(`${thrown}
        return [
          ["utf-8", "UTF8", " \\t\\n\\f\\rUtf-8 ", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8"]
            .map((label) => new TextDecoder(label).encoding).join(),
          ["", "utf", "utf-8\\0", "\\u00a0utf-8", "utf-8\\u000b", "constructor", "__proto__", "null", null].map((label) => thrown(() => new TextDecoder(label))).join(),
        ]`),
    ).toEqual([Array.from({ length: 7 }, () => "utf-8").join(), Array.from({ length: 9 }, () => "RangeError").join()]);
  });

  test("has its options as attributes", async () => {
    expect(
      await run(`const d = new TextDecoder("utf8", { fatal: 1, ignoreBOM: "yes" }), e = new TextDecoder();
        return [d.encoding, d.fatal, d.ignoreBOM, e.fatal, e.ignoreBOM, TextDecoder.length, d.decode.length]`),
    ).toEqual(["utf-8", true, true, false, false, 0, 0]);
  });

  test("checks arguments and receivers", async () => {
    expect(
      await run(`${thrown} const d = new TextDecoder();
        return [
          thrown(() => d.decode("x")), thrown(() => d.decode(null)), thrown(() => d.decode([1])), thrown(() => d.decode({})),
          thrown(() => d.decode(new Uint8Array(1), 5)), thrown(() => new TextDecoder("utf-8", 5)),
          thrown(() => TextDecoder.prototype.decode.call({})), thrown(() => TextDecoder.prototype.fatal),
        ]`),
    ).toEqual(Array.from({ length: 8 }, () => "TypeError"));
  });
});
