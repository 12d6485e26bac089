import { ScriptedBackend } from './scripted-backend.js';
import { startApp, type StartedApp } from './start-app.js';

/** Holds the service and the scripted backend behind it. */
export interface Service {
  backend: ScriptedBackend;
  proxy: StartedApp;
  /** A client calls this its base URL. */
  baseURL: string;
  /** Sends POST /v1/responses. */
  post(body: unknown, options?: PostOptions): Promise<Response>;
  close(): Promise<void>;
}

export interface PostOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export const TEST_KEY = 'sk-test-Abcdefghijklmnopqrstuvwxyz0123456789';

export async function startService(environment: Record<string, string> = {}): Promise<Service> {
  const backend = await ScriptedBackend.start();
  const proxy = await startApp({ BACKEND_URL: backend.url, ...environment });
  const baseURL = `${proxy.url}/v1`;
  return {
    backend,
    proxy,
    baseURL,
    post: (body, { headers = {}, signal } = {}) =>
      fetch(`${baseURL}/responses`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${TEST_KEY}`,
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(signal === undefined ? {} : { signal }),
      }),
    close: async () => {
      await proxy.close();
      await backend.close();
    },
  };
}
