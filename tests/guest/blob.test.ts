// https://w3c.github.io/FileAPI/
import { describe, expect, test } from "bun:test";
import { run, thrown } from "./guest.ts";

describe("Blob", () => {
  test("joins buffers, views, Blobs and text", async () => {
    expect(
      await run(`
        const bytes = new Uint8Array([49, 50, 51, 52]);
        const blob = new Blob(["a\\u00e9\\ud800", bytes.buffer, bytes.subarray(1, 3), new DataView(bytes.buffer, 3), new Blob(["z"]), 5],
          { type: "TEXT/Plain" });
        bytes.fill(0);
        return [await blob.text(), blob.size, blob.type, new Blob(["x"], { type: "\\u00e9" }).type]`),
    ).toEqual(["aé\ufffd1234234z5", 15, "text/plain", ""]);
  });

  test("slices share the bytes, clamp and round", async () => {
    expect(
      await run(`
        const blob = new Blob(["0123", "4567", "89"], { type: "a/b" });
        const text = (...range) => blob.slice(...range).text();
        return [await text(), await text(2, 6), await text(-3), await text(3, -5), await text(8, 2), await text(0.5, 1.5),
          await text(1, 99), blob.slice(0, 1).type, blob.slice(0, 1, "C/D").type, await blob.slice(2, 9).slice(1, 4).text()]`),
    ).toEqual(["0123456789", "2345", "789", "34", "", "01", "123456789", "", "c/d", "345"]);
  });

  test("converts line endings when asked to", async () => {
    expect(
      await run(`
        const parts = ["a\\r\\nb\\rc\\nd\\r", "\\ne", new Uint8Array([13, 10])];
        return [await new Blob(parts, { endings: "native" }).text(), await new Blob(parts).text()]`),
    ).toEqual(["a\nb\nc\nd\n\ne\r\n", "a\r\nb\rc\nd\r\ne\r\n"]);
  });

  test("gives copies of its bytes", async () => {
    expect(
      await run(`
        const blob = new Blob(["abc"]);
        new Uint8Array(await blob.arrayBuffer()).fill(0);
        (await blob.bytes()).fill(0);
        return [await blob.text(), (await blob.bytes()) instanceof Uint8Array, await new Blob(["\\ufeffx"]).text()]`),
    ).toEqual(["abc", true, "x"]);
  });

  test("checks arguments and receivers", async () => {
    expect(
      await run(`${thrown}
        const rejected = (promise) => promise.then(() => "fulfilled", (error) => error.constructor.name);
        return [thrown(() => Blob()), thrown(() => new Blob("text")), thrown(() => new Blob({})),
          thrown(() => new Blob([], { endings: "other" })), thrown(() => new Blob([], 1)), thrown(() => Blob.prototype.size),
          await rejected(Blob.prototype.text.call({})), thrown(() => new File([])), thrown(() => new Blob([{ toString() { throw new RangeError() } }]))]`),
    ).toEqual([...Array.from({ length: 8 }, () => "TypeError"), "RangeError"]);
  });
});

describe("File", () => {
  test("has a name and a time, and is a Blob", async () => {
    expect(
      await run(`
        const before = Date.now();
        const file = new File(["ab"], "n\\ud800.txt", { type: "a/b", lastModified: -1.7 });
        const now = new File([], "now").lastModified;
        return [file.name, file.lastModified, file.size, file.type, file instanceof Blob, String(file), file.slice() instanceof File,
          Math.abs(now - before) < 100]`),
    ).toEqual(["n\ufffd.txt", -1, 2, "a/b", true, "[object File]", false, true]);
  });
});

describe("FileReader", () => {
  const read = `
    const read = (method, blob, ...args) => new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader[method](blob, ...args);
    });
  `;

  test("reads in every form, as FileReaderSync does", async () => {
    expect(
      await run(`${read}
        const blob = new Blob(["h\\u00e9"], { type: "text/plain" });
        const sync = new FileReaderSync();
        return [await read("readAsText", blob), await read("readAsDataURL", blob), await read("readAsBinaryString", blob),
          (await read("readAsArrayBuffer", blob)).byteLength, await read("readAsDataURL", new Blob(["a"])),
          sync.readAsText(blob), sync.readAsDataURL(blob), sync.readAsBinaryString(blob), sync.readAsArrayBuffer(blob).byteLength]`),
    ).toEqual([
      ...["hé", "data:text/plain;base64,aMOp", "h\u00c3\u00a9", 3, "data:application/octet-stream;base64,YQ=="],
      ...["hé", "data:text/plain;base64,aMOp", "h\u00c3\u00a9", 3],
    ]);
  });

  test("fires its events in order, each with its microtasks", async () => {
    expect(
      await run(`
        const order = [];
        const reader = new FileReader();
        for (const type of ["loadstart", "progress", "load", "loadend", "error", "abort"]) {
          reader.addEventListener(type, (event) => {
            order.push(type + reader.readyState + (event.isTrusted ? "" : "!"));
            Promise.resolve().then(() => order.push("microtask"));
          });
        }
        const done = new Promise((resolve) => (reader.onloadend = () => setTimeout(resolve, 0)));
        reader.readAsText(new Blob(["x"]));
        order.push("returned" + reader.readyState);
        await done;
        return order.join(" ")`),
    ).toBe("returned1 loadstart1 microtask progress1 microtask load2 microtask loadend2 microtask");
  });

  test("aborts, refuses a second read and starts again", async () => {
    expect(
      await run(`${thrown}
        const reader = new FileReader();
        const events = [];
        for (const type of ["load", "abort", "loadend"]) reader.addEventListener(type, () => events.push(type));
        reader.readAsText(new Blob(["first"]));
        const busy = thrown(() => reader.readAsText(new Blob()));
        reader.abort();
        const aborted = [reader.readyState, reader.result, events.join()];
        reader.readAsText(new Blob(["second"]));
        await new Promise((resolve) => (reader.onloadend = resolve));
        return [busy, ...aborted, reader.result, events.join(), thrown(() => reader.readAsText("text"))]`),
    ).toEqual([
      "DOMException InvalidStateError 11",
      ...[2, null, "abort,loadend", "second", "abort,loadend,load,loadend", "TypeError"],
    ]);
  });
});
