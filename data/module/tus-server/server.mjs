// SPDX-License-Identifier: GPL-3.0-or-later
//
// A receiving module on the tus project's own server (package-format.md, section 6). It takes uploads in; the job that judges,
// signs and files away is palermo-cli receive. For practice and tests: it is not a United Nations system.
//
//   node server.mjs --dir DIR --tls-cert PEM --tls-key PEM --module-cert PEM --module-key PEM --cli PALERMO_CLI
//        [--token-file FILE] [--client-ca PEM] [--trust PEM]... [--host 127.0.0.1] [--port 0] [--max-bytes N]
//
// FILE holds a token a line, one for each sender. With --client-ca a sender may come with a certificate instead. An upload belongs
// to whoever made it: for everybody else it is not there. One line of JSON is printed when it is ready.
import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const NOTICE = 'simulation for practice and tests; not a United Nations system';
const RETRY_MS = 60_000; // after a job that could not be done: a full disk, a key that is not there
const run = promisify(execFile);
const { values: options } = parseArgs({
  options: {
    dir: { type: 'string' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    'module-cert': { type: 'string' },
    'module-key': { type: 'string' },
    cli: { type: 'string' },
    'token-file': { type: 'string' },
    'client-ca': { type: 'string' },
    trust: { type: 'string', multiple: true, default: [] },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    'max-bytes': { type: 'string', default: String(16 * 2 ** 30) },
  },
});
const digest = (text) => createHash('sha256').update(text).digest('hex');
const readLines = (file) => fs.readFileSync(file, 'utf8').split('\n').map((line) => line.trim()).filter(Boolean);
// By their digests: how long a comparison takes says nothing about a token.
const tokens = new Set(options['token-file'] ? readLines(options['token-file']).map((token) => digest(`Bearer ${token}`)) : []);
const isOpen = tokens.size === 0 && !options['client-ca'];
const uploads = path.join(options.dir, 'uploads');
const receipts = path.join(options.dir, 'receipts');
for (const folder of [uploads, receipts]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });

const store = new FileStore({ directory: uploads });
const senders = new AsyncLocalStorage(); // who makes the request that is being answered
const pending = new Map(); // SHA-256 of an archive being judged, and how many times
const later = new Set(); // those whose job is to be tried again
let judging = Promise.resolve();

const receiptPath = (sha256) => path.join(receipts, `${sha256}.receipt.p7m`);

// { owner, certificate }, or null for a stranger. certificate: SHA-256 of it, for the receipt.
function recognize(request) {
  const certificate = request.socket.authorized ? request.socket.getPeerCertificate()?.fingerprint256 : null;
  if (certificate) {
    const hex = certificate.replaceAll(':', '').toLowerCase();
    return { owner: hex, certificate: hex };
  }
  const token = digest(request.headers.authorization ?? '');
  if (tokens.has(token)) return { owner: token };
  return isOpen ? { owner: 'anybody' } : null;
}

// As palermo-cli says and as it is: what did not start it ends with 1 as a refusal does.
function isJudged(said, sha256) {
  try {
    return JSON.parse(said).sha256 === sha256 && fs.existsSync(receiptPath(sha256));
  } catch {
    return false;
  }
}

// Idempotent: what has a receipt gets no other one. Run for every finished upload, also after a restart.
async function judge(upload) {
  const { sha256, filename = '', certificate } = upload.metadata;
  const words = ['receive', '--json', path.join(uploads, upload.id), '--sha256', sha256, '--store', options.dir, '--accept-unknown',
    '--key', `${options['module-key']}+${options['module-cert']}`, '--module-cert', options['module-cert'],
    '--id', upload.id, `--name=${filename.replaceAll('\0', '').slice(0, 255)}`, ...(certificate ? ['--sender', certificate] : []),
    ...options.trust.flatMap((pem) => ['--trust', pem])];
  // Names are UTF-8, whatever the locale of the service is. A refusal ends with 1 to 4.
  const done = await run(options.cli, words, { env: { ...process.env, LC_ALL: 'C.UTF-8' } }).catch((error) => error);
  if (isJudged(done.stdout, sha256)) {
    later.delete(sha256);
    return;
  }
  console.error(`no receipt yet for ${upload.id}: ${(done.stderr || done.message || '').trim()}`);
  later.add(sha256);
  setTimeout(() => queue(upload), RETRY_MS).unref();
}

