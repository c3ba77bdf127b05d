// Packages that read and write languages: real files, the same results as in the host.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { useWork } from "./guest.ts";
import * as acorn from "./work/acorn.ts";
import * as xml from "./work/fast-xml-parser.ts";
import * as marked from "./work/marked.ts";
import * as papaparse from "./work/papaparse.ts";
import * as prettier from "./work/prettier.ts";
import * as typescript from "./work/typescript.ts";
import * as yaml from "./work/yaml.ts";

const use = useWork("acorn", "fast-xml-parser", "marked", "papaparse", "prettier", "typescript", "yaml");
const read = (file: string): Promise<string> => Bun.file(join(import.meta.dir, "../..", file)).text();

describe("marked", () => {
  const { same } = use("marked");

  test("renders the README", async () => {
    const readme = await read("README.md");
    expect(await same(marked.render, readme)).toContain('<h2 id="install">Install</h2>');
    expect((await same(marked.tokens, readme))["table"]).toBeGreaterThan(0);
  });
});

describe("acorn", () => {
  const { same } = use("acorn");

  test("parses its own source", async () => {
    const source = await read("node_modules/acorn/dist/acorn.mjs");
    expect(await same(acorn.tree, source)).toStartWith(`{"type":"Program","start":0,"end":${source.length},`);
    expect(await same(acorn.words, source)).toContain("\nname Parser\n");
  });

  test("tells what is wrong where", async () => {
    expect(await same(acorn.complaint, "let a = 1;\nlet a = 2;")).toMatchObject({ name: "SyntaxError", line: 2 });
  });
});

describe("yaml", () => {
  const { same } = use("yaml");
  const compose = `# stack
x-common: &common { restart: always, environment: [A=1, B=2] }
services:
  web: # front
    <<: *common
    image: "nginx:1.27"
    ports: [80, 443]
    command: >-
      nginx
      -g 'daemon off;'
  db: { <<: *common, image: postgres, started: 2024-05-01T10:00:00Z, size: 0x10 }
`;

  test("reads and edits documents, comments kept", async () => {
    expect(await same(yaml.read, compose)).toMatchObject({
      services: { web: { restart: "always", command: "nginx -g 'daemon off;'" }, db: { size: 16 } },
    });
    const edited = await same(yaml.edit, compose);
    for (const part of ["# stack", "# front", "replicas: 3", "8443"]) expect(edited).toContain(part);
  });

  test("tells problems with their places, and writes data", async () => {
    expect(await same(yaml.problems, "a: [1, 2\n---\nb: *none\n---\nc: fine\n")).toMatchObject([
      [{ code: "BAD_INDENT" }],
      [],
      [],
    ]);
    const data = {
      z: 1,
      text: "two\nlines\n",
      list: [null, true, "yes", "1.0", -0, 1e21, NaN],
      long: "word ".repeat(40),
    };
    expect(await same(yaml.write, data)).toStartWith("list:\n");
  });
});

describe("papaparse", () => {
  const { same } = use("papaparse");
  const table = 'id,name,score\n1,"Smith, J ""Jay""",1.5\n\n2,"two\nlines",-3e2\n3,short\n4,Zoë,true\n';

  test("reads tables, whole and in pieces", async () => {
    expect(await same(papaparse.read, table)).toMatchObject({
      data: [
        { id: 1, name: 'Smith, J "Jay"', score: 1.5 },
        { id: 2, name: "two\nlines", score: -300 },
        { id: 3, name: "short" },
        { id: 4, name: "Zoë", score: true },
      ],
      errors: [{ code: "TooFewFields", row: 2 }],
    });
    expect(await same(papaparse.readSome, table)).toEqual([
      ["id", "name", "score"],
      ["1", 'Smith, J "Jay"', "1.5"],
      [""],
    ]);
  });

  test("writes them", async () => {
    const rows = [
      { a: 'say "hi"', b: "=1+1", c: null },
      { a: "x;y", b: 2, c: new Date(0) },
    ];
    expect(await same(papaparse.write, rows)).toStartWith('a;b;c\r\n"say ""hi""";"\'=1+1";');
  });
});

describe("fast-xml-parser", () => {
  const { same } = use("fast-xml-parser");
  const feed = `<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" lang='en'>
  <entry id="1"><title>A &amp; B &#x1F600;</title><price>1.50</price></entry>
  <entry id="2"><title><![CDATA[<raw> & more]]></title><empty/></entry>
</feed>`;

  test("reads, writes and checks", async () => {
    expect(await same(xml.read, feed)).toMatchObject({
      feed: {
        "@lang": "en",
        entry: [
          { "@id": "1", price: 1.5 },
          { title: { "#cdata": "<raw> & more" }, empty: "" },
        ],
      },
    });
    expect(await same(xml.roundTrip, feed)).toContain("<![CDATA[<raw> & more]]>");
    expect(await same(xml.validate, feed)).toBe(true);
    expect(await same(xml.validate, "<a>\n<b></a>")).toMatchObject({ err: { code: "InvalidTag", line: 2 } });
  });
});

describe("prettier", () => {
  const { same } = use("prettier");

  test("formats TypeScript, JavaScript and Markdown", async () => {
    for (const filepath of ["lib/core/mailbox.ts", "scripts/setup.mjs", "docs/sanitizers.md"]) {
      const text = await read(filepath);
      const formatted = await same(prettier.pretty, { filepath, text });
      expect(formatted).not.toBe(text);
      expect(await same(prettier.isPretty, { filepath, text: formatted })).toBe(true);
    }
  });
});

describe("typescript", () => {
  const { same } = use("typescript");

  test("compiles a module", async () => {
    const compiled = await same(typescript.compile, await read("lib/api/isolate.ts"));
    expect(compiled).toContain("export class Isolate");
    expect(compiled).not.toContain("implements");
  });

  test("checks the types of a program", async () => {
    const files = {
      "lib.d.ts": await read("node_modules/typescript/lib/lib.es5.d.ts"),
      "shapes.ts": "export interface Shape { readonly area: number }\nexport const unit: Shape = { area: 1 };\n",
      "main.ts": 'import { unit } from "./shapes.ts";\nunit.area = 2;\nconst n: string = [unit].map((s) => s.area);\n',
    };
    const complaints = await same(typescript.check, files);
    expect(complaints.map((text) => text.slice(0, 17))).toContain("main.ts:2 TS2540:");
    expect(complaints.some((text) => text.startsWith("main.ts:3 TS2322:"))).toBe(true);
  });
});
