// SPDX-License-Identifier: GPL-3.0-or-later
//
// Uploads, archives and receipts in a bucket of S3, locks and what is waiting in Redis: any machine goes on with any upload, and any
// machine does the job. The folder of a machine is its scratch. A receipt is told only once it is in the bucket.
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { S3 } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { S3Store } from '@tus/s3-store';

import { askCli, receiptPath, receive } from './job.mjs';
import { openLocker } from './redis-lock.mjs';

const SWEEP_MS = 60_000;
const PART_BYTES = 64 << 20;
const WAITING = 'palermo:waiting';

const isMissing = (error) => error.name === 'NoSuchKey' || error.name === 'NotFound' || error.$metadata?.httpStatusCode === 404;

export async function openSeveralMachines(options) {
  const bucket = options['s3-bucket'];
  const s3ClientConfig = {
    region: process.env.AWS_REGION ?? 'us-east-1',
    ...(options['s3-endpoint'] && { endpoint: options['s3-endpoint'], forcePathStyle: true }),
    // Not every server knows the newer checksums; what counts is the SHA-256 that the job compares.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  };
  const scratch = path.join(options.dir, 'fetched');
  for (const folder of [scratch, path.join(options.dir, 'receipts')]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Nothing is kept in memory: another machine may have ended it.
  const cache = { get: async () => undefined, set: async () => {}, delete: async () => {} };
  const store = new S3Store({ s3ClientConfig: { ...s3ClientConfig, bucket }, cache });
  const s3 = new S3(s3ClientConfig);
  const locker = await openLocker(options.redis);
  const { redis } = locker;
  let judging = Promise.resolve();

  const receiptKey = (sha256) => `receipts/${sha256}.receipt.p7m`;
  const archiveKey = (sha256) => `archives/${sha256}.asice`;

  async function read(key) {
    try {
      return Buffer.from(await (await s3.getObject({ Bucket: bucket, Key: key })).Body.transformToByteArray());
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async function exists(key) {
    try {
      await s3.headObject({ Bucket: bucket, Key: key });
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  // What another machine said of it is what this one goes on from.
  async function isAccepted(sha256) {
    const receipt = await read(receiptKey(sha256));
    if (!receipt) return false;
    await fs.promises.writeFile(receiptPath(options, sha256), receipt, { mode: 0o600 });
    const done = await askCli(options, ['receipt', receiptPath(options, sha256), '--trust', options['module-cert'], '--json']);
    return done.code === undefined && JSON.parse(done.stdout).status === 'accepted' && (await exists(archiveKey(sha256)));
  }

  // The archive first: a receipt speaks of what is kept.
  async function publish(answer, sha256) {
    const key = answer.status === 'accepted' ? archiveKey(sha256) : `refused/${path.basename(answer.archive)}`;
    await new Upload({
      client: s3,
      params: { Bucket: bucket, Key: key, Body: fs.createReadStream(answer.archive) },
      partSize: PART_BYTES,
      queueSize: 1,
    }).done();
    const receipt = await fs.promises.readFile(receiptPath(options, sha256));
    await s3.putObject({ Bucket: bucket, Key: receiptKey(sha256), Body: receipt, ContentType: 'application/pkcs7-mime' });
    await fs.promises.rm(answer.archive, { force: true });
  }

  async function fetchAndReceive(upload, lock) {
    const { sha256 } = upload.metadata;
    const file = path.join(scratch, upload.id);
    try {
      await pipeline(await store.read(upload.id), fs.createWriteStream(file, { mode: 0o600 }));
      const answer = await receive(options, file, upload);
      if (!answer) return false;
      if (!lock.isHeld) throw new Error('the lock was lost meanwhile');
      await publish(answer, sha256);
      return true;
    } finally {
      await fs.promises.rm(file, { force: true });
    }
  }

  // A machine that died between the last part and the end of the upload left its parts.
  async function joinParts(id) {
    const metadata = await store.getMetadata(id);
    const parts = await store.retrieveParts(id).catch(() => []);
    if (parts.reduce((sum, part) => sum + part.Size, 0) !== metadata.file.size) return false;
    await store.finishMultipartUpload(metadata, parts);
    return true;
  }

  // What speaks of it last, so that a sweep finds what was cut off.
  async function forget(upload) {
    await redis.sRem(WAITING, upload.metadata.sha256);
    await s3.deleteObject({ Bucket: bucket, Key: upload.id });
    await s3.deleteObject({ Bucket: bucket, Key: `${upload.id}.info` });
  }

  // One machine at a time, for all uploads that declare this digest.
  async function judge(upload) {
    const { sha256 } = upload.metadata;
    const lock = locker.newLock(`job:${sha256}`);
    await lock.lock(null, null);
    try {
      // Somebody else may have done it while this one waited.
      if (!(await exists(`${upload.id}.info`))) return;
      const isWhole = (await exists(upload.id)) || (await joinParts(upload.id));
      const isDone = (await isAccepted(sha256)) || (isWhole ? await fetchAndReceive(upload, lock) : await exists(receiptKey(sha256)));
      if (isDone) await forget(upload);
    } finally {
      await fs.promises.rm(receiptPath(options, sha256), { force: true });
      await lock.unlock();
    }
  }

  // The sender is answered once it is noted, and any machine tells it to wait.
  async function finished(upload) {
    await redis.sAdd(WAITING, upload.metadata.sha256);
    judging = judging.then(() => judge(upload)).catch((error) => console.error(`no receipt yet for ${upload.id}: ${error.message}`));
  }

  // Jobs that were cut off, whoever began them.
  async function sweep() {
    for (let more; ; ) {
      const page = await s3.listObjectsV2({ Bucket: bucket, ContinuationToken: more });
      for (const { Key: key } of page.Contents ?? []) {
        if (!key.endsWith('.info') || key.includes('/')) continue;
        const upload = await store.getUpload(key.slice(0, -'.info'.length)).catch(() => null);
        if (upload && upload.offset === upload.size && upload.metadata?.sha256) await finished(upload);
      }
      more = page.NextContinuationToken;
      if (!more) break;
    }
    await judging;
  }

  function sweepAgain() {
    setTimeout(() => sweep().catch((error) => console.error(`sweep: ${error.message}`)).then(sweepAgain), SWEEP_MS).unref();
  }
  sweepAgain();

  return {
    store,
    locker,
    finished,
    readReceipt: (sha256) => read(receiptKey(sha256)),
    isWaiting: async (sha256) => Boolean(await redis.sIsMember(WAITING, sha256)),
    sweep: async () => void sweep().catch((error) => console.error(`sweep: ${error.message}`)),
  };
}
