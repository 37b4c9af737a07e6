#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who signed, whether anybody here knows them, and when a certificate does not count: what verify says, signers that are
known, and receipts of a module whose certificate changed twice."""
import datetime
import json
import os

from story import CLI, check, environment, finish, folder, make_archive, make_key, openssl, run, sha256

OBJECT = {'file', 'sha256', 'size', 'code', 'indication', 'message', 'kind', 'signatures', 'entries', 'bytes'}
SIGNATURE = {'file', 'manifest', 'subject', 'issuer', 'serial', 'fingerprint', 'algorithm', 'claimedTime', 'trusted',
             'reason', 'covers'}


def fingerprint_of(certificate):
    printed = openssl('x509', '-in', certificate, '-noout', '-fingerprint', '-sha256').decode()
    return printed.split('=')[1].strip().replace(':', '').lower()


def spoken(fingerprint):
    return ' '.join(fingerprint[i:i + 8].upper() for i in range(0, 64, 8))


def day(days):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')


class Desk:
    """palermo-cli of one person, with a data folder of their own."""

    def __init__(self, where, name):
        self.data = os.path.join(where, name)
        self.env = environment(XDG_DATA_HOME=self.data)

    def run(self, *words):
        done = run([CLI, *words], env=self.env)
        return done, json.loads(done.stdout) if done.stdout.startswith('{') else {}

    def code(self, name, wanted, *words):
        done, said = self.run(*words)
        check(name, done.returncode == wanted, (done.returncode, done.stdout, done.stderr))
        return said


def story_of_fields(where, desk):
    certificate, key = make_key(where, 'expert', 'Amara')
    archive = make_archive(os.path.join(where, 'a.asice'), certificate, key, size=1000)
    done, said = desk.run('verify', archive, '--trust', certificate, '--json')
    check('one object, with these members and no other', done.returncode == 0 and set(said) == OBJECT, said)
    check('its values', said['file'] == archive and said['sha256'] == sha256(archive) and said['code'] == 0
          and said['size'] == os.path.getsize(archive) and said['indication'] == 'TOTAL-PASSED'
          and said['kind'] == 'submission' and said['entries'] == 8 and said['bytes'] > 1000 and said['message'], said)
    signature = said['signatures'][0]
    check('a signature has these members and no other', len(said['signatures']) == 1 and set(signature) == SIGNATURE, said)
    serial = openssl('x509', '-in', certificate, '-noout', '-serial').decode().split('=')[1].strip().lower()
    claimed = datetime.datetime.fromisoformat(signature['claimedTime'].replace('Z', '+00:00'))
    check('their values', signature['file'] == 'META-INF/signature001.p7s'
          and signature['manifest'] == 'META-INF/ASiCManifest001.xml' and signature['subject'] == 'CN=Amara'
          and signature['issuer'] == 'CN=Amara' and signature['serial'].lstrip('0') == serial.lstrip('0')
          and signature['fingerprint'] == fingerprint_of(certificate) and signature['trusted'] is True
          and signature['algorithm'] == 'ECDSA P-256 with SHA-256' and signature['reason'] is None
          and signature['covers'] == 5
          and abs(claimed - datetime.datetime.now(datetime.timezone.utc)).total_seconds() < 300, signature)
    return certificate, key, archive


def story_of_trust(where, desk, expert, archive):
    certificate, key = expert
    stranger = make_key(where, 'stranger', 'Amara')
    rows = [
        ('known and in time', 0, ['--trust', certificate], None),
        ('nobody is known', 1, [], 'not known'),
        ('only a namesake is known', 1, ['--trust', stranger[0]], ''),
        ('the certificate has expired by then', 1, ['--trust', certificate, '--at', day(40)], 'expired'),
        ('the certificate is not valid yet', 1, ['--trust', certificate, '--at', day(-40)], 'not yet valid'),
        ('at the last day', 0, ['--trust', certificate, '--at', day(29)], None),
    ]
    for title, code, more, reason in rows:
        said = desk.code(f'verify: {title}: {code}', code, 'verify', archive, *more, '--json')
        signature = said['signatures'][0]
        check(f'verify: {title}: says so', said['indication'] == ['TOTAL-PASSED', 'INDETERMINATE'][code]
              and signature['trusted'] is (code == 0)
              and (reason is None) == (signature['reason'] is None) and (reason or '') in (signature['reason'] or ''), said)
        done, _ = desk.run('verify', archive, *more)
        check(f'verify: {title}: and in words', done.returncode == code and (reason or '') in done.stdout, done.stdout)

    odd = os.path.join(where, 'odd.pem'), os.path.join(where, 'odd-key.pem')
    for title, usage, code, reason in [
            ('made for encryption', 'critical,keyEncipherment', 1, 'not made for signatures'),
            ('made to sign certificates', 'critical,keyCertSign', 1, 'not made for signatures'),
            ('made to bear witness', 'critical,nonRepudiation', 0, None)]:
        openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj',
                '/CN=Odd', '-addext', 'keyUsage=' + usage, '-addext', 'basicConstraints=critical,CA:FALSE',
                '-keyout', odd[1], '-out', odd[0])
        path = make_archive(os.path.join(where, 'odd.asice'), *odd, size=1000)
        said = desk.code(f'a certificate {title}: {code}', code, 'verify', path, '--trust', odd[0], '--json')
        check(f'a certificate {title}: the reason', said['signatures'][0]['reason'] == reason
              or reason and reason in said['signatures'][0]['reason'], said)


def story_of_knowing(where, desk, expert, archive):
    certificate, key = expert
    fingerprint = fingerprint_of(certificate)
    desk.code('nobody is known at first', 1, 'verify', archive, '--known', '--json')
    check('and the list is empty', desk.run('signer', 'list', '--json')[1] == {'signers': []})
    desk.code('somebody is added only with how it was checked', 64, 'signer', 'add', certificate)
    desk.code('who signed an archive only by the fingerprint that was compared', 64, 'signer', 'add', archive,
              '--checked', 'phone')
    desk.code('which must be in it', 66, 'signer', 'add', archive, '--checked', 'phone', '--fingerprint', 'ab' * 32)
    said = desk.code('as it was read out', 0, 'signer', 'add', archive, '--checked', 'phone', '--name',
                     'Amara of the ministry', '--fingerprint', spoken(fingerprint), '--json')
    check('is noted', said['fingerprint'] == fingerprint and said['spoken'] == spoken(fingerprint)
          and said['name'] == 'Amara' and said['givenName'] == 'Amara of the ministry' and said['checked'] == 'phone', said)
    desk.code('now the archive is from somebody known', 0, 'verify', archive, '--known', '--json')
    desk.code('but only if that is asked', 1, 'verify', archive, '--json')
    said = desk.code('shown', 0, 'signer', 'show', spoken(fingerprint), '--json')
    check('as it was added', said['name'] == 'Amara' and said['story'] == [], said)

    other = make_key(where, 'other', 'Amara')
    done, _ = desk.run('signer', 'add', other[0], '--checked', 'in-person')
    check('the same name with another key is told', done.returncode == 0 and 'another key' in done.stdout, done)
    check('and both are known', len(desk.run('signer', 'list', '--json')[1]['signers']) == 2)
    desk.code('one is forgotten', 0, 'signer', 'forget', fingerprint)
    desk.code('and not known any more', 1, 'verify', archive, '--known', '--json')
    desk.code('what is no fingerprint is none', 64, 'signer', 'forget', '../../identity')
    bent = os.path.join(where, 'bent.asice')
    with open(archive, 'rb') as source, open(bent, 'wb') as target:
        target.write(source.read().replace(b'Bagging-Date: 2026-11-22', b'Bagging-Date: 2026-11-23'))
    done, _ = desk.run('signer', 'add', bent, '--checked', 'phone', '--fingerprint', fingerprint)
    check('nobody is known by an archive that was changed', done.returncode in (2, 3), done)


def story_of_module(where, desk):
    expert = make_key(where, 'sender', 'Amara')
    keys = [make_key(where, f'module{i}', 'Receiving Module') for i in range(3)]
    marks = [fingerprint_of(certificate) for certificate, _ in keys]
    pin = keys[0][0]
    receipts = []
    for i, (certificate, key) in enumerate(keys):
        archive = make_archive(os.path.join(where, f'm{i}.asice'), *expert, size=1000, seed=i)
        store = os.path.join(where, f'store{i}')
        desk.code(f'certificate {i} signs a receipt', 0, 'receive', archive, '--store', store, '--key',
                  f'{key}+{certificate}', '--module-cert', certificate, '--trust', expert[0], '--json')
        receipts.append((os.path.join(store, 'receipts', sha256(archive) + '.receipt.p7m'), archive))

    notices = []
    for i in range(2):
        notices.append(os.path.join(where, f'notice{i}.p7m'))
        desk.code(f'notice {i} is made', 0, 'module', 'announce', '--key', f'{keys[i][1]}+{keys[i][0]}', '--new',
                  keys[i + 1][0], '--from', day(i / 24 + 1), '-o', notices[i])
    stated = json.loads(openssl('cms', '-verify', '-inform', 'DER', '-in', notices[0], '-CAfile', pin, '-purpose', 'any'))
    check('openssl prints the notice', stated['old'] == marks[0] and 'BEGIN CERTIFICATE' in stated['certificate'], stated)
    desk.code('no key announces itself', 66, 'module', 'announce', '--key', f'{keys[0][1]}+{keys[0][0]}', '--new', pin,
              '-o', os.path.join(where, 'itself.p7m'))
    check('and nothing is written then', not os.path.exists(os.path.join(where, 'itself.p7m')))

    desk.code('before, another certificate is not the module', 1, 'receipt', receipts[1][0], '--trust', pin, '--json')
    said = desk.code('a notice is shown first', 1, 'module', 'accept', notices[0], '--trust', pin, '--json')
    check('with both fingerprints', said['old'] == marks[0] and said['new'] == marks[1] and not said['accepted'], said)
    desk.code('another fingerprint than that which was compared', 2, 'module', 'accept', notices[0], '--trust', pin,
              '--fingerprint', marks[2])
    desk.code('the second notice before the first', 2, 'module', 'accept', notices[1], '--trust', pin, '--fingerprint',
              marks[2])
    desk.code('a receipt is no notice', 3, 'module', 'accept', receipts[0][0], '--trust', pin)
    desk.code('nothing was changed by all that', 1, 'receipt', receipts[1][0], '--trust', pin, '--json')
    for i in range(2):
        desk.code(f'notice {i} is accepted', 0, 'module', 'accept', notices[i], '--trust', pin, '--fingerprint',
                  spoken(marks[i + 1]), '--json')
        done, _ = desk.run('module', 'accept', notices[i], '--trust', pin, '--fingerprint', marks[i + 1])
        check(f'notice {i} accepted once more changes nothing', done.returncode == 0
              and len(desk.code('the history goes on', 0, 'module', 'history', pin, '--json')['certificates']) == i + 2, done)

    for i, (path, archive) in enumerate(receipts):
        said = desk.code(f'two changes later, receipt {i} holds', 0, 'receipt', path, '--trust', pin, '--archive', archive,
                         '--json')
        check(f'receipt {i}: under which certificate', said['fingerprint'] == marks[i] and said['inForce'] is (i == 2), said)
    said = desk.code('the history', 0, 'module', 'history', pin, '--json')
    check('has all three in order', [row['fingerprint'] for row in said['certificates']] == marks
          and said['certificates'][2]['until'] is None and said['certificates'][0]['until'] is not None, said)
    said = desk.code('the same from the newest one', 0, 'module', 'history', keys[2][0], '--json')
    check('in the same order', [row['fingerprint'] for row in said['certificates']] == marks, said)
    elsewhere = Desk(where, 'elsewhere')
    elsewhere.code('on a computer where nobody said yes it is another signer', 1, 'receipt', receipts[2][0], '--trust', pin,
                   '--json')


with folder() as where:
    desk = Desk(where, 'data')
    certificate, key, archive = story_of_fields(where, desk)
    story_of_trust(where, desk, (certificate, key), archive)
    story_of_knowing(where, desk, (certificate, key), archive)
    story_of_module(where, desk)
finish()
