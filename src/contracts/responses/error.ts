/** Wraps the error of every non-2xx reply, as OpenAI's SDKs read it. */
export interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}
