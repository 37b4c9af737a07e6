// SPDX-License-Identifier: GPL-3.0-or-later
//
// A receiving module on the tus project's own server (package-format.md, section 6). It takes uploads in; the job that judges,
// signs and files away is palermo-cli receive. For practice and tests: it is not a United Nations system.
//
//   node server.mjs --dir DIR --tls-cert PEM --tls-key PEM --module-cert PEM --module-key PEM --cli PALERMO_CLI
//        [--token-file FILE] [--client-ca PEM] [--trust PEM]... [--host 127.0.0.1] [--port 0] [--max-bytes N]
//        [--s3-bucket NAME --redis URL [--s3-endpoint URL]]
//
// FILE holds a token a line, one for each sender. With --client-ca a sender may come with a certificate instead. An upload belongs
// to whoever made it: for everybody else it is not there. With --s3-bucket several machines share the work. One line of JSON is
// printed when it is ready.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import { parseArgs } from 'node:util';

import { Server } from '@tus/server';

import { openOneMachine } from './one-machine.mjs';

const NOTICE = 'simulation for practice and tests; not a United Nations system';
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
    's3-bucket': { type: 'string' },
    's3-endpoint': { type: 'string' },
    redis: { type: 'string' },
    'max-bytes': { type: 'string', default: String(16 * 2 ** 30) },
  },
});
const digest = (text) => createHash('sha256').update(text).digest('hex');
const readLines = (file) => fs.readFileSync(file, 'utf8').split('\n').map((line) => line.trim()).filter(Boolean);
// By their digests: how long a comparison takes says nothing about a token.
const tokens = new Set(options['token-file'] ? readLines(options['token-file']).map((token) => digest(`Bearer ${token}`)) : []);
const isOpen = tokens.size === 0 && !options['client-ca'];
// Packages that only this needs are read only then.
const place = options['s3-bucket']
  ? await (await import('./several-machines.mjs')).openSeveralMachines(options)
  : openOneMachine(options);
const { store } = place;
const senders = new AsyncLocalStorage(); // who makes the request that is being answered

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

const refuse = (status_code, body) => ({ status_code, body: `${body}\n` });

const server = new Server({
  path: '/files',
  datastore: store,
  ...(place.locker && { locker: place.locker }),
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
    await place.finished(upload); // noted, and answered; judged then: a sender does not wait for gigabytes to be verified
    return { headers: { Receipt: `/receipts/${upload.metadata.sha256}` } };
  },
});

async function answerReceipt(request, response) {
  const sha256 = request.url.slice('/receipts/'.length);
  const known = /^[0-9a-f]{64}$/.test(sha256);
  if (request.method !== 'GET' || !known) {
    response.writeHead(404).end();
    return;
  }
  // In this order: a job that ends in between leaves a receipt.
  const isWaiting = await place.isWaiting(sha256);
  const receipt = await place.readReceipt(sha256);
  if (receipt) response.writeHead(200, { 'Content-Type': 'application/pkcs7-mime' }).end(receipt);
  else if (isWaiting) response.writeHead(202, { 'Retry-After': '1' }).end();
  else response.writeHead(404).end();
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
      answerReceipt(request, response).catch((error) => {
        console.error(`receipt: ${error.message}`);
        response.writeHead(503, { 'Retry-After': '10' }).end();
      });
    } else {
      senders.run(sender, () => server.handle(request, response));
    }
  },
);
front.requestTimeout = 0; // a part over a thin link takes its time

await place.sweep();
front.listen(Number(options.port), options.host, () => {
  console.log(JSON.stringify({
    url: `https://${options.host}:${front.address().port}/files/`,
    ca: options['tls-cert'],
    moduleCertificate: options['module-cert'],
    simulation: NOTICE,
  }));
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
