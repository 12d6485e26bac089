import { Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { BackendHttp } from './backend-http.js';
import { BackendClient } from './backend.client.js';
import { CHAT_BACKEND } from './chat-backend.port.js';
import { BACKEND_DIALECT, resolveDialect } from './dialects/resolve-dialect.js';

/** The backend's side. Another backend or dialect is another provider under the same token. */
@Module({
  providers: [
    BackendHttp,
    { provide: CHAT_BACKEND, useClass: BackendClient },
    {
      provide: BACKEND_DIALECT,
      inject: [SETTINGS],
      useFactory: ({ backend }: Settings) => resolveDialect(backend.dialect, backend.url),
    },
  ],
  exports: [BackendHttp, CHAT_BACKEND, BACKEND_DIALECT],
})
export class BackendModule {}
