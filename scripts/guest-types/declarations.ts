/** Declarations of the compiler's own libraries, by name. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../setup/paths.mjs";

/** What may stand at the top of such a file. */
export type Declaration =
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.FunctionDeclaration
  | ts.VariableStatement
  | ts.ModuleDeclaration;

/** Declarations in the order of their files. */
export type Declarations = ReadonlyMap<string, readonly Declaration[]>;

/** The declarations in files of TypeScript's. */
export function readLibraries(names: readonly string[]): Declarations {
  const declarations = new Map<string, Declaration[]>();
  for (const name of names) {
    const path = join(root, "node_modules/typescript/lib", `lib.${name}.d.ts`);
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ESNext, true);
    for (const statement of source.statements) {
      const declaration = statement as Declaration;
      const declared = nameOf(declaration);
      declarations.set(declared, [...(declarations.get(declared) ?? []), declaration]);
    }
  }
  return declarations;
}

/** The one name that a statement declares. */
export function nameOf(statement: Declaration): string {
  if (!ts.isVariableStatement(statement)) return statement.name!.text;
  const [declaration, ...more] = statement.declarationList.declarations;
  if (declaration === undefined || more.length > 0) throw new Error(`not one name: ${statement.getText()}`);
  return declaration.name.getText();
}

/** The members of `declare var X: { … }`; undefined if it is declared otherwise. */
export function classMembers(statement: Declaration): ts.NodeArray<ts.TypeElement> | undefined {
  const type = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0]!.type : undefined;
  return type && ts.isTypeLiteralNode(type) ? type.members : undefined;
}

/** The names of types that a node refers to. */
export function typesIn(node: ts.Node): string[] {
  const found: string[] = [];
  const visit = (inner: ts.Node): void => {
    if (ts.isTypeReferenceNode(inner)) found.push(leftmost(inner.typeName));
    else if (ts.isExpressionWithTypeArguments(inner) && ts.isIdentifier(inner.expression))
      found.push(inner.expression.text);
    else if (ts.isTypeQueryNode(inner)) found.push(leftmost(inner.exprName));
    inner.forEachChild(visit);
  };
  visit(node);
  return found;
}

function leftmost(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : leftmost(name.left);
}
