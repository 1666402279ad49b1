/** What is of interest in an error of a cloud's SDK, AWS or Azure. */
export interface SdkError {
  /** AWS: the error's code. */
  readonly name: string;
  /** Azure: the error's code. */
  readonly code?: string;
  readonly message: string;
  /** The HTTP status. */
  readonly status: number | undefined;
  /** Headers of the answer, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The error itself. */
  readonly error: unknown;
}

interface RawError extends Error {
  readonly code?: string;
  readonly statusCode?: number;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Record<string, string> };
  readonly response?: { readonly headers: { toJSON(): Record<string, string> } };
}

/** The error that a call ends with. @throws when it does not fail */
export async function errorOf(call: Promise<unknown>): Promise<SdkError> {
  try {
    await call;
  } catch (error) {
    const { name, code, message, statusCode, $metadata, $response, response } = error as RawError;
    return {
      name,
      ...(code === undefined ? {} : { code }),
      message,
      status: $metadata?.httpStatusCode ?? statusCode,
      headers: $response?.headers ?? response?.headers.toJSON() ?? {},
      error,
    };
  }
  throw new Error("the call did not fail");
}
