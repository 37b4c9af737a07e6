// SPDX-License-Identifier: GPL-3.0-or-later
//
// Uploads, archives and receipts in one folder of one machine.
import fs from 'node:fs';
import path from 'node:path';

import { FileStore } from '@tus/file-store';

import { receiptPath, receive } from './job.mjs';

const RETRY_MS = 60_000; // after a job that could not be done: a full disk, a key that is not there

export function openOneMachine(options) {
  const uploads = path.join(options.dir, 'uploads');
  for (const folder of [uploads, path.join(options.dir, 'receipts')]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = new FileStore({ directory: uploads });
  const pending = new Map(); // SHA-256 of an archive being judged, and how many times
  const later = new Set(); // those whose job is to be tried again
  let judging = Promise.resolve();

  async function judge(upload) {
    const { sha256 } = upload.metadata;
    if (await receive(options, path.join(uploads, upload.id), upload)) {
      later.delete(sha256);
      return;
    }
    later.add(sha256);
    setTimeout(() => finished(upload), RETRY_MS).unref();
  }

  function finished(upload) {
    const { sha256 } = upload.metadata;
    pending.set(sha256, (pending.get(sha256) ?? 0) + 1);
    judging = judging
      .then(() => judge(upload))
      .then(() => (pending.get(sha256) > 1 ? pending.set(sha256, pending.get(sha256) - 1) : pending.delete(sha256)));
  }

  return {
    store,
    finished,
    readReceipt: async (sha256) => fs.promises.readFile(receiptPath(options, sha256)).catch(() => null),
    isWaiting: async (sha256) => pending.has(sha256) || later.has(sha256),
    // Every finished upload, after a start: their jobs may have been cut off.
    async sweep() {
      for (const name of await fs.promises.readdir(uploads)) {
        if (name.endsWith('.json')) continue;
        const upload = await store.getUpload(name).catch(() => null);
        if (upload && upload.offset === upload.size && upload.metadata?.sha256) finished(upload);
      }
    },
  };
}
