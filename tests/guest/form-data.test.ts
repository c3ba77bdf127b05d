// https://xhr.spec.whatwg.org/#interface-formdata
import { describe, expect, test } from "bun:test";
import { createGuest, run, thrown } from "./guest.ts";

describe("FormData", () => {
  test("keeps entries in order, names repeated", async () => {
    expect(
      await run(`
        const form = new FormData();
        form.append("a", 1); form.append("b", "x"); form.append("a", "2"); form.append("c", "3");
        const first = [form.get("a"), form.getAll("a").join(), form.has("b"), form.get("none"), form.getAll("none").length];
        form.set("a", "set"); form.delete("b"); form.set("d", "new");
        const seen = [];
        form.forEach((value, name, self) => seen.push(name + value + (self === form)));
        return [...first, JSON.stringify([...form]), [...form.keys()].join(), [...form.values()].join(), seen.join()]`),
    ).toEqual([
      ...["1", "1,2", true, null, 0, '[["a","set"],["c","3"],["d","new"]]', "a,c,d", "set,3,new"],
      "asettrue,c3true,dnewtrue",
    ]);
  });

  test("makes Files of Blobs", async () => {
    expect(
      await run(`
        const form = new FormData();
        const file = new File(["x"], "own", { lastModified: 7 });
        form.append("blob", new Blob(["b"], { type: "a/b" })); form.append("named", new Blob(), "n"); form.append("file", file);
        form.append("renamed", file, "other");
        const describe = (name) => { const f = form.get(name); return [f instanceof File, f.name, f.type].join(); };
        return [describe("blob"), describe("named"), form.get("file") === file, describe("renamed"), form.get("renamed").lastModified]`),
    ).toEqual(["true,blob,a/b", "true,n,", true, "true,other,", 7]);
  });

  test("has live iterators, and checks arguments", async () => {
    expect(
      await run(`${thrown}
        const form = new FormData();
        form.append("a", "1");
        const iterator = form.entries();
        form.append("b", "2");
        return [[...iterator].join("|"), String(iterator), thrown(() => form.append("a")), thrown(() => form.append("a", "b", "c")),
          thrown(() => new FormData(null)), thrown(() => FormData.prototype.get.call({}, "a")), FormData.prototype.entries === FormData.prototype[Symbol.iterator]]`),
    ).toEqual(["a,1|b,2", "[object FormData Iterator]", "TypeError", "TypeError", "TypeError", "TypeError", true]);
  });
});

/** The multipart helpers, which no guest can reach yet, bundled like the prelude and run with ops made of web APIs. */
async function multipart<T>(body: string): Promise<T> {
  const { outputs } = await Bun.build({
    entrypoints: [`${import.meta.dir}/fixtures/multipart.ts`],
    target: "browser",
    format: "iife",
    throw: true,
  });
  const guest = await createGuest();
  await guest.evaluate(`
    const decoder = () => new TextDecoder("utf-8", { ignoreBOM: true });
    const op = (id, first) => {
      switch (id) {
        case 6: return 0;
        case 7: case 17: case 19: return 0;
        case 9: return void crypto.getRandomValues(first);
        case 11: return new TextEncoder().encode(first);
        case 13: return decoder().decode(first);
        case 80: return Symbol("platform object");
        case 85: return first;
        case 81: return Array.from(first, (byte) => String.fromCharCode(byte)).join("");
        default: throw new Error("no op " + id);
      }
    };
    new Function("op", ${JSON.stringify(await outputs[0]!.text())})(op);
    undefined`);
  return run<T>(body, guest);
}

