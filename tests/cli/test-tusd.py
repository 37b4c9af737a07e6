#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliveries to the tus project's tusd behind nginx, by the set-up of data/module/tusd: hooks that run palermo-cli receive, an upload that belongs
to whoever made it, jobs that were cut off; and what the hooks do with anything else on their standard input."""
import base64
import http.client
import json
import os
import shutil
import signal
import ssl
import stat
import subprocess
import time

from story import CLI, check, environment, finish, folder, log_of, make_archive, make_key, openssl, run, send, send_in_background, sha256, skip, stop, wait_for
from tusd import SOURCE, Tusd, build, make_sender

HOOK = os.path.join(SOURCE, 'palermo-hook')


def receipt_of(server, archive):
    return os.path.join(server.store, 'receipts', sha256(archive) + '.receipt.p7m')


def story_of_delivery(where, program, key):
    server = Tusd(program, os.path.join(where, 'd'))
    archive = make_archive(os.path.join(where, 'a.asice'), *key)
    result = send(server, archive, os.path.join(where, 's'))
    check('an archive is accepted', result.code == 0 and result.state == 'accepted', str(result))
    content = json.loads(openssl('cms', '-verify', '-inform', 'DER', '-in', receipt_of(server, archive), '-purpose', 'any', '-CAfile',
                                 server.ready['moduleCertificate']))
    printed = openssl('x509', '-in', server.path('sender.pem'), '-noout', '-fingerprint', '-sha256').decode()
    check('the receipt names the certificate with which it came', content['archive']['sha256'] == sha256(archive)
          and content.get('sender') == printed.split('=')[1].strip().replace(':', '').lower(), content)
    check('it is filed away, and the upload is gone', os.path.exists(os.path.join(server.store, 'archives', sha256(archive) + '.asice'))
          and wait_for(lambda: not os.listdir(server.uploads)), os.listdir(server.uploads))
    bad = make_archive(os.path.join(where, 'bad.asice'), *key, size=300_000, seed=2)
    with open(bad, 'r+b') as stream:
        stream.seek(150_000)
        stream.write(b'altered')
    result = send(server, bad, os.path.join(where, 's2'))
    check('an altered one is refused', result.code == 2 and result.state == 'refused', str(result))
    check('and lies in quarantine', any(name.startswith(sha256(bad)) for name in os.listdir(os.path.join(server.store, 'refused'))))

    # A job that was cut off: done by the next sweep.
    env, server.env = server.env, {**server.env, 'PALERMO_CLI': '/bin/false'}
    stop(server.tusd)
    server.env['PALERMO_RUN'] = 'sh -c "exit 74" --'
    server.start_tusd()
    late = make_archive(os.path.join(where, 'late.asice'), *key, size=300_000, seed=3)
    sender = send_in_background(server, late, os.path.join(where, 's3'))
    check('what was not judged has no receipt, and stays', wait_for(lambda: server.received() == os.path.getsize(late)) and not os.path.exists(receipt_of(server, late)))
    check('a file says why', wait_for(lambda: any(name.endswith('.trouble') for name in os.listdir(server.uploads))), os.listdir(server.uploads))
    status, said = curl(server, 'sender', 'GET', '/receipts/' + sha256(late))
    check('who asks for the receipt is told to wait', status == 202 and said.get('retry-after') == '2', (status, said))
    server.env = env
    done = server.sweep()
    check('a sweep judges it', done.returncode == 0 and os.path.exists(receipt_of(server, late)), done.stderr)
    check('and nothing is left of it', not os.listdir(server.uploads) and not os.listdir(os.path.join(server.store, 'waiting')), os.listdir(server.uploads))
    check('and the sender hears of it', sender.wait(timeout=60) == 0)
    sender.communicate()
    check('of one upload', log_of(os.path.join(where, 's3')).count('upload created') == 1, log_of(os.path.join(where, 's3')))
    server.stop()


def story_of_kills(where, program, key):
    server = Tusd(program, os.path.join(where, 'k'))
    archive = make_archive(os.path.join(where, 'k.asice'), *key, size=30_000_000, seed=5)
    state = os.path.join(where, 'sk')
    sender = send_in_background(server, archive, state, '--max-rate', '3000000')
    check('a part arrives', wait_for(lambda: server.received() >= 2_000_000))
    stop(sender, signal.SIGKILL)
    sender.communicate()
    stop(server.tusd, signal.SIGKILL)
    server.start_tusd()
    before = server.received()
    result = send(server, archive, state)
    check('after kill -9 of sender and tusd it goes on', before >= 2_000_000 and result.code == 0 and result.state == 'accepted', (before, str(result)))
    server.stop()


def curl(server, sender, method, path, *headers, data=None):
    words = ['curl', '-s', '-o', '/dev/null', '-D', '-', '--path-as-is', '-X', method, '--cacert', server.path('tls.pem'), '-H', 'Tus-Resumable: 1.0.0']
    words += ['-I'] if method == 'HEAD' else []
    words += ['--cert', server.path(sender + '.pem'), '--key', server.path(sender + '-key.pem')] if sender else []
    for header in headers:
        words += ['-H', header]
    words += ['--data-binary', data] if data is not None else []
    said = run([*words, server.url.split('/files/')[0] + path]).stdout.splitlines()
    fields = {line.split(':', 1)[0].lower(): line.split(':', 1)[1].strip() for line in said if ': ' in line}
    return (int(said[0].split()[1]) if said[0] else 0), fields


def story_of_owners(where, program, _key):
    server = Tusd(program, os.path.join(where, 'o'))
    make_sender(server.where, 'other')

    def metadata(**values):
        return 'Upload-Metadata: ' + ','.join(f'{name} {base64.b64encode(value.encode()).decode()}' for name, value in values.items())
    status, said = curl(server, 'sender', 'POST', '/files/', 'Upload-Length: 10', metadata(sha256='a' * 64), 'X-Client-Fingerprint: ' + 'f' * 40)
    place = '/files/' + said.get('location', '/').rsplit('/', 1)[1]
    check('an upload is made', status == 201 and len(place) > 20, (status, said))
    check('its owner is known', wait_for(lambda: os.path.isdir(os.path.join(server.store, 'owners', os.path.basename(place))), 10))
    check('for whoever made it, it is there', curl(server, 'sender', 'HEAD', place)[0] == 200)
    patch = ('Content-Type: application/offset+octet-stream', 'Upload-Offset: 0')
    answers = [curl(server, 'other', 'HEAD', place)[0], curl(server, 'other', 'PATCH', place, *patch, data='12345')[0], curl(server, 'other', 'DELETE', place)[0]]
    check('for somebody else it is not', answers == [404, 404, 404], answers)
    check('nobody reads it back', curl(server, 'sender', 'GET', place)[0] == 403)
    check('without a certificate there is nothing', curl(server, None, 'HEAD', place)[0] == 400)
    check('nothing came in', curl(server, 'sender', 'HEAD', place)[1].get('upload-offset') == '0')
    answers = [curl(server, 'sender', method, path)[0] for method, path in
               (('GET', '/receipts/' + 'c' * 64), ('GET', '/receipts/../uploads/x'), ('GET', '/files/../receipts/'), ('GET', '/'), ('GET', '/metrics'))]
    check('and nothing else to see', answers == [404] * 5, answers)
    check('receipts are not written from outside', curl(server, 'sender', 'PUT', '/receipts/' + 'c' * 64, data='x')[0] == 403)
    status = curl(server, 'sender', 'POST', '/files/', 'Upload-Length: 10')[0]
    check('an upload without its digest is not taken', status >= 400, status)
    status = curl(server, 'sender', 'POST', '/files/', 'Upload-Length: 99999999999', metadata(sha256='b' * 64))[0]
    check('nor one that is too long', status == 413, status)
    server.stop()


def jobs(uploads, store, env, upload):
    """What an operator's computer does to a job."""
    def job(number, filename='x.asice', **more):
        path = os.path.join(uploads, 'e' * 32)
        with open(path, 'wb') as file:
            file.write(b'job number' + bytes([number]))
        digest = sha256(path)
        done = subprocess.run([HOOK, 'post-finish'], input=json.dumps(upload(ID='e' * 32, Size=11, MetaData={'sha256': digest, 'filename': filename})).encode(),
                              capture_output=True, env={**env, **more}, timeout=60, umask=0o027, check=False)
        return done, path, os.path.join(store, 'receipts', digest + '.receipt.p7m')

    # A sandbox that does not start ends with 1, as does an archive of somebody unknown.
    for number, words in enumerate(('false', 'sh -c "exit 1" --', 'echo {}', 'sh -c "exit 74" --')):
        done, path, receipt = job(number, PALERMO_RUN=words)
        check(f'after {words} there is no receipt, and the upload stays', done.returncode == 1 and os.path.exists(path) and not os.path.exists(receipt)
              and b'Traceback' not in done.stderr, done)
    for number, locale in enumerate(('C', 'POSIX', '')):
        done, path, receipt = job(16 + number, 'Réponse \u0633\u0624\u0627\u0644 \u2068x\u2069.asice', LC_ALL=locale, LANG='')
        check(f'a name in letters of others is one with the locale {locale!r}', done.returncode == 0 and os.path.exists(receipt), done)
    done, path, receipt = job(24, 'x\ud800y')
    check('half a letter is no trouble', done.returncode == 0 and os.path.exists(receipt), done)
    known = os.path.join(store, 'known.pem')
    with open(known, 'wb'):
        pass
    done, path, receipt = job(32, PALERMO_TRUST=known)
    check('a module begins by knowing nobody', done.returncode == 0 and os.path.exists(receipt), done)
    modes = [stat.S_IMODE(os.stat(os.path.join(store, name)).st_mode) for name in ('receipts', 'refused', 'archives')] + [stat.S_IMODE(os.stat(receipt).st_mode)]
    check('the group, which is that of nginx, reads receipts and nothing else', modes == [0o750, 0o700, 0o700, 0o640], [oct(mode) for mode in modes])


