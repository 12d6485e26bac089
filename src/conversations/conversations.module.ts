import { Module } from '@nestjs/common';
import { ItemIncludes } from '../responses/state/stored/item-includes.service.js';
import { ConversationsController } from './conversations.controller.js';
import { ConversationsService } from './conversations.service.js';

@Module({
  controllers: [ConversationsController],
  providers: [ConversationsService, ItemIncludes],
})
export class ConversationsModule {}
