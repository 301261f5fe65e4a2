const check = (name: string, key: string): { name: string; text: string } => ({
  name: `floor.${name}`,
  text: `SELECT s.id, s.user_id AS "userId", u.roles, s.amr, s.acr, s.auth_time AS "authTime"
         FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE ${key} = $1 AND s.ended_at IS NULL AND s.expires_at > app_now() AND u.status = 'active'`,
});

export const checkByCookie = check('check_by_cookie', 's.cookie_hash');
export const checkById = check('check_by_id', 's.id');

export const findPassword = {
  name: 'floor.find_password',
  text: `SELECT p.hash FROM users u JOIN password_credentials p ON p.user_id = u.id
         WHERE u.email_key = $1 AND u.status = 'active'`,
};

/** Atomic, and a used token rotates nothing; what a second use tells is left out. */
export const rotate = {
  name: 'floor.rotate',
  text: `WITH consumed AS (
      UPDATE refresh_tokens SET consumed_at = app_now() WHERE hash = $1 AND consumed_at IS NULL
      RETURNING family_id, generation
    ), child AS (
      INSERT INTO refresh_tokens (hash, family_id, parent_hash, generation, idle_expires_at)
      SELECT $2, family_id, $1, generation + 1, app_now() + interval '14 days' FROM consumed
    )
    SELECT s.id, s.user_id AS "userId", u.roles FROM consumed c JOIN refresh_families f ON f.id = c.family_id
      JOIN sessions s ON s.id = f.session_id JOIN users u ON u.id = s.user_id
    WHERE f.revoked_at IS NULL AND s.ended_at IS NULL`,
};
