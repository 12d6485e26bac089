import { ServerResponse, type Server } from 'node:http';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type InjectionToken,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { ExternalContextCreator, HttpAdapterHost } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createApp, type CreateAppOptions } from '../app.factory.js';
import { toApiError } from '../common/to-api-error.js';
import { normalizedPrefix, pathBelow } from './path-below.js';
import { ProxyEntrance } from './proxy-entrance.js';
import { addUpgradeTaker, refuseUpgrade, type RawUpgrade } from './upgrade-router.js';

export const PROXY_OPTIONS = Symbol('PROXY_OPTIONS');

export interface ResponsesProxyOptions extends Pick<
  CreateAppOptions,
  'plugins' | 'logDestination'
> {
  /** They have the names of docs/configuration.md. Without them the process' environment and `.env` are read. */
  settings?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** All routes of the service lie below this path. Without one it has `/v1` of the application. */
  prefix?: string;
}

type Enter = (request: object, reply: object, goOn: () => void) => Promise<void>;

/** Runs a service below a path of the application. What it holds ends with the application's shutdown. */
@Injectable()
export class ResponsesProxy
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly logger = new Logger(ResponsesProxy.name);
  private service!: NestFastifyApplication;
  private readonly prefix: string;
  private enter!: Enter;

  constructor(
    @Inject(PROXY_OPTIONS) private readonly options: ResponsesProxyOptions,
    private readonly host: HttpAdapterHost,
    private readonly entrance: ProxyEntrance,
    private readonly contexts: ExternalContextCreator,
  ) {
    this.prefix = normalizedPrefix(options.prefix);
  }

  /** Gives a provider of the service, such as its store or its metrics. */
  get<T>(token: InjectionToken<T>): T {
    return this.service.get<T>(token, { strict: false });
  }

  async onModuleInit(): Promise<void> {
    const { settings, plugins, logDestination } = this.options;
    this.service = await createApp({
      embedded: true,
      ...(settings === undefined ? {} : { environment: asEnvironment(settings) }),
      ...(plugins === undefined ? {} : { plugins }),
      ...(logDestination === undefined ? {} : { logDestination }),
    });
    await this.service.init();
    this.enter = this.guarded();
    await this.router.ready();
    this.mount(this.host.httpAdapter.getInstance<FastifyInstance>());
  }

  onApplicationBootstrap(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    addUpgradeTaker(server, (upgrade) => this.takeUpgrade(upgrade));
  }

  /** Open answers may finish, as when the service stands alone, before the application's server closes. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.service.close();
  }

  /** This comes after all providers are made: before, the guards would have nothing injected. */
  private guarded(): Enter {
    const { entrance, contexts } = this;
    const parts = { guards: true, interceptors: false, filters: false };
    const none = undefined;
    // Nest calls it on the entrance, and reads the guards from its class.
    const enter = entrance.enter as (...args: unknown[]) => unknown;
    return contexts.create(
      entrance,
      enter,
      'enter',
      none,
      none,
      none,
      none,
      parts,
      'http',
    ) as Enter;
  }

  private get router(): FastifyInstance {
    return this.service.getHttpAdapter().getInstance();
  }

  private mount(application: FastifyInstance): void {
    const answer = (request: FastifyRequest, reply: FastifyReply): Promise<void> =>
      this.answer(request, reply);
    application.register((scope, _options, done) => {
      // The service reads the body by its own rules, and from the wire.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, parsed) => {
        parsed(null);
      });
      const paths = this.prefix === '' ? ['/v1/*'] : [this.prefix, `${this.prefix}/*`];
      for (const path of paths) scope.all(path, answer);
      done();
    });
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { raw } = request;
    const path = pathBelow(this.prefix, raw.url ?? '/');
    try {
      await this.enter(request, reply, () => {
        reply.hijack();
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) reply.raw.setHeader(name, value);
        raw.url = path ?? '/';
        this.router.routing(raw, reply.raw);
      });
    } catch (error) {
      const refusal = toApiError(error, request);
      if (refusal.status === 500) this.logger.error(error);
      await reply.status(refusal.status).send(refusal.toBody());
    }
  }

  private takeUpgrade(upgrade: RawUpgrade): boolean {
    const { request } = upgrade;
    const path = pathBelow(this.prefix, request.url ?? '/');
    if (path === undefined) return false;
    const goOn = (): void => {
      request.url = path;
      this.service.getHttpServer().emit('upgrade', request, upgrade.socket, upgrade.head);
    };
    this.enter(request, new ServerResponse(request), goOn).catch((error: unknown) => {
      const { status = 500 } = error as { status?: number };
      refuseUpgrade(upgrade, status);
    });
    return true;
  }
}

function asEnvironment(
  settings: NonNullable<ResponsesProxyOptions['settings']>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}
