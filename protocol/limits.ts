/** Limits that client and server share. What an operator may change is in server/settings.ts. */

/** Code points of one message. */
export const MESSAGE_CODE_POINTS = 4_000;
/** Bytes of one frame from a client; a larger one closes the socket with 1009. */
export const FRAME_BYTES = 64 * 1024;
/** Characters of a nonce. */
export const NONCE_CHARACTERS = 64;
/** Characters of a user name (S6) and of a room's name. */
export const USER_NAME_CHARACTERS = 150;
export const ROOM_NAME_CHARACTERS = 80;
export const ROOM_TOPIC_CHARACTERS = 250;
/** Messages of one page of history. */
export const HISTORY_PAGE = 50;
export const HISTORY_PAGE_MAX = 200;
/** Names in one `user_list`; the rest is paged by `GET /api/rooms/<room>/people`. */
export const PEOPLE_LISTED = 1_000;
/** Unread messages are counted up to here. */
export const UNREAD_COUNTED = 100;
/** The server sends at least this often (seconds); a client that receives nothing for SILENCE_S reconnects. */
export const HEARTBEAT_S = 10;
export const SILENCE_S = 25;
/** Passwords, in characters. */
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 1_024;
