#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliveries over links and to modules that misbehave: breaks, kills, refusals, forgeries. Each story is told
through palermo-cli and palermo-module, over TLS on the loopback address."""
import base64
import hashlib
import json
import os
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request

from odd_server import OddServer
from story import (CLI, MODULE, Link, Module, check, environment, finish, folder, free_port, leaks, log_of, make_archive,
                   make_key, openssl, run, send, send_in_background, sha256, skip, stop, wait_for)

PART = 1 << 20  # the first part; later ones are larger, and breaks make them smaller


def received_offset(where):
    """What the module has flushed of its only upload."""
    uploads = os.path.join(where, 'uploads')
    for name in os.listdir(uploads) if os.path.isdir(uploads) else []:
        try:
            with open(os.path.join(uploads, name, 'note'), encoding='utf-8') as stream:
                for line in stream:
                    if line.startswith('offset='):
                        return int(line.split('=')[1])
        except FileNotFoundError:
            pass
    return 0


def uploads_created(log):
    return log.count('upload created')


def tell(name, module, archive, state, *, code, said, reason=None, **options):
    """Sends and checks how it ends."""
    result = send(module, archive, state, **options)
    good = result.code == code and result.state == said and (reason is None or result.reason == reason)
    check(name, good, str(result))
    return result


def story_whole(where, archive, key):
    module = Module(os.path.join(where, 'm'), token='practice-token.1')
    state = os.path.join(where, 's')
    result = tell('a whole upload is accepted', module, archive, state, code=0, said='accepted')
    digest = sha256(archive)
    check('the digest is the archive\'s', result.json.get('sha256') == digest, str(result))
    receipt = result.json.get('receipt') or ''
    check('the receipt lies in the state folder under its digest',
          receipt == os.path.join(state, digest + '.receipt.p7m') and os.path.exists(receipt), receipt)
    content = json.loads(openssl('cms', '-verify', '-inform', 'DER', '-in', receipt, '-purpose', 'any',
                                 '-CAfile', module.ready['moduleCertificate']))
    check('openssl verifies the receipt and reads it', content['status'] == 'accepted'
          and content['archive'] == {'sha256': digest, 'size': os.path.getsize(archive), 'name': 'a.asice'}, str(content))
    check('an unknown signer is said to be indeterminate', content['verification']['indication'] == 'INDETERMINATE'
          and result.json['verification']['code'] == 1, str(content))
    check('progress is on standard error', 'sending 100 %' in result.err, result.err)
    with open(os.path.join(where, 'm', 'archives', digest + '.asice'), 'rb') as there, open(archive, 'rb') as here:
        check('the module has the same bytes', there.read() == here.read())

    texts = result.out + result.err + log_of(state)
    with open(os.path.join(state, 'delivery.state'), encoding='utf-8') as stream:
        texts += stream.read()
    check('the token is nowhere to be read', 'practice-token.1' not in texts)
    again = tell('the same words again change nothing', module, archive, state, code=0, said='accepted')
    check('and ask nobody', uploads_created(log_of(state)) == 1 and again.json['receipt'] == receipt)
    other = tell('from another computer it is already there', module, archive, os.path.join(where, 's2'), code=0,
                 said='accepted')
    check('and not a byte is sent twice', uploads_created(log_of(other.json['stateDir'])) == 0)

    result = tell('a wrong token stops it', module, make_archive(os.path.join(where, 'b.asice'), *key, size=1000, seed=2),
                  os.path.join(where, 's3'), code=1, said='stopped', reason='not-allowed', token='wrong')
    check('and the wrong token is not repeated', 'wrong"' not in result.out, result.out)
    module.stop()
    check('the module ran clean', not leaks(module.errors), module.errors[-2000:])


def story_breaks(where, archive, key):
    module = Module(os.path.join(where, 'm'), '--fault', 'cut-after=2500000,times=2')
    state = os.path.join(where, 's')
    tell('two breaks in the middle are taken up again', module, archive, state, code=0, said='accepted')
    log = log_of(state)
    check('on the same upload', uploads_created(log) == 1, log)
    offsets = [int(line.split('going on at ')[1].split()[0]) for line in log.splitlines() if 'going on at' in line]
    # The module keeps what came in before the break, so nothing of it is sent again.
    check('from where the break was', len(offsets) == 2 and offsets[0] >= 2_500_000 and offsets[1] > offsets[0], log)
    module.stop()

    module = Module(os.path.join(where, 'ml'))
    link = Link(module.url)
    link.cut_after = 2_500_000
    words = module.words(archive, os.path.join(where, 'sl'))
    words[words.index('--endpoint') + 1] = link.url
    tell('a link that breaks is no module that does', module, archive, '', words=words, code=0, said='accepted')
    extra = link.sent - os.path.getsize(archive)
    check('no more than one part goes up twice', link.breaks == 1 and 0 < extra <= 2.1 * PART, f'{extra} bytes')
    link.close()

    link, real = Link(module.url, rate=4_000_000), module.url
    module.url, state = link.url, os.path.join(where, 'sk')
    other = make_archive(os.path.join(where, 'kept.asice'), *key, seed=12)
    sender = send_in_background(module, other, state)
    wait_for(lambda: link.sent > 2.85 * PART)  # all of the second part is on its way
    link.cut()
    out, err = sender.communicate(timeout=60)
    log = log_of(state)
    check('a kept connection breaks: the module is asked what it has before anything is said twice', sender.returncode == 0
          and 'going on at' in log and 'answered 409' not in log, out + err + log)
    module.url = real
    link.close()
    module.stop()

    module = Module(os.path.join(where, 'm2'), '--fault', 'cut-after=2500000', '--fault', 'lose=700000')
    state = os.path.join(where, 's2')
    tell('a module that goes back after a power loss is followed', module, archive, state, code=0, said='accepted')
    log = log_of(state)
    check('with no new upload', uploads_created(log) == 1 and 'going on at' in log, log)
    module.stop()

    module = Module(os.path.join(where, 'm3'), '--fault', 'stall=1500000')
    state = os.path.join(where, 's3')
    began = time.monotonic()
    result = tell('a stalled link is noticed and taken up again', module, archive, state, code=0, said='accepted')
    check('it was named', 'nothing moves any more' in result.err and time.monotonic() - began > 1.5, result.err)
    module.stop()

    module = Module(os.path.join(where, 'm4'), '--fault', 'error=409,times=2', '--fault', 'part-limit=300000')
    state = os.path.join(where, 's4')
    tell('conflicts and small parts are lived with', module, archive, state, code=0, said='accepted')
    check('the limit is found once', log_of(state).count('part too large') == 2, log_of(state))
    module.stop()


def story_kills(where, archive, _key):
    port = free_port()
    module = Module(os.path.join(where, 'm'), '--fault', 'rate=2000000', port=port)
    state = os.path.join(where, 's')
    first = send_in_background(module, archive, state)
    check('a slow upload is under way', wait_for(lambda: received_offset(module.where) >= 2 * PART))
    second = send(module, archive, state, max_wait=10)
    check('a second sender on the same state is refused', second.code == 74 and 'another program' in second.err,
          str(second))
    stop(first, signal.SIGKILL)
    at_kill = received_offset(module.where)
    module.stop()
    module = Module(os.path.join(where, 'm'), port=port)
    tell('after kill -9 of the sender the same words go on', module, archive, state, code=0, said='accepted')
    log = log_of(state)
    resumed = [int(line.split('going on at ')[1].split()[0]) for line in log.splitlines() if 'going on at' in line]
    check('on the same upload, from what was acknowledged', uploads_created(log) == 1 and resumed and resumed[0] >= at_kill,
          f'{at_kill}: {log}')
    module.stop()

    module = Module(os.path.join(where, 'm2'), '--fault', 'rate=2000000', port=port)
    state = os.path.join(where, 's2')
    sender = send_in_background(module, archive, state, '--max-wait', '60')
    check('another one is under way', wait_for(lambda: received_offset(module.where) >= PART))
    module.stop(signal.SIGKILL)
    at_kill = received_offset(module.where)
    check('the sender waits and says why', wait_for(lambda: 'reached' in log_of(state) or 'connect' in log_of(state)),
          log_of(state))
    module = Module(os.path.join(where, 'm2'), port=port)
    out, err = sender.communicate(timeout=60)
    check('after kill -9 of the module it goes on by itself', sender.returncode == 0, out + err)
    log = log_of(state)
    resumed = [int(line.split('going on at ')[1].split()[0]) for line in log.splitlines() if 'going on at' in line]
    check('no more than one part is sent again', resumed and resumed[0] >= at_kill and uploads_created(log) == 1, log)
    module.stop()

    module = Module(os.path.join(where, 'm3'), '--fault', 'slow-check=60', port=port)
    state = os.path.join(where, 's3')
    result = send(module, archive, state, '--once')
    check('--once ends with "later" while the archive is checked', result.code == 75 and result.state == 'delivered',
          str(result))
    module.stop(signal.SIGKILL)
    module = Module(os.path.join(where, 'm3'), port=port)
    tell('a module killed before its check checks after its restart', module, archive, state, code=0, said='accepted')
    check('and nothing is sent again', uploads_created(log_of(state)) == 1)
    module.stop()


def story_refusals(where, archive, key):
    small = make_archive(os.path.join(where, 'small.asice'), *key, size=2_000_000, seed=3)
    cases = [
        ('forgets the upload', ['forget'], 0, 'accepted', None),
        ('redirects', ['redirect'], 1, 'stopped', 'redirect'),
        ('answers 403', ['refuse=403'], 1, 'stopped', 'not-allowed'),
        ('answers 401', ['refuse=401'], 1, 'stopped', 'not-allowed'),
        ('answers 404 to POST', ['refuse=404'], 1, 'stopped', 'protocol'),
        ('answers 413 to POST', ['refuse=413'], 4, 'stopped', 'too-large'),
        ('takes no part at all', ['part-limit=1000'], 4, 'stopped', 'too-large'),
        ('is busy twice', ['error=503,times=2'], 0, 'accepted', None),
        ('forges its receipt', ['forged-receipt'], 2, 'stopped', 'forged-receipt'),
    ]
    for number, (name, faults, code, said, reason) in enumerate(cases):
        words = [word for fault in faults for word in ('--fault', fault)]
        module = Module(os.path.join(where, f'm{number}'), *words)
        state = os.path.join(where, f's{number}')
        result = tell(f'a module that {name}: {said}', module, small, state, code=code, said=said, reason=reason)
        if said != 'accepted':
            check(f'a module that {name}: no receipt is kept, and no wait is planned',
                  result.json.get('receipt') is None and result.json.get('nextTry') is None, str(result))
        module.stop()
        check(f'a module that {name}: it ran clean', not leaks(module.errors), module.errors[-2000:])

    module = Module(os.path.join(where, 'busy'), '--fault', 'error=503,times=1,retry-after=2')
    began = time.monotonic()
    tell('Retry-After is honoured', module, small, os.path.join(where, 'sb'), code=0, said='accepted')
    check('to the second', time.monotonic() - began >= 2, f'{time.monotonic() - began:.1f} s')
    module.stop()
    module = Module(os.path.join(where, 'gone'))
    module.stop()
    result = tell('a module that is not there: --once ends with "later"', module, small, os.path.join(where, 'sg'), code=75,
                  said='waiting', reason='no-connection', words=module.words(small, os.path.join(where, 'sg')) + ['--once'])
    began = time.monotonic()
    result = send(module, small, os.path.join(where, 'sg'), max_wait=1)
    check('--max-wait ends with "later" too', result.code == 75 and time.monotonic() - began < 8, str(result))


def story_trust(where, archive, key):
    module = Module(os.path.join(where, 'm'))
    stranger = Module(os.path.join(where, 'x'))
    words = module.words(archive, os.path.join(where, 's'))
    words[words.index('--ca') + 1] = stranger.ready['ca']
    tell('a server that is not the pinned one gets nothing', module, archive, '', words=words, code=1, said='stopped',
         reason='certificate')
    words = module.words(archive, os.path.join(where, 's1'))
    del words[words.index('--ca'):words.index('--ca') + 2]
    tell('nor one that the system does not know', module, archive, '', words=words, code=1, said='stopped',
         reason='certificate')
    check('not one byte arrived', received_offset(module.where) == 0 and not os.listdir(os.path.join(module.where, 'uploads')))
    words = module.words(archive, os.path.join(where, 's2'))
    words[words.index('--module-cert') + 1] = stranger.ready['moduleCertificate']
    tell('a receipt of another module does not count', module, archive, '', words=words, code=2, said='stopped',
         reason='forged-receipt')
    stranger.stop()
    module.stop()

    certificate, client_key = make_key(where, 'client', 'Sender')
    module = Module(os.path.join(where, 'c'), '--client-ca', certificate)
    small = make_archive(os.path.join(where, 'small.asice'), *key, size=1000, seed=4)
    words = module.words(small, os.path.join(where, 's3')) + ['--cert', certificate, '--key', client_key]
    result = tell('a client certificate opens the door', module, small, '', words=words, code=0, said='accepted')
    if result.code == 0:
        content = json.loads(openssl('cms', '-verify', '-inform', 'DER', '-in', result.json['receipt'], '-purpose', 'any',
                                     '-CAfile', module.ready['moduleCertificate']))
        der = openssl('x509', '-in', certificate, '-outform', 'DER')
        check('and the receipt says whose it was', content.get('sender') == hashlib.sha256(der).hexdigest(),
              str(content))
    result = send(module, small, os.path.join(where, 's4'), '--once')
    check('without one it stays shut', result.code in (1, 75) and result.state in ('stopped', 'waiting'), str(result))
    module.stop()
    check('the module ran clean', not leaks(module.errors), module.errors[-2000:])


def story_archives(where, archive, key):
    port = free_port()
    module = Module(os.path.join(where, 'm'), '--fault', 'rate=2000000', port=port)
    state = os.path.join(where, 's')
    mine = make_archive(os.path.join(where, 'mine.asice'), *key, size=5_000_000, seed=5)
    sender = send_in_background(module, mine, state)
    wait_for(lambda: received_offset(module.where) >= PART)
    stop(sender, signal.SIGTERM)
    out, err = sender.communicate(timeout=30)
    check('a sender that is asked to end says "later"', sender.returncode == 75 and 'goes on from here' in err, out + err)
    module.stop()
    module = Module(os.path.join(where, 'm'), port=port)
    make_archive(mine, *key, size=4_000_000, seed=6)
    result = tell('an archive that was made anew between two tries is a new upload', module, mine, state, code=0,
                  said='accepted')
    check('which is said', 'not the one of the last try' in log_of(state), log_of(state))
    check('of the new content', result.json['sha256'] == sha256(mine), str(result))
    module.stop()

    module = Module(os.path.join(where, 'm2'), '--fault', 'rate=1000000')
    state = os.path.join(where, 's2')
    sender = send_in_background(module, mine, state)
    wait_for(lambda: received_offset(module.where) >= PART)
    with open(mine, 'ab') as stream:
        stream.write(b'more')
    out, err = sender.communicate(timeout=60)
    check('an archive that changes while it is sent stops the delivery',
          sender.returncode == 74 and json.loads(out)['reason'] == 'archive-changed', out + err)
    module.stop()

    module = Module(os.path.join(where, 'm3'))
    bad = make_archive(os.path.join(where, 'bad.asice'), *key, size=300_000, seed=7)
    with open(bad, 'r+b') as stream:
        stream.seek(150_000)
        stream.write(b'altered')
    state = os.path.join(where, 's3')
    result = tell('an altered archive is refused', module, bad, state, code=2, said='refused', reason='refused')
    check('with a signed receipt that says why', result.json.get('receiptStatus') == 'refused'
          and result.json['verification']['code'] in (2, 3) and os.path.exists(result.json['receipt']), str(result))
    tell('which stands when the words are repeated', module, bad, state, code=2, said='refused')
    check('without sending it again', uploads_created(log_of(state)) == 1)
    result = send(module, bad, state, '--again')
    check('unless a person wants it', result.code == 2 and uploads_created(log_of(state)) == 2, str(result))
    kept = [name for name in os.listdir(state) if name.endswith('.receipt.p7m')]
    check('and the first refusal is kept', len(kept) == 2, str(kept))

    noise = os.path.join(where, 'noise.asice')
    with open(noise, 'wb') as stream:
        stream.write(os.urandom(50_000))
    result = tell('what is no archive is refused', module, noise, os.path.join(where, 's4'), code=2, said='refused')
    check('as malformed', result.json.get('verification', {}).get('code') == 3, str(result))
    module.stop()
    check('the module ran clean', not leaks(module.errors), module.errors[-2000:])

    good = make_archive(os.path.join(where, 'good.asice'), *key, size=1000, seed=8)
    module = Module(os.path.join(where, 'm5'), '--policy', 'strict')
    tell('a strict module refuses a signer it does not know', module, good, os.path.join(where, 's5'), code=2, said='refused')
    module.stop()
    module = Module(os.path.join(where, 'm6'), '--policy', 'strict', '--trust', key[0])
    result = tell('and accepts one that it trusts', module, good, os.path.join(where, 's6'), code=0, said='accepted')
    check('as TOTAL-PASSED', result.json.get('verification', {}).get('indication') == 'TOTAL-PASSED', str(result))
    module.stop()


def ask(module, method, path, headers=None, body=None):
    """One plain request. Returns status and headers."""
    context = ssl.create_default_context(cafile=module.ready['ca'])
    origin = module.url[:module.url.index('/', len('https://'))]
    request = urllib.request.Request(origin + path, method=method, data=body,
                                     headers={'Tus-Resumable': '1.0.0', **(headers or {})})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                         urllib.request.HTTPSHandler(context=context)).open(request, timeout=20) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def story_protocol(where, _archive, _key):
    done = run([MODULE, '--help'])
    check('--help says that it is a simulation', 'simulation' in done.stdout and 'not a United Nations' in done.stdout)
    check('--help names every fault', all(name in done.stdout for name in (
        'cut-after', 'stall', 'forget', 'redirect', 'refuse', 'forged-receipt', 'error', 'rate')), done.stdout)
    check('a fault that does not exist is a usage error', run([MODULE, '--dir', where, '--fault', 'rain']).returncode == 64)

    module = Module(os.path.join(where, 'm'), '--max-bytes', '1000000', token='t.1')
    allowed = {'Authorization': 'Bearer t.1'}
    metadata = {'Upload-Metadata': 'sha256 ' + base64.b64encode(b'a' * 64).decode()}
    part = {'Content-Type': 'application/offset+octet-stream'}
    status, headers, _ = ask(module, 'OPTIONS', '/files/')
    check('OPTIONS tells the version and creation', status == 204 and headers['Tus-Version'] == '1.0.0'
          and headers['Tus-Extension'] == 'creation,termination' and headers['Tus-Max-Size'] == '1000000', str(headers))
    status, headers, _ = ask(module, 'POST', '/files/', {**allowed, **metadata, 'Upload-Length': '10'})
    location = headers['Location'] or ''
    check('POST answers 201 with a path', status == 201 and location.startswith('/files/'), f'{status} {headers}')
    cases = [
        ('POST without a token', 'POST', '/files/', {**metadata, 'Upload-Length': '10'}, None, 401),
        ('POST with half a token', 'POST', '/files/', {'Authorization': 'Bearer t', 'Upload-Length': '10'}, None, 401),
        ('POST without a digest', 'POST', '/files/', {**allowed, 'Upload-Length': '10'}, None, 400),
        ('POST without a length', 'POST', '/files/', {**allowed, **metadata}, None, 400),
        ('POST of nothing', 'POST', '/files/', {**allowed, **metadata, 'Upload-Length': '0'}, None, 400),
        ('POST of as much as is allowed', 'POST', '/files/', {**allowed, **metadata, 'Upload-Length': '1000000'}, None, 201),
        ('POST of one byte more', 'POST', '/files/', {**allowed, **metadata, 'Upload-Length': '1000001'}, None, 413),
        ('another version of tus', 'POST', '/files/', {**allowed, **metadata, 'Upload-Length': '9', 'Tus-Resumable': '2'},
         None, 412),
        ('GET of an upload', 'GET', location, allowed, None, 405),
        ('DELETE without a token', 'DELETE', location, {}, None, 401),
        ('DELETE of nothing', 'DELETE', '/files/nothing', allowed, None, 404),
        ('HEAD of an upload', 'HEAD', location, allowed, None, 200),
        ('HEAD without a token', 'HEAD', location, {}, None, 401),
        ('HEAD of nothing', 'HEAD', '/files/nothing', allowed, None, 404),
        ('HEAD outside', 'HEAD', '/files/../token', allowed, None, 404),
        ('PATCH at the wrong place', 'PATCH', location, {**allowed, **part, 'Upload-Offset': '3'}, b'abc', 409),
        ('PATCH of another type', 'PATCH', location, {**allowed, 'Content-Type': 'text/plain', 'Upload-Offset': '0'}, b'a',
         415),
        ('PATCH beyond the end', 'PATCH', location, {**allowed, **part, 'Upload-Offset': '0'}, b'a' * 11, 413),
        ('PATCH of a part', 'PATCH', location, {**allowed, **part, 'Upload-Offset': '0'}, b'abc', 204),
        ('a receipt that is not there', 'GET', '/receipts/' + 'b' * 64, allowed, None, 404),
        ('a receipt outside', 'GET', '/receipts/../token', allowed, None, 404),
        ('a receipt without a token', 'GET', '/receipts/' + 'b' * 64, {}, None, 401),
    ]
    for name, method, path, headers, body, wanted in cases:
        status, reply, _ = ask(module, method, path, headers, body)
        check(f'{name}: {wanted}', status == wanted, str(status))
        if 'not a United Nations system' not in (reply['Simulation'] or ''):
            check(f'{name}: the reply says that it is a simulation', False, str(reply))
    status, headers, _ = ask(module, 'HEAD', location, allowed)
    check('HEAD tells offset and length', headers['Upload-Offset'] == '3' and headers['Upload-Length'] == '10', str(headers))
    ask(module, 'PATCH', location, {**allowed, **part, 'Upload-Offset': '3'}, b'defghij')
    check('a digest that does not fit is refused',
          wait_for(lambda: ask(module, 'GET', '/receipts/' + 'a' * 64, allowed)[0] == 200, 20))
    check('DELETE of what is whole: gone or kept, never taken back', ask(module, 'DELETE', location, allowed)[0] in (403, 404))
    _, headers, _ = ask(module, 'POST', '/files/', {**allowed, **metadata, 'Upload-Length': '10'})
    location = headers['Location']
    ask(module, 'PATCH', location, {**allowed, **part, 'Upload-Offset': '0'}, b'abc')
    check('DELETE of what is not whole: 204', ask(module, 'DELETE', location, allowed)[0] == 204)
    check('and then it is gone', ask(module, 'HEAD', location, allowed)[0] == 404
          and os.path.basename(location) not in os.listdir(os.path.join(where, 'm', 'uploads')))
    status, _, body = ask(module, 'GET', '/', allowed)
    check('its front page says so too', status == 200 and b'not a United Nations system' in body, str(body))
    module.stop()
    check('the module ran clean', not leaks(module.errors), module.errors[-2000:])


def story_nonsense(where, _archive, key):
    small = make_archive(os.path.join(where, 'small.asice'), *key, size=3_000_000, seed=9)
    digest = sha256(small)
    flood = [('X-Flood', 'a' * 60_000)] * 8
    cases = [
        ('answers as it should', {}, 0, 'accepted', None),
        ('names itself http', {'location': 'http://127.0.0.1:{port}/files/{n}'}, 0, 'accepted', None),
        ('calls itself by another name', {'location': 'https://elsewhere.example/files/{n}'}, 0, 'accepted', None),
        ('puts the upload elsewhere', {'location': '/admin/{n}'}, 1, 'stopped', 'protocol'),
        ('climbs out', {'location': '/files/../admin'}, 1, 'stopped', 'protocol'),
        ('climbs out in disguise', {'location': '/files/%2e%2e/admin'}, 1, 'stopped', 'protocol'),
        ('gives no address', {'location': ''}, 1, 'stopped', 'protocol'),
        ('forgets the offset after a part', {'patch_offset': lambda got, n: None if n == 1 else got}, 0, 'accepted', None),
        ('claims more than was sent, once', {'patch_offset': lambda got, n: got + 1 if n == 1 else got}, 0, 'accepted', None),
        ('says nonsense for an offset', {'patch_offset': lambda got, n: '0x10' if n == 1 else got}, 0, 'accepted', None),
        ('never knows the offset', {'patch_offset': lambda got, n: None, 'head_offset': lambda got, n: None}, 75, 'waiting',
         'protocol'),
        ('claims the whole at once', {'patch_offset': lambda got, n: None, 'head_offset': lambda got, n: n}, 1, 'stopped',
         'protocol'),
        ('claims beyond the end', {'patch_offset': lambda got, n: None, 'head_offset': lambda got, n: n + 1}, 1, 'stopped',
         'protocol'),
        ('has another length', {'patch_offset': lambda got, n: None, 'head_length': lambda n: n + 1}, 1, 'stopped', 'protocol'),
        ('keeps nothing', {'keeps': False}, 75, 'waiting', 'server-busy'),
        ('floods with headers', {'headers': flood}, 75, 'waiting', None),
        ('says "received" first', {'received': 4}, 0, 'accepted', None),
        ('gives an endless receipt', {'receipt': b'0' * 3_000_000}, 75, 'delivered', 'protocol'),
        ('gives a page for a receipt', {'receipt': b'<html>Welcome</html>'}, 75, 'delivered', 'protocol'),
        ('gives an empty receipt', {'receipt': b''}, 75, 'delivered', 'protocol'),
        ('speaks of another archive', {'receipt': lambda c: c['archive'].update(sha256='0' * 64)}, 2, 'stopped',
         'forged-receipt'),
        ('speaks of another size', {'receipt': lambda c: c['archive'].update(size=1)}, 2, 'stopped', 'forged-receipt'),
        ('invents a status', {'receipt': lambda c: c.update(status='adored')}, 2, 'stopped', 'forged-receipt'),
        ('says another type', {'receipt': lambda c: c.update(type='urn:example:love-letter')}, 2, 'stopped',
         'forged-receipt'),
        ('refuses with control characters', {'receipt': lambda c: (c.update(status='refused'), c['verification'].update(
            code=2, indication='TOTAL-FAILED', message='no\x1b[31m\u202e!'))}, 2, 'refused', 'refused'),
    ]
    for number, (name, answers, code, said, reason) in enumerate(cases):
        server = OddServer(os.path.join(where, f'o{number}'), **answers)
        server.sha256 = digest
        state = os.path.join(where, f's{number}')
        more = ['--once'] if code == 75 else []
        result = send(server, small, state, *more)
        check(f'a server that {name}: {said}', result.code == code and result.state == said
              and reason in (None, result.reason), str(result))
        if leaks(result.err) or '\x1b' in result.err or '\u202e' in result.err:
            check(f'a server that {name}: the words are clean', False, repr(result.err))
        if code in (0, 1):
            check(f'a server that {name}: few uploads', server.uploads <= 3, str(server.uploads))
        server.stop()


def story_many_kills(where, archive, _key):
    module = Module(os.path.join(where, 'm'))
    link = Link(module.url, rate=1_500_000)
    module.url = link.url
    state = os.path.join(where, 's')
    for number in range(60):
        sender = send_in_background(module, archive, state)
        time.sleep(0.05 + 0.04 * number)
        stop(sender, signal.SIGKILL)
        sender.communicate()
        # A busy computer comes to nothing before the first kills.
        if number >= 11 and log_of(state).count('going on at') > 3:
            break
    link.rate = None
    tell('after twelve kills at different moments', module, archive, state, code=0, said='accepted')
    check('the state folder has no litter', sorted(os.listdir(state)) == sorted(
        ['delivery.log', 'delivery.state', 'lock', sha256(archive) + '.receipt.p7m']), str(os.listdir(state)))
    log = log_of(state)
    offsets = [int(line.split('going on at ')[1].split()[0]) for line in log.splitlines() if 'going on at' in line]
    check('it never went back', offsets == sorted(offsets) and len(offsets) > 3, str(offsets))
    # A kill between the reply to POST and the flush of its address costs an upload without a byte in it.
    check('and hardly ever began anew', uploads_created(log) <= 3, log)
    link.close()
    module.stop()
    check('the module ran clean', not leaks(module.errors), module.errors[-2000:])


def story_cli(where, archive, _key):
    usage = [
        ('no endpoint', ['send', archive], 64),
        ('plain http', ['send', archive, '--endpoint', 'http://127.0.0.1:1/files/', '--module-cert', archive], 64),
        ('certificate without key', ['send', archive, '--endpoint', 'https://127.0.0.1:1/', '--module-cert', archive,
                                     '--cert', archive], 64),
        ('no archive', ['send', archive + '.not', '--endpoint', 'https://127.0.0.1:1/', '--module-cert', archive,
                        '--state', os.path.join(where, 'n')], 66),
        ('no module certificate', ['send', archive, '--endpoint', 'https://127.0.0.1:1/', '--module-cert', archive + '.not',
                                   '--state', os.path.join(where, 'n')], 66),
        ('a state folder that cannot be made', ['send', archive, '--endpoint', 'https://127.0.0.1:1/', '--module-cert',
                                                archive, '--state', os.path.join(archive, 'n')], 73),
        ('no token on the descriptor', ['send', archive, '--endpoint', 'https://127.0.0.1:1/', '--module-cert', archive,
                                        '--state', os.path.join(where, 'n'), '--token-fd', '77'], 66),
        ('an endpoint with a password in it', ['send', archive, '--endpoint', 'https://me:secret@127.0.0.1:1/',
                                               '--module-cert', archive, '--state', os.path.join(where, 'p')], 64),
        ('log of nothing', ['outbox', 'log', os.path.join(where, 'nothing')], 66),
    ]
    for name, words, code in usage:
        done = run([CLI, *words], env=environment(XDG_DATA_HOME=os.path.join(where, 'data')))
        check(f'{name}: {code}', done.returncode == code and len(done.stderr.strip().splitlines()) >= 1
              and not leaks(done.stderr), f'{done.returncode} {done.stderr}')

    module = Module(os.path.join(where, 'm'))
    env = environment(XDG_DATA_HOME=os.path.join(where, 'data'))
    words = module.words(archive, 'x')
    del words[words.index('--state'):words.index('--state') + 2]
    done = subprocess.run([CLI, *words, '--max-wait', '60', '-q'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=env, check=False)
    check('without --state the outbox of the person is used', done.returncode == 0 and not done.stderr.strip(), done.stderr)
    done = run([CLI, 'outbox', 'list', '--json'], env=env)
    listed = json.loads(done.stdout)
    check('outbox list shows it', len(listed) == 1 and listed[0]['state'] == 'accepted'
          and listed[0]['sent'] == listed[0]['size'] == os.path.getsize(archive), done.stdout)
    check('the folder is private', os.stat(listed[0]['stateDir']).st_mode & 0o077 == 0)
    name = os.path.basename(listed[0]['stateDir'])
    done = run([CLI, 'outbox', 'list'], env=env)
    check('also in words', 'accepted' in done.stdout and name in done.stdout, done.stdout)
    done = run([CLI, 'outbox', 'log', name], env=env)
    check('outbox log tells the story', done.returncode == 0 and 'upload created' in done.stdout
          and 'accepted' in done.stdout, done.stdout)
    done = run([CLI, 'outbox', 'log', name, '--json'], env=env)
    check('also as JSON', len(json.loads(done.stdout)) >= 3, done.stdout)
    module.stop()


def main():
    if not os.access(MODULE, os.X_OK):
        skip('delivery', 'palermo-module is not built')
        finish()
    stories = [story_whole, story_breaks, story_kills, story_refusals, story_trust, story_archives, story_protocol, story_nonsense,
               story_many_kills, story_cli]
    wanted = os.environ.get('STORY')
    with folder() as where:
        key = make_key(where, 'expert', 'Practice Expert')
        archive = make_archive(os.path.join(where, 'a.asice'), *key)
        for story in stories:
            name = story.__name__
            if wanted and wanted not in name:
                continue
            path = os.path.join(where, name)
            os.mkdir(path)
            try:
                story(path, archive, key)
            except Exception as error:  # pylint: disable=broad-except
                check(name, False, f'{type(error).__name__}: {error}')
    finish()


main()
