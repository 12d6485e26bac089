import {
  Module,
  UseGuards,
  type CanActivate,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { ProxyEntrance } from './proxy-entrance.js';
import {
  PROXY_OPTIONS,
  ResponsesProxy,
  type ResponsesProxyOptions,
} from './responses-proxy.service.js';

interface AsyncOptions extends Pick<FactoryProvider, 'inject'>, Pick<ModuleMetadata, 'imports'> {
  useFactory: (...dependencies: never[]) => ResponsesProxyOptions | Promise<ResponsesProxyOptions>;
  /** Every request to the service passes these guards of the application first. */
  guards?: readonly (Type<CanActivate> | CanActivate)[];
}

/**
 * This is the whole service inside another Nest application on Fastify, below a path of it. It keeps a container, a logger and a
 * metrics registry of its own, so that several with different settings live side by side.
 */
@Module({})
export class ResponsesProxyModule {
  static register({
    guards,
    ...options
  }: ResponsesProxyOptions & Pick<AsyncOptions, 'guards'> = {}): DynamicModule {
    return this.registerAsync({
      useFactory: () => options,
      ...(guards === undefined ? {} : { guards }),
    });
  }

  static registerAsync({
    imports = [],
    inject = [],
    useFactory,
    guards = [],
  }: AsyncOptions): DynamicModule {
    // Nest reads guards from a class, so each registration has one of its own.
    @UseGuards(...guards)
    class GuardedEntrance extends ProxyEntrance {}
    return {
      module: ResponsesProxyModule,
      imports,
      providers: [
        { provide: PROXY_OPTIONS, inject, useFactory },
        GuardedEntrance,
        { provide: ProxyEntrance, useExisting: GuardedEntrance },
        ResponsesProxy,
      ],
      exports: [ResponsesProxy],
    };
  }
}
