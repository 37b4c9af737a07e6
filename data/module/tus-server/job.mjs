// SPDX-License-Identifier: GPL-3.0-or-later
//
// The job of an upload that is complete: palermo-cli receive, which judges, signs and files away.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

// Names are UTF-8, whatever the locale of the service is. A refusal ends with 1 to 4.
export const askCli = (options, words) =>
  run(options.cli, words, { env: { ...process.env, LC_ALL: 'C.UTF-8' } }).catch((error) => error);

export const receiptPath = (options, sha256) => path.join(options.dir, 'receipts', `${sha256}.receipt.p7m`);

// As palermo-cli says and as it is: what did not start it ends with 1 as a refusal does.
function readAnswer(options, said, sha256) {
  try {
    const answer = JSON.parse(said);
    return answer.sha256 === sha256 && fs.existsSync(receiptPath(options, sha256)) ? answer : null;
  } catch {
    return null;
  }
}

// Idempotent: what has a receipt gets no other one. Returns what palermo-cli says, or null when there is no receipt yet.
export async function receive(options, file, upload) {
  const { sha256, filename = '', certificate } = upload.metadata;
  const words = ['receive', '--json', file, '--sha256', sha256, '--store', options.dir, '--accept-unknown',
    '--key', `${options['module-key']}+${options['module-cert']}`, '--module-cert', options['module-cert'],
    '--id', upload.id, `--name=${filename.replaceAll('\0', '').slice(0, 255)}`, ...(certificate ? ['--sender', certificate] : []),
    ...options.trust.flatMap((pem) => ['--trust', pem])];
  const done = await askCli(options, words);
  const answer = readAnswer(options, done.stdout, sha256);
  if (!answer) console.error(`no receipt yet for ${upload.id}: ${(done.stderr || done.message || '').trim()}`);
  return answer;
}
