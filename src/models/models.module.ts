import { Module } from '@nestjs/common';
import { BackendModule } from '../responses/backend/backend.module.js';
import { CodexCatalogService } from './codex/codex-catalog.service.js';
import { MergedModels } from './merged-models.service.js';
import { ModelsController } from './models.controller.js';

@Module({
  imports: [BackendModule],
  controllers: [ModelsController],
  providers: [CodexCatalogService, MergedModels],
})
export class ModelsModule {}
