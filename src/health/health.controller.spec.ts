import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { describe, expect, it, jest } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { BREAKER_STATE } from '../responses/backend/breaker/breaker-state.port.js';
import { BreakerHealthIndicator } from './breaker.health.js';
import { HealthController } from './health.controller.js';
import { ReadinessHealthIndicator } from './readiness.health.js';

describe('HealthController', () => {
  it.each([
    [{ enabled: true, isOpen: true, consecutiveFailures: 5 }, [[503]], 'unhealthy'],
    [{ enabled: true, isOpen: false, consecutiveFailures: 4 }, [], 'healthy'],
  ])('reports %j', async (breaker, statuses, word) => {
    const module = await Test.createTestingModule({
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [
        BreakerHealthIndicator,
        { provide: BREAKER_STATE, useValue: breaker },
        { provide: ReadinessHealthIndicator, useValue: {} },
      ],
    }).compile();
    const reply = { status: jest.fn() };
    const report = await module.get(HealthController).read(reply as unknown as FastifyReply);
    expect(reply.status.mock.calls).toEqual(statuses);
    expect(report).toEqual({
      status: word,
      circuit_breaker: {
        enabled: true,
        is_open: breaker.isOpen,
        consecutive_failures: breaker.consecutiveFailures,
      },
    });
    await module.close();
  });
});
