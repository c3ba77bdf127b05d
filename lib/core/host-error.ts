/** Errors of the host, for guests. */

/** What a guest learns of an error of the host: never its stack. */
export interface HostError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
}

/** Longer messages are cut, so that no host error is too large to send. */
const MESSAGE_LENGTH_MAX = 16_384;

/** What a guest may know of whatever a handler threw. */
export function toHostError(error: unknown): HostError {
  try {
    if (error instanceof Error) {
      const { name, message } = error;
      const code: unknown = "code" in error ? error.code : undefined;
      return {
        name: cut(String(name)),
        message: cut(String(message)),
        code: typeof code === "string" || typeof code === "number" ? cut(String(code)) : undefined,
      };
    }
    return { name: "Error", message: cut(String(error)) };
  } catch {
    return { name: "Error", message: "The handler threw a value that has no text." };
  }
}

function cut(text: string): string {
  return text.length > MESSAGE_LENGTH_MAX ? `${text.slice(0, MESSAGE_LENGTH_MAX)}…` : text;
}
