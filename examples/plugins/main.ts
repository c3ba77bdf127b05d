// Plugins over a document, and what happens while somebody works on one of them.
//   bun examples/plugins/main.ts [FILE.md]
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Plugins } from "./host.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
// A copy, so that plugins can be changed.
const folder = mkdtempSync(join(tmpdir(), "network-runtime-plugins-"));
for (const name of readdirSync(join(here, "installed"), { withFileTypes: true })) {
  if (name.isDirectory()) cpSync(join(here, "installed", name.name), join(folder, name.name), { recursive: true });
}

const waiting: { readonly text: string; readonly done: () => void }[] = [];
function report(plugin: string, what: string): void {
  console.log(`(${plugin}) ${what}`);
  for (const { text, done } of waiting) if (`${plugin} ${what}`.startsWith(text)) done();
}
const reported = (text: string): Promise<void> => new Promise((done) => waiting.push({ text, done }));

const slugs = {
  of: (title: string) =>
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, ""),
};
using plugins = new Plugins(folder, { slugs }, report);
try {
  await plugins.load();
  const text = await Bun.file(process.argv[2] ?? join(here, "../../docs/deployment.md")).text();
  const first = await plugins.transform(text);
  console.log(first.split("\n").slice(0, 4).join("\n"));
  console.log(first.trimEnd().split("\n").at(-1));

  plugins.watch();
  const main = join(folder, "numbers/main.ts");
  const last = async (): Promise<void> => console.log((await plugins.transform(text)).trimEnd().split("\n").at(-1));

  const saved = reported("numbers loaded");
  writeFileSync(
    main,
    "export const transform = (text: string): string => `${text}\\n${text.split('\\n').length - 1} lines\\n`;",
  );
  await saved;
  await last();

  const broken = reported("numbers not loaded");
  writeFileSync(main, "export const transform = (text: string): string => text +;");
  await broken;
  await last(); // the one before goes on

  const hanging = reported("numbers loaded");
  writeFileSync(main, "export const transform = (): never => { for (;;); };");
  await hanging;
  await last(); // without it
} finally {
  rmSync(folder, { recursive: true });
}
