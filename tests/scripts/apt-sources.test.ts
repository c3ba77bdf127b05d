import { expect, test } from "bun:test";
import { aptSourceLines, parseLines, parseStanzas } from "../../scripts/setup/apt-sources.mjs";

const key = "/usr/share/keyrings/debian-archive-keyring.gpg";

test("stanzas: archives with a Debian suite, with their key, unless switched off", () => {
  const stanza = (uri: string, suites: string, more = ""): string =>
    `Types: deb\n# URIs: old\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\n${more}Signed-By: ${key}\n`;
  const text = [
    stanza("http://debian.example/debian", "bookworm bookworm-updates"),
    stanza("http://vendor.example/apt", "nodistro"),
    stanza("http://off.example/debian", "trixie", "Enabled: no\n"),
  ].join("\n");
  expect(parseStanzas(text)).toEqual([{ uri: "http://debian.example/debian", signedBy: key }]);
});

test("lines: the same", () => {
  const text = [
    "# deb http://old.example/debian bookworm main",
    `deb [arch=amd64 signed-by=${key}] http://debian.example/debian bookworm main contrib`,
    "deb http://plain.example/debian stable main",
    "deb http://vendor.example/apt cloud-sdk-bookworm main",
  ].join("\n");
  expect(parseLines(text)).toEqual([
    { uri: "http://debian.example/debian", signedBy: key },
    { uri: "http://plain.example/debian", signedBy: undefined },
  ]);
});

test("both formats: archives with security updates", () => {
  const text = `Types: deb\nURIs: http://security.example/debian-security\nSuites: bookworm-security\nComponents: main\n`;
  const line = "deb http://security.example/debian-security bookworm-security main";
  const found = [{ uri: "http://security.example/debian-security", signedBy: undefined }];
  expect([parseStanzas(text), parseLines(line)]).toEqual([[], []]);
  expect([parseStanzas(text, "-security"), parseLines(line, "-security")]).toEqual([found, found]);
  expect(parseLines("deb http://debian.example/debian bookworm main", "-security")).toEqual([]);
});

test("a source list for one suite", () => {
  const sources = [
    { uri: "http://a.example", signedBy: key },
    { uri: "http://b.example", signedBy: undefined },
  ];
  expect(aptSourceLines("deb-src", sources, "bookworm")).toBe(
    `deb-src [signed-by=${key}] http://a.example bookworm main\ndeb-src http://b.example bookworm main\n`,
  );
});
