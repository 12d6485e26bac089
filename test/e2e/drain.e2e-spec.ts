import { expect, it } from '@jest/globals';
import { lastValueFrom } from 'rxjs';
import { FlowControl } from '../../src/responses/backend/chat-backend.port.js';
import { startService } from '../support/start-service.js';

it('a call that begins when the grace is over never reaches the backend', async () => {
  const service = await startService({ SHUTDOWN_GRACE_SECS: '0' });
  const { proxy, backend } = service;
  try {
    await proxy.provider('DrainService').beforeApplicationShutdown();
    const { main } = proxy.provider('Backends');
    const caller = { id: 'a', clientKey: undefined, headers: {}, backend: main };
    const context = { ...caller, requestId: 'r', flow: new FlowControl() };
    const request = { model: 'm', messages: [], stream: true as const };
    const asked = proxy.provider('ResilientBackend');
    const late = asked.inLine(asked.stream(request, context), caller.id);
    await expect(lastValueFrom(late)).rejects.toMatchObject({ code: 'server_shutting_down' });
    // Whatever it might have begun would be on its way by now.
    await new Promise((resolve) => setImmediate(resolve));
    expect(backend.calls).toHaveLength(0);
  } finally {
    await service.close();
  }
});
