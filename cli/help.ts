/** The pages of `salon help`. The first one fits a terminal of 80 × 24. */
const START = `Salon: a chat of your own. What was shown as sent is kept.

  salon serve                  start it; Ctrl-C stops it
  salon user add NAME          let somebody in (asks for the password)
  salon user passwd NAME       give a new password
  salon user disable NAME      lock somebody out, at once
  salon user enable NAME       let them in again
  salon user role NAME ROLE    ROLE is member or administrator
  salon room add NAME          make a room
  salon room list              list the rooms
  salon backup FILE            write a whole copy, also while Salon runs
  salon move                   to PostgreSQL, or back
  salon drill                  prove on the running server that nothing is lost
  salon version                tell the version
  salon help [COMMAND]         tell more: help serve, user, backup, move

Most used settings (all of them: salon help serve):
  -p, --port 8000              where it listens
  -b, --bind 127.0.0.1         0.0.0.0 lets others on the network in
      --data ./data            where everything is kept
      --origin URL             the address people use, behind a proxy`;

const SERVE = `salon serve [settings]       a flag wins over its variable

  -p, --port 8000              PORT                      0: a free one
  -b, --bind 127.0.0.1         SALON_BIND                0.0.0.0: everywhere
  -u, --unix-socket PATH       SALON_UNIX_SOCKET         instead of a port
  -v, --verbosity 1            SALON_VERBOSITY           0 to 3
      --data ./data            SALON_DATA
      --database-url URL       DATABASE_URL              postgres://…
      --redis-url URL          REDIS_URL                 for several processes
      --origin URL …           SALON_ORIGIN              its address, if proxied
      --trust-proxy CIDR …     SALON_TRUST_PROXY         10.0.0.0/8
      --tls-cert FILE          SALON_TLS_CERT
      --tls-key FILE           SALON_TLS_KEY
      --history 3              SALON_HISTORY             0 to 50 messages
      --signup open            SALON_SIGNUP              open or closed
      --signups-per-hour 60    SALON_SIGNUPS_PER_HOUR    by address, 0: off
      --message-rate 10        SALON_MESSAGE_RATE        a second each, 0: off
      --message-burst 20       SALON_MESSAGE_BURST
      --leave-grace 2          SALON_LEAVE_GRACE         seconds
      --sockets-per-person 20  SALON_SOCKETS_PER_PERSON  0: off
      --throttle on            SALON_THROTTLE            off: for tests only
      --access-log FILE        SALON_ACCESS_LOG          -: to the terminal`;

const USER = `salon user add NAME [--administrator]
salon user passwd NAME
salon user disable NAME
salon user enable NAME
salon user role NAME member|administrator

The password is asked for, or read from standard input: its first line.
With --data DIR for a data directory that is not ./data (or SALON_DATA).
While Salon runs, what is changed here is felt at once.`;

const ROOM = `salon room add NAME          a name of any script; prints its address and name
salon room list              one room a line: address, tab, name

With --data DIR for a data directory that is not ./data (or SALON_DATA).`;

const BACKUP = `salon backup FILE            FILE must not exist yet

Writes one consistent copy of everything, also while Salon runs. To go back to
it: stop Salon, put the copy in the place of the database in an empty data
directory, start Salon.`;

const MOVE = `salon move --from PLACE --to PLACE

A place is a data directory (./data) or a PostgreSQL (postgres://user@host/db).
Stop Salon first. The target has to be empty; the source is only read.

Users, sessions, rooms, messages and read marks go along with their numbers, so
that nobody has to log in again and every page goes on where it was. At the end
counts are compared, and the messages of every room one by one. A move that
broke off is not taken for a whole one: run it again.`;

const DRILL = `salon drill                  while Salon runs on the same data

      --clients 50             2 to 500 people
      --seconds 60             1 to 300

In a room that nobody else sees, and that is gone afterwards, they talk, lose
their lines, say the same thing twice and read slowly. Then what each of them
sent and saw is held against what is kept.

Ends with 0: nothing was lost, doubled or out of order; 1: something was;
2: there is no verdict.

With --data DIR for a data directory that is not ./data (or SALON_DATA).`;

const PAGES: ReadonlyMap<string, string> = new Map([
  ['serve', SERVE],
  ['user', USER],
  ['room', ROOM],
  ['backup', BACKUP],
  ['move', MOVE],
  ['drill', DRILL],
]);

export function helpOn(command: string | undefined): string {
  return PAGES.get(command ?? '') ?? START;
}

/** The command that shows the help on `command`. */
export function helpCommand(command: string | undefined): string {
  return command !== undefined && PAGES.has(command) ? `salon help ${command}` : 'salon help';
}