def limits(uploads, store, env, upload):
    """What a sender may have at once, what the disk has room for, and what nobody goes on with."""
    sender = {'X-Client-Fingerprint': ['ab' * 20]}

    def ask(event, headers, **more):
        said = {'Type': event, 'Event': {**upload(ID=more.pop('upload_id', 'a' * 32), Size=more.pop('size', 10)), 'HTTPRequest': {'Header': headers}}}
        done = subprocess.run([HOOK, event], input=json.dumps(said).encode(), capture_output=True, env={**env, 'PALERMO_MAX_UPLOADS': '3', **more},
                              timeout=60, check=False)
        return json.loads(done.stdout)['HTTPResponse']['StatusCode'] if done.stdout else 0
    names = [letter * 32 for letter in '123']
    for name in names:
        with open(os.path.join(uploads, name), 'wb') as file:
            file.write(b'12345')
        with open(os.path.join(uploads, name + '.info'), 'w', encoding='ascii') as file:
            json.dump({'ID': name, 'Size': 10, 'MetaData': {'sha256': 'b' * 64}}, file)
        check('one more upload is taken', ask('pre-create', sender) == 0)
        ask('post-create', sender, upload_id=name)
    check('then it is enough', ask('pre-create', sender) == 429)
    check('for that sender', ask('pre-create', {'X-Client-Fingerprint': ['cd' * 20]}) == 0)
    os.utime(os.path.join(uploads, names[0]), (0, time.time() - 31 * 86400))
    os.utime(os.path.join(uploads, names[1]), (0, time.time() - 29 * 86400))
    subprocess.run([HOOK, 'sweep'], env=env, capture_output=True, timeout=60, check=False)
    check('a sweep gives up what is older than a month, and nothing else', [os.path.exists(os.path.join(uploads, name)) for name in names] == [False, True, True])
    check('and there is one more again', ask('pre-create', sender) == 0)
    check('what the disk has no room for is refused', ask('pre-create', sender, PALERMO_RESERVE_BYTES=str(1 << 60)) == 507)
    check('it needs room twice', ask('pre-create', sender, size=shutil.disk_usage(uploads).free // 2 + (1 << 30), PALERMO_MAX_BYTES=str(1 << 60)) == 507)
    for name in names:
        for ending in ('', '.info'):
            if os.path.exists(os.path.join(uploads, name + ending)):
                os.unlink(os.path.join(uploads, name + ending))
    shutil.rmtree(os.path.join(store, 'owners'))


def hooks(where):
    """Anything on the standard input; the real palermo-cli behind it."""
    uploads, store = os.path.join(where, 'uploads'), os.path.join(where, 'store')
    os.makedirs(uploads)
    os.makedirs(store)
    certificate, key = make_key(where, 'module', 'Receiving Module (practice)')
    bait = os.path.join(where, 'bait')
    env = environment(PALERMO_UPLOADS=uploads, PALERMO_STORE=store, PALERMO_CLI=CLI, PALERMO_CERTIFICATE=certificate, PALERMO_KEY=key + '+' + certificate,
                      PALERMO_ACCEPT_UNKNOWN='1', PALERMO_RESERVE_BYTES='1000000')
    good = {'ID': 'a' * 32, 'Size': 10, 'MetaData': {'sha256': 'b' * 64, 'filename': 'x.asice'}}

    def ask(event, data):
        text = data if isinstance(data, bytes) else json.dumps(data).encode()
        return subprocess.run([HOOK, event], input=text, capture_output=True, env=env, timeout=60, check=False)

    def upload(**more):
        return {'Upload': {**good, **more}, 'HTTPRequest': {'Header': {}}}
    check('a good upload is taken', ask('pre-create', upload()).returncode == 0)
    odd = [('nothing', b''), ('no JSON', b'hello'), ('a number', b'1'), ('a list', b'[]'), ('an upload that is none', {'Upload': 1}), ('no upload', {}),
           ('nested a thousand times', b'[' * 100000), ('not UTF-8', b'\xff\xfe'), ('huge', b'"' + b'a' * 3_000_000 + b'"'),
           ('no metadata', {'Upload': {'ID': 'a' * 32, 'Size': 10}}), ('metadata that are none', upload(MetaData=[1])), ('a digest that is none', upload(MetaData={'sha256': 1})),
           ('a digest with more behind it', upload(MetaData={'sha256': 'b' * 64 + '\n'})), ('capitals', upload(MetaData={'sha256': 'B' * 64})),
           ('a size below one', upload(Size=0)), ('a size that is text', upload(Size='10')), ('a deferred size', upload(SizeIsDeferred=True)), ('a part', upload(IsPartial=True))]
    for name, data in odd:
        done = ask('pre-create', data)
        check(f'pre-create: {name}: refused with a sentence', done.returncode == 1 and done.stdout.strip() and b'Traceback' not in done.stderr, done)
    done = ask('pre-create', {'Type': 'pre-create', 'Event': upload(Size=0)})
    check('tusd 2 is told in its own way', done.returncode == 0 and json.loads(done.stdout)['RejectUpload'] is True
          and json.loads(done.stdout)['HTTPResponse']['StatusCode'] == 400, done)
    check('and takes a good one', ask('pre-create', {'Type': 'pre-create', 'Event': upload()}).stdout == b'')
    limits(uploads, store, env, upload)
    outside = os.path.join(where, 'outside')
    with open(outside, 'wb') as file:
        file.write(b'not an upload')
    os.symlink(outside, os.path.join(uploads, 'c' * 32))
    for name, identity in (('a path', '../outside'), ('an absolute one', outside), ('a link', 'c' * 32), ('one that is not there', 'd' * 32), ('none', ''),
                           ('an option', '--store=/tmp'), ('a command', f'$(touch {bait})'), ('a list', ['a'])):
        for event in ('post-finish', 'post-create'):
            ask(event, upload(ID=identity))
        check(f'an ID that is {name} leads nowhere', os.listdir(store) == [] and os.path.exists(outside), os.listdir(store))
    with open(os.path.join(uploads, 'a' * 32), 'wb') as file:
        file.write(b'0123456789')
    for number, filename in enumerate((f'$(touch {bait})', f'`touch {bait}`', f'"; touch {bait}; "', "' --trust=/etc/passwd '", '--accept-unknown', '-h', '\n\0\x1b[31m', 'é' * 5000, '../../x')):
        with open(os.path.join(uploads, 'a' * 32), 'wb') as file:
            file.write(b'012345678' + bytes([number]))
        digest = sha256(os.path.join(uploads, 'a' * 32))
        done = ask('post-finish', upload(MetaData={'sha256': digest, 'filename': filename}))
        there = os.path.join(store, 'receipts', digest + '.receipt.p7m')
        check(f'a name like {filename[:20]!r} is only a name', done.returncode == 0 and os.path.exists(there) and not os.path.exists(bait), done)
    check('and all of them are in quarantine', len(os.listdir(os.path.join(store, 'refused'))) == 9 and not os.path.isdir(os.path.join(store, 'archives'))
          or os.listdir(os.path.join(store, 'archives')) == [])
    request = {'Upload': good, 'HTTPRequest': {'Header': {'X-Client-Fingerprint': ['../../../x'], 'X-Client-Certificate': ['%00%ff-----']}}}
    check('a fingerprint that is none is refused', ask('pre-create', request).returncode == 1)
    ask('post-create', request)
    check('and owns nothing', not os.path.exists(os.path.join(store, 'owners')))
    jobs(uploads, store, env, upload)
    check('anything else is not a hook', subprocess.run([HOOK, 'post-terminate'], capture_output=True, env=env, check=False).returncode == 64)


def story_of_a_pause(where, program, _key):
    """A thin link on which nothing comes for a while: what is waited for is the sender's matter."""
    server = Tusd(program, os.path.join(where, 'p'))
    metadata = 'sha256 ' + base64.b64encode(b'a' * 64).decode()
    _, said = curl(server, 'sender', 'POST', '/files/', 'Upload-Length: 10', 'Upload-Metadata: ' + metadata)
    place = '/files/' + said.get('location', '/').rsplit('/', 1)[1]
    context = ssl.create_default_context(cafile=server.path('tls.pem'))
    context.load_cert_chain(server.path('sender.pem'), server.path('sender-key.pem'))
    connection = http.client.HTTPSConnection('127.0.0.1', server.port, context=context, timeout=60)
    connection.putrequest('PATCH', place)
    for name, value in (('Tus-Resumable', '1.0.0'), ('Upload-Offset', '0'), ('Content-Length', '10'), ('Content-Type', 'application/offset+octet-stream')):
        connection.putheader(name, value)
    connection.endheaders(b'12345')
    time.sleep(8)
    try:
        connection.send(b'67890')
        status = connection.getresponse().status
    except OSError as error:
        status = error
    connection.close()
    check('eight seconds of nothing end no part', status == 204, status)
    server.stop()


with folder() as work:
    hooks(os.path.join(work, 'hooks'))
    tusd, why = build(work)
    if tusd is None:
        skip('tusd', why)
    else:
        expert = make_key(work, 'expert', 'Practice Expert')
        for story in (story_of_delivery, story_of_kills, story_of_owners, story_of_a_pause):
            try:
                story(work, tusd, expert)
            except Exception as error:  # pylint: disable=broad-except
                check(story.__name__, False, f'{type(error).__name__}: {error}')
finish()
