#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job through palermo-cli: a new dossier, answers of each kind, a consultation, a signed archive,
a delivery over a link that breaks in the middle, a verified receipt. Then the archive is checked as a
stranger would, with openssl and sha256sum alone."""
import base64
import hashlib
import json
import os
import subprocess
import tempfile
import zipfile

CLI = os.environ['PALERMO_CLI']
MODULE = os.environ.get('PALERMO_MODULE') or os.path.join(os.path.dirname(os.path.dirname(CLI)), 'module', 'palermo-module')
CHECKS = [0, 0]


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)
    return good


def cli(*words, code=0, fds=(), text=None):
    done = subprocess.run([CLI, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, input=text,
                          pass_fds=fds, check=False)
    if done.returncode != code:
        check(' '.join(words[:2]), False, f'status {done.returncode}, wanted {code}: {done.stderr.strip()}')
    return done.stdout


def set_answers(dossier, record, *answers):
    lines = ''.join(f'{node}\t{value}\n' for node, value in answers)
    words = ['answer', 'set', dossier, '--from', '-'] + (['--record', record] if record else [])
    cli(*words, text=lines)


def get(dossier, node):
    return cli('answer', 'get', dossier, node).rstrip('\n')


def main(folder):
    os.environ.update(XDG_DATA_HOME=os.path.join(folder, 'data'), XDG_CONFIG_HOME=os.path.join(folder, 'config'),
                      HOME=folder)
    dossier = os.path.join(folder, 'practicia.palermo')
    archive = os.path.join(folder, 'submission.asice')

    cli('dossier', 'new', dossier, '--state', 'Practicia', '--uncac', 'yes', '--instruments', 'trafficking',
        '--start', '2026-09-01', '--languages', 'en', '--focal', 'Office of Treaties')
    check('the State is in the general part', get(dossier, '/cluster1/general/state/name') == 'Practicia')

    status = '/cluster1/untoc/art5/q5_1_a'
    nodes = [a['node'] for a in json.loads(cli('answer', 'list', dossier, '--json'))]
    statuses = [n for n in nodes if n.endswith('/status') and '/untoc/art5/' in n]
    if check('article 5 has questions', bool(statuses)):
        status = statuses[0]
    duty = status.rsplit('/', 1)[0]

    set_answers(dossier, None, (status, 'part'))
    relevant = {a['node']: a['relevant'] for a in json.loads(cli('answer', 'list', dossier, '--json'))}
    shown = [n for n in relevant if n.startswith(duty + '/') and relevant[n] and n != status]
    check('"Yes, in part" brings follow-ups', len(shown) >= 3, str(shown))
    set_answers(dossier, None, (status, 'no'))
    after = {a['node']: a['relevant'] for a in json.loads(cli('answer', 'list', dossier, '--json'))}
    check('"No" brings other ones', {n for n in after if after[n]} != {n for n in relevant if relevant[n]})
    set_answers(dossier, None, (status, 'yes'), (duty + '/law[new]/title', 'Law on Organized Crime'))
    laws = [a for a in json.loads(cli('answer', 'list', dossier, '--json'))
            if a['node'].startswith(duty) and a['value'] == 'Law on Organized Crime']
    check('a law is cited in a row of its own', len(laws) == 1, str(laws))

    cli('consultation', 'add', dossier, '--from', '-',
        text='/consultation/record/essentials/title\tRound table with shelters\n'
             '/consultation/record/essentials/date\t2026-10-01\n')
    records = json.loads(cli('consultation', 'list', dossier, '--json'))
    check('the consultation is recorded', len(records) == 1, str(records))

    cli('dossier', 'check', dossier)
    cli('pack', dossier, '-o', archive)
    verdict = json.loads(cli('verify', archive, '--json', code=1) or '{}')
    check('an unknown signer is indeterminate, not wrong', verdict.get('indication') == 'INDETERMINATE', str(verdict))
    with zipfile.ZipFile(archive) as file:
        names = file.namelist()
        everything = b''.join(file.read(n) for n in names)
        answers = b''.join(file.read(n) for n in names if n.startswith('data/instances/'))
        package = json.loads(file.read('data/package.json'))
        unpacked = os.path.join(folder, 'x')
        file.extractall(unpacked)
    check('the package says what it is', package.get('kind') == 'submission', str(package)[:200])
    check('restricted records stay at home', b'Round table with shelters' not in everything)
    check('no path of this machine leaves', folder.encode() not in everything)
    check('an article of an instrument not joined stays out', b'<trafficking' in answers and b'<firearms' not in answers)

    # As printed in the README, without Palermo.
    signature = os.path.join(unpacked, 'META-INF', 'signature001.p7s')
    manifest = os.path.join(unpacked, 'META-INF', 'ASiCManifest001.xml')
    pem = os.path.join(folder, 'signer.pem')
    certificates = subprocess.run(['openssl', 'pkcs7', '-inform', 'DER', '-in', signature, '-print_certs'],
                                  stdout=subprocess.PIPE, text=True, check=False).stdout
    with open(pem, 'w', encoding='utf-8') as file:
        file.write(certificates)
    done = subprocess.run(['openssl', 'cms', '-verify', '-binary', '-cades', '-purpose', 'any', '-inform', 'DER', '-in', signature,
                           '-content', manifest, '-CAfile', pem, '-out', '/dev/null'],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    check('openssl verifies the signature', done.returncode == 0, done.stdout)
    done = subprocess.run(['sha256sum', '--quiet', '-c', 'manifest-sha256.txt'], cwd=unpacked, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    check('sha256sum agrees', done.returncode == 0, done.stdout)
    with open(os.path.join(unpacked, 'manifest-sha256.txt'), 'rb') as file:
        digest = base64.b64encode(hashlib.sha256(file.read()).digest()).decode()
    with open(manifest, encoding='utf-8') as file:
        check('the signed manifest names that list', digest in file.read())
    cli('verify', archive, '--trust', pem)

    module = subprocess.Popen([MODULE, '--dir', os.path.join(folder, 'module'), '--fault', 'cut-after=3000,times=1'],
                              stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(module.stdout.readline())
        state = os.path.join(folder, 'state')
        done = subprocess.run([CLI, 'send', archive, '--endpoint', ready['url'], '--ca', ready['ca'],
                               '--module-cert', ready['moduleCertificate'], '--state', state, '--max-wait', '60'],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        check('a link that breaks in the middle is taken up again', done.returncode == 0, done.stderr[-800:])
        receipts = [os.path.join(d, n) for d, _s, f in os.walk(state) for n in f if n.endswith('.p7m')]
        if check('the receipt is kept', len(receipts) == 1, str(receipts)):
            receipt = json.loads(cli('receipt', receipts[0], '--trust', ready['moduleCertificate'], '--archive', archive,
                                     '--json'))
            check('and says accepted', receipt.get('status') == 'accepted', str(receipt))
            done = subprocess.run(['openssl', 'cms', '-verify', '-inform', 'DER', '-in', receipts[0], '-CAfile',
                                   ready['moduleCertificate'], '-purpose', 'any'], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, check=False)
            check('openssl reads it as well', done.returncode == 0 and '"accepted"' in done.stdout, done.stderr)
        done = subprocess.run([CLI, 'send', archive, '--endpoint', ready['url'], '--ca', ready['ca'],
                               '--module-cert', ready['moduleCertificate'], '--state', os.path.join(folder, 'again'),
                               '--max-wait', '60'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        check('sending it twice is safe', done.returncode == 0, done.stderr[-400:])
    finally:
        module.terminate()
        module.wait()


if __name__ == '__main__':
    with tempfile.TemporaryDirectory(prefix='palermo-journey-') as work:
        main(work)
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    raise SystemExit(1 if CHECKS[1] else 0)
