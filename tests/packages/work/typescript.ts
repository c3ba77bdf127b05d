import ts from "typescript";

/** Compiles one module to JavaScript of 2020, its types gone. */
export function compile(source: string): string {
  return ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2020, module: ts.ModuleKind.ES2020 },
  }).outputText;
}

/** Checks the types of a program of files in memory, the declarations of the language among them. */
export function check(files: Record<string, string>): string[] {
  const sources = new Map(
    Object.entries(files).map(([name, text]) => [name, ts.createSourceFile(name, text, ts.ScriptTarget.ES2020, true)]),
  );
  const program = ts.createProgram({
    rootNames: [...sources.keys()],
    options: { strict: true, noEmit: true, noLib: true, target: ts.ScriptTarget.ES2020, types: [] },
    host: {
      getSourceFile: (name) => sources.get(name),
      getDefaultLibFileName: () => "lib.d.ts",
      getCurrentDirectory: () => "",
      getCanonicalFileName: (name) => name,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      fileExists: (name) => sources.has(name),
      readFile: (name) => files[name],
      writeFile: () => {},
    },
  });
  return ts.getPreEmitDiagnostics(program).map(({ code, messageText, file, start }) => {
    const at = file === undefined ? "" : `${file.fileName}:${file.getLineAndCharacterOfPosition(start ?? 0).line + 1} `;
    return `${at}TS${code}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}
