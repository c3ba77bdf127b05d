// Wants the host's files.
declare const files: { read(path: string): Promise<string> };

export const transform = (): Promise<string> => files.read("/etc/passwd");