describe("multipart/form-data", () => {
  test("is what the parser reads back", async () => {
    expect(
      await multipart(`
        const form = new FormData();
        form.append("a\\"\\r\\nb", "line\\nline\\r"); form.append("\\u00e9", "\\u00fc");
        form.append("file", new Blob(["--bytes\\r\\n"], { type: "x/y" }), 'n"ame.txt'); form.append("none", new Blob());
        const { text, entries } = await multipart.roundTrip(form, "B");
        return [text, entries]`),
    ).toEqual([
      [
        ...["--B", 'Content-Disposition: form-data; name="a%22%0D%0Ab"', "", "line", "line", ""],
        ...["--B", 'Content-Disposition: form-data; name="é"', "", "ü"],
        ...["--B", 'Content-Disposition: form-data; name="file"; filename="n%22ame.txt"', "Content-Type: x/y", ""],
        ...["--bytes", "", "--B", 'Content-Disposition: form-data; name="none"; filename="blob"'],
        ...["Content-Type: application/octet-stream", "", "", "--B--", ""],
      ].join("\r\n"),
      [
        ['a"\r\nb', "line\r\nline\r\n"],
        ["é", "ü"],
        ["file", 'n"ame.txt', "x/y", "--bytes\r\n"],
        ["none", "blob", "application/octet-stream", ""],
      ],
    ]);
  });

  test("passes over what is before the first part and after the last, as node, Bun and Deno do", async () => {
    expect(
      await multipart(`
        const part = 'Content-Disposition: form-data; name="a"\\r\\n\\r\\nv\\r\\n--B--';
        return ["preamble\\r\\n--B\\r\\n" + part, "\\r\\n--B\\r\\n" + part, "two\\r\\nlines --B\\r\\n\\r\\n--B \\t\\r\\n" + part,
          "--Bx\\r\\n--B\\r\\n" + part, "--B\\r\\n" + part + "\\r\\n\\r\\nepilogue\\r\\n--B\\r\\n", "preamble\\r\\n--B--"]
          .map((body) => JSON.stringify(multipart.parse(body, "B")))`),
    ).toEqual([...Array<string>(5).fill('[["a","v"]]'), "[]"]);
  });

  test("takes no longer line for a delimiter", async () => {
    expect(
      await multipart(`
        return multipart.parse('--B\\r\\nContent-Disposition: form-data; name=a\\r\\n\\r\\n1\\r\\n--Bx\\r\\n2\\r\\n--B-\\r\\n--B--', "B")`),
    ).toEqual([["a", "1\r\n--Bx\r\n2\r\n--B-"]]);
  });

  test("reads headers in all the ways they are written", async () => {
    expect(
      await multipart(`
        const of = (headers) => multipart.parse("--B\\r\\n" + headers + "\\r\\n\\r\\nv\\r\\n--B--", "B")?.[0]?.slice(0, 3);
        return [
          'content-disposition:form-data;name="a"', 'CONTENT-DISPOSITION:  Form-Data ;  NAME = "a" ', 'Content-Disposition : form-data; name=a',
          'Content-Disposition: form-data; name="a";', 'Content-Disposition: form-data; x; name="a"; y=""; z=1',
          'X-Other: 1\\r\\nContent-Type: text/plain\\r\\nContent-Disposition: form-data; name="a"\\r\\nContent-Length: 1',
          'Content-Disposition: form-data; filename="f"; name="a"', 'Content-Disposition: form-data; name="a"; filename=f.txt\\r\\nContent-Type:  x/y \\t',
          'Content-Disposition: form-data; name="a"; filename=""', 'Content-Disposition: form-data; name="%22a%0D%0A"',
          "Content-Disposition: form-data; name=a; filename=plain; filename*=UTF-8''h%C3%A9%20%E2%98%83.txt",
          "Content-Disposition: form-data; name=a; filename*=utf-8'en'x; filename=plain",
          "Content-Disposition: form-data; name=a; filename*=latin1''x; filename=plain",
          'Content-Disposition: attachment; name="a"', 'Content-Disposition: form-data; filename="f"', 'X Y: 1\\r\\nContent-Disposition: form-data; name="a"',
        ].map(of)`),
    ).toEqual([
      ...Array.from({ length: 6 }, () => ["a", "v"]),
      ["a", "f", "text/plain"],
      ["a", "f.txt", "x/y"],
      ["a", "", "text/plain"],
      ['"a\r\n', "v"],
      ["a", "h\u00e9 \u2603.txt", "text/plain"],
      ["a", "x", "text/plain"],
      ["a", "plain", "text/plain"],
      ...[undefined, undefined, undefined],
    ]);
  });

  test("refuses what is malformed, and never hangs on it", async () => {
    expect(
      await multipart(`
        const head = '--B\\r\\nContent-Disposition: form-data; name="a"';
        const bodies = ["", "--", "--B", "--B\\r\\n", "--B-", "x--B--", head, head + "\\r\\n\\r\\nvalue", head + "\\r\\n\\r\\nvalue\\r\\n--",
          '--B\\r\\nContent-Disposition: form-data\\r\\n\\r\\nv\\r\\n--B--', '--B\\r\\n\\r\\nv\\r\\n--B--', head.replace('"a"', '"a') + "\\r\\n\\r\\nv\\r\\n--B--",
          '--B\\r\\nno header\\r\\n\\r\\nv\\r\\n--B--'];
        return [bodies.map((body) => multipart.parse(body, "B")).filter((entries) => entries !== undefined).length,
          JSON.stringify(multipart.parse("--B--", "B")), JSON.stringify(multipart.parse(head + "; x=y\\r\\nX: y\\r\\n\\r\\nv\\r\\n--B--\\r\\nepilogue", "B")),
          multipart.boundary() !== multipart.boundary()]`),
    ).toEqual([0, "[]", '[["a","v"]]', true]);
  });
});
