/** The columns of a room, named as the interface names them, so that a row is a Room. */
export const SELECT_ROOM = `SELECT r.id, r.slug, r.name, r.topic, r.created_by AS createdBy, r.head,
  (SELECT coalesce(max(seq), 0) FROM messages WHERE room_id = r.id) AS last FROM rooms r`;
