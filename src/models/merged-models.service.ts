import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { modelNotFound } from '../common/error-table.js';
import { asArray, asRecord, isRecord, nonEmptyText, parseJson } from '../common/json.js';
import type { Backend } from '../responses/backend/backend.js';
import { callerOf } from '../responses/backend/calls/backend-calls.js';
import { allowedModels } from '../responses/backend/models/allowed-models.js';
import { maxModelListBytes } from '../responses/backend/models/model-catalog.js';
import { modelNotFoundMessage } from '../responses/backend/models/model-not-found-message.js';
import { Backends } from '../responses/backend/routes/backends.service.js';
import type { ListedEntry } from '../responses/backend/routes/routed-models.js';

/** An OpenAI model object, with whatever else its backend says of it. */
type ModelObject = Record<string, unknown> & { id: string };

/** The models of all backends that the caller may ask for, as one list: the names that routes give them, then the backends' own. */
@Injectable()
export class MergedModels {
  constructor(private readonly backends: Backends) {}

  async list(request: FastifyRequest): Promise<{ object: 'list'; data: readonly ModelObject[] }> {
    const lists = await Promise.all(
      this.backends.all.map(
        async (backend) => [backend.name, await this.listOf(backend, request)] as const,
      ),
    );
    const data = this.backends.models(new Map(lists)).map(({ backend, ...entry }) => ({
      object: 'model',
      created: 0,
      owned_by: backend.name,
      ...entry,
    }));
    return { object: 'list', data: allowedModels(data, request.identity?.models) };
  }

  /** @throws ApiError 404 that lists what there is. */
  async retrieve(request: FastifyRequest, id: string): Promise<ModelObject> {
    const { data } = await this.list(request);
    const found =
      data.find((model) => model.id === id) ??
      data.find((model) => model.id.toLowerCase() === id.toLowerCase());
    if (found !== undefined) return found;
    throw modelNotFound(
      modelNotFoundMessage(
        id,
        data.map((model) => ({ id: model.id })),
      ),
    );
  }

  /** Gives the public list, else the one that the client's own key opens; none where neither can be had. */
  private async listOf(
    { calls, catalog, http, settings }: Backend,
    request: FastifyRequest,
  ): Promise<readonly ListedEntry[]> {
    const known = catalog.freshList();
    if (known !== undefined) return entriesIn(known.body);
    try {
      const call = calls.models(callerOf(request, settings));
      const { status, body } = await http.fetch(call, maxModelListBytes);
      if (status !== 200) return catalog.entries;
      catalog.learn(body);
      return entriesIn(body);
    } catch {
      // One backend that is away takes nothing from the others.
      return catalog.entries;
    }
  }
}

function entriesIn(body: Buffer): ListedEntry[] {
  const content = parseJson(body.toString('utf8'));
  const list = asArray(Array.isArray(content) ? content : asRecord(content)?.data);
  return list.filter(
    (entry): entry is ModelObject => isRecord(entry) && nonEmptyText(entry.id) !== undefined,
  );
}
