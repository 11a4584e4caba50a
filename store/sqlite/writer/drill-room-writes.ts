/** Writes that create a drill room and end its sessions, inside the writer's transaction. */
import type { Database, Statement } from 'bun:sqlite';
import type { WriteOf, WriteOutcome } from '../../writes/commands.ts';

/** A name key is folded to lower case: with capitals this one matches no name, so that no user can log in by it. */
const NAME_KEY = 'SCRATCH';
/** No password has this hash. */
const NO_PASSWORD = '';

export class DrillRoomWrites {
  readonly #anyLeft: Statement<{ id: number }, []>;
  readonly #insertRoom: Statement<unknown, [number, string, string, number]>;
  readonly #insertBot: Statement<unknown, [number, string, string, string, number]>;
  readonly #insertSession: Statement<unknown, [string, number, number, number]>;
  readonly #endSessions: Statement<{ tokenHash: string }, []>;

  constructor(db: Database) {
    this.#anyLeft = db.prepare('SELECT id FROM rooms WHERE id < 0 UNION ALL SELECT id FROM users WHERE id < 0 LIMIT 1');
    this.#insertRoom = db.prepare(
      `INSERT INTO rooms (id, slug, name, topic, kind, created_at) VALUES (?, ?, ?, '', 'scratch', ?)`,
    );
    this.#insertBot = db.prepare(`INSERT INTO users (id, name, name_key, password_hash, role, created_at)
      VALUES (?, ?, ?, ?, 'member', ?)`);
    this.#insertSession = db.prepare(`INSERT INTO sessions (token_hash, user_id, created_at, seen_at, expires_at)
      VALUES (?1, ?2, ?3, ?3, ?4)`);
    this.#endSessions = db.prepare('DELETE FROM sessions WHERE user_id < 0 RETURNING token_hash AS tokenHash');
  }

  /** The ids of the bots follow that of the room, downwards. */
  create([, roomId, { slug, name, bots, expiresAt }]: WriteOf<'drillRoom.create'>, at: number): WriteOutcome {
    if (this.#anyLeft.get() !== null) return { kind: 'taken' };
    this.#insertRoom.run(roomId, slug, name, at);
    for (const [index, bot] of bots.entries()) {
      const id = roomId - 1 - index;
      this.#insertBot.run(id, bot.name, `${NAME_KEY} ${index}`, NO_PASSWORD, at);
      this.#insertSession.run(bot.tokenHash, id, at, expiresAt);
    }
    return { kind: 'done' };
  }

  endSessions(): WriteOutcome {
    return { kind: 'ended', tokenHashes: this.#endSessions.all().map((session) => session.tokenHash) };
  }
}
