/** Several processes of Salon on one PostgreSQL and one Redis, all of them real. */
import { RedisServer } from '../../channels/testing/redis-server.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

export interface DeploymentOptions {
  readonly processes: number;
  readonly args?: readonly string[];
}

export class Deployment {
  private constructor(
    readonly postgres: PostgresServer,
    readonly redis: RedisServer,
    readonly servers: readonly Server[],
    /** What commands need to reach the same deployment. */
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start({ processes, args = UNTHROTTLED }: DeploymentOptions): Promise<Deployment> {
    const [postgres, redis] = await Promise.all([PostgresServer.start(), RedisServer.start()]);
    const env = { DATABASE_URL: await postgres.database(), REDIS_URL: redis.url };
    const servers = await Promise.all(Array.from({ length: processes }, () => startServer({ args, env })));
    return new Deployment(postgres, redis, servers, env);
  }

  /** The processes in turn. */
  server(index: number): Server {
    const server = this.servers[index % this.servers.length];
    if (server === undefined) throw new Error('a deployment has at least one process');
    return server;
  }

  async stop(): Promise<void> {
    this.redis.resume();
    await this.postgres.resume().catch(() => {});
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.redis.stop();
    await this.postgres.stop();
  }
}
