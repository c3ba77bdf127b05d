/** What a run of a test file comes to, in any runtime. */

/** Of one subtest. `NOTRUN`: its file ended before its turn came. */
export type SubtestStatus = "PASS" | "FAIL" | "TIMEOUT" | "NOTRUN" | "PRECONDITION_FAILED";

/** Of the file as a whole. `CRASH`: its runtime ended. `HANG`: it was ended, as it did not even notice its timeout. */
export type HarnessStatus = "OK" | "ERROR" | "TIMEOUT" | "PRECONDITION_FAILED" | "CRASH" | "HANG";

export interface SubtestResult {
  readonly name: string;
  readonly status: SubtestStatus;
  /** Why, unless it passed. */
  readonly message: string;
}

/** One run of one file in one variant. */
export interface FileResult {
  /** The file's path from the checkout's root, and the variant. */
  readonly id: string;
  readonly harness: HarnessStatus;
  /** Why, unless the status is OK. */
  readonly message: string;
  readonly subtests: readonly SubtestResult[];
  /** Elapsed time, in milliseconds. */
  readonly ms: number;
}

/** A run of many files. */
export interface RunResult {
  /** "ours", "bun" or "node". */
  readonly runtime: string;
  readonly version: string;
  /** Name of the checkout's folder. */
  readonly checkout: string;
  readonly files: readonly FileResult[];
}

/** What guest/harness.js reports: numbers as testharness.js has them. */
export interface Report {
  readonly status: number;
  readonly message: string | null;
  readonly tests: readonly (readonly [name: string, status: number, message: string | null])[];
}

const subtestStatuses: readonly SubtestStatus[] = ["PASS", "FAIL", "TIMEOUT", "NOTRUN", "PRECONDITION_FAILED"];
const harnessStatuses: readonly HarnessStatus[] = ["OK", "ERROR", "TIMEOUT", "PRECONDITION_FAILED"];

/** A report with names for its numbers, and with names that tell subtests apart. */
export function toFileResult(id: string, report: Report, ms: number): FileResult {
  const seen = new Map<string, number>();
  const subtests = report.tests.map(([name, status, message]): SubtestResult => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const unique = count === 1 ? name : `${name} #${count}`;
    return { name: unique, status: subtestStatuses[status] ?? "FAIL", message: message ?? "" };
  });
  return { id, harness: harnessStatuses[report.status] ?? "ERROR", message: report.message ?? "", subtests, ms };
}

/** A result of a file that reported nothing. */
export function withoutReport(id: string, harness: "CRASH" | "HANG", message: string, ms: number): FileResult {
  return { id, harness, message, subtests: [], ms };
}

/** Names of the subtests that did not pass. A failure of the file as a whole is one of them: {@link harnessFailure}. */
export function failuresOf(result: FileResult): string[] {
  const names = result.subtests.filter(({ status }) => status !== "PASS").map(({ name }) => name);
  return result.harness === "OK" ? names : [harnessFailure, ...names];
}

/** Stands among the failures of a file for its harness status. */
export const harnessFailure = "[harness]";

/** How many subtests passed, of how many. */
export function countPasses(results: Iterable<FileResult>): { passed: number; total: number } {
  let passed = 0;
  let total = 0;
  for (const { subtests } of results) {
    total += subtests.length;
    passed += subtests.filter(({ status }) => status === "PASS").length;
  }
  return { passed, total };
}
