import { Module, type DynamicModule } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { REQUEST_OBSERVER } from '../logging/request-observer.port.js';
import { InspectorAccess } from './access/inspector-access.service.js';
import { InspectorController } from './inspector.controller.js';
import { InspectorPage } from './inspector-page.service.js';
import { LiveFeed } from './live-feed.service.js';
import { RequestRing } from './recording/request-ring.js';
import { SessionController } from './session.controller.js';

/** Has the inspector where INSPECTOR is on. Where it is off nobody observes, and there is no route. */
@Module({})
export class InspectorModule {
  static with({ inspector }: Settings): DynamicModule {
    const nobody = { provide: REQUEST_OBSERVER, useValue: undefined };
    const shown = {
      controllers: [InspectorController, SessionController],
      providers: [
        RequestRing,
        LiveFeed,
        InspectorAccess,
        InspectorPage,
        { provide: REQUEST_OBSERVER, useExisting: RequestRing },
      ],
    };
    return {
      module: InspectorModule,
      global: true,
      ...(inspector.enabled ? shown : { providers: [nobody] }),
      exports: [REQUEST_OBSERVER],
    };
  }
}
