import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { InspectorAccess } from './inspector-access.service.js';

/** Lets in who may look. */
@Injectable()
export class InspectorGuard implements CanActivate {
  constructor(private readonly access: InspectorAccess) {}

  /** @throws ApiError 401 or 403. */
  canActivate(context: ExecutionContext): boolean {
    const refusal = this.access.refusal(context.switchToHttp().getRequest<FastifyRequest>());
    if (refusal !== undefined) throw refusal;
    return true;
  }
}
