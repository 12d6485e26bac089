import { Injectable } from '@nestjs/common';
import { Backends } from '../routes/backends.service.js';

/** Holds the models of all backends together. */
@Injectable()
export class ModelCatalogService {
  constructor(private readonly backends: Backends) {}

  /** Fetches every public list now. Never rejects. */
  async refresh(): Promise<void> {
    await Promise.all(this.backends.all.map(({ catalog }) => catalog.refresh()));
  }

  /** Words a 404. Gives undefined when no list is known, or the model is listed and the 404 means something else. */
  notFoundMessage(name: string): string | undefined {
    return this.backends.main.catalog.notFoundMessage(name);
  }
}
