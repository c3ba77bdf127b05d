/** Makes the page of its sources. */
import { join } from "node:path";

/** What the browser loads. */
export interface Assets {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

/** @param folder - where the page's sources are */
export async function bundlePage(folder: string): Promise<Assets> {
  const { outputs } = await Bun.build({
    entrypoints: [join(folder, "main.ts")],
    ...{ target: "browser", format: "esm", minify: true, throw: true },
  });
  const script = outputs.find(({ kind }) => kind === "entry-point");
  const style = outputs.find(({ path }) => path.endsWith(".css"));
  if (!script || !style) throw new Error(`The page in ${folder} lacks its script or its style.`);
  return {
    html: await Bun.file(join(folder, "index.html")).text(),
    script: await script.text(),
    style: await style.text(),
  };
}
