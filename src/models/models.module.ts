import { Module } from '@nestjs/common';
import { BackendModule } from '../responses/backend/backend.module.js';
import { CodexCatalogService } from './codex/codex-catalog.service.js';
import { ModelCatalogService } from '../responses/backend/models/model-catalog.service.js';
import { ModelsController } from './models.controller.js';

@Module({
  imports: [BackendModule],
  controllers: [ModelsController],
  providers: [ModelCatalogService, CodexCatalogService],
  exports: [ModelCatalogService],
})
export class ModelsModule {}
