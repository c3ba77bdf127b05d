/** Of what the compiler declares, the part that users can reach: nothing of it names a type that only we have. */
import { posix } from "node:path";
import ts from "typescript";

/** A file's declarations, by name, and where the other names it uses come from. */
interface Declared {
  readonly source: ts.SourceFile;
  readonly byName: ReadonlyMap<string, readonly ts.Statement[]>;
  readonly imported: ReadonlyMap<string, { readonly path: string; readonly name: string }>;
  readonly kept: Set<ts.Statement>;
}

/**
 * @param files - declaration files' texts, by path
 * @param entries - paths of those whose exports are public
 * @returns the files that are left, with what is left of them
 */
export function publicDeclarations(
  files: ReadonlyMap<string, string>,
  entries: readonly string[],
): Map<string, string> {
  const declared = new Map([...files].map(([path, text]) => [path, read(path, text)]));
  const keep = (path: string, name: string): void => {
    const file = declared.get(path);
    const origin = file?.imported.get(name);
    if (origin) return keep(origin.path, origin.name);
    const statements = file?.byName.get(name);
    if (!file || !statements) throw new Error(`${path} declares no ${name}`);
    for (const statement of statements) {
      if (file.kept.has(statement)) continue;
      file.kept.add(statement);
      for (const used of namesIn(statement)) if (file.byName.has(used) || file.imported.has(used)) keep(path, used);
    }
  };
  for (const entry of entries) {
    const { imported, byName } = declared.get(entry)!;
    for (const name of imported.keys()) keep(entry, name);
    // declare global { … }
    if (byName.has("global")) keep(entry, "global");
  }
  const left = [...declared].filter(([path, { kept }]) => kept.size > 0 || entries.includes(path));
  return new Map(left.map(([path, file]) => [path, textOf(file, entries.includes(path))]));
}

function read(path: string, text: string): Declared {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const byName = new Map<string, ts.Statement[]>();
  const imported = new Map<string, { path: string; name: string }>();
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) {
      const from = statement.moduleSpecifier;
      if (!from || !ts.isStringLiteral(from) || !from.text.startsWith(".")) continue;
      const target = posix.join(posix.dirname(path), from.text).replace(/\.ts$/, ".d.ts");
      for (const { name, propertyName } of specifiersOf(statement)) {
        imported.set(name.text, { path: target, name: (propertyName ?? name).text });
      }
    } else {
      for (const name of declaredNames(statement)) byName.set(name, [...(byName.get(name) ?? []), statement]);
    }
  }
  return { source, byName, imported, kept: new Set() };
}

function specifiersOf(
  statement: ts.ImportDeclaration | ts.ExportDeclaration,
): readonly (ts.ImportSpecifier | ts.ExportSpecifier)[] {
  const bindings = ts.isExportDeclaration(statement) ? statement.exportClause : statement.importClause?.namedBindings;
  if (bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) return bindings.elements;
  throw new Error(`names must be listed, but are not: ${statement.getText()}`);
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = statement as ts.DeclarationStatement;
  return name ? [name.getText()] : [];
}

function namesIn(node: ts.Node): Set<string> {
  const names = new Set<string>();
  const visit = (inner: ts.Node): void => {
    if (ts.isIdentifier(inner)) names.add(inner.text);
    inner.forEachChild(visit);
  };
  visit(node);
  return names;
}

function textOf({ source, kept }: Declared, entry: boolean): string {
  const used = new Set([...kept].flatMap((statement) => [...namesIn(statement)]));
  const statements = source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) return entry ? [statement.getFullText()] : [];
    if (!ts.isImportDeclaration(statement)) return kept.has(statement) ? [statement.getFullText()] : [];
    const names = specifiersOf(statement).filter(({ name }) => used.has(name.text));
    if (names.length === 0) return [];
    const list = names.map((specifier) => specifier.getText()).join(", ");
    return [`\nimport type { ${list} } from ${statement.moduleSpecifier.getText()};`];
  });
  const text = `${statements.join("").trim()}\n`;
  // Whoever targets less has no word for what `using` does.
  return /\bDisposable\b|\bSymbol\.dispose\b/.test(text) ? `/// <reference lib="esnext.disposable" />\n${text}` : text;
}
