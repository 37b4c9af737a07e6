// SPDX-License-Identifier: GPL-3.0-or-later
//
// A receiving module on the tus project's own server (package-format.md, section 6), to show that nothing
// in Palermo depends on palermo-module. For practice and tests: it is not a United Nations system.
//
//   node server.mjs --dir DIR --tls-cert PEM --tls-key PEM --module-cert PEM --module-key PEM \
//        --verify PALERMO_CLI [--token-file FILE] [--trust PEM] [--port 0] [--max-bytes N]
//
// It listens on 127.0.0.1 and prints one line of JSON when it is ready.
import { execFile } from 'node:child_process';
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const NOTICE = 'simulation for practice and tests; not a United Nations system';
const run = promisify(execFile);
const { values: options } = parseArgs({
  options: {
    dir: { type: 'string' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    'module-cert': { type: 'string' },
    'module-key': { type: 'string' },
    verify: { type: 'string' },
    'token-file': { type: 'string' },
    trust: { type: 'string', multiple: true, default: [] },
    port: { type: 'string', default: '0' },
    'max-bytes': { type: 'string', default: String(16 * 2 ** 30) },
  },
});
const digest = (text) => createHash('sha256').update(text).digest();
const token = options['token-file'] && fs.readFileSync(options['token-file'], 'utf8').trim();
const uploads = path.join(options.dir, 'uploads');
const receipts = path.join(options.dir, 'receipts');
for (const folder of [uploads, receipts]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });

const store = new FileStore({ directory: uploads });
const pending = new Map(); // SHA-256 of an archive being judged, and how many times
let judging = Promise.resolve();

const receiptPath = (sha256) => path.join(receipts, `${sha256}.receipt.p7m`);

function isKnown(authorization) {
  return !token || timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`));
}

async function sha256Of(file) {
  const hash = createHash('sha256');
  for await (const chunk of fs.createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

// Publishes as a whole or not at all: flushed before it gets its name.
async function publish(file, data) {
  const temporary = `${file}.part-${randomUUID()}`;
  const handle = await fs.promises.open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.promises.rename(temporary, file);
}

async function verify(file) {
  const trust = options.trust.flatMap((pem) => ['--trust', pem]);
  try {
    const { stdout } = await run(options.verify, ['verify', '--json', ...trust, file], { timeout: 900_000 });
    return JSON.parse(stdout);
  } catch (error) {
    // Codes 1 to 4 are verdicts; the JSON says which.
    if (error.stdout) return JSON.parse(error.stdout);
    return { code: 4, indication: 'TOTAL-FAILED', message: 'the archive could not be checked within the limits' };
  }
}

async function sign(content) {
  const file = path.join(options.dir, `sign-${randomUUID()}`);
  await publish(file, content);
  try {
    const { stdout } = await run('openssl', ['cms', '-sign', '-nodetach', '-binary', '-cades', '-md', 'sha256',
      '-outform', 'DER', '-signer', options['module-cert'], '-inkey', options['module-key'], '-in', file],
    { encoding: 'buffer' });
    return stdout;
  } finally {
    await fs.promises.rm(file, { force: true });
  }
}

// Idempotent: what has a receipt is not judged again. Run for every finished upload, also after a restart.
async function judge(upload) {
  const file = path.join(uploads, upload.id);
  const declared = upload.metadata.sha256;
  if (fs.existsSync(receiptPath(declared))) return;
  const right = (await sha256Of(file)) === declared;
  const verdict = right
    ? await verify(file)
    : { code: 2, indication: 'TOTAL-FAILED', message: 'the archive does not have the declared SHA-256' };
  const { stdout: subject } = await run('openssl', ['x509', '-noout', '-subject', '-nameopt', 'RFC2253', '-in',
    options['module-cert']]);
  const receipt = {
    type: 'urn:example:submission-receipt:1',
    id: randomUUID(),
    status: right && verdict.code <= 1 ? 'accepted' : 'refused',
    archive: { sha256: declared, size: upload.size, name: upload.metadata.filename ?? '' },
    verification: { code: verdict.code, indication: verdict.indication, message: verdict.message ?? '' },
    received: new Date().toISOString(),
    receiver: subject.trim().replace(/^subject=/, ''),
  };
  await publish(receiptPath(declared), await sign(JSON.stringify(receipt)));
}

function queue(upload) {
  const { sha256 } = upload.metadata;
  pending.set(sha256, (pending.get(sha256) ?? 0) + 1);
  judging = judging
    .then(() => judge(upload))
    .catch((error) => console.error(`an archive could not be judged: ${error.message}`))
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
    return {};
  },
  async onIncomingRequest(request) {
    // By default an upload can be read back; nobody may.
    if (request.method === 'GET' || request.method === 'DELETE') throw refuse(403, 'not here');
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
  } else if (pending.has(sha256)) {
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
  },
  (request, response) => {
    response.setHeader('Simulation', NOTICE);
    if (!isKnown(request.headers.authorization)) {
      response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
    } else if (request.url.startsWith('/receipts/')) {
      answerReceipt(request, response);
    } else {
      server.handle(request, response);
    }
  },
);
front.requestTimeout = 0; // a part over a thin link takes its time

await queueFinishedUploads();
front.listen(Number(options.port), '127.0.0.1', () => {
  console.log(JSON.stringify({
    url: `https://127.0.0.1:${front.address().port}/files/`,
    ca: options['tls-cert'],
    moduleCertificate: options['module-cert'],
    simulation: NOTICE,
  }));
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