function queue(upload) {
  const { sha256 } = upload.metadata;
  pending.set(sha256, (pending.get(sha256) ?? 0) + 1);
  judging = judging
    .then(() => judge(upload))
    .then(() => (pending.get(sha256) > 1 ? pending.set(sha256, pending.get(sha256) - 1) : pending.delete(sha256)));
}

const refuse = (status_code, body) => ({ status_code, body: `${body}\n` });

const server = new Server({
  path: '/files',
  datastore: store,
  relativeLocation: true, // behind a proxy it does not know its own name
  allowedOrigins: [], // no browser sends here
  maxSize: Number(options['max-bytes']),
  disableTerminationForFinishedUploads: true,
  async onUploadCreate(_request, upload) {
    if (!/^[0-9a-f]{64}$/.test(upload.metadata?.sha256 ?? '')) throw refuse(400, 'Upload-Metadata has no sha256');
    // Whatever the sender says of that.
    const { owner: _owner, certificate: _certificate, ...metadata } = upload.metadata;
    return { metadata: { ...metadata, ...senders.getStore() } };
  },
  async onIncomingRequest(request, id) {
    // By default an upload can be read back; nobody may.
    if (request.method === 'GET') throw refuse(403, 'not here');
    if (request.method === 'POST' || request.method === 'OPTIONS') return;
    const upload = await store.getUpload(id).catch(() => null);
    if (upload?.metadata?.owner !== senders.getStore().owner) throw refuse(404, 'no such upload');
  },
  async onUploadFinish(_request, upload) {
    queue(upload); // answered first, judged then: a sender does not wait for gigabytes to be verified
    return { headers: { Receipt: `/receipts/${upload.metadata.sha256}` } };
  },
});

function answerReceipt(request, response) {
  const sha256 = request.url.slice('/receipts/'.length);
  const known = /^[0-9a-f]{64}$/.test(sha256);
  if (request.method !== 'GET' || !known) {
    response.writeHead(404).end();
  } else if (fs.existsSync(receiptPath(sha256))) {
    response.writeHead(200, { 'Content-Type': 'application/pkcs7-mime' }).end(fs.readFileSync(receiptPath(sha256)));
  } else if (pending.has(sha256) || later.has(sha256)) {
    response.writeHead(202, { 'Retry-After': '1' }).end();
  } else {
    response.writeHead(404).end();
  }
}

async function queueFinishedUploads() {
  for (const name of await fs.promises.readdir(uploads)) {
    if (name.endsWith('.json')) continue;
    const upload = await store.getUpload(name).catch(() => null);
    if (upload && upload.offset === upload.size && upload.metadata?.sha256) queue(upload);
  }
}

const front = https.createServer(
  {
    cert: fs.readFileSync(options['tls-cert']),
    key: fs.readFileSync(options['tls-key']),
    minVersion: 'TLSv1.2',
    ...(options['client-ca'] && { ca: fs.readFileSync(options['client-ca']), requestCert: true, rejectUnauthorized: false }),
  },
  (request, response) => {
    response.setHeader('Simulation', NOTICE);
    const sender = recognize(request);
    if (!sender) {
      response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
    } else if (request.url.startsWith('/receipts/')) {
      answerReceipt(request, response);
    } else {
      senders.run(sender, () => server.handle(request, response));
    }
  },
);
front.requestTimeout = 0; // a part over a thin link takes its time

await queueFinishedUploads();
front.listen(Number(options.port), options.host, () => {
  console.log(JSON.stringify({
    url: `https://${options.host}:${front.address().port}/files/`,
    ca: options['tls-cert'],
    moduleCertificate: options['module-cert'],
    simulation: NOTICE,
  }));
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
