// SPDX-License-Identifier: GPL-3.0-or-later
//
// Locks that several machines share, in Redis: a key with a lease that its owner renews, and a channel on which somebody who waits
// asks the owner to let go. Who dies loses the lock when the lease ends.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { createClient } from '@redis/client';

const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
const ASK_MS = 200;
const PATIENCE_MS = 30_000; // longer than a lease: who waits for a dead owner gets the lock
// Only whoever holds the lock.
const RENEW = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end";
const RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

// As @tus/server has them.
class LockTimeout extends Error {
  status_code = 500;
  body = 'somebody else holds the lock\n';

  constructor() {
    super('somebody else holds the lock');
  }
}

class RedisLock {
  constructor(locker, id) {
    this.locker = locker;
    this.key = `palermo:lock:${id}`;
    this.token = randomUUID();
  }

  // @tus/server: askRelease() ends the request that holds the lock; it is called when somebody waits, or the lease was lost.
  async lock(signal, askRelease) {
    const { redis } = this.locker;
    const end = Date.now() + PATIENCE_MS;
    while (!(await redis.set(this.key, this.token, { condition: 'NX', expiration: { type: 'PX', value: LEASE_MS } }))) {
      if (signal?.aborted || Date.now() > end) throw new LockTimeout();
      await redis.publish('palermo:release', this.key);
      await sleep(ASK_MS);
    }
    this.isHeld = true;
    this.askRelease = askRelease;
    this.locker.held.set(this.key, this);
    this.timer = setInterval(() => this.renew(), RENEW_MS);
  }

  async renew() {
    const left = await this.locker.redis.eval(RENEW, { keys: [this.key], arguments: [this.token, String(LEASE_MS)] }).catch(() => 0);
    if (left || !this.isHeld) return;
    this.isHeld = false;
    await this.askRelease?.();
  }

  async unlock() {
    clearInterval(this.timer);
    this.isHeld = false;
    this.locker.held.delete(this.key);
    await this.locker.redis.eval(RELEASE, { keys: [this.key], arguments: [this.token] });
  }
}

// A Locker as @tus/server has them.
export class RedisLocker {
  constructor(redis) {
    this.redis = redis;
    this.held = new Map();
  }

  newLock(id) {
    return new RedisLock(this, id);
  }
}

export async function openLocker(url) {
  const redis = createClient({ url, password: process.env.REDIS_PASSWORD });
  redis.on('error', (error) => console.error(`Redis: ${error.message}`));
  await redis.connect();
  const locker = new RedisLocker(redis);
  const ear = redis.duplicate();
  ear.on('error', () => {});
  await ear.connect();
  await ear.subscribe('palermo:release', (key) => locker.held.get(key)?.askRelease?.());
  return locker;
}
