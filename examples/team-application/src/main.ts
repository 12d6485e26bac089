import 'reflect-metadata';
import { Controller, Get, Module, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ResponsesProxyModule } from 'responses-proxy';

/** Lets in who names a team. A real one would check a token. */
class TeamGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    return request.headers['x-team'] !== undefined;
  }
}

@Controller('teams')
class TeamsController {
  @Get()
  list(): string[] {
    return ['search', 'support'];
  }
}

/** An application of a team: its own controllers, and the service below `/llm`. */
@Module({
  imports: [
    ResponsesProxyModule.register({
      prefix: '/llm',
      settings: { BACKEND_URL: process.env.BACKEND_URL, LOG_LEVEL: 'warn' },
      guards: [TeamGuard],
    }),
  ],
  controllers: [TeamsController],
})
class TeamModule {}

const app = await NestFactory.create<NestFastifyApplication>(TeamModule, new FastifyAdapter());
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
