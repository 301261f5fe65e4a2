import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { Database, type Tx } from '@app/database';
import type { UserId } from '@app/users';
import { userAgentLimit } from './session.js';

/** How a known device stands. */
export interface DeviceState {
  readonly hash: Buffer;
  /** Wrong passwords in a row there. */
  readonly failures: number;
  /** Seconds since the last of them. */
  readonly since: number | null;
}

type DevicePlace = Pick<ClientInfo, 'address' | 'userAgent'>;

const lifetime = `interval '400 days'`;

/** An SQL condition: the row `device` of known_devices is known for this user by one of these hashes. */
export const isKnownDevice = (device: string, user: string, hashes: string): string => `
  ${device}.user_id = ${user} AND ${device}.hash = ANY (${hashes}::bytea[]) AND ${device}.forgotten_at IS NULL
  AND ${device}.last_seen_at > app_now() - ${lifetime}`;

/** The SELECT of one DeviceState, or none, for a LATERAL join of a statement that reads more. */
export const selectKnownDevice = (user: string, hashes: string): string => `
  SELECT d.hash, d.failures, extract(epoch FROM app_now() - d.last_failed_at)::float8 AS since
  FROM known_devices d WHERE ${isKnownDevice('d', user, hashes)} ORDER BY d.last_seen_at DESC LIMIT 1`;

/** The UPDATE that counts a wrong password there, for a statement that does more. RETURNING failures. */
export const failAtDevice = (user: string, hash: string): string => `
  UPDATE known_devices SET failures = LEAST(failures + 1, 1000000), last_failed_at = app_now()
  WHERE user_id = ${user} AND hash = ${hash} RETURNING failures`;

/** The UPDATE after which no wrong password counts at any device, for a statement that does more. */
export const resetDevices = (user: string): string => `
  UPDATE known_devices SET failures = 0, last_failed_at = NULL WHERE user_id = ${user} AND failures > 0`;

/**
 * Devices that accounts are known to be used from. They come to be in the statement that opens a session, or with a
 * reset of the password.
 */
@Injectable()
export class KnownDevicesRepository {
  constructor(private readonly database: Database) {}

  /** Has it known from now on, as a sign-in would. */
  async add(tx: Tx, userId: UserId, hash: Buffer, { address, userAgent }: DevicePlace): Promise<void> {
    await tx.run(addDevice, [userId, hash, address, userAgent?.slice(0, userAgentLimit) ?? null]);
  }

  async reset(userId: UserId, hash: Buffer): Promise<void> {
    await this.database.run(resetDevice, [userId, hash]);
  }

  /** No device is known any more. */
  async forgetAll(tx: Tx, userId: UserId): Promise<void> {
    await tx.run(forgetDevices, [userId]);
  }

  /** Deletes a batch of what no cookie can name any more, but never an account's last: see `forgotten_at`. */
  async deleteOld(): Promise<number> {
    return (await this.database.run(deleteOld)).length;
  }
}

const addDevice = {
  name: 'sessions.add_device',
  text: 'INSERT INTO known_devices (user_id, hash, address, user_agent) VALUES ($1, $2, $3, $4)',
};
const resetDevice = {
  name: 'sessions.reset_device',
  text: 'UPDATE known_devices SET failures = 0, last_failed_at = NULL WHERE user_id = $1 AND hash = $2',
};
const forgetDevices = {
  name: 'sessions.forget_devices',
  text: 'UPDATE known_devices SET forgotten_at = app_now() WHERE user_id = $1 AND forgotten_at IS NULL',
};
const deleteOld = {
  name: 'sessions.delete_old_devices',
  text: `DELETE FROM known_devices WHERE (user_id, hash) IN (
           SELECT d.user_id, d.hash FROM known_devices d
           WHERE d.last_seen_at < app_now() - ${lifetime} AND EXISTS (
             SELECT 1 FROM known_devices n WHERE n.user_id = d.user_id AND n.last_seen_at > d.last_seen_at)
           LIMIT 500)
         RETURNING hash`,
};
